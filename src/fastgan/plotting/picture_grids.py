"""Drawings of generated pictures: in a grid, along a training, and along a latent dimension."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.text import with_minus_sign
from fastgan.networks import traversal
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.plotting.style import GREY, new_figure, size_in_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

Array = npt.NDArray[Any]

GAP = 0.25  # between pictures, as a fraction of their longer side
INCHES = 4.0  # the longer side of a new figure of a grid
STRIP_INCHES = 9.0  # the longer side of a new figure of a strip
PICTURE_INCHES = 0.9  # at most, for each picture of a strip and the gap beside it
EM = 0.65  # the width of a digit and the space beside it, in font sizes


def samples(pictures: npt.ArrayLike, *, ax: Axes | None = None, columns: int | None = None) -> Axes:
    """Draw pictures in a grid, from white for 0 to black for 1.

    Parameters
    ----------
    pictures : array_like, shape (n, height, width)
        Pictures as returned by `GAN.sample`; values outside [0, 1] are drawn as 0 or 1.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.
    columns : int, optional
        Number of pictures in a row; by default, the grid is about square.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If `pictures` is not real, finite and of this shape, or `columns` is not a positive int.
    ImportError
        If matplotlib is not installed.
    """
    grid = validation.real_array("pictures", pictures, np.dtype(np.float64))
    if grid.ndim != 3 or grid.size == 0:
        raise ValueError(f"pictures must have shape (n, height, width), got {grid.shape}")
    per_row = (
        columns_of_grid(len(grid)) if columns is None else validation.count("columns", columns)
    )
    if ax is None:
        wide, high = extent_of_grid(grid.shape, per_row)
        inches = INCHES / max(wide, high)
        ax = new_figure(max(1, wide * inches), max(1, high * inches)).subplots()
    draw_grid(ax, grid, per_row)
    ax.set_axis_off()
    return ax


def snapshots(
    pictures: npt.ArrayLike, steps: Sequence[int] | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw a film strip of how the pictures of fixed latent vectors changed during training.

    Parameters
    ----------
    pictures : array_like, shape (snapshots, m, height, width)
        The pictures of the same m latent vectors at each snapshot. Each snapshot is drawn as a
        column, each latent vector as a row, from white for 0 to black for 1.
    steps : sequence of int, shape (snapshots,), optional
        The step of each snapshot, written above its column where there is room; by default,
        snapshots are numbered from 0.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If `pictures` is not real, finite and of this shape, or `steps` does not hold one int for
        each snapshot.
    ImportError
        If matplotlib is not installed.

    See Also
    --------
    animate_snapshots : Save the same pictures as a film.
    """
    film, numbers = checked_snapshots(pictures, steps)
    columns, rows = film.shape[:2]
    grid = film.swapaxes(0, 1).reshape(columns * rows, *film.shape[2:])
    ax = _new_strip(grid.shape, columns) if ax is None else ax
    draw_grid(ax, grid, columns)
    _label_columns(ax, [str(number) for number in numbers], grid.shape[2])
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel("snapshot" if steps is None else "step")
    return ax


def latent_traversal(
    gan: GAN | ConditionalGAN,
    dimension: int = 0,
    values: npt.ArrayLike | None = None,
    *,
    base: npt.ArrayLike | None = None,
    label: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a strip of pictures along one latent dimension, with the others held fixed.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        A GAN of pictures: its `item_shape` is (height, width).
    dimension, values, base, label
        As for `fastgan.latent_traversal`: by default nine values of the first dimension, with the
        others at the mean of their distribution. The values are written below the pictures.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value; the message names it.
    ImportError
        If matplotlib is not installed.
    """
    pictures = traversal.latent_traversal(gan, dimension, values, base=base, label=label)
    if pictures.ndim != 3:
        raise ValueError(
            f"gan must make pictures, of item_shape (height, width), got {gan.item_shape}"
        )
    places, k = traversal.values_along(gan, values), gan.latent_dim
    ax = _new_strip(pictures.shape, len(pictures)) if ax is None else ax
    draw_grid(ax, pictures, len(pictures))
    _label_columns(ax, [with_minus_sign(place) for place in places], pictures.shape[2])
    name = "$z$" if k == 1 else f"$z_{{{range(k)[dimension]}}}$"
    held = k > 1 and base is None
    ax.set_xlabel(f"{name}, all others {traversal.MIDDLE[gan.latent]:g}" if held else name)
    return ax


def columns_of_grid(n: int) -> int:
    """Return the number of pictures in a row of an about square grid of n pictures."""
    return math.ceil(math.sqrt(n))


def extent_of_grid(shape: tuple[int, ...], per_row: int) -> tuple[float, float]:
    """Return the width and height of a grid of pictures (n, height, width), in pixels."""
    n, height, width = shape
    gap = GAP * max(height, width)
    return (
        min(n, per_row) * (width + gap) - gap,
        math.ceil(n / per_row) * (height + gap) - gap,
    )


def draw_grid(ax: Axes, pictures: Array, per_row: int) -> list[AxesImage]:
    """Draw pictures (n, height, width), `per_row` in a row, and return their images."""
    from matplotlib.collections import LineCollection

    height, width = pictures.shape[1:]
    gap = GAP * max(height, width)
    images, frames = [], []
    for i, picture in enumerate(pictures):
        row, column = divmod(i, per_row)
        left, top = column * (width + gap), row * (height + gap)
        right, bottom = left + width, top + height
        images.append(
            ax.imshow(
                picture,
                cmap="gray_r",
                vmin=0,
                vmax=1,
                interpolation="nearest",
                extent=(left, right, bottom, top),
            )
        )
        frames.append([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)])
    ax.add_collection(LineCollection(frames, colors=GREY, linewidths=0.8, clip_on=False))
    wide, high = extent_of_grid(pictures.shape, per_row)
    ax.set(xlim=(0, wide), ylim=(high, 0))
    return images


def checked_snapshots(
    pictures: npt.ArrayLike, steps: Sequence[int] | None
) -> tuple[Array, list[int]]:
    """Check and return pictures (snapshots, m, height, width), and the number of each snapshot."""
    film = validation.real_array("pictures", pictures, np.dtype(np.float64))
    if film.ndim != 4 or film.size == 0:
        raise ValueError(
            f"pictures must have shape (snapshots, m, height, width), got {film.shape}"
        )
    if steps is None:
        return film, list(range(len(film)))
    numbers = np.asarray(steps)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"steps must hold ints, got {validation.describe(steps)}")
    if numbers.shape != film.shape[:1]:
        raise ValueError(
            f"steps must have shape ({len(film)},), one for each snapshot, got {numbers.shape}"
        )
    return film, numbers.tolist()


def _new_strip(shape: tuple[int, ...], per_row: int) -> Axes:
    """Return the axes of a new figure, for a grid with labels along one side."""
    wide, high = extent_of_grid(shape, per_row)
    pitch = (1 + GAP) * max(shape[1:])
    inches = min(STRIP_INCHES / max(wide, high), PICTURE_INCHES / pitch)
    figure = new_figure(max(1.5, wide * inches), max(1, high * inches + 0.5))
    return figure.subplots()


def _label_columns(ax: Axes, labels: list[str], width: int) -> None:
    """Label each column of a grid, or every second, third, ... if the labels would touch."""
    from matplotlib.font_manager import FontProperties

    wide, high = abs(np.diff(ax.get_xlim())[0]), abs(np.diff(ax.get_ylim())[0])
    points_wide, points_high = size_in_points(ax)
    pitch = (wide - width) / (len(labels) - 1) if len(labels) > 1 else width
    points = min(points_wide / wide, points_high / high) * pitch
    needed = EM * FontProperties(size="small").get_size_in_points() * (1 + max(map(len, labels)))
    each = math.ceil(needed / points)
    at = np.arange(0, len(labels), each)
    ax.set_xticks(width / 2 + pitch * at, [labels[i] for i in at], fontsize="small")
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
