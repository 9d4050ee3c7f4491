"""Curves of losses, probabilities, and the value of the game over the steps of a training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.plotting.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    VERMILION,
    new_figure,
    put_legend_above,
    size_in_points,
)
from fastgan.training.history import History

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[Any]
# Attribute of the history, label and colour of each curve; None is the colour of the axes' text.
Curves = tuple[tuple[str, str, str | None], ...]

LOG_LOSSES = ("non-saturating", "minimax")
# Losses of D on real items, of D on generated items, and of G; s is D's logit.
FORMULAS = {
    "non-saturating": ("-\\log\\,D(x)", "-\\log(1-D(G(z)))", "-\\log\\,D(G(z))"),
    "minimax": ("-\\log\\,D(x)", "-\\log(1-D(G(z)))", "\\log(1-D(G(z)))"),
    "least-squares": ("(s-1)^2/2", "s^2/2", "(s-1)^2/2"),
    "wasserstein": ("-s", "s", "-s"),
}
PROBABILITIES: Curves = (
    ("d_real", "$D(x)$", PURPLE),
    ("d_fake", "$D(G(z))$", ORANGE),
)
MANY = 1000  # records: thick lines through this many would merge into one broad band
# Blocks of records in a long curve: across a page, three of them fit in the width of a thin line.
# The time that matplotlib takes to draw noise is in proportion to their number.
BLOCKS = 2500
VALUE: Curves = (("value", "value of the game: $V(D, G)$", None),)
DIVERGENCE: Curves = (("jensen_shannon", "Jensen-Shannon: $(V + 2\\,\\log 2)/2$", None),)


@dataclass(frozen=True)
class _Kind:
    """The look and the labels that the curves of one kind share."""

    name: str
    linestyle: str
    style: str  # the line style in words
    marks: tuple[tuple[float, str], ...]  # heights of reference lines, with their names


LINE = 1.2  # distance from one line of text to the next, in font sizes
LOG_2 = (math.log(2), "log 2")
KINDS = {
    "losses": _Kind("loss", "-", "solid", (LOG_2,)),
    "probabilities": _Kind("probability", "--", "dashed", ((0.5, "1/2"),)),
    "value": _Kind("value", "-.", "dash-dotted", ((-2 * math.log(2), "\N{MINUS SIGN}2 log 2"),)),
    "jensen_shannon": _Kind("divergence", ":", "dotted", (LOG_2, (0.0, "0"))),
}
OF_LOG_LOSSES = ("value", "jensen_shannon")


def history(
    history: History,
    *,
    loss: str = "non-saturating",
    curves: str | Sequence[str] = ("losses", "probabilities"),
    smoothing: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw losses and probabilities over the steps of a training.

    Dotted grey lines mark reference values. A discriminator that cannot tell real from generated
    items gives each of them the probability 1/2 and has the log-loss log 2 on both kinds, so the
    value of the game is -2 log 2. A Jensen-Shannon divergence lies between 0 and log 2.

    Parameters
    ----------
    history : History
        The history of one model, as in `TrainingRun.history`.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        The loss of the training, as in `TrainingOptions.loss`. The curves' labels and the
        reference lines depend on it.
    curves : str or sequence of str
        The kinds of curves to draw: ``"losses"``, ``"probabilities"``, and, for the first two
        losses only, ``"value"`` (see `History.value`) and ``"jensen_shannon"`` (see
        `History.jensen_shannon`).
    smoothing : int
        Number of records in each running mean. The means are drawn, each at the middle of its
        records, in front of pale lines through the records themselves. With 1, the default, only
        the records are drawn.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default, those of a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value, or nothing was recorded.
    ImportError
        If matplotlib is not installed.
    """
    require_records(history)
    if loss not in FORMULAS:
        raise ValueError(f"loss must be one of {tuple(FORMULAS)}, got {validation.describe(loss)}")
    shown = _checked_curves(curves, loss)
    smoothing = validation.count("smoothing", smoothing)
    if smoothing > len(history):
        raise ValueError(
            f"smoothing must be at most the {len(history)} records of the history, got {smoothing}"
        )
    ax = new_figure(7, 4.5).subplots() if ax is None else ax
    marks: dict[float, str] = {}
    for name in shown:
        draw_curves(ax, history, _curves(name, loss), smoothing, KINDS[name].linestyle)
        if name != "losses" or loss in LOG_LOSSES:
            marks.update(KINDS[name].marks)
    for height in marks:
        _draw_line(ax, height)
    _label(ax, shown, loss, smoothing)
    for height, mark in _apart(ax, marks).items():
        _name_line(ax, height, mark)
    return ax


def require_records(history: History) -> None:
    """Raise an error unless `history` is that of one model and has records."""
    if not isinstance(history, History):
        raise TypeError(f"history must be a History, got {validation.describe(history)}")
    if history.d_real.ndim > 1:
        raise ValueError(
            "history must be of one model, such as ensemble[i].history, got that of an ensemble"
        )
    if len(history) == 0:
        raise ValueError("history must have records, got none: train with record_every=1 or more")


def loss_curves(loss: str) -> Curves:
    """Return the curves of the three losses, labelled with their formulas."""
    real, fake, generator = FORMULAS[loss]
    return (
        ("d_loss_real", f"discriminator, real: ${real}$", BLUE),
        ("d_loss_fake", f"discriminator, fake: ${fake}$", VERMILION),
        ("g_loss", f"generator: ${generator}$", GREEN),
    )


def draw_curves(
    ax: Axes, history: History, curves: Curves, smoothing: int, linestyle: str = "-"
) -> None:
    """Draw running means over `smoothing` records, in front of the records themselves."""
    middle = slice((smoothing - 1) // 2, len(history) - smoothing // 2)
    for name, label, colour in curves:
        values = np.asarray(getattr(history, name), np.float64)
        there = np.isfinite(values)  # G's loss is NaN where G made no move
        x, y = _as_seen(history.step[there], values[there])
        look: dict[str, Any] = {"color": ax.xaxis.label.get_color() if colour is None else colour}
        if smoothing > 1:
            ax.plot(x, y, alpha=0.25, linewidth=0.5, **look)
            x, y = _as_seen(history.step[middle], running_mean(values, smoothing))
        width = 1.5 if smoothing > 1 or len(x) < MANY else 0.5
        marker = "o" if len(x) == 1 else None  # a single point makes no line
        ax.plot(x, y, label=label, linestyle=linestyle, linewidth=width, marker=marker, **look)


def _as_seen(x: Array, y: Array) -> tuple[Array, Array]:
    """Reduce a curve of more points than can be seen to the lowest and the highest of each block.

    A block of NaN alone stays NaN, so the curve keeps its gaps.
    """
    each = len(x) // BLOCKS
    if each <= 2:
        return x, y
    last = len(x) - len(x) % each  # all points from there on are drawn
    blocks = y[:last].reshape(-1, each)
    gaps = np.isnan(blocks)
    lowest = np.where(gaps, np.inf, blocks).argmin(axis=1)
    highest = np.where(gaps, -np.inf, blocks).argmax(axis=1)
    ends = np.sort([lowest, highest], axis=0)
    shown = np.append((ends + each * np.arange(len(blocks))).T.ravel(), np.arange(last, len(x)))
    return x[shown], y[shown]


def running_mean(values: Array, window: int) -> Array:
    """Return the mean of each `window` consecutive numbers, (n - window + 1,).

    Numbers that are not finite are left out; the mean is NaN where no others remain.
    """
    there = np.isfinite(values)
    sums = _running_sum(np.where(there, values, 0.0), window)
    counts = _running_sum(there.astype(np.float64), window)
    mean: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return mean


def _running_sum(values: Array, window: int) -> Array:
    """Return the sum of each `window` consecutive numbers, from sums over 1, 2, 4, ... of them.

    A convolution would take time in proportion to the window, and differences of one cumulative
    sum would carry the rounding errors of its largest terms into all later sums.
    """
    length = len(values) - window + 1
    total, start, span = np.zeros(length), 0, 1
    while True:
        if window & span:
            total += values[start : start + length]
            start += span
        if 2 * span > window:
            return total
        values = values[:-span] + values[span:]
        span *= 2


def draw_mark(ax: Axes, height: float, name: str) -> None:
    """Draw a reference line across the axes, with its name on the right."""
    _draw_line(ax, height)
    _name_line(ax, height, name)


def _draw_line(ax: Axes, height: float) -> None:
    ax.axhline(height, color=GREY, linestyle=(0, (1, 2)), linewidth=1)


def _name_line(ax: Axes, height: float, name: str) -> None:
    ax.annotate(
        name,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        va="center",
        color=GREY,
        fontsize="small",
    )


def _apart(ax: Axes, marks: dict[float, str]) -> dict[float, str]:
    """Return the names of lines by height, joining names that would cover one another."""
    from matplotlib.font_manager import FontProperties

    low, high = ax.get_ylim()
    line = LINE * FontProperties(size="small").get_size_in_points()
    share = line / size_in_points(ax)[1]
    needed = share * high - share * low  # high - low may overflow
    groups: list[list[float]] = []
    for height in sorted(marks, reverse=True):
        if groups and groups[-1][-1] - height < needed:
            groups[-1].append(height)
        else:
            groups.append([height])
    return {sum(group) / len(group): ", ".join(marks[h] for h in group) for group in groups}


def label_steps(ax: Axes, smoothing: int) -> None:
    """Label the horizontal axis with its quantity and the number of records in each mean."""
    means = "" if smoothing == 1 else f" (lines: running means of {smoothing:,} records)"
    ax.set_xlabel(f"step{means}")


def _checked_curves(curves: str | Sequence[str], loss: str) -> tuple[str, ...]:
    names = (curves,) if isinstance(curves, str) else tuple(curves)
    for name in names:
        if name not in KINDS:
            raise ValueError(f"curves must be in {tuple(KINDS)}, got {validation.describe(name)}")
        if name in OF_LOG_LOSSES and loss not in LOG_LOSSES:
            raise ValueError(
                f"curves can include {name!r} for the losses {LOG_LOSSES}, not for {loss!r}"
            )
    if not names:
        raise ValueError(f"curves must name some of {tuple(KINDS)}, got none")
    return tuple(name for name in KINDS if name in names)


def _curves(name: str, loss: str) -> Curves:
    if name == "losses":
        return loss_curves(loss)
    return {"probabilities": PROBABILITIES, "value": VALUE, "jensen_shannon": DIVERGENCE}[name]


def _label(ax: Axes, shown: tuple[str, ...], loss: str, smoothing: int) -> None:
    texts = []
    for name in shown:
        kind = KINDS[name]
        looks = [] if len(shown) == 1 else [kind.style]
        units = ["in nats"] if name != "probabilities" and loss in LOG_LOSSES else []
        notes = ", ".join(looks + units)
        texts.append(f"{kind.name} ({notes})" if notes else kind.name)
    ax.set_ylabel("\n".join(texts))
    label_steps(ax, smoothing)
    if shown == ("probabilities",):
        ax.set_ylim(0, 1)
    elif not set(shown) & set(OF_LOG_LOSSES) and loss not in ("minimax", "wasserstein"):
        ax.set_ylim(bottom=0)  # minimax and Wasserstein losses may be below 0
    put_legend_above(ax, 2)
