"""The timed cases: three sizes in two dtypes, each with its data and its random draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

import fastgan

Array = npt.NDArray[Any]

SEED = 42
LEARNING_RATE = 0.01
DTYPES = ("float64", "float32")


@dataclass(frozen=True)
class Size:
    """Shape of a problem, and numbers of epochs to train it.

    The number of rows is a multiple of the batch size, so peers need not handle short batches.
    """

    name: str
    rows: int
    side: int  # side of a square picture, in pixels
    latent_dim: int
    batch_size: int
    epochs: int  # epochs of a timed training
    identity_epochs: int  # epochs of the comparison with the NumPy reference, before timing
    short_epochs: int  # epochs when nothing is timed, or when the NumPy reference itself is timed


SLANTED_LAND = Size(
    "slanted-land",
    rows=5,
    side=2,
    latent_dim=1,
    batch_size=1,
    epochs=1000,
    identity_epochs=1000,
    short_epochs=100,
)
SIZES = (
    SLANTED_LAND,
    Size(
        "16x16",
        rows=256,
        side=16,
        latent_dim=16,
        batch_size=16,
        epochs=25,
        identity_epochs=3,
        short_epochs=1,
    ),
    Size(
        "28x28",
        rows=256,
        side=28,
        latent_dim=64,
        batch_size=64,
        epochs=10,
        identity_epochs=3,
        short_epochs=1,
    ),
)


class Parameters(NamedTuple):
    """Parameters of both networks, in the order in which they are drawn."""

    discriminator_weights: Array  # (d,)
    discriminator_bias: Array  # (1,)
    generator_weights: Array  # (k, d)
    generator_biases: Array  # (d,)


class Outcome(NamedTuple):
    """Result of a training, by fastgan or by a peer."""

    parameters: Parameters
    history: Array | None  # (5, steps), rows as in fastgan.History; None if none was kept


@dataclass(frozen=True, eq=False)
class Work:
    """One training as arrays: everything that `fastgan.train` would draw with SEED."""

    size: Size
    epochs: int
    data: Array  # (n, d)
    latents: Array  # (rows, k)
    initial: Parameters  # never moved; use `parameters()` for a copy

    @property
    def steps(self) -> int:
        """Total number of training steps."""
        return len(self.latents) // self.size.batch_size

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype of every array."""
        return self.data.dtype

    @property
    def batches(self) -> Array:
        """Return the data as (batches of an epoch, m, d)."""
        return self.data.reshape(-1, self.size.batch_size, self.data.shape[1])

    @property
    def latent_batches(self) -> Array:
        """Return the latent vectors as (steps, m, k)."""
        return self.latents.reshape(self.steps, self.size.batch_size, self.size.latent_dim)

    def parameters(self) -> Parameters:
        """Return a copy of the initial parameters, for training in place."""
        return Parameters(*(part.copy() for part in self.initial))


@cache
def pictures(size: Size) -> Array:
    """Return the data of a size, (n, s, s): the five faces, or larger blobs with the same slant."""
    if size == SLANTED_LAND:
        return fastgan.datasets.slanted_land()
    rng = np.random.default_rng(SEED)
    row, column = np.mgrid[: size.side, : size.side] / (size.side - 1) - 0.5
    centre = rng.uniform(-0.15, 0.15, (2, size.rows, 1, 1))
    length = rng.uniform(0.5, 0.9, (size.rows, 1, 1))
    width = rng.uniform(0.1, 0.2, (size.rows, 1, 1))
    along = (row - centre[0]) + (column - centre[1])
    across = (row - centre[0]) - (column - centre[1])
    return np.exp(-((along / length) ** 2) - (across / width) ** 2)


@cache
def work(size: Size, dtype: str, epochs: int) -> Work:
    """Lay out a training of `epochs` epochs; a longer training begins like a shorter one."""
    rng = np.random.default_rng(SEED)
    d, k = size.side**2, size.latent_dim
    vector = rng.standard_normal(d + 1 + k * d + d).astype(dtype)
    latents = rng.random((epochs * size.rows, k)).astype(dtype)
    w, b, weights, biases = np.split(vector, [d, d + 1, d + 1 + k * d])
    return Work(
        size=size,
        epochs=epochs,
        data=pictures(size).reshape(size.rows, d).astype(dtype),
        latents=latents,
        initial=Parameters(w, b, weights.reshape(k, d), biases),
    )
