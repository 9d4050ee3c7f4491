"""The order of random draws, which is fixed.

The parameters come first (w_D, b_D, W_G row by row, b_G; standard normal). Then each epoch draws
the order of its rows, if they are shuffled, and then the latent vectors of each of its steps. All
draws are float64, rounded once to the run's dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import EXPLICIT, TrainingOptions, table_for
from fastgan.randomness import chunk_sizes
from fastgan.randomness.source import RandomSource

Array = npt.NDArray[Any]
NO_ORDER = np.empty(0, np.int64)


class Chunk(NamedTuple):
    """Consecutive steps that go to a backend in one call, with their rows and latent vectors."""

    order: npt.NDArray[np.int64]  # (rows,), or (0,) for the order of the data
    latents: Array  # (latent vectors, k)
    first_step: int
    steps: int

    def cut(self, count: int, steps: Steps) -> tuple[Chunk, Chunk]:
        """Cut the chunk into its first `count` steps and the rest."""
        at = self.first_step + count
        rows = steps.rows_before(at) - steps.rows_before(self.first_step)
        drawn = steps.latents_before(at) - steps.latents_before(self.first_step)
        return (
            Chunk(self.order[:rows], self.latents[:drawn], self.first_step, count),
            Chunk(self.order[rows:], self.latents[drawn:], at, self.steps - count),
        )


def initial_parameters(source: RandomSource, count: int, dtype: np.dtype[Any]) -> Array:
    """Draw a vector of `count` parameters, in the order of the table of parameters."""
    try:
        return source.normal(count).astype(dtype)
    except MemoryError:
        raise MemoryError(
            f"latent_dim: {count} parameters need {8 * count:,} bytes; ask for fewer dimensions"
        ) from None


def explicit_latents(latent: object, options: TrainingOptions, vectors_needed: int) -> Array:
    """Check the user's latent vectors (vectors_needed or more, k); k = 1 needs no second axis."""
    vectors = validation.real_array("latent", latent, options.dtype)
    k = options.latent_dim
    if vectors.ndim == 1 and k == 1:
        vectors = vectors[:, np.newaxis]
    if vectors.ndim != 2 or vectors.shape[1] != k:
        raise ValueError(
            f"latent must have shape (rows, latent_dim) with latent_dim={k}, "
            f"got shape {vectors.shape}"
        )
    if len(vectors) < vectors_needed:
        raise ValueError(
            f"latent has too few vectors: {vectors_needed} are needed (one for each row of each "
            f"epoch, and for each row of G's own batches), got {len(vectors)}"
        )
    return vectors


def draw_chunks(
    source: RandomSource,
    latent: object,
    options: TrainingOptions,
    steps: Steps,
    n_features: int,
    total: int | None = None,
) -> Iterator[Chunk]:
    """Draw for all steps of a run, or for its first `total`, chunk by chunk in the fixed order."""
    if total is None:
        total = options.epochs * steps.in_epoch
    at_most = chunk_sizes.steps_in_chunk(steps, n_features, options)
    given = None
    if options.latent == EXPLICIT:
        given = explicit_latents(latent, options, steps.latents_before(total))
    draw = _drawer(source, given, options)

    def chunk(first: int, count: int, order: Any) -> Chunk:
        needed = steps.latents_before(first + count) - (first and steps.latents_before(first))
        return Chunk(order, draw(needed), first, count)

    if at_most >= steps.in_epoch:
        for first in range(0, total, at_most):
            count = min(at_most, total - first)
            if not options.shuffle:
                yield chunk(first, count, NO_ORDER)
                continue
            parts = [
                chunk(
                    epoch,
                    min(steps.in_epoch, total - epoch),
                    source.permutation(steps.n_rows),
                )
                for epoch in range(first, first + count, steps.in_epoch)
            ]
            order = np.concatenate([part.order for part in parts], dtype=np.int64)
            vectors = np.concatenate([part.latents for part in parts])
            yield Chunk(order, vectors, first, count)
        return
    for epoch in range(0, total, steps.in_epoch):
        order = source.permutation(steps.n_rows).astype(np.int64) if options.shuffle else NO_ORDER
        end = min(epoch + steps.in_epoch, total)
        for first in range(epoch, end, at_most):
            count = min(at_most, end - first)
            rows = slice(*(steps.rows_before(at) - steps.rows_before(epoch)
                           for at in (first, first + count)))  # fmt: skip
            yield chunk(first, count, order[rows])


def spend(
    source: RandomSource,
    latent: object,
    options: TrainingOptions,
    steps: Steps,
    n_features: int,
    done: int,
    draws_parameters: bool,
) -> None:
    """Advance a stream by exactly the draws of the first `done` steps of a training."""
    if draws_parameters:
        table = table_for(options, n_features)
        initial_parameters(source, table.size, options.dtype)
    for _ in draw_chunks(source, latent, options, steps, n_features, done):
        pass


def _drawer(
    source: RandomSource, given: Array | None, options: TrainingOptions
) -> Callable[[int], Array]:
    """Return a function that draws latent vectors, or takes the next ones of `given`."""
    k, dtype = options.latent_dim, options.dtype
    distribution = source.uniform if options.latent == "uniform" else source.normal
    at_once = max(chunk_sizes.CHUNK_NUMBERS // k, 1)
    used = 0

    def draw(count: int) -> Array:
        nonlocal used
        used += count
        if given is not None:
            return given[used - count : used]
        if count <= at_once:
            return distribution((count, k)).astype(dtype, copy=False)
        # A large batch or a long turn of G is drawn in parts, between which Ctrl-C takes effect.
        with validation.room_for("batch_size or generator_steps", count, k):
            vectors = np.empty((count, k), dtype)
        for start in range(0, count, at_once):
            part = vectors[start : start + at_once]
            part[...] = distribution(part.shape)
        return vectors

    return draw
