"""Drawings of the joint gradient field over a plane of two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fastgan._support import validation
from fastgan.plotting.style import GREY, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fastgan.dynamics import FieldSlice

STYLES = ("streams", "arrows")
THINNEST, THICKEST = 0.3, 1.5  # points; a stronger field has thicker streams


def gradient_field(
    field_slice: FieldSlice, *, style: str = "streams", ax: Axes | None = None
) -> Axes:
    """Draw where gradient descent moves two parameters, all others held fixed.

    Parameters
    ----------
    field_slice : FieldSlice
        The field in a plane, as returned by `fastgan.dynamics.field_slice`.
    style : {"streams", "arrows"}
        ``"streams"`` draws lines along the field, thicker where it is stronger; the values of
        each parameter must be evenly spaced. ``"arrows"`` draws an arrow at each point of the
        grid, in proportion to the field. Nothing is drawn where the field is not finite.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import fastgan
    >>> from fastgan import plotting
    >>> faces = fastgan.datasets.slanted_land()
    >>> run = fastgan.train(faces, epochs=100, rng=42)
    >>> places = np.linspace(-3, 3, 25)
    >>> plane = fastgan.dynamics.field_slice(
    ...     run.gan, faces, x="w_D[0]", y="b_G[0]", x_values=places, y_values=places
    ... )
    >>> plotting.gradient_field(plane).figure.savefig("field.png")  # doctest: +SKIP
    """
    from fastgan.dynamics import FieldSlice  # drawing other things does without

    if not isinstance(field_slice, FieldSlice):
        raise TypeError(f"field_slice must be a FieldSlice, got {validation.describe(field_slice)}")
    if style not in STYLES:
        raise ValueError(f"style must be one of {STYLES}, got {validation.describe(style)}")
    if style == "streams":
        _require_even_spacing(field_slice)
    ax = new_figure(5, 4.5).subplots() if ax is None else ax
    across, up = field_slice.x, field_slice.y
    u, v = (np.ma.masked_invalid(part) for part in (field_slice.u, field_slice.v))
    if style == "arrows":
        ax.quiver(across, up, u, v, color=GREY, angles="xy", width=0.004)
    else:
        speed = np.ma.filled(np.hypot(u, v), 0)
        width = THINNEST + (THICKEST - THINNEST) * speed / (speed.max() or 1)
        ax.streamplot(across, up, u, v, color=GREY, linewidth=width, arrowsize=0.7)
    ax.set(
        xlim=(across[0], across[-1]),
        ylim=(up[0], up[-1]),
        xlabel=_label(field_slice.x_name),
        ylabel=_label(field_slice.y_name),
    )
    return ax


def _require_even_spacing(field_slice: FieldSlice) -> None:
    for name, values in ((field_slice.x_name, field_slice.x), (field_slice.y_name, field_slice.y)):
        even = np.linspace(values[0], values[-1], len(values))
        if not np.allclose(values, even, rtol=0, atol=1e-6 * (values[1] - values[0])):
            raise ValueError(
                f"field_slice must have evenly spaced values of {name} to be drawn as streams; "
                "style='arrows' accepts any"
            )


def _label(name: str) -> str:
    """Write a parameter's name as mathematicians do: $w_D[0]$ with an upright D."""
    letter, _, rest = name.partition("_")
    return rf"${letter}_\mathrm{{{rest[0]}}}{rest[1:]}$"
