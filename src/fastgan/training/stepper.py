"""What a training moves, and the backend's function that moves it: the plain one, or by recipe."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.backends.algorithm import POWERS
from fastgan.layers.parameter_table import plain_parts
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import Chunk

Array = npt.NDArray[Any]


class Copies(NamedTuple):
    """Room for copies of the parameters within a chunk, and when they are made."""

    room: Array  # (copies, P)
    after: npt.NDArray[np.int64]  # (copies,) so many steps of the chunk, at least one; rising


class Mover(Protocol):
    """Moves parameters on, and keeps what it has to remember beside them."""

    parameters: Array  # (P,) in one vector, in the order in which they are drawn
    makes_copies: bool  # on the way through a chunk

    def state(self) -> tuple[Array, ...]:
        """A copy of all that moves."""

    def restore(self, state: tuple[Array, ...]) -> None:
        """Put it back."""

    def move(
        self,
        chunk: Chunk,
        history: Array,
        every: int,
        to_record: int,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """Train over a chunk; if it fails, where the parameters are is not known."""


def mover(
    data: Array,
    labels: npt.NDArray[np.int64] | None,
    options: TrainingOptions,
    steps: Steps,
    parameters: Array,
    backend: backends.Chosen,
) -> Mover:
    """The fastest that serves; `labels` (n,) are the classes of the rows, from 0."""
    if options.is_plain:
        return PlainMover(data, options, steps, parameters, backend)
    if labels is None:
        labels = np.zeros(len(data), np.int64)  # all of one class
    return RecipeMover(data, labels, options, steps, parameters, backend)


class PlainMover:
    """The Slanted Land schedule with plain descent: `reference.slanted_land.train`."""

    def __init__(
        self,
        data: Array,
        options: TrainingOptions,
        steps: Steps,
        parameters: Array,
        backend: backends.Chosen,
    ) -> None:
        self.parameters = parameters
        self.makes_copies = backend.name == "c"
        self._train = backend.module.train
        self._data, self._steps = data, steps
        self._parts = plain_parts(parameters, data.shape[1], options.latent_dim)
        self._numbers = (
            options.discriminator_learning_rate,
            options.learning_rate,
            options.batch_size,
        )

    def state(self) -> tuple[Array, ...]:
        """As `Mover`."""
        return (self.parameters.copy(),)

    def restore(self, state: tuple[Array, ...]) -> None:
        """As `Mover`."""
        self.parameters[...] = state[0]

    def move(
        self,
        chunk: Chunk,
        history: Array,
        every: int,
        to_record: int,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """As `Mover`."""
        first_row = self._steps.rows_before(chunk.first_step) % self._steps.n_rows
        self._train(
            self._data, chunk.order, chunk.latents, *self._parts, *self._numbers, first_row,
            history, every, to_record, stop, *(copies or ()),
        )  # fmt: skip


class RecipeMover:
    """Any schedule, loss and optimizer, and labels: `reference.training.train`."""

    def __init__(
        self,
        data: Array,
        labels: npt.NDArray[np.int64],
        options: TrainingOptions,
        steps: Steps,
        parameters: Array,
        backend: backends.Chosen,
    ) -> None:
        rates = options.discriminator_learning_rate, options.learning_rate
        self.parameters = parameters
        self.makes_copies = backend.name == "c"
        self._train = backends.recipe_trainer(backend.name)
        self._recipe = options.recipe(rates, data.dtype)
        self._data, self._steps = data, steps
        self._labels = labels
        self._moments = np.zeros((options.moments, len(parameters)), data.dtype)
        self._powers = np.ones(POWERS, data.dtype)

    def state(self) -> tuple[Array, ...]:
        """As `Mover`."""
        return self.parameters.copy(), self._moments.copy(), self._powers.copy()

    def restore(self, state: tuple[Array, ...]) -> None:
        """As `Mover`."""
        self.parameters[...], self._moments[...], self._powers[...] = state

    def move(
        self,
        chunk: Chunk,
        history: Array,
        every: int,
        to_record: int,
        stop: npt.NDArray[np.int32],
        copies: Copies | None,
    ) -> None:
        """As `Mover`."""
        first_row = self._steps.rows_before(chunk.first_step) % self._steps.n_rows
        self._train(
            self._recipe, self._data, self._labels, chunk.order, chunk.latents, self.parameters,
            self._moments, self._powers, self._steps.batch_size, first_row, chunk.first_step,
            chunk.steps, history, every, to_record, stop, *(copies or ()),
        )  # fmt: skip
