"""Elements of SVG as text. Colours are the style sheet's, by class: it knows light from dark."""

from __future__ import annotations

from html import escape

WIDTH = 360  # units of every drawing's coordinates: about a phone's pixels, so that text is legible


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """An element around content that is markup already; ``class_`` and ``a_b`` are class and a-b.

    Floats are written to a hundredth, which no screen shows.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(content: str, /, **attributes: object) -> str:
    """A text element."""
    return element("text", escape(content), **attributes)


def drawing(height: int, label: str, content: str) -> str:
    """A drawing that fills its place's width; screen readers hear its label."""
    return element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_label=label,
    )


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
