"""Figures of generated pictures, and of how trainings went; matplotlib is imported when needed.

Nothing here touches pyplot: no window opens, no display is needed, and no figure stays behind.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan import arrays
from fastgan.dynamics_plotting import gradient_field
from fastgan.figures import BLUE, GREEN, GREY, VERMILION, new_figure
from fastgan.outcome_plotting import outcome_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from fastgan.history import History
    from fastgan.results import TrainingRun

__all__ = ["demo_figure", "gradient_field", "history", "outcome_map", "samples"]

Array = npt.NDArray[Any]
Curves = tuple[tuple[str, str, str], ...]  # name in the history, label, colour

LOG_LOSSES = ("non-saturating", "minimax")
# Of D on real rows, of D on pictures, and of G; s is D's logit.
FORMULAS = {
    "non-saturating": ("-\\log\\,D(x)", "-\\log(1-D(G(z)))", "-\\log\\,D(G(z))"),
    "minimax": ("-\\log\\,D(x)", "-\\log(1-D(G(z)))", "\\log(1-D(G(z)))"),
    "least-squares": ("(s-1)^2/2", "s^2/2", "(s-1)^2/2"),
    "wasserstein": ("-s", "s", "-s"),
}
PROBABILITIES: Curves = (
    ("d_real", "$D(x)$", BLUE),
    ("d_fake", "$D(G(z))$", VERMILION),
)
AVERAGED = 50  # parts of a history; single steps of small batches are mostly noise
GAP = 0.25  # between pictures, in parts of their longer side


def loss_curves(loss: str) -> Curves:
    """The curves of a history's losses, labelled by their formulas."""
    real, fake, generator = FORMULAS[loss]
    return (
        ("d_loss_real", f"discriminator, real: ${real}$", BLUE),
        ("d_loss_fake", f"discriminator, fake: ${fake}$", VERMILION),
        ("g_loss", f"generator: ${generator}$", GREEN),
    )


def samples(pictures: npt.ArrayLike, *, ax: Axes | None = None, columns: int | None = None) -> Axes:
    """Draw pictures in a grid, from white for 0 to black for 1.

    Parameters
    ----------
    pictures : array_like, shape (n, height, width)
        As `GAN.sample` returns them; what lies outside [0, 1] is drawn as 0 or 1.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.
    columns : int, optional
        Pictures in a row; by default as many as make the grid about square.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    TypeError, ValueError
        If `pictures` are not real, finite and of such a shape, or `columns` is not a positive int.
    ImportError
        If matplotlib is not installed.
    """
    grid = arrays.real_array("pictures", pictures, np.dtype(np.float64))
    if grid.ndim != 3 or grid.size == 0:
        raise ValueError(f"pictures must have shape (n, height, width), got {grid.shape}")
    n, height, width = grid.shape
    per_row = math.ceil(math.sqrt(n)) if columns is None else arrays.count("columns", columns)
    gap = GAP * max(height, width)
    wide = min(n, per_row) * (width + gap) - gap
    high = math.ceil(n / per_row) * (height + gap) - gap
    if ax is None:
        inches = 4 / max(wide, high)
        ax = new_figure(max(1, wide * inches), max(1, high * inches)).subplots()
    for i, picture in enumerate(grid):
        row, column = divmod(i, per_row)
        left, top = column * (width + gap), row * (height + gap)
        ax.imshow(
            picture,
            cmap="gray_r",
            vmin=0,
            vmax=1,
            interpolation="nearest",
            extent=(left, left + width, top + height, top),
        )
        ax.plot(
            [left, left + width, left + width, left, left],
            [top, top, top + height, top + height, top],
            color=GREY,
            linewidth=0.8,
            clip_on=False,
        )
    ax.set(xlim=(0, wide), ylim=(high, 0))
    ax.set_axis_off()
    return ax


def history(history: History, *, loss: str = "non-saturating", ax: Axes | None = None) -> Axes:
    """Draw how losses and probabilities changed over the steps of a training.

    Each is drawn as a running mean over a fiftieth of the records, the losses in front of the
    records themselves, which are pale. A discriminator that can no longer tell gives every item
    the probability 1/2 and has the log-loss log 2 on either kind; dotted lines mark these.

    Parameters
    ----------
    history : History
        As in `TrainingRun.history`.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        What the training descended, as in `TrainingOptions.loss`: how the curves are labelled.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib.axes.Axes
        Its ``figure`` can be saved with ``savefig``.

    Raises
    ------
    ValueError
        If nothing was recorded, or there is no such loss.
    ImportError
        If matplotlib is not installed.
    """
    _require_records(history)
    if loss not in FORMULAS:
        raise ValueError(f"loss must be one of {tuple(FORMULAS)}, got {arrays.describe(loss)}")
    ax = new_figure(7, 4.5).subplots() if ax is None else ax
    _draw_losses(history, ax, loss)
    _draw_means(history, ax, PROBABILITIES, "--")
    _mark(ax, 0.5, "1/2")
    nats = ", in nats" if loss in LOG_LOSSES else ""
    ax.set_ylabel(f"loss (solid{nats}), probability (dashed)")
    return ax


def demo_figure(run: TrainingRun, pictures: npt.ArrayLike) -> Figure:
    """Draw generated pictures with what the discriminator thinks of them, above the history.

    Parameters
    ----------
    run : TrainingRun
        With a history of at least one step.
    pictures : array_like, shape (n, height, width)
        As ``run.gan.sample`` returns them.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `pictures` are not such pictures, or nothing was recorded.
    ImportError
        If matplotlib is not installed.
    """
    _require_records(run.history)
    faces = arrays.real_array("pictures", pictures, np.dtype(np.float64))
    figure = new_figure(9, 6)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(2, 3)).flat
    above.suptitle("Generated faces $x=G(z)$, and what the discriminator thinks of them")
    for face, ax in zip(faces, above.subplots(1, len(faces), squeeze=False).flat, strict=True):
        samples(face[np.newaxis], ax=ax)
        ax.set_title(f"$D(x)={run.gan.discriminate(face):.2f}$")
    losses, probabilities = below.subplots(1, 2, gridspec_kw={"wspace": 0.08})
    _draw_losses(run.history, losses)
    losses.set(title="Losses", ylabel="loss (nats)")
    _draw_records(run.history, probabilities, PROBABILITIES)
    _draw_means(run.history, probabilities, PROBABILITIES, "-")
    _mark(probabilities, 0.5, "1/2")
    probabilities.set(title="Probabilities", ylabel="probability of being real", ylim=(0, 1))
    return figure


def _require_records(history: History) -> None:
    if len(history) == 0:
        raise ValueError("history must have records, got none: train with record_every=1 or more")


def _draw_losses(history: History, ax: Axes, loss: str = "non-saturating") -> None:
    curves = loss_curves(loss)
    _draw_records(history, ax, curves)
    _draw_means(history, ax, curves, "-")
    if loss in LOG_LOSSES:
        _mark(ax, math.log(2), "log 2")
    if loss not in ("minimax", "wasserstein"):  # which have losses below 0
        ax.set_ylim(bottom=0)


def _draw_records(history: History, ax: Axes, curves: Curves) -> None:
    for name, _, colour in curves:
        ax.plot(history.step, getattr(history, name), color=colour, alpha=0.15, linewidth=0.5)


def _draw_means(history: History, ax: Axes, curves: Curves, linestyle: str) -> None:
    window = max(1, len(history) // AVERAGED)
    middle = slice((window - 1) // 2, len(history) - window // 2)
    for name, label, colour in curves:
        mean = _running_mean(getattr(history, name), window)
        ax.plot(history.step[middle], mean, color=colour, label=label, linestyle=linestyle)
    ax.set_xlabel("step" if window == 1 else f"step (lines: running means of {window:,} records)")
    ax.legend(fontsize="small")


def _running_mean(values: Array, window: int) -> Array:
    """Over so many records, without those where it was not G's turn; NaN if there is none."""
    there = np.isfinite(values)
    sums, counts = (
        np.convolve(numbers, np.ones(window), mode="valid")
        for numbers in (np.where(there, values, 0.0), there.astype(np.float64))
    )
    counts = counts.round()
    mean: Array = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return mean


def _mark(ax: Axes, height: float, name: str) -> None:
    ax.axhline(height, color=GREY, linestyle=":", linewidth=1)
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
