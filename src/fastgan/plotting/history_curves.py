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
# Attribute of the history, label, colour; without one that of the axes' text.
Curves = tuple[tuple[str, str, str | None], ...]

LOG_LOSSES = ("non-saturating", "minimax")
# Of D on real rows, of D on pictures, and of G; s is D's logit.
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
MANY = 1000  # records, which thick lines would make one broad band
# Of records in a curve: on a page three within the width of a thin line, whatever is drawn on. What
# matplotlib takes to draw noise is in proportion to them.
BLOCKS = 2500
VALUE: Curves = (("value", "value of the game: $V(D, G)$", None),)
DIVERGENCE: Curves = (("jensen_shannon", "Jensen-Shannon: $(V + 2\\,\\log 2)/2$", None),)


@dataclass(frozen=True)
class _Kind:
    """What curves of a kind have in common."""

    name: str
    linestyle: str
    style: str  # the same in words
    marks: tuple[tuple[float, str], ...]  # heights of reference lines, with their names


LINE = 1.2  # from one line of text to the next, in font sizes
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
    """Draw how losses and probabilities changed over the steps of a training.

    Dotted grey lines mark what to compare with: a discriminator that can no longer tell gives
    every item the probability 1/2 and has the log-loss log 2 on either kind, so that the value of
    the game is -2 log 2; and a Jensen-Shannon divergence is from 0 to log 2.

    Parameters
    ----------
    history : History
        As in `TrainingRun.history`.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        What the training descended, as in `TrainingOptions.loss`: how the curves are labelled.
    curves : str or sequence of str
        Which of them: ``"losses"``, ``"probabilities"``, and for the first two losses ``"value"``,
        as in `History.value`, and ``"jensen_shannon"``, as in `History.jensen_shannon`.
    smoothing : int
        Draw running means over so many records, each at the middle of its own, in front of pale
        lines of the records themselves. By default there is nothing but these.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

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
    """Check that this is the history of one model, with at least one record."""
    if not isinstance(history, History):
        raise TypeError(f"history must be a History, got {validation.describe(history)}")
    if history.d_real.ndim > 1:
        raise ValueError("history must be of one model, as ensemble[i].history, got one of many")
    if len(history) == 0:
        raise ValueError("history must have records, got none: train with record_every=1 or more")


def loss_curves(loss: str) -> Curves:
    """The curves of a history's losses, labelled by their formulas."""
    real, fake, generator = FORMULAS[loss]
    return (
        ("d_loss_real", f"discriminator, real: ${real}$", BLUE),
        ("d_loss_fake", f"discriminator, fake: ${fake}$", VERMILION),
        ("g_loss", f"generator: ${generator}$", GREEN),
    )


def draw_curves(
    ax: Axes, history: History, curves: Curves, smoothing: int, linestyle: str = "-"
) -> None:
    """Draw running means over so many records, in front of the records themselves."""
    middle = slice((smoothing - 1) // 2, len(history) - smoothing // 2)
    for name, label, colour in curves:
        values = np.asarray(getattr(history, name), np.float64)
        there = np.isfinite(values)  # else it was not G's turn
        x, y = _as_seen(history.step[there], values[there])
        look: dict[str, Any] = {"color": ax.xaxis.label.get_color() if colour is None else colour}
        if smoothing > 1:
            ax.plot(x, y, alpha=0.25, linewidth=0.5, **look)
            x, y = _as_seen(history.step[middle], running_mean(values, smoothing))
        width = 1.5 if smoothing > 1 or len(x) < MANY else 0.5
        marker = "o" if len(x) == 1 else None  # through a single point there is no line
        ax.plot(x, y, label=label, linestyle=linestyle, linewidth=width, marker=marker, **look)


def _as_seen(x: Array, y: Array) -> tuple[Array, Array]:
    """Of more points than can be seen side by side the lowest and the highest of each few.

    Where those are NaN, a NaN: there is a gap.
    """
    each = len(x) // BLOCKS
    if each <= 2:
        return x, y
    last = len(x) - len(x) % each  # those after it are drawn, too
    blocks = y[:last].reshape(-1, each)
    gaps = np.isnan(blocks)
    lowest = np.where(gaps, np.inf, blocks).argmin(axis=1)
    highest = np.where(gaps, -np.inf, blocks).argmax(axis=1)
    ends = np.sort([lowest, highest], axis=0)
    shown = np.append((ends + each * np.arange(len(blocks))).T.ravel(), np.arange(last, len(x)))
    return x[shown], y[shown]


def running_mean(values: Array, window: int) -> Array:
    """The mean of each so many numbers in a row, (n - window + 1,).

    Without those that are NaN; NaN where there are no others.
    """
    there = np.isfinite(values)
    sums = _running_sum(np.where(there, values, 0.0), window)
    counts = _running_sum(there.astype(np.float64), window)
    mean: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return mean


def _running_sum(values: Array, window: int) -> Array:
    """Sums over twice, four times, ... as many, put together to those of a window.

    A convolution would take a time in proportion to the window, and differences of one long sum
    would carry the rounding of its largest terms to all later ones.
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
    """A reference line across the axes, with its name at the right."""
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
    """The names of lines at their heights, those that would cover one another put together."""
    from matplotlib.font_manager import FontProperties

    low, high = ax.get_ylim()
    line = LINE * FontProperties(size="small").get_size_in_points()
    share = line / size_in_points(ax)[1]
    needed = share * high - share * low  # of what may be as large as numbers can be
    groups: list[list[float]] = []
    for height in sorted(marks, reverse=True):
        if groups and groups[-1][-1] - height < needed:
            groups[-1].append(height)
        else:
            groups.append([height])
    return {sum(group) / len(group): ", ".join(marks[h] for h in group) for group in groups}


def label_steps(ax: Axes, smoothing: int) -> None:
    """What the horizontal axis is, and how many records each mean is over."""
    means = "" if smoothing == 1 else f" (lines: running means of {smoothing:,} records)"
    ax.set_xlabel(f"step{means}")


def _checked_curves(curves: str | Sequence[str], loss: str) -> tuple[str, ...]:
    names = (curves,) if isinstance(curves, str) else tuple(curves)
    for name in names:
        if name not in KINDS:
            raise ValueError(f"curves must be of {tuple(KINDS)}, got {validation.describe(name)}")
        if name in OF_LOG_LOSSES and loss not in LOG_LOSSES:
            raise ValueError(
                f"curves can be {name!r} for the losses {LOG_LOSSES}, not for {loss!r}"
            )
    if not names:
        raise ValueError(f"curves must be of {tuple(KINDS)}, got none")
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
        ax.set_ylim(bottom=0)  # the others have losses below 0
    put_legend_above(ax, 2)
