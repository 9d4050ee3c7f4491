"""Work on which crowds are timed: shapes, and each model's data and draws for the peers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from cases import LEARNING_RATE, SEED, Array
from recipe_work import RECIPES
from trainings import outcome, require_same_bits

import fastgan


@dataclass(frozen=True)
class Shape:
    """Shape of a problem."""

    rows: int
    features: int
    latent_dim: int = 1
    batch_size: int = 1

    def steps(self, epochs: int) -> int:
        """Return the number of steps of one model; the rows are a multiple of the batch size."""
        return epochs * self.rows // self.batch_size

    @property
    def parameters(self) -> int:
        """Number of parameters of a model."""
        return 2 * self.features + 1 + self.latent_dim * self.features


SLANTED_LAND = Shape(rows=5, features=4)
LATENT_AND_BATCH = tuple((k, m) for k in (1, 4) for m in (1, 5, 16))  # columns of `shapes`

# Not a multiple of any number of lanes, so groups of every width are compared.
MODELS_COMPARED = 64 + 32 + 16 + 8 + 4 + 2 + 1


@cache
def items(shape: Shape) -> Array:
    """Return the five faces, or noise with the number of rows of the shape."""
    if shape == SLANTED_LAND:
        return fastgan.datasets.slanted_land()
    return np.random.default_rng(SEED).random((shape.rows, shape.features))


def crowd(
    shape: Shape,
    dtype: str,
    models: int,
    epochs: int,
    *,
    threads: int = 1,
    record_every: int = 0,
    recipe: str = "the default",
) -> Callable[[], fastgan.Ensemble]:
    """Return a function that calls `fastgan.train_many`, including its random draws."""
    data = items(shape)

    def train() -> fastgan.Ensemble:
        return fastgan.train_many(
            data,
            models,
            epochs=epochs,
            batch_size=shape.batch_size,
            learning_rate=LEARNING_RATE,
            latent_dim=shape.latent_dim,
            rng=SEED,
            dtype=dtype,
            backend="c",
            threads=threads,
            record_every=record_every,
            **RECIPES[recipe],
        )

    return train


def solo(
    shape: Shape,
    dtype: str,
    epochs: int,
    *,
    record_every: int = 0,
    rng: int | np.random.SeedSequence = SEED,
    recipe: str = "the default",
) -> Callable[[], fastgan.TrainingRun]:
    """Return a function that calls `fastgan.train` with the same options, including its draws."""
    data = items(shape)

    def train() -> fastgan.TrainingRun:
        return fastgan.train(
            data,
            epochs=epochs,
            batch_size=shape.batch_size,
            learning_rate=LEARNING_RATE,
            latent_dim=shape.latent_dim,
            rng=rng,
            dtype=dtype,
            backend="c",
            record_every=record_every,
            **RECIPES[recipe],
        )

    return train


@cache
def require_identity(
    shape: Shape,
    dtype: str,
    models: int,
    epochs: int,
    threads: int = 1,
    record_every: int = 0,
    recipe: str = "the default",
) -> None:
    """Assert that each model of a crowd has the bits that it has when trained alone."""
    how: dict[str, Any] = {"record_every": record_every, "recipe": recipe}
    ensemble = crowd(shape, dtype, models, epochs, threads=threads, **how)()
    children = np.random.SeedSequence(SEED).spawn(models)
    for i, child in enumerate(children):
        together = outcome(ensemble[i])
        alone = outcome(solo(shape, dtype, epochs, rng=child, **how)())
        where = f"model {i} of {models}, {shape}, {dtype}, {threads} threads, {recipe}"
        for name, got, expected in zip(
            alone.parameters._fields, together.parameters, alone.parameters, strict=True
        ):
            require_same_bits(got, expected, f"{where}: {name}")
        if record_every:
            require_same_bits(together.history, alone.history, f"{where}: history")


@dataclass(frozen=True, eq=False)
class CrowdWork:
    """Slanted Land for many models as arrays: everything that `fastgan.train_many` would draw."""

    epochs: int
    faces: Array  # (5, 4)
    latents: Array  # (models, steps)
    initial: Array  # (models, 13): w_D, b_D, W_G, b_G; never moved

    @property
    def models(self) -> int:
        """Number of models."""
        return len(self.initial)

    @property
    def model_steps(self) -> int:
        """Total number of training steps of all models."""
        return self.latents.size

    @property
    def dtype(self) -> np.dtype:
        """Dtype of every array."""
        return self.initial.dtype


@cache
def crowd_work(dtype: str, models: int, epochs: int) -> CrowdWork:
    """Draw the random numbers for `models` models of Slanted Land."""
    latents = np.empty((models, SLANTED_LAND.steps(epochs)), dtype)
    initial = np.empty((models, SLANTED_LAND.parameters), dtype)
    for i, child in enumerate(np.random.SeedSequence(SEED).spawn(models)):
        rng = np.random.default_rng(child)
        initial[i] = rng.standard_normal(initial.shape[1])
        latents[i] = rng.random(latents.shape[1])
    faces = items(SLANTED_LAND).reshape(5, 4).astype(dtype)
    return CrowdWork(epochs, faces, latents, initial)
