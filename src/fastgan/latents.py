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

from fastgan import arrays
from fastgan.options import EXPLICIT, TrainingOptions

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
    if isinstance(rng, bool | np.bool_ | float | str | bytes):
        raise TypeError(f"rng must be {_RNG_KINDS}, got {arrays.describe(rng)}")
    try:
        return RandomSource(np.random.default_rng(rng))
    except ValueError:
        raise ValueError(
            f"rng must be {_RNG_KINDS}, with a seed that is not negative, "
            f"got {arrays.describe(rng)}"
        ) from None
    except Exception:  # NumPy describes what it was given, which may fail by itself
        raise TypeError(f"rng must be {_RNG_KINDS}, got {arrays.describe(rng)}") from None


_RNG_KINDS = "None, an int, a SeedSequence, BitGenerator, Generator or RandomState"


class Chunk(NamedTuple):
    """Rows of a run that go to a backend in one call; they end where a batch ends."""

    order: npt.NDArray[np.int64]  # (rows,), or (0,) for the order of the data
    latents: Array  # (rows, k)
    first_row: int  # of its epoch
    steps: int


def initial_parameters(source: RandomSource, k: int, d: int, dtype: np.dtype[Any]) -> Array:
    """Draw w_D, b_D, W_G and b_G, one after the other in one vector."""
    return source.normal(parameter_count(k, d)).astype(dtype)


def parameter_count(k: int, d: int) -> int:
    """How many numbers both networks have together."""
    return d + 1 + k * d + d


def explicit_latents(latent: object, options: TrainingOptions, rows: int) -> Array:
    """Check latent vectors that the user gives: (rows or more, k), or one-dimensional for k = 1."""
    vectors = arrays.real_array("latent", latent, options.dtype)
    k = options.latent_dim
    if vectors.ndim == 1 and k == 1:
        vectors = vectors[:, np.newaxis]
    if vectors.ndim != 2 or vectors.shape[1] != k:
        raise ValueError(
            f"latent must have shape (rows, latent_dim) with latent_dim={k}, "
            f"got shape {vectors.shape}"
        )
    if len(vectors) < rows:
        raise ValueError(
            f"latent has too few vectors: {rows} are needed (epochs times rows of the data), "
            f"got {len(vectors)}"
        )
    return vectors


def work_of_a_row(n_features: int, latent_dim: int) -> int:
    """Multiplications that a step spends on each of its rows, roughly."""
    return n_features * (2 * latent_dim + 40) + 100


def has_long_steps(options: TrainingOptions, n_rows: int, n_features: int) -> bool:
    """Whether a single step may take so long that Ctrl-C would have to wait for it."""
    batch_size = min(options.batch_size, n_rows)
    return batch_size * work_of_a_row(n_features, options.latent_dim) > CHUNK_WORK


def rows_in_chunk(n_rows: int, n_features: int, options: TrainingOptions) -> int:
    """How many rows a chunk has at most: whole epochs, or else whole batches."""
    batch_size = min(options.batch_size, n_rows)
    rows = min(
        CHUNK_NUMBERS // options.latent_dim,
        CHUNK_WORK // work_of_a_row(n_features, options.latent_dim),
    )
    whole = n_rows if rows >= n_rows else batch_size
    return max(rows // whole * whole, batch_size)


def draw_chunks(
    source: RandomSource,
    latent: object,
    options: TrainingOptions,
    n_rows: int,
    n_features: int,
) -> Iterator[Chunk]:
    """Draw what the steps of a run need, chunk by chunk, in the fixed order."""
    k, dtype = options.latent_dim, options.dtype
    batch_size = min(options.batch_size, n_rows)
    batches = -(-n_rows // batch_size)
    rows = rows_in_chunk(n_rows, n_features, options)
    explicit: Array | None = None
    if options.latent == EXPLICIT:
        explicit = explicit_latents(latent, options, options.epochs * n_rows)
    used = 0

    distribution = source.uniform if options.latent == "uniform" else source.normal
    at_once = max(CHUNK_NUMBERS // k, 1)

    def draw(count: int) -> Array:
        nonlocal used
        used += count
        if explicit is not None:
            return explicit[used - count : used]
        if count <= at_once:
            return distribution((count, k)).astype(dtype, copy=False)
        vectors = np.empty((count, k), dtype)  # a batch so large that Ctrl-C would have to wait
        for start in range(0, count, at_once):
            part = vectors[start : start + at_once]
            part[...] = distribution(part.shape)
        return vectors

    epochs_at_once = rows // n_rows
    if epochs_at_once:
        for epoch in range(0, options.epochs, epochs_at_once):
            epochs = min(epochs_at_once, options.epochs - epoch)
            if not options.shuffle:
                yield Chunk(NO_ORDER, draw(epochs * n_rows), 0, epochs * batches)
                continue
            parts = [(source.permutation(n_rows), draw(n_rows)) for _ in range(epochs)]
            order = np.concatenate([part[0] for part in parts], dtype=np.int64)
            yield Chunk(order, np.concatenate([part[1] for part in parts]), 0, epochs * batches)
        return
    for _ in range(options.epochs):
        order = source.permutation(n_rows).astype(np.int64) if options.shuffle else NO_ORDER
        for start in range(0, n_rows, rows):
            count = min(rows, n_rows - start)
            part = order[start : start + count] if options.shuffle else NO_ORDER
            yield Chunk(part, draw(count), start, -(-count // batch_size))
