"""The loop of a training, in which a backend advances the parameters chunk by chunk."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support.fast_frozen import frozen
from fastgan._support.interruption import call_interruptibly
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.networks.from_vector import gan_from_vector
from fastgan.options.step_counts import Steps, record_count, steps_to_next_record
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import Chunk
from fastgan.training.endings import CALLBACK, DIVERGENCE, EARLY_STOPPING, EPOCHS
from fastgan.training.history import from_rows
from fastgan.training.observer import Observer
from fastgan.training.run import DivergenceError, TrainingRun
from fastgan.training.stepper import Copies, Recording, Stepper

Array = npt.NDArray[Any]


@dataclass
class TrainingLoop:
    """A training under way: its fixed parts and its progress."""

    item_shape: tuple[int, ...]
    options: TrainingOptions
    backend: backends.Chosen
    stepper: Stepper
    plan: Steps
    history: Array
    long_steps: bool
    stop: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    observer: Observer | None = None
    steps: int = 0  # completed
    records: int = 0  # made so far
    ended_by: str = EPOCHS

    def through(self, chunks: Iterable[Chunk]) -> Iterator[int]:
        """Train on the chunks, piece by piece; after each piece, yield its number of steps.

        Raises
        ------
        DivergenceError
            If a parameter stops being finite; the parameters are then those before that step.
        """
        if self.observer is None:
            for chunk in chunks:
                before = self.stepper.state()
                self.advance(chunk)
                if not np.isfinite(self.stepper.parameters).all():
                    raise divergence(self, before, chunk)
                yield chunk.steps
        else:
            yield from self._through_observed(chunks, self.observer)

    def _through_observed(self, chunks: Iterable[Chunk], observer: Observer) -> Iterator[int]:
        observer.begin(self.stepper)
        for chunk in itertools.chain.from_iterable(map(observer.pieces, chunks)):
            before = self.stepper.state()
            copies = observer.copies(chunk)
            self.advance(chunk, copies)
            settled = observer.look_through(chunk, copies)
            if settled is not None and settled < self.steps:
                self.go_back(before, chunk)
                self.advance(chunk.cut(settled - chunk.first_step, self.plan)[0])
            elif not np.isfinite(self.stepper.parameters).all():
                raise divergence(self, before, chunk)
            yield self.steps - chunk.first_step
            self.ended_by = observer.call(self.steps, self.history[:, : self.records])
            if settled is not None and self.ended_by != CALLBACK:
                self.ended_by = EARLY_STOPPING
            if self.ended_by != EPOCHS:
                return

    def go_back(self, before: tuple[Array, ...], chunk: Chunk) -> None:
        """Restore the state before a completed chunk."""
        self.stepper.restore(before)
        self.steps = chunk.first_step
        self.records = record_count(self.steps, self.options.record_every)

    def advance(self, chunk: Chunk, copies: Copies | None = None) -> None:
        """Train on a chunk, and fill `copies` with the parameters at their steps.

        Raises
        ------
        InterruptedError
            If another thread has set ``stop[0]``.
        """
        if self.stop[0]:
            raise InterruptedError("the training was asked to stop")
        every = self.options.record_every
        to_record = steps_to_next_record(self.steps, every)
        records = record_count(self.steps + chunk.steps, every)
        room = self.history[:, self.records : records]
        arguments = chunk, Recording(room, every, to_record), self.stop, copies
        if self.long_steps:
            call_interruptibly(lambda: self.stepper.advance(*arguments), self.stop)
        else:
            self.stepper.advance(*arguments)
        self.steps += chunk.steps
        self.records = records

    def result(self) -> TrainingRun:
        """Return the run so far; parameters and history become read-only."""
        self.stepper.parameters.flags.writeable = False
        self.history.flags.writeable = False
        gan = gan_from_vector(self.stepper.parameters, self.item_shape, self.options)
        history = from_rows(self.history[:, : self.records], self.options.record_every)
        snapshots = None
        if self.observer is not None and self.options.snapshot_every:
            from fastgan.training.snapshots import Snapshots  # to keep `import fastgan` fast

            self.observer.snapshots.flags.writeable = False
            snapshots = Snapshots.of(
                self.observer.snapshots, self.options, self.item_shape, self.steps
            )
        return frozen(
            TrainingRun,
            gan=gan,
            history=history,
            options=self.options,
            backend=self.backend.name,
            numerics_version=NUMERICS_VERSION,
            steps=self.steps,
            ended_by=self.ended_by,
            snapshots=snapshots,
        )


def divergence(loop: TrainingLoop, before: tuple[Array, ...], chunk: Chunk) -> DivergenceError:
    """Find the step of a chunk after which a parameter was not finite; return its error.

    A parameter that is not finite never becomes finite again, so the step is found by bisection:
    half of the remaining steps run again from the last parameters known to be finite.
    """
    loop.go_back(before, chunk)
    while chunk.steps > 1:
        first, second = chunk.cut(chunk.steps // 2, loop.plan)
        before, steps, records = loop.stepper.state(), loop.steps, loop.records
        loop.advance(first)
        if np.isfinite(loop.stepper.parameters).all():
            chunk = second
        else:
            loop.steps, loop.records = steps, records
            loop.stepper.restore(before)
            chunk = first
    loop.ended_by = DIVERGENCE
    return DivergenceError(loop.steps, loop.result())
