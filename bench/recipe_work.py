"""Other schedules, losses, optimizers and ways to watch, each checked before it is timed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from cases import LEARNING_RATE, SEED, Size, pictures
from trainings import outcome, require_same_bits

import fastgan

# All except the first and the last three use kernels that are written to be read; the last three
# run Python between their steps.
RECIPES: dict[str, dict[str, Any]] = {
    "the default": {},
    "minimax": {"loss": "minimax"},
    "least squares": {"loss": "least-squares"},
    "Wasserstein, clipped": {"loss": "wasserstein", "clip_value": 0.1},
    "Wasserstein, gradient penalty": {"loss": "wasserstein", "gradient_penalty_weight": 10.0},
    "label smoothing": {"label_smoothing": 0.1},
    "R1": {"r1_weight": 0.1},
    "momentum": {"optimizer": "momentum"},
    "Adam": {"optimizer": "adam"},
    "alternating": {"schedule": "alternating"},
    "alternating, 5 steps of D": {"schedule": "alternating", "discriminator_steps": 5},
    "simultaneous": {"schedule": "simultaneous"},
    "a snapshot every 100 steps": {"snapshot_every": 100},
    "a callback every 100 steps": {"callback": lambda view: view.step < 0, "callback_every": 100},
    "early stopping, never reached": {"early_stopping": 0.0},
}


def training(
    size: Size, dtype: str, epochs: int, recipe: str, backend: str = "c", record_every: int = 0
) -> Callable[[], fastgan.TrainingRun]:
    """Return a function that calls `fastgan.train` with a recipe, including its random draws."""
    items = pictures(size)

    def train() -> fastgan.TrainingRun:
        return fastgan.train(
            items,
            epochs=epochs,
            batch_size=size.batch_size,
            learning_rate=LEARNING_RATE,
            latent_dim=size.latent_dim,
            rng=SEED,
            dtype=dtype,
            backend=backend,
            record_every=record_every,
            **RECIPES[recipe],
        )

    return train


@cache
def require_identity(size: Size, dtype: str, recipe: str) -> None:
    """Assert that the C kernel gives the specification's bits."""
    got, expected = (
        outcome(training(size, dtype, size.short_epochs, recipe, backend, record_every=1)())
        for backend in ("c", "numpy")
    )
    where = f"{recipe}, {size.name}, {dtype}"
    for mine, theirs in zip(got.parameters, expected.parameters, strict=True):
        require_same_bits(np.asarray(mine), np.asarray(theirs), where)
    require_same_bits(got.history, expected.history, where)
