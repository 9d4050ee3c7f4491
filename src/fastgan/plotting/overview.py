"""A figure of generated pictures and the history of their training, for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.plotting.history_curves import (
    LOG_2,
    Curves,
    draw_curves,
    draw_mark,
    label_steps,
    loss_curves,
    require_records,
)
from fastgan.plotting.picture_grids import samples
from fastgan.plotting.style import BLUE, VERMILION, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fastgan.training.run import TrainingRun

# Each mean covers 1/50 of the history: single steps of small batches are mostly noise.
AVERAGED = 50
PROBABILITIES: Curves = (("d_real", "$D(x)$", BLUE), ("d_fake", "$D(G(z))$", VERMILION))


def demo_figure(run: TrainingRun, pictures: npt.ArrayLike) -> Figure:
    """Draw generated pictures with the discriminator's probabilities, above the history.

    Parameters
    ----------
    run : TrainingRun
        A run whose history has at least one record.
    pictures : array_like, shape (n, height, width)
        Pictures as returned by ``run.gan.sample``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `pictures` is not such an array, or nothing was recorded.
    ImportError
        If matplotlib is not installed.
    """
    require_records(run.history)
    faces = validation.real_array("pictures", pictures, np.dtype(np.float64))
    figure = new_figure(9, 6)
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(2, 3)).flat
    above.suptitle("Generated faces $x=G(z)$, and what the discriminator thinks of them")
    for face, ax in zip(faces, above.subplots(1, len(faces), squeeze=False).flat, strict=True):
        samples(face[np.newaxis], ax=ax)
        ax.set_title(f"$D(x)={run.gan.discriminate(face):.2f}$")
    smoothing = max(1, len(run.history) // AVERAGED)
    losses, probabilities = below.subplots(1, 2, gridspec_kw={"wspace": 0.08})
    for ax, curves, mark in (
        (losses, loss_curves("non-saturating"), LOG_2),
        (probabilities, PROBABILITIES, (0.5, "1/2")),
    ):
        draw_curves(ax, run.history, curves, smoothing)
        draw_mark(ax, *mark)
        label_steps(ax, smoothing)
        ax.legend(fontsize="small")
    losses.set(title="Losses", ylabel="loss (nats)")
    losses.set_ylim(bottom=0)
    probabilities.set(title="Probabilities", ylabel="probability of being real", ylim=(0, 1))
    return figure
