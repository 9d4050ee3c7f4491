"""What all drawings share: colours, figures that no pyplot knows of, and legends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colours that people of any colour vision can tell apart, from [1], and on white and on black.
#
# [1] M. Okabe and K. Ito, "Color Universal Design", 2002.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE = "#CC79A7"
BLACK, DARK_GREY, GREY, PALE_GREY, WHITE = "#000000", "#4D4D4D", "#777777", "#D4D4D4", "#FFFFFF"


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, or an ImportError that says what is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install 'fastgan[plot]'") from error
    return Figure(figsize=(width, height), layout="constrained", dpi=150)


def is_dark(ax: Axes) -> bool:
    """Whether the background is: axes may be transparent, so what is written on it tells."""
    from matplotlib.colors import to_rgb

    return bool(sum(to_rgb(ax.xaxis.label.get_color())) > 1.5)


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Width and height of an axes as far as they are known before it is drawn."""
    box, dpi = ax.get_window_extent(), ax.figure.dpi
    return 72 * box.width / dpi, 72 * box.height / dpi


def put_legend_above(ax: Axes, columns: int, **options: Any) -> None:
    """A legend where nothing is drawn: to look for a gap takes long where there is much."""
    legend = ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        ncols=columns,
        frameon=False,
        fontsize="small",
        columnspacing=1.5,
        **options,
    )
    for line in legend.get_lines():  # which may be thin where they are drawn
        line.set_linewidth(1.5)
