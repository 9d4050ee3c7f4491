"""What all drawings share: colours, and figures that no pyplot knows of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours that people of any colour vision can tell apart, from [1].
#
# [1] M. Okabe and K. Ito, "Color Universal Design", 2002.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
BLACK, GREY, PALE_GREY = "#000000", "#777777", "#D4D4D4"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, or an ImportError that says what is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install 'fastgan[plot]'") from error
    return Figure(figsize=(width, height), layout="constrained", dpi=150)
