"""Observe a training between its steps, for snapshots, early stopping and a callback.

Without any of these a training is not interrupted. The C kernels copy parameters as they go, and
early stopping is decided from the copies afterwards. With a callback, or on another backend, the
training pauses at each step that has to be inspected. Observation changes no bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.options.step_counts import Steps, snapshot_count
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import Chunk
from fastgan.training.callbacks import Caller, checked_caller
from fastgan.training.early_stopping import EarlyStopping
from fastgan.training.endings import CALLBACK, EPOCHS
from fastgan.training.stepper import Copies, Stepper
from fastgan.training.view import TrainingView

Array = npt.NDArray[Any]

COPIED_NUMBERS = 2**16  # numbers in the copies made at once, which stay in the cache


class Observer:
    """Observe one training: keep snapshots, decide on early stopping, and call the callback.

    Attributes
    ----------
    snapshots : ndarray, shape (snapshots, P)
        Room for the snapshots, filled from the first on.
    """

    def __init__(
        self,
        options: TrainingOptions,
        plan: Steps,
        item_shape: tuple[int, ...],
        snapshots: Array,
        caller: Caller | None,
        model: int = 0,
    ) -> None:
        self._options, self._plan, self._item_shape = options, plan, item_shape
        self._caller, self._model = caller, model
        self.snapshots = snapshots
        # Parameters are needed after multiples of these: for snapshots, and at the ends of epochs.
        periods = set() if options.early_stopping is None else {plan.in_epoch}
        if 0 < options.snapshot_every <= options.steps(plan.n_rows):
            periods.add(options.snapshot_every)
        least = min(periods, default=0)
        self._periods = [p for p in sorted(periods) if p == least or p % least]

    def begin(self, stepper: Stepper) -> None:
        """Look at the parameters before the first step."""
        self._stepper = stepper
        parameters, options = stepper.parameters, self._options
        numbers = len(parameters) * max(1, len(self._periods))
        self._at_most = max(1, COPIED_NUMBERS // numbers)  # copies at once, for each period
        self._early_stopping = None
        if options.early_stopping is not None:
            self._early_stopping = EarlyStopping(
                options.early_stopping, options.patience, parameters
            )
        if options.snapshot_every:
            self.snapshots[0] = parameters

    def pieces(self, chunk: Chunk) -> Iterator[Chunk]:
        """Cut a chunk where Python has to look at it, and before its copies become too many."""
        ends = [self._caller.every] if self._caller else []
        if self._periods and self._stepper.makes_copies:
            ends.append(min(self._periods) * self._at_most)
        else:
            ends += self._periods
        while True:
            to_next = min((end - chunk.first_step % end for end in ends), default=chunk.steps)
            if to_next >= chunk.steps:
                break
            piece, chunk = chunk.cut(to_next, self._plan)
            yield piece
        yield chunk

    def copies(self, chunk: Chunk) -> Copies | None:
        """Allocate room for the copies that the kernel makes within a chunk, if it makes any."""
        if not self._periods or not self._stepper.makes_copies:
            return None
        first, end = chunk.first_step, chunk.first_step + chunk.steps
        steps = [np.arange(first // p + 1, end // p + 1) * p for p in self._periods]
        after = (steps[0] if len(steps) == 1 else np.union1d(*steps)) - first
        parameters = self._stepper.parameters
        return Copies(np.empty((len(after), len(parameters)), parameters.dtype), after)

    def look_through(self, chunk: Chunk, copies: Copies | None) -> int | None:
        """Look at a completed chunk; return the step at which it should have ended, if any."""
        if not self._periods:
            return None
        if copies is None:
            steps = np.array([chunk.first_step + chunk.steps])
            seen = self._stepper.parameters[np.newaxis]
        else:
            steps, seen = chunk.first_step + copies.after, copies.room
        if self._options.snapshot_every:
            snapshots, other = np.divmod(steps, self._options.snapshot_every)
            self.snapshots[snapshots[other == 0]] = seen[other == 0]
        if self._early_stopping is None:
            return None
        ends = steps % self._plan.in_epoch == 0
        return self._early_stopping.settled(steps[ends], seen[ends])

    def call(self, steps: int, history_rows: Array) -> str:
        """Call the callback if it is due after `steps` steps; return CALLBACK if it ends training.

        Otherwise return EPOCHS. `history_rows` (5, records) is the history so far.
        """
        caller = self._caller
        if caller and steps % caller.every == 0 and caller(self._view(steps, history_rows)):
            return CALLBACK
        return EPOCHS

    def _view(self, steps: int, history_rows: Array) -> TrainingView:
        options = self._options
        return TrainingView(
            step=steps,
            total_steps=options.steps(self._plan.n_rows),
            parameters=self._stepper.parameters.copy(),
            history_rows=history_rows,
            options=options,
            item_shape=self._item_shape,
            model=self._model,
        )


def observer_of(
    options: TrainingOptions,
    plan: Steps,
    item_shape: tuple[int, ...],
    parameters: int,
    callback: object = None,
    callback_every: object = None,
) -> Observer | None:
    """Make the observer of a training of `parameters` numbers, or None if it needs none."""
    caller = checked_caller(callback, callback_every, plan)
    if not needs_observer(options, caller):
        return None
    count = snapshot_count(options.steps(plan.n_rows), options.snapshot_every)
    snapshots = _snapshot_room(count, parameters, options.dtype)
    return Observer(options, plan, item_shape, snapshots, caller)


def needs_observer(options: TrainingOptions, caller: Caller | None) -> bool:
    """Return whether a training has to be observed between its steps."""
    return caller is not None or bool(options.snapshot_every) or options.early_stopping is not None


def _snapshot_room(count: int, parameters: int, dtype: np.dtype[Any]) -> Array:
    """Allocate room for `count` snapshots, (count, P)."""
    try:
        return np.empty((count, parameters), dtype)
    except MemoryError:
        raise MemoryError(
            f"snapshot_every: {count} snapshots of {parameters} parameters need "
            f"{count * parameters * dtype.itemsize:,} bytes; keep fewer"
        ) from None
