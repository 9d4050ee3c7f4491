"""A training under way: parameters and history, moved on chunk by chunk by a backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.gan import trained
from fastgan.history import from_rows
from fastgan.interruption import call_interruptibly
from fastgan.latents import Chunk
from fastgan.numerics import NUMERICS_VERSION
from fastgan.options import TrainingOptions
from fastgan.results import DivergenceError, TrainingRun

Array = npt.NDArray[Any]


class ParameterVector:
    """w_D, b_D, W_G and b_G in one vector, in the order in which they are drawn."""

    def __init__(self, vector: Array, d: int, k: int) -> None:
        self.vector = vector
        self.discriminator_weights = vector[:d]
        self.discriminator_bias = vector[d : d + 1]
        self.generator_weights = vector[d + 1 : d + 1 + k * d].reshape(k, d)
        self.generator_biases = vector[d + 1 + k * d :]

    def parts(self) -> tuple[Array, Array, Array, Array]:
        """The four of them, as a backend takes them."""
        return (
            self.discriminator_weights,
            self.discriminator_bias,
            self.generator_weights,
            self.generator_biases,
        )


@dataclass
class Run:
    """A training under way: what stays the same, and how far it has come."""

    data: Array
    item_shape: tuple[int, ...]
    options: TrainingOptions
    backend: backends.Chosen
    parameters: ParameterVector
    history: Array
    long_steps: bool
    stop: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    steps: int = 0  # done
    records: int = 0  # made

    def through(self, chunks: Iterable[Chunk]) -> Iterator[int]:
        """Train over the chunks; after each, say how many steps it had.

        Raises
        ------
        DivergenceError
            If a parameter stops being finite; the parameters are those before that step.
        """
        for chunk in chunks:
            before = self.parameters.vector.copy()
            self.advance(chunk)
            if not np.isfinite(self.parameters.vector).all():
                raise divergence(self, before, chunk)
            yield chunk.steps

    def advance(self, chunk: Chunk) -> None:
        """Train over a chunk; either all of it counts, or nothing."""
        o, every = self.options, self.options.record_every
        to_record = -self.steps % every if every else 0
        made = max(0, -(-(chunk.steps - to_record) // every)) if every else 0
        arguments = (
            self.data,
            chunk.order,
            chunk.latents,
            *self.parameters.parts(),
            o.discriminator_learning_rate,
            o.learning_rate,
            o.batch_size,
            chunk.first_row,
            self.history[:, self.records : self.records + made],
            every,
            to_record,
            self.stop,
        )
        train_chunk = self.backend.module.train
        if self.long_steps:
            call_interruptibly(lambda: train_chunk(*arguments), self.stop)
        else:
            train_chunk(*arguments)
        self.steps += chunk.steps
        self.records += made

    def result(self) -> TrainingRun:
        """What has come of it so far."""
        self.parameters.vector.flags.writeable = False
        self.history.flags.writeable = False
        gan = trained(*self.parameters.parts(), self.item_shape, self.options.latent)
        history = from_rows(self.history[:, : self.records], self.options.record_every)
        return TrainingRun(gan, history, self.options, self.backend.name, NUMERICS_VERSION)


def divergence(run: Run, before: Array, chunk: Chunk) -> DivergenceError:
    """Find the step of a chunk after which a parameter was not finite.

    What is not finite never becomes finite again, so the step is found by bisection: run half of
    what is left again from the last parameters known to be finite.
    """
    run.steps -= chunk.steps
    every = run.options.record_every
    run.records = -(-run.steps // every) if every else 0
    batch_size = min(run.options.batch_size, len(run.data))
    parameters = run.parameters.vector
    parameters[:] = before
    while chunk.steps > 1:
        first, second = _halves(chunk, len(run.data), batch_size)
        before, steps, records = parameters.copy(), run.steps, run.records
        run.advance(first)
        if np.isfinite(parameters).all():
            chunk = second
        else:
            parameters[:], run.steps, run.records = before, steps, records
            chunk = first
    return DivergenceError(run.steps, run.result())


def _halves(chunk: Chunk, n: int, batch_size: int) -> tuple[Chunk, Chunk]:
    """Cut a chunk of several steps in two, where a batch ends."""
    steps = chunk.steps // 2
    batches = -(-n // batch_size)
    done = chunk.first_row // batch_size + steps  # batches since the epoch began
    rows = done // batches * n + done % batches * batch_size - chunk.first_row
    first_row = (chunk.first_row + rows) % n
    return (
        Chunk(chunk.order[:rows], chunk.latents[:rows], chunk.first_row, steps),
        Chunk(chunk.order[rows:], chunk.latents[rows:], first_row, chunk.steps - steps),
    )
