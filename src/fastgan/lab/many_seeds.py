"""A thousand GANs that differ by nothing but their seeds, trained in blocks of a moment each.

Blocks spawn on from the same seed sequence, so that together they have the bits of
`fastgan.train_many` in one go.
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
    """What came of the first models of a crowd, of which the others are still to be trained.

    Attributes
    ----------
    outcome : ndarray of int, shape (done,)
        Their positions in `fastgan.ensembles.outcomes.OUTCOMES`.
    distance, saturation : ndarray of float64, shape (done,)
        As in `fastgan.Outcomes`.
    seconds : float
        What it took so far.
    """

    outcome: npt.NDArray[np.int64]
    distance: npt.NDArray[np.float64]
    saturation: npt.NDArray[np.float64]
    seconds: float

    def counts(self) -> dict[str, int]:
        """How many there are of each outcome."""
        counts = np.bincount(self.outcome, minlength=len(OUTCOMES))
        return {name: int(counts[i]) for i, name in enumerate(OUTCOMES)}


def train(settings: Settings) -> Iterator[Fates]:
    """Train `SEEDS` models; after each block give the fates of all until there.

    Raises
    ------
    SettingError
        If there is no compiled backend, with which it would take hours.
    """
    if backends.choose().name == "numpy":
        raise SettingError(
            "",
            "A thousand trainings would take an hour with NumPy alone: this view needs the C "
            "kernel or pip install 'fastgan[numba]'; fastgan info says what there is",
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
