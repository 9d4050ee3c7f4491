"""Parts shared by all drawings: colours, figures without pyplot, and legends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Colours that people with any colour vision can tell apart, on white and on black, from [1].
#
# [1] M. Okabe and K. Ito, "Color Universal Design", 2002.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE = "#CC79A7"
BLACK, DARK_GREY, GREY, PALE_GREY, WHITE = "#000000", "#4D4D4D", "#777777", "#D4D4D4", "#FFFFFF"


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure of this size in inches; without matplotlib, say how to install it."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("drawing needs matplotlib: pip install 'fastgan[plot]'") from error
    return Figure(figsize=(width, height), layout="constrained", dpi=150)


def is_dark(ax: Axes) -> bool:
    """Return whether the background is dark, judged by the text on it: axes may be transparent."""
    from matplotlib.colors import to_rgb

    return bool(sum(to_rgb(ax.xaxis.label.get_color())) > 1.5)


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Return the width and height of axes, as far as they are known before drawing."""
    box, dpi = ax.get_window_extent(), ax.figure.dpi
    return 72 * box.width / dpi, 72 * box.height / dpi


def put_legend_above(ax: Axes, columns: int, **options: Any) -> None:
    """Put the legend above the axes: searching crowded axes for a gap would take long."""
    legend = ax.legend(
        loc="lower center",
        bbox_to_anchor=(0.5, 1),
        ncols=columns,
        frameon=False,
        fontsize="small",
        columnspacing=1.5,
        **options,
    )
    for line in legend.get_lines():  # the curves themselves may be thinner
        line.set_linewidth(1.5)


def networks_of(gan: GAN | ConditionalGAN, label: int | None) -> GAN:
    """Return the two networks; of a conditional GAN, those of the class `label`."""
    if isinstance(gan, ConditionalGAN):
        if label is None:
            raise ValueError(f"label must be one of {gan.classes.tolist()}, got None")
        return gan.of(label)
    if not isinstance(gan, GAN):
        raise TypeError(f"gan must be a GAN or a ConditionalGAN, got {validation.describe(gan)}")
    if label is not None:
        raise ValueError(
            f"label is for a ConditionalGAN, got {validation.describe(label)} for a GAN"
        )
    return gan
