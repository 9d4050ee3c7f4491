"""The mutable state of a training, and the backend's function that advances it over a chunk."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.backends.algorithm import POWERS
from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import TrainingOptions, table_for
from fastgan.randomness.draws import Chunk

Array = npt.NDArray[Any]


class Copies(NamedTuple):
    """Room for copies of the parameters within a chunk, and the steps after which they are made."""

    room: Array  # (copies, P)
    after: npt.NDArray[np.int64]  # (copies,), counted within the chunk: at least 1, increasing


class Recording(NamedTuple):
    """Room for the records of a chunk, and the steps at which they are made."""

    room: Array  # (5, records)
    every: int  # steps from one record to the next; 0 for no records
    steps_to_record: int  # steps before the first record


class Stepper(Protocol):
    """The parameters and the optimizer's state, which advance over chunks."""

    parameters: Array  # (P,) in one vector, in the order in which they are drawn
    makes_copies: bool  # of the parameters, during a chunk

    def state(self) -> tuple[Array, ...]:
        """Return a copy of all that a step changes."""

    def restore(self, state: tuple[Array, ...]) -> None:
        """Restore a state that `state` returned."""

    def advance(
        self,
        chunk: Chunk,
        recording: Recording,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """Train on a chunk; if that fails, the state is undefined."""


def stepper_for(
    data: Array,
    labels: npt.NDArray[np.int64] | None,
    options: TrainingOptions,
    plan: Steps,
    parameters: Array,
    backend: backends.Chosen,
) -> Stepper:
    """Choose the fastest implementation that supports these options.

    `labels` (n,) are the classes of the rows, from 0.
    """
    if options.is_plain:
        return SlantedLandStepper(data, options, plan, parameters, backend)
    if labels is None:
        labels = np.zeros(len(data), np.int64)  # all of one class
    return AlgorithmStepper(data, labels, options, plan, parameters, backend)


class SlantedLandStepper:
    """Advance by the Slanted Land step with plain descent: `reference.slanted_land.train`."""

    def __init__(
        self,
        data: Array,
        options: TrainingOptions,
        plan: Steps,
        parameters: Array,
        backend: backends.Chosen,
    ) -> None:
        self.parameters = parameters
        self.makes_copies = backend.offer.makes_copies
        self._train = backend.module.train
        self._data, self._plan = data, plan
        table = one_layer_table(options.latent_dim, data.shape[1])
        self._parts = table.split_one_class(parameters)
        self._numbers = (
            options.discriminator_learning_rate,
            options.learning_rate,
            options.batch_size,
        )

    def state(self) -> tuple[Array, ...]:
        """Return a copy of the parameters."""
        return (self.parameters.copy(),)

    def restore(self, state: tuple[Array, ...]) -> None:
        """Restore the parameters."""
        self.parameters[...] = state[0]

    def advance(
        self,
        chunk: Chunk,
        recording: Recording,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """Train on a chunk."""
        first_row = self._plan.first_row(chunk.first_step)
        self._train(
            self._data, chunk.order, chunk.latents, *self._parts, *self._numbers, first_row,
            *recording, stop, *(copies or ()),
        )  # fmt: skip


class AlgorithmStepper:
    """Advance by any schedule, loss and optimizer, with labels: `reference.training.train`."""

    def __init__(
        self,
        data: Array,
        labels: npt.NDArray[np.int64],
        options: TrainingOptions,
        plan: Steps,
        parameters: Array,
        backend: backends.Chosen,
    ) -> None:
        rates = options.discriminator_learning_rate, options.learning_rate
        self.parameters = parameters
        self.makes_copies = backend.offer.makes_copies
        self._train = backend.module.train_by_algorithm
        self._algorithm = options.algorithm(rates, data.dtype)
        table = table_for(options, data.shape[1])
        self._places = table.places
        self._data, self._plan = data, plan
        self._labels = labels
        self._moments = np.zeros((options.moments, len(parameters)), data.dtype)
        self._powers = np.ones(POWERS, data.dtype)

    def state(self) -> tuple[Array, ...]:
        """Return copies of the parameters, the optimizer's moments and its powers."""
        return self.parameters.copy(), self._moments.copy(), self._powers.copy()

    def restore(self, state: tuple[Array, ...]) -> None:
        """Restore the parameters, moments and powers."""
        self.parameters[...], self._moments[...], self._powers[...] = state

    def advance(
        self,
        chunk: Chunk,
        recording: Recording,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """Train on a chunk."""
        first_row = self._plan.first_row(chunk.first_step)
        self._train(
            self._algorithm, self._places, self._data, self._labels, chunk.order,
            chunk.latents, self.parameters, self._moments, self._powers, self._plan.batch_size,
            first_row, chunk.first_step, chunk.steps, *recording, stop, *(copies or ()),
        )  # fmt: skip
