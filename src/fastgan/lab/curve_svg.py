"""Curves of a training: its losses, and D's mean probabilities of faces and of G's pictures."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.lab.svg import WIDTH, drawing, element, text
from fastgan.training.history import ROWS

Array = npt.NDArray[Any]

HEIGHT = 200
LEFT, RIGHT, TOP, BOTTOM = 34, 330, 26, 172  # edges of the axes
WINDOWS = 120  # means over steps in a curve: single steps of small batches are mostly noise
CURVES = {  # the name of each in a history, with its label, and its class in the style sheet
    "d_loss_real": ("D on faces", "real"),
    "d_loss_fake": ("D on G's", "fake"),
    "g_loss": ("G", "generator"),
    "d_real": ("of faces", "real"),
    "d_fake": ("of G's pictures", "fake"),
}


def losses(history: Array) -> str:
    """Draw the three losses of a history (5, steps), in nats."""
    names = ("d_loss_real", "d_loss_fake", "g_loss")
    mean = _windows(history, names, np.add)
    top = max(1.0, float(mean.max()) / 0.95)
    top = min(top, sys.float_info.max)
    return _curves("Losses in nats", history, names, mean, top, (math.log(2), "log 2"))


def probabilities(history: Array) -> str:
    """Draw D's mean probability of faces and of G's pictures being real."""
    names = ("d_real", "d_fake")
    mean = _windows(history, names, np.add)
    return _curves("D's probabilities", history, names, mean, 1.0, (0.5, "1/2"))


def _curves(
    title: str,
    history: Array,
    names: tuple[str, ...],
    mean: Array,
    top: float,
    mark: tuple[float, str],
) -> str:
    """Draw means over windows of steps, in front of a pale band from the lowest to the highest."""
    steps = history.shape[1]
    low, high = _windows(history, names, np.minimum), _windows(history, names, np.maximum)
    across = np.linspace(LEFT, RIGHT, mean.shape[1]) if mean.shape[1] > 1 else [LEFT, RIGHT]
    if mean.shape[1] == 1:
        mean, low, high = (np.repeat(values, 2, axis=1) for values in (mean, low, high))
    bands, lines = [], []
    for i, name in enumerate(names):
        kind = CURVES[name][1]
        there, back = _points(across, high[i], top), _points(across, low[i], top)
        outline = " ".join([*there, *reversed(back)])
        bands.append(element("polygon", points=outline, class_=f"band {kind}"))
        line = " ".join(_points(across, mean[i], top))
        lines.append(element("polyline", points=line, class_=f"curve {kind}"))
    last = ", ".join(f"{CURVES[n][0]} {m[-1]:.2f}" for n, m in zip(names, mean, strict=True))
    content = [*_axes(steps, top), *bands, _mark(mark, top), *lines, *_legend(names)]
    return drawing(HEIGHT, f"{title} over {steps:,} steps; at the end {last}", "".join(content))


def _windows(history: Array, names: tuple[str, ...], fold: np.ufunc) -> Array:
    """Reduce equal windows of steps to their means (np.add), their minima or their maxima."""
    rows = history[[ROWS.index(name) for name in names]]
    count = min(WINDOWS, rows.shape[1])
    starts = np.arange(count) * rows.shape[1] // count
    if fold is np.add:  # divide before adding: a sum of losses could overflow
        sizes = np.diff(starts, append=rows.shape[1])
        rows = rows / np.repeat(sizes, sizes)
    folded: Array = fold.reduceat(rows, starts, axis=1)
    return folded


def _height(value: Any, top: float) -> Any:
    return BOTTOM - (BOTTOM - TOP) * np.clip(value / top, 0, 1)


def _points(across: Any, values: Array, top: float) -> list[str]:
    return [f"{x:.1f},{y:.1f}" for x, y in zip(across, _height(values, top), strict=True)]


def _axes(steps: int, top: float) -> list[str]:
    frame = element("path", d=f"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}", class_="axis")
    step = next(s for s in _nice_steps() if top / s <= 5)
    levels = [step * i for i in range(math.floor(top / step + 1e-9) + 1)]
    ticks = [
        text(_level(level), x=LEFT - 5, y=float(_height(level, top)) + 4, class_="tick end")
        for level in levels
    ]
    ends = [
        text("0", x=LEFT, y=BOTTOM + 15, class_="tick"),
        text("step", x=(LEFT + RIGHT) / 2, y=BOTTOM + 15, class_="tick"),
        text(f"{steps:,}", x=RIGHT, y=BOTTOM + 15, class_="tick"),
    ]
    return [frame, *ticks, *ends]


def _level(level: float) -> str:
    """Write the number of a tick: there is room for little more than four digits."""
    how = "g" if level < 10_000 else ".3e"
    mantissa, _, exponent = f"{level:{how}}".partition("e")
    return f"{float(mantissa):g}e{int(exponent)}" if exponent else mantissa


def _nice_steps() -> Any:
    return (digit * 10.0**power for power in range(-1, 308) for digit in (2, 2.5, 5, 10))


def _mark(mark: tuple[float, str], top: float) -> str:
    level, name = mark
    y = float(_height(level, top))
    line = element("line", x1=LEFT, y1=y, x2=RIGHT, y2=y, class_="mark")
    return line + text(name, x=RIGHT + 3, y=y + 4, class_="tick start")


def _legend(names: tuple[str, ...]) -> list[str]:
    wide = (WIDTH - LEFT) / len(names)
    parts = []
    for i, name in enumerate(names):
        label, kind = CURVES[name]
        x = LEFT + i * wide
        parts.append(element("line", x1=x, y1=12, x2=x + 26, y2=12, class_=f"curve {kind}"))
        parts.append(text(label, x=x + 31, y=16, class_="tick start"))
    return parts
