"""One GAN, trained in pieces that take a moment each, so that a training can be abandoned.

Each piece starts from the networks that the previous one left, and continues with the same random
generator. The result has the same bits as a single call of `fastgan.train`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import fastgan
from fastgan import backends
from fastgan.lab.settings import SettingError, Settings
from fastgan.options.step_counts import steps_in_epoch
from fastgan.training.history import ROWS

Array = npt.NDArray[Any]

SAMPLES = 8
SAMPLES_SEED = 0
MOMENT = 0.02  # seconds: pieces grow while they take less
FIRST_EPOCHS = 1000  # epochs of the first piece: compiled backends need at most milliseconds
FIRST_EPOCHS_OF_NUMPY = 4  # epochs of the first piece with NumPy, which is far slower


@dataclass(frozen=True, eq=False)
class TimedRun:
    """The result of a training as the page shows it, and the time that it took.

    Attributes
    ----------
    gan : GAN
    history : ndarray, shape (5, steps)
        A row for each of `fastgan.training.history.ROWS`.
    samples : ndarray, shape (8, 2, 2)
        Pictures that G draws.
    backend : str
    seconds : float
        Time spent in `fastgan.train`.
    """

    gan: fastgan.GAN
    history: Array
    samples: Array
    backend: str
    seconds: float


def train(settings: Settings) -> Iterator[TimedRun | None]:
    """Train; yield None after each piece, and the result after the last.

    Raises
    ------
    SettingError
        If the training diverged; the message gives the step.
    """
    faces = np.array(settings.faces)
    generator = np.random.default_rng(settings.seed_sequence())
    backend = backends.choose().name
    pace = FIRST_EPOCHS_OF_NUMPY if backend == "numpy" else FIRST_EPOCHS
    gan, histories, done, seconds = None, [], 0, 0.0
    while done < settings.epochs:
        epochs = min(pace, settings.epochs - done)
        began = time.perf_counter()
        try:
            run = fastgan.train(faces, epochs=epochs, init=gan, rng=generator, **settings.options())
        except fastgan.DivergenceError as error:
            steps = done * steps_in_epoch(len(faces), settings.batch_size) + error.step
            raise _ran_away(settings, steps, "a parameter") from None
        assert isinstance(run.gan, fastgan.GAN)
        took = time.perf_counter() - began
        gan, done, seconds = run.gan, done + epochs, seconds + took
        histories.append(np.stack([getattr(run.history, name) for name in ROWS]))
        if took < MOMENT:
            pace *= 4
        yield None
    assert gan is not None
    history = np.concatenate(histories, axis=1)
    endless = np.flatnonzero(~np.isfinite(history).all(axis=0))
    if len(endless):  # D's logit may not be finite though its weights are
        raise _ran_away(settings, int(endless[0]), "a loss")
    samples = gan.sample(SAMPLES, rng=SAMPLES_SEED)
    yield TimedRun(gan, history, samples, backend, seconds)


def _ran_away(settings: Settings, step: int, what: str) -> SettingError:
    return SettingError(
        settings.larger_rate(),
        f"The training diverged at step {step:,}, where {what} stopped being finite: try smaller "
        "learning rates",
    )
