"""SVG elements as text; the style sheet colours classes, for a light or a dark scheme."""

from __future__ import annotations

from html import escape

WIDTH = 360  # of every drawing, in its units: about a phone's pixels, so that text is legible


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element around content that is markup; ``class_`` and ``a_b`` are class and a-b.

    Floats are rounded to hundredths, which no screen resolves.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(content: str, /, **attributes: object) -> str:
    """Return a text element."""
    return element("text", escape(content), **attributes)


def drawing(height: int, label: str, content: str) -> str:
    """Return a drawing that fills the available width; screen readers read its label."""
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
