"""A training under way: parameters and history, moved on chunk by chunk by a backend."""

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
from fastgan.networks.from_vector import trained
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import Chunk
from fastgan.training.endings import CALLBACK, DIVERGENCE, EARLY_STOPPING, EPOCHS
from fastgan.training.history import from_rows, record_count
from fastgan.training.observer import Watch
from fastgan.training.run import DivergenceError, TrainingRun
from fastgan.training.stepper import Copies, Mover

Array = npt.NDArray[Any]


@dataclass
class Run:
    """A training under way: what stays the same, and how far it has come."""

    item_shape: tuple[int, ...]
    options: TrainingOptions
    backend: backends.Chosen
    mover: Mover
    plan: Steps
    history: Array
    long_steps: bool
    stop: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    watch: Watch | None = None
    steps: int = 0  # done
    records: int = 0  # made
    ended_by: str = EPOCHS

    def through(self, chunks: Iterable[Chunk]) -> Iterator[int]:
        """Train over the chunks, piece by piece; after each, say how many steps it had.

        Raises
        ------
        DivergenceError
            If a parameter stops being finite; the parameters are those before that step.
        """
        if self.watch is None:
            for chunk in chunks:
                before = self.mover.state()
                self.advance(chunk)
                if not np.isfinite(self.mover.parameters).all():
                    raise divergence(self, before, chunk)
                yield chunk.steps
        else:
            yield from self._through_watched(chunks, self.watch)

    def _through_watched(self, chunks: Iterable[Chunk], watch: Watch) -> Iterator[int]:
        watch.begin(self.mover)
        for chunk in itertools.chain.from_iterable(map(watch.pieces, chunks)):
            before = self.mover.state()
            copies = watch.copies(chunk)
            self.advance(chunk, copies)
            settled = watch.look_through(chunk, copies)
            if settled is not None and settled < self.steps:
                self.go_back(before, chunk)
                self.advance(chunk.cut(settled - chunk.first_step, self.plan)[0])
            elif not np.isfinite(self.mover.parameters).all():
                raise divergence(self, before, chunk)
            yield self.steps - chunk.first_step
            if settled is None or settled == self.steps:
                self.ended_by = watch.call(self)
            if settled is not None and self.ended_by != CALLBACK:
                self.ended_by = EARLY_STOPPING
            if self.ended_by != EPOCHS:
                return

    def go_back(self, before: tuple[Array, ...], chunk: Chunk) -> None:
        """To the state before a chunk that is done."""
        self.mover.restore(before)
        self.steps = chunk.first_step
        self.records = record_count(self.steps, self.options.record_every)

    def advance(self, chunk: Chunk, copies: Copies | None = None) -> None:
        """Train over a chunk, and copy the parameters on the way if that is asked for.

        Raises
        ------
        InterruptedError
            If another thread has set ``stop[0]``.
        """
        if self.stop[0]:
            raise InterruptedError("the training was asked to stop")
        every = self.options.record_every
        to_record = -self.steps % every if every else 0
        records = record_count(self.steps + chunk.steps, every)
        room = self.history[:, self.records : records]
        arguments = chunk, room, every, to_record, self.stop, copies
        if self.long_steps:
            call_interruptibly(lambda: self.mover.move(*arguments), self.stop)
        else:
            self.mover.move(*arguments)
        self.steps += chunk.steps
        self.records = records

    def result(self) -> TrainingRun:
        """What has come of it so far."""
        self.mover.parameters.flags.writeable = False
        self.history.flags.writeable = False
        gan = trained(self.mover.parameters, self.item_shape, self.options)
        history = from_rows(self.history[:, : self.records], self.options.record_every)
        snapshots = None
        if self.watch is not None and self.options.snapshot_every:
            from fastgan.training.snapshots import Snapshots  # which most trainings do without

            self.watch.snapshots.flags.writeable = False
            snapshots = Snapshots.of(
                self.watch.snapshots, self.options, self.item_shape, self.steps
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


def divergence(run: Run, before: tuple[Array, ...], chunk: Chunk) -> DivergenceError:
    """Find the step of a chunk after which a parameter was not finite.

    What is not finite never becomes finite again, so the step is found by bisection: run half of
    what is left again from the last parameters known to be finite.
    """
    run.go_back(before, chunk)
    while chunk.steps > 1:
        first, second = chunk.cut(chunk.steps // 2, run.plan)
        before, steps, records = run.mover.state(), run.steps, run.records
        run.advance(first)
        if np.isfinite(run.mover.parameters).all():
            chunk = second
        else:
            run.steps, run.records = steps, records
            run.mover.restore(before)
            chunk = first
    run.ended_by = DIVERGENCE
    return DivergenceError(run.steps, run.result())
