"""A thousand GANs that differ only in their seeds, trained in blocks that take a moment each.

All blocks spawn their seeds from the same seed sequence, so together they have the same bits as
a single call of `fastgan.train_many`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import fastgan
from fastgan import backends
from fastgan.ensembles.outcomes import OUTCOMES
from fastgan.lab.settings import SEEDS, SettingError, Settings

MOMENT = 0.03  # seconds: blocks grow while they take less


@dataclass(frozen=True, eq=False)
class Fates:
    """The outcomes of the models of a crowd that have been trained so far.

    Attributes
    ----------
    outcome : ndarray of int, shape (done,)
        Positions of the outcomes in `fastgan.ensembles.outcomes.OUTCOMES`.
    distance, saturation : ndarray of float64, shape (done,)
        Measures of each model, as in `fastgan.Outcomes`.
    seconds : float
        Time spent so far.
    """

    outcome: npt.NDArray[np.int64]
    distance: npt.NDArray[np.float64]
    saturation: npt.NDArray[np.float64]
    seconds: float

    def counts(self) -> dict[str, int]:
        """Count the models of each outcome."""
        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))
        return {name: int(counts[i]) for i, name in enumerate(OUTCOMES)}


def train(settings: Settings) -> Iterator[Fates]:
    """Train `SEEDS` models; after each block, yield the fates of all models so far.

    Raises
    ------
    SettingError
        If there is no compiled backend, without which training would take about an hour.
    """
    if backends.choose().name == "numpy":
        raise SettingError(
            "",
            "A thousand trainings would take an hour with NumPy alone: this view needs the C "
            "kernel or pip install 'fastgan[numba]'; fastgan info lists what is installed",
        )
    faces, parent = np.array(settings.faces), np.random.SeedSequence(settings.seed)
    parts: list[fastgan.Outcomes] = []
    done, at_once, began = 0, 1, time.perf_counter()
    while done < SEEDS:
        models = min(at_once, SEEDS - done)
        block_began = time.perf_counter()
        ensemble = fastgan.train_many(
            faces, models, epochs=settings.epochs, rng=parent, **settings.options()
        )
        parts.append(ensemble.outcome())
        done += models
        if time.perf_counter() - block_began < MOMENT:
            at_once *= 4
        yield _together(parts, time.perf_counter() - began)


def _together(parts: list[fastgan.Outcomes], seconds: float) -> Fates:
    labels = np.concatenate([part.label for part in parts])
    outcome = np.select([labels == name for name in OUTCOMES], range(len(OUTCOMES)))
    distance, saturation = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("distance", "saturation")
    )
    return Fates(outcome.astype(np.int64), distance, saturation, seconds)
