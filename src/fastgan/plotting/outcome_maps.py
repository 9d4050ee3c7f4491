"""Maps of the outcomes of an ensemble's models, over one or two of their options."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.ensembles.outcomes import OUTCOMES, Outcomes
from fastgan.options.training_options import RATES
from fastgan.plotting.style import (
    BLACK,
    BLUE,
    DARK_GREY,
    ORANGE,
    PALE_GREY,
    WHITE,
    is_dark,
    new_figure,
    put_legend_above,
    size_in_points,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fastgan.ensembles.ensemble import Ensemble

Array = npt.NDArray[Any]

COLOURS = {"learned": BLUE, "unfinished": PALE_GREY, "saturated": ORANGE, "diverged": BLACK}
COLOURS_ON_BLACK = COLOURS | {"unfinished": DARK_GREY, "diverged": WHITE}
STACKED = tuple(COLOURS)  # from the bottom up: success, undecided, failures
MOST_FREQUENT = "most frequent"
MOST_DECADES = 150  # from 1 to an end of an axis: matplotlib computes numbers beyond the ends


def outcome_map(
    ensemble: Ensemble,
    x: str | npt.ArrayLike = "learning_rate",
    y: str | npt.ArrayLike | None = None,
    *,
    data: npt.ArrayLike | None = None,
    outcomes: Outcomes | None = None,
    show: str | None = None,
    bins: int = 50,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many models of an ensemble learned, saturated or diverged, over their options.

    With one option, the shares of the four outcomes are stacked in a column for each of its
    values. With two, the cell of each pair of values shows the share of one outcome, or the most
    frequent outcome. An axis is logarithmic if its values are spaced in ratios rather than evenly.

    Parameters
    ----------
    ensemble : Ensemble
    x : {"learning_rate", "discriminator_learning_rate"} or array_like, shape (models,)
        The option along the horizontal axis, or any one number for each model.
    y : as `x`, optional
        The second option, along the vertical axis.
    data : array_like, optional
        The items that should have been learned, as for `Ensemble.outcome`.
    outcomes : Outcomes, optional
        The result of `Ensemble.outcome`, for example with other thresholds; by default, that
        with `data` and the default thresholds.
    show : {"learned", "saturated", "diverged", "unfinished", "most frequent"}, optional
        The outcome shown by the cells of a map over two options; by default ``"learned"``.
    bins : int
        Maximum number of columns along an axis. If an option has more distinct values, as after a
        random search, they are grouped into `bins` columns of equal width; columns without models
        show the background.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If there are no models, or an argument is of the wrong type or value.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import fastgan
    >>> from fastgan import plotting
    >>> rates = np.repeat(np.geomspace(0.001, 10, 5), 20)
    >>> faces = fastgan.datasets.slanted_land()
    >>> ensemble = fastgan.train_many(faces, 100, learning_rate=rates, rng=42)
    >>> plotting.outcome_map(ensemble).figure.savefig("outcomes.png")  # doctest: +SKIP
    """
    found = _checked_outcomes(ensemble, data, outcomes)
    bins = validation.count("bins", bins)
    horizontal = _axis("x", x, ensemble, bins)
    vertical = None if y is None else _axis("y", y, ensemble, bins)
    shown = _checked_show(show, vertical is not None)
    ax = new_figure(7, 4.5).subplots() if ax is None else ax
    if vertical is None:
        _draw_shares(ax, horizontal, found)
    elif shown == MOST_FREQUENT:
        _draw_most_frequent(ax, horizontal, vertical, found)
    else:
        _draw_share_of_one(ax, horizontal, vertical, found, shown)
    return ax


@dataclass(frozen=True)
class _Axis:
    """The values of an option, divided into columns, and the column of each model."""

    label: str
    edges: Array  # (columns + 1,)
    logarithmic: bool
    column: npt.NDArray[np.intp]  # (models,)

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def scale(self) -> str:
        return "log" if self.logarithmic else "linear"


def _checked_outcomes(
    ensemble: Ensemble, data: npt.ArrayLike | None, outcomes: Outcomes | None
) -> Outcomes:
    from fastgan.ensembles.ensemble import (
        Ensemble,  # it takes its share of the time to import fastgan
    )

    if not isinstance(ensemble, Ensemble):
        raise TypeError(f"ensemble must be an Ensemble, got {validation.describe(ensemble)}")
    if not len(ensemble):
        raise ValueError("ensemble must have models, got none")
    if outcomes is None:
        return ensemble.outcome(data)
    if not isinstance(outcomes, Outcomes):
        raise TypeError(f"outcomes must be Outcomes, got {validation.describe(outcomes)}")
    if len(outcomes) != len(ensemble):
        raise ValueError(f"outcomes must be of {len(ensemble)} models, got {len(outcomes)}")
    if data is not None:
        raise ValueError("data must not be given with outcomes, which were already decided")
    return outcomes


def _checked_show(show: str | None, two_options: bool) -> str:
    if show is not None and not two_options:
        raise ValueError(f"show is for maps over two options, got {show!r} without y")
    names = (*OUTCOMES, MOST_FREQUENT)
    if show is not None and show not in names:
        raise ValueError(f"show must be one of {names}, got {validation.describe(show)}")
    return "learned" if show is None else show


def _axis(name: str, option: str | npt.ArrayLike, ensemble: Ensemble, bins: int) -> _Axis:
    if isinstance(option, str):
        if option not in RATES:
            raise ValueError(f"{name} must be one of {RATES} or numbers, got {option!r}")
        values = getattr(ensemble.options, option)
        label = option.replace("_", " ")
        if option == RATES[0] and not np.array_equal(values, getattr(ensemble.options, RATES[1])):
            label = f"generator {label}"
    else:
        label, values = "", validation.real_array(name, option, np.dtype(np.float64))
        if values.shape != (len(ensemble),):
            raise ValueError(
                f"{name} must have shape ({len(ensemble)},), one number for each model, "
                f"got {values.shape}"
            )
    distinct, column = np.unique(values, return_inverse=True)
    logarithmic = _look_logarithmic(distinct)
    places = np.log10(distinct) if logarithmic else distinct
    if len(distinct) > bins:
        edges = np.linspace(places[0], places[-1], bins + 1)
        column = np.searchsorted(edges[1:-1], places, side="right")[column]
    else:
        edges = _edges_around(places)
    if logarithmic:
        edges = 10 ** np.clip(edges, -MOST_DECADES, MOST_DECADES)
    return _Axis(label, edges, logarithmic, column)


def _look_logarithmic(distinct: Array) -> bool:
    """Return whether the median of rising values is nearer to the geometric mean of their ends.

    It is compared, in logarithms, with the arithmetic mean. For two values, a ratio of at least 10
    decides; a single positive value is drawn in the middle of a decade.
    """
    low, high = float(distinct[0]), float(distinct[-1])
    if low <= 0:
        return False
    if len(distinct) <= 2:
        return len(distinct) == 1 or high >= 10 * low
    geometric = (math.log(low) + math.log(high)) / 2
    arithmetic = math.log(low / 2 + high / 2)
    return math.log(float(np.median(distinct))) < (geometric + arithmetic) / 2


def _edges_around(places: Array) -> Array:
    """Return the edges of columns, halfway between rising places."""
    if len(places) == 1:
        return np.array([places[0] - 0.5, places[0] + 0.5])
    half = np.diff(places) / 2
    first, last = places[0] - half[0], places[-1] + half[-1]
    return np.concatenate([[first], places[:-1] + half, [last]])


def _counts(found: Outcomes, cells: Array, n_cells: int) -> dict[str, Array]:
    """Count the models of each outcome in each cell, (n_cells,)."""
    return {name: np.bincount(cells[found.label == name], minlength=n_cells) for name in COLOURS}


def colours_on(ax: Axes) -> dict[str, str]:
    """Return the colours of the outcomes that suit the background of the axes."""
    return COLOURS_ON_BLACK if is_dark(ax) else COLOURS


def _draw_shares(ax: Axes, axis: _Axis, found: Outcomes) -> None:
    colours = colours_on(ax)
    counts = _counts(found, axis.column, len(axis))
    models = np.maximum(sum(counts.values()), 1)
    below = np.zeros(len(axis))
    for name in STACKED:
        above = below + counts[name] / models
        ax.stairs(
            above,
            axis.edges,
            baseline=below,
            fill=True,
            color=colours[name],
            label=f"{name} ({counts[name].sum():,})",
        )
        below = above
    _label(ax, axis)
    ax.set(ylim=(0, 1), ylabel="share of the models")
    _put_legend_above(ax)


def _draw_share_of_one(ax: Axes, x: _Axis, y: _Axis, found: Outcomes, name: str) -> None:
    counts = _counts(found, y.column * len(x) + x.column, len(x) * len(y))
    models = sum(counts.values())
    share = np.ma.masked_invalid(np.where(models, counts[name] / np.maximum(models, 1), np.nan))
    cells = ax.pcolormesh(
        x.edges, y.edges, share.reshape(len(y), len(x)), cmap="cividis", vmin=0, vmax=1
    )
    _label(ax, x, y)
    ax.figure.colorbar(cells, ax=ax, label=f"share of models: {name}")


def _draw_most_frequent(ax: Axes, x: _Axis, y: _Axis, found: Outcomes) -> None:
    from matplotlib.colors import ListedColormap

    colours = colours_on(ax)
    counts = _counts(found, y.column * len(x) + x.column, len(x) * len(y))
    table = np.stack(list(counts.values()))
    winner = np.ma.masked_where(table.sum(axis=0) == 0, table.argmax(axis=0))
    ax.pcolormesh(
        x.edges,
        y.edges,
        winner.reshape(len(y), len(x)),
        cmap=ListedColormap(list(colours.values())),
        vmin=-0.5,
        vmax=len(colours) - 0.5,
    )
    for name, colour in colours.items():
        ax.fill([], [], color=colour, label=f"{name} ({counts[name].sum():,})")
    _label(ax, x, y)
    _put_legend_above(ax)


def _label(ax: Axes, x: _Axis, y: _Axis | None = None) -> None:
    ax.set(xscale=x.scale, xlim=(x.edges[0], x.edges[-1]), xlabel=x.label)
    if y is not None:
        ax.set(yscale=y.scale, ylim=(y.edges[0], y.edges[-1]), ylabel=y.label)


def _put_legend_above(ax: Axes) -> None:
    columns = 4 if size_in_points(ax)[0] > 4.5 * 72 else 2
    put_legend_above(ax, columns, handlelength=1, handletextpad=0.5)
