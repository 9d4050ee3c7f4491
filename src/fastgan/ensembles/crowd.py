"""A crowd: many models to be trained on the same data, and room for their results."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.options.step_counts import record_count, snapshot_count
from fastgan.options.training_options import EnsembleOptions, table_for
from fastgan.randomness.seeds import Children
from fastgan.training.callbacks import Caller
from fastgan.training.history import ROWS

Array = npt.NDArray[Any]


class SharedData(NamedTuple):
    """The data that every model of a crowd is trained on."""

    data: Array  # (n, d)
    labels: npt.NDArray[np.int64] | None  # (n,), classes from 0
    latents: Array | None  # (vectors, k) if given; each model consumes them in order


@dataclass(frozen=True, eq=False)
class Crowd:
    """Models to be trained, or a part of them."""

    options: EnsembleOptions
    children: Children
    start: Array | None  # parameters (models, P) to start from; None to draw them
    backend: str | None
    caller: Caller | None = None  # calls a callback, in the threads of this process
    first: int = 0  # the index of the first model among all

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.children)

    def is_one_by_one(self, n_rows: int, n_features: int) -> bool:
        """Return whether its models are trained one by one, even by the C kernel."""
        if self.caller is not None:
            return True
        return not (self.options.is_plain or fits_lanes(self.options, n_rows, n_features))

    def part(self, start: int, stop: int) -> Crowd:
        """Return the crowd of the models from `start` up to, but not including, `stop`."""
        models = slice(start, stop)
        return Crowd(
            self.options.part(models),
            self.children.part(start, stop),
            None if self.start is None else self.start[models],
            self.backend,
            self.caller,
            self.first + start,
        )


@dataclass(frozen=True, eq=False)
class CrowdResults:
    """Room for the results of a crowd, filled part by part."""

    parameters: Array  # (models, P): w_D, b_D, W_G and b_G of each
    diverged_at: npt.NDArray[np.int64]  # (models,), a step or NEVER
    history: Array  # (models, 5, records); NaN after an early end
    snapshots: Array  # (models, snapshots, P); NaN likewise
    steps: npt.NDArray[np.int64]  # (models,), completed
    endings: npt.NDArray[np.int64]  # (models,), indices into ENDINGS

    @classmethod
    def empty(
        cls, models: int, parameters: int, options: EnsembleOptions, n_rows: int
    ) -> CrowdResults:
        """Allocate room for `models` models of `parameters` numbers, trained on `n_rows` rows."""
        records, snapshots = records_of(options, n_rows), snapshots_of(options, n_rows)
        dtype = options.dtype
        try:
            return cls(
                np.empty((models, parameters), dtype),
                np.empty(models, np.int64),
                np.empty((models, len(ROWS), records), dtype),
                np.empty((models, snapshots, parameters), dtype),
                np.empty(models, np.int64),
                np.empty(models, np.int64),
            )
        except MemoryError:
            numbers = models * (parameters * (1 + snapshots) + len(ROWS) * records)
            raise MemoryError(
                f"n_models, record_every or snapshot_every: {models} models of {parameters} "
                f"parameters, with {records} recorded steps and {snapshots} snapshots each, need "
                f"{numbers * dtype.itemsize:,} bytes; train fewer, or keep less of each"
            ) from None

    def arrays(self) -> list[Array]:
        """Return all arrays, each with the models as first axis."""
        return [getattr(self, field.name) for field in fields(self)]

    def part(self, start: int, stop: int) -> CrowdResults:
        """Return the room of some models, in the same memory."""
        models = slice(start, stop)
        return CrowdResults(*(array[models] for array in self.arrays()))


# Size limit in numbers per model: larger models would overflow the caches in lanes, and fill vector
# registers on their own.
MOST_NUMBERS_IN_LANES = 3000


def fits_lanes(options: EnsembleOptions, n_rows: int, n_features: int) -> bool:
    """Return whether models with these options fit vector lanes.

    A batch must have the same classes in all lanes, so with labels the rows must not be shuffled.
    """
    if options.shuffle and options.n_classes > 1:
        return False
    batch, k = min(options.batch_size, n_rows), options.latent_dim
    latents = (
        batch * k * (1 + options.generator_steps)
    )  # an upper bound: of a step with a turn of G
    parameters = table_for(options, n_features).size
    numbers = parameters * (3 + options.moments) + 3 * batch * n_features + latents
    return numbers <= MOST_NUMBERS_IN_LANES


def records_of(options: EnsembleOptions, n_rows: int) -> int:
    """Return the number of recorded steps of each model."""
    return record_count(options.steps(n_rows), options.record_every)


def snapshots_of(options: EnsembleOptions, n_rows: int) -> int:
    """Return the number of snapshots of each model."""
    return snapshot_count(options.steps(n_rows), options.snapshot_every)
