"""Drawings of both networks: nodes in columns, and an edge for each weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.text import with_minus_sign
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan, of_class
from fastgan.plotting.style import (
    BLACK,
    BLUE,
    GREY,
    PALE_GREY,
    VERMILION,
    new_figure,
    size_in_points,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[Any]

MOST_PARAMETERS = 2_000  # parameters, above which edges hide one another
MOST_VALUES = 200

# In inches, of a new figure.
WIDTH, LOWEST, HIGHEST = 8.0, 3.0, 10.0
NODE_PITCH, VALUE_PITCH = 0.55, 0.14

# In points.
THICK, THIN = 3.0, 0.8
LARGEST_NODE, SMALLEST_NAMED_NODE = 24.0, 11.0
LARGEST_FONT = 10.0

COLUMNS = (0.0, 1.0, 1.4, 2.4)  # z, pixels of G, pixels seen by D, D
NODE = 0.6  # the size of a node, as a fraction of the distance to the next


def networks(
    gan: GAN | ConditionalGAN,
    *,
    label: int | None = None,
    values: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw the generator and the discriminator, with an edge for each weight.

    Nodes stand in columns: the latent numbers and the pixels that G makes from them, then the
    pixels that D sees and its verdict. The edges of a square node, which is always 1, are the
    biases. Thick edges are positive weights, thin ones negative weights or zero, as in [1]_.
    Latent numbers and pixels are numbered from 0, pixels row by row, like the columns of the
    weights.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks to draw, of at most 2,000 parameters.
    label : int, optional
        The class whose networks are drawn; only for a `ConditionalGAN`, which requires it.
    values : bool
        Whether to write each weight on its edge, with three significant digits;
        for at most 200 parameters.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure, which is the higher the more nodes or
        values there are.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value, or there are too many parameters.
    ImportError
        If matplotlib is not installed.

    References
    ----------
    .. [1] L. Serrano, "A Friendly Introduction to Generative Adversarial Networks (GANs)",
       https://www.youtube.com/watch?v=8L11aMN5KY8, 2020.
    """
    one = of_class(checked_gan(gan), "label", label)
    values = validation.flag("values", values)
    g, d = one.generator, one.discriminator
    of_g = np.vstack([g.weights, g.biases])  # (k + 1, d), the bias node below the others
    of_d = np.append(d.weights, d.bias)[:, np.newaxis]  # (d + 1, 1)
    count = of_g.size + of_d.size
    _require_few("gan", count, MOST_PARAMETERS)
    if values:
        _require_few("values must be False, or gan", count, MOST_VALUES)
    rows = max(len(of_g), len(of_d))
    if ax is None:
        inches = max(
            NODE_PITCH * rows, VALUE_PITCH * (of_g.size + max(of_g.shape)) if values else 0
        )
        height = max(LOWEST, inches if values else min(inches, HIGHEST))
        ax = new_figure(WIDTH, height).subplots()
    ax.set(xlim=(COLUMNS[0] - 0.15, COLUMNS[-1] + 0.15), ylim=(1, 0), aspect="auto")
    ax.set_axis_off()
    for weights, columns, title in (
        (of_g, COLUMNS[:2], "generator $G$"),
        (of_d, COLUMNS[2:], "discriminator $D$"),
    ):
        _draw_edges(ax, weights, columns, rows)
        if values:
            _write_values(ax, weights, columns)
        middle = sum(columns) / 2
        ax.text(middle, 1, title, transform=ax.get_xaxis_transform(), ha="center", va="bottom")
    k, pixels = one.latent_dim, [f"$x_{{{j}}}$" for j in range(len(d.weights))]
    latents = ["$z$"] if k == 1 else [f"$z_{{{i}}}$" for i in range(k)]
    for x, names, has_bias in zip(
        COLUMNS, (latents, pixels, pixels, ["$D$"]), (True, False, True, False), strict=True
    ):
        _draw_nodes(ax, x, names, has_bias, rows)
    ax.plot([], [], color=BLUE, linewidth=THICK, label="positive")
    ax.plot([], [], color=VERMILION, linewidth=THIN, label="negative or zero")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=2, frameon=False)
    return ax


def _require_few(what: str, count: int, most: int) -> None:
    if count > most:
        raise ValueError(f"{what} must have at most {most:,} parameters to be drawn, got {count:,}")


def _spread(n: int) -> Array:
    """Return the heights of n nodes in a column, evenly spaced between 0 and 1."""
    return (np.arange(n) + 0.5) / n


def _draw_edges(ax: Axes, weights: Array, columns: tuple[float, ...], rows: int) -> None:
    """Draw an edge from each node on the left to each on the right; weights are (left, right)."""
    from matplotlib.collections import LineCollection

    sources, targets = weights.shape
    ends: Any = np.empty((sources, targets, 2, 2))
    ends[..., 0] = columns
    ends[..., 0, 1] = _spread(sources)[:, np.newaxis]
    ends[..., 1, 1] = _spread(targets)
    crowding = np.clip(_pitch(ax, rows) / LARGEST_NODE, 0.3, 1)
    for there, colour, width in (
        (weights > 0, BLUE, THICK),
        (weights <= 0, VERMILION, THIN),
    ):
        edges = LineCollection(ends[there], colors=colour, linewidths=width * crowding, zorder=1)
        ax.add_collection(edges)


def _write_values(ax: Axes, weights: Array, columns: tuple[float, ...]) -> None:
    """Write each weight on its edge, at the fraction t of the way where all are evenly spaced.

    With n nodes on the left and m on the right, edges of neighbouring nodes start 1/n apart and
    end 1/m apart. At t, edges from neighbours are (1 - t)/n apart, edges to neighbours t/m. The m
    edges from a node just fill the distance to the next where m (t/m) = (1 - t)/n, so at
    t = 1/(n + 1); the n edges to a node where n (1 - t)/n = t/m, so at t = m/(m + 1).
    """
    n, m = weights.shape
    t = 1 / (n + 1) if n <= m else m / (m + 1)
    x = (1 - t) * columns[0] + t * columns[1]
    y = (1 - t) * _spread(n)[:, np.newaxis] + t * _spread(m)
    background = ax.figure.figure.get_facecolor()  # a subfigure has none of its own
    points = min(LARGEST_FONT, 0.85 * size_in_points(ax)[1] * min(1 - t, t) / max(n, m))
    for weight, height in zip(weights.flat, y.flat, strict=True):
        ax.text(
            x,
            height,
            with_minus_sign(weight, "+.3g"),
            ha="center",
            va="center",
            fontsize=points,
            bbox={"facecolor": background, "edgecolor": "none", "pad": 0.5},
            zorder=2,
        )


def _draw_nodes(ax: Axes, x: float, names: list[str], has_bias: bool, rows: int) -> None:
    """Draw a column of round nodes with their names, and below it a square node for the biases."""
    size = min(LARGEST_NODE, NODE * _pitch(ax, rows))
    heights = _spread(len(names) + has_bias)
    for marker, there in (("o", heights[: len(names)]), ("s", heights[len(names) :])):
        ax.scatter(
            np.full(len(there), x),
            there,
            s=size**2,
            marker=marker,
            facecolor=PALE_GREY,
            edgecolor=GREY,
            linewidth=min(1, size / 10),
            clip_on=False,
            zorder=3,
        )
    if size < SMALLEST_NAMED_NODE:
        return
    for name, height in zip([*names, "1"][: len(heights)], heights, strict=True):
        ax.text(x, height, name, ha="center", va="center", fontsize=size / 2, color=BLACK, zorder=4)


def _pitch(ax: Axes, rows: int) -> float:
    """Return the distance between neighbours in a column of `rows` nodes, in points."""
    return size_in_points(ax)[1] / rows
