"""The only source of randomness: NumPy's generators, drawn in one fixed order.

First the parameters (w_D, b_D, W_G row by row, b_G: standard normal), then for each epoch the
order of its rows, if they are shuffled, and for each of its steps the latent vectors. All draws
are float64, rounded once to the run's dtype. How they are cut into chunks changes nothing, since
the generators hand out their numbers one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import EXPLICIT, TrainingOptions

Array = npt.NDArray[Any]
Float64Array = npt.NDArray[np.float64]

# As text: importing numpy.random would double what it costs to import fastgan.
RandomInput: TypeAlias = (
    "int | np.random.SeedSequence | np.random.BitGenerator | np.random.Generator "
    "| np.random.RandomState | None"
)

# A chunk of latent numbers stays in the cache, and one of work ends soon enough for Ctrl-C to be
# heard between two of them: with up to half a nanosecond a multiplication, in about 15 ms.
CHUNK_NUMBERS = 2**15
CHUNK_WORK = 2**25

NO_ORDER = np.empty(0, np.int64)


class RandomSource:
    """A `Generator` or a legacy `RandomState` behind the three draws that are needed."""

    def __init__(self, generator: np.random.Generator | np.random.RandomState) -> None:
        self._generator = generator
        self.normal = generator.standard_normal
        self.permutation: Callable[[int], Any] = generator.permutation
        if isinstance(generator, np.random.RandomState):
            self.uniform = generator.random_sample
        else:
            self.uniform = generator.random

    def state(self) -> Any:
        """Where the stream stands, to be given to `restore`."""
        if isinstance(self._generator, np.random.RandomState):
            return self._generator.get_state(legacy=False)
        return self._generator.bit_generator.state

    def restore(self, state: Any) -> None:
        """Put the stream back to where it stood."""
        if isinstance(self._generator, np.random.RandomState):
            self._generator.set_state(state)
        else:
            self._generator.bit_generator.state = state


def random_source(rng: RandomInput) -> RandomSource:
    """Follow SPEC 7, and take a legacy RandomState besides."""
    if isinstance(rng, np.random.RandomState):
        return RandomSource(rng)
    if isinstance(rng, _NO_SEEDS):
        raise TypeError(f"rng must be {_RNG_KINDS}, got {validation.describe(rng)}")
    try:
        return RandomSource(np.random.default_rng(rng))
    except ValueError:
        raise ValueError(
            f"rng must be {_RNG_KINDS}, with a seed that is not negative, "
            f"got {validation.describe(rng)}"
        ) from None
    except Exception:  # NumPy describes what it was given, which may fail by itself
        raise TypeError(f"rng must be {_RNG_KINDS}, got {validation.describe(rng)}") from None


_NO_SEEDS = (bool, np.bool_, float, str, bytes)  # though NumPy might make something of them
_RNG_KINDS = "None, an int, a SeedSequence, BitGenerator, Generator or RandomState"


class Chunk(NamedTuple):
    """Steps of a run that go to a backend in one call, and what they need."""

    order: npt.NDArray[np.int64]  # (rows,), or (0,) for the order of the data
    latents: Array  # (latent vectors, k)
    first_step: int
    steps: int

    def cut(self, count: int, steps: Steps) -> tuple[Chunk, Chunk]:
        """The first so many steps of it, and the others."""
        at = self.first_step + count
        rows = steps.rows_before(at) - steps.rows_before(self.first_step)
        drawn = steps.latents_before(at) - steps.latents_before(self.first_step)
        return (
            Chunk(self.order[:rows], self.latents[:drawn], self.first_step, count),
            Chunk(self.order[rows:], self.latents[drawn:], at, self.steps - count),
        )


def initial_parameters(source: RandomSource, d: int, options: TrainingOptions) -> Array:
    """Draw w_D, b_D, W_G and b_G, one after the other in one vector; class by class, if several."""
    count = one_layer_table(options.latent_dim, d, options.n_classes).size
    try:
        return source.normal(count).astype(options.dtype)
    except MemoryError:
        raise MemoryError(
            f"latent_dim: {count} parameters need {8 * count:,} bytes; ask for fewer dimensions"
        ) from None


def explicit_latents(latent: object, options: TrainingOptions, vectors_needed: int) -> Array:
    """Check latent vectors that the user gives: (as many or more, k), or (n,) for k = 1."""
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


def work_of_a_row(n_features: int, latent_dim: int) -> int:
    """Multiplications that a step spends on each of its rows, roughly."""
    return n_features * (2 * latent_dim + 40) + 100


def has_long_steps(options: TrainingOptions, n_rows: int, n_features: int) -> bool:
    """Whether a single step may take so long that Ctrl-C would have to wait for it."""
    rows = min(options.batch_size, n_rows)
    if options.schedule == "alternating":
        rows *= 1 + options.generator_steps
    return rows * work_of_a_row(n_features, options.latent_dim) > CHUNK_WORK


def steps_in_chunk(steps: Steps, n_features: int, options: TrainingOptions) -> int:
    """How many steps a chunk has at most: whole epochs, or a part of one."""
    k, work = options.latent_dim, work_of_a_row(n_features, options.latent_dim)
    vectors = min(CHUNK_NUMBERS // k, CHUNK_WORK // work)
    rows = vectors
    if steps.generator_moves:
        rows = vectors * steps.n_rows // steps.latents_at_most(steps.n_rows)
    if rows >= steps.n_rows:
        return rows // steps.n_rows * steps.in_epoch
    return max(rows // steps.batch_size, 1)


def draw_chunks(
    source: RandomSource,
    latent: object,
    options: TrainingOptions,
    steps: Steps,
    n_features: int,
    total: int | None = None,
) -> Iterator[Chunk]:
    """Draw what a run needs, or its first `total` steps, chunk by chunk, in the fixed order."""
    if total is None:
        total = options.epochs * steps.in_epoch
    at_most = steps_in_chunk(steps, n_features, options)
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
    """Draw what a training needed of which only so many steps were done, for the stream's sake."""
    if draws_parameters:
        initial_parameters(source, n_features, options)
    for _ in draw_chunks(source, latent, options, steps, n_features, done):
        pass


def _drawer(
    source: RandomSource, given: Array | None, options: TrainingOptions
) -> Callable[[int], Array]:
    """A function that draws so many latent vectors, or takes the next ones that were given."""
    k, dtype = options.latent_dim, options.dtype
    distribution = source.uniform if options.latent == "uniform" else source.normal
    at_once = max(CHUNK_NUMBERS // k, 1)
    used = 0

    def draw(count: int) -> Array:
        nonlocal used
        used += count
        if given is not None:
            return given[used - count : used]
        if count <= at_once:
            return distribution((count, k)).astype(dtype, copy=False)
        # So many at once that Ctrl-C would have to wait: of a large batch, or of a turn of G.
        with validation.room_for("batch_size or generator_steps", count, k):
            vectors = np.empty((count, k), dtype)
        for start in range(0, count, at_once):
            part = vectors[start : start + at_once]
            part[...] = distribution(part.shape)
        return vectors

    return draw
