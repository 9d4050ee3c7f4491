"""A training looked at between its steps: copies of its parameters, a callback, an early end.

Without any of these a training is not interrupted. The C kernels make copies on their way, and
whether a training should have ended is read from them afterwards; a callback, and the other
backends, are moved on from one step that is looked at to the next. It changes no bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.from_vector import trained
from fastgan.networks.gan import GAN
from fastgan.options.algorithm import Algorithm
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import Chunk
from fastgan.training.endings import CALLBACK, EPOCHS
from fastgan.training.history import History, from_rows
from fastgan.training.stepper import Copies, Mover

if TYPE_CHECKING:
    from fastgan.training.loop import Run

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class TrainingView:
    """What a callback sees of a training under way; it may be kept, and never changes.

    Attributes
    ----------
    step : int
        How many steps are done.
    total_steps : int
        How many there are to be.
    parameters : ndarray, shape (P,)
        A copy of w_D, b_D, W_G row by row and b_G; this and the next are read-only.
    recorded : ndarray, shape (5, records)
        What `history` gives name by name.
    options : TrainingOptions
    item_shape : tuple of int
    model : int
        Which of the models of `train_many` it is; 0 for `train`.
    """

    step: int
    total_steps: int
    parameters: Array
    recorded: Array
    options: TrainingOptions
    item_shape: tuple[int, ...]
    model: int

    def __post_init__(self) -> None:
        for name in ("parameters", "recorded"):
            object.__setattr__(self, name, validation.sealed(getattr(self, name)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the arrays come back read-only."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    @property
    def history(self) -> History:
        """Losses and mean probabilities of the steps recorded so far."""
        return from_rows(self.recorded, self.options.record_every)

    @property
    def gan(self) -> GAN | ConditionalGAN:
        """The networks as the last step left them."""
        return trained(self.parameters, self.item_shape, self.options)


COPIED_NUMBERS = 2**16  # at once: they stay in the cache

Callback: TypeAlias = Callable[[TrainingView], object]


@dataclass(frozen=True)
class Caller:
    """A callback, how often it is called, and what NumPy shall do about errors in it."""

    callback: Callback
    every: int
    errors: Any  # as numpy.geterr() gives it: those of the caller of the training,
    on_error: Any  # and numpy.geterrcall()

    def __call__(self, view: TrainingView) -> bool:
        """Ask whether to stop."""
        with np.errstate(call=self.on_error, **self.errors):
            try:
                answer = self.callback(view)
            except StopIteration as error:  # which a generator on the way would swallow
                raise RuntimeError("callback raised StopIteration") from error
        if answer is not None and not isinstance(answer, bool | np.bool_):
            raise TypeError(
                f"callback must return True, False or None, got {validation.describe(answer)}"
            )
        return bool(answer)


def checked_caller(callback: object, every: object, plan: Steps) -> Caller | None:
    """Check a callback and its `callback_every`, which is by default an epoch."""
    if callback is None:
        if every is not None:
            raise ValueError(
                f"callback_every must be None without a callback, got {validation.describe(every)}"
            )
        return None
    if not callable(callback):
        raise TypeError(f"callback must be callable, got {validation.describe(callback)}")
    steps = plan.in_epoch if every is None else validation.count("callback_every", every)
    return Caller(callback, steps, np.geterr(), np.geterrcall())


def snapshot_count(options: Algorithm, steps: int) -> int:
    """How many snapshots so many steps leave: one before the first, and one after every so many."""
    every = options.snapshot_every
    return steps // every + 1 if every else 0


class Watch:
    """What is looked at in one training, and when.

    Attributes
    ----------
    snapshots : ndarray, shape (snapshots, P)
        Room for them, filled from the first on.
    """

    def __init__(
        self,
        options: TrainingOptions,
        plan: Steps,
        snapshots: Array,
        caller: Caller | None,
        model: int = 0,
    ) -> None:
        self._options, self._plan, self._caller, self._model = options, plan, caller, model
        self.snapshots = snapshots
        self._calm = 0  # epochs in a row in which no parameter changed by more than is tolerated
        # After how many steps parameters are wanted: for snapshots, and at the ends of epochs.
        periods = set() if options.early_stopping is None else {plan.in_epoch}
        if 0 < options.snapshot_every <= options.steps(plan.n_rows):
            periods.add(options.snapshot_every)
        least = min(periods, default=0)
        self._periods = [p for p in sorted(periods) if p == least or p % least]

    def begin(self, mover: Mover) -> None:
        """Look at the parameters before the first step."""
        self._mover = mover
        numbers = len(mover.parameters) * max(1, len(self._periods))
        self._at_most = max(1, COPIED_NUMBERS // numbers)  # copies at once, for each period
        self._epoch = mover.parameters.copy()  # as it was when the last epoch ended
        if self._options.snapshot_every:
            self.snapshots[0] = mover.parameters

    def pieces(self, chunk: Chunk) -> Iterator[Chunk]:
        """Cut a chunk where Python has to look, and where there would be too many copies."""
        ends = [self._caller.every] if self._caller else []
        if self._periods and self._mover.makes_copies:
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
        """Room for what the kernel is to copy within a chunk, if it does and if there is any."""
        if not self._periods or not self._mover.makes_copies:
            return None
        first, end = chunk.first_step, chunk.first_step + chunk.steps
        steps = [np.arange(first // p + 1, end // p + 1) * p for p in self._periods]
        after = (steps[0] if len(steps) == 1 else np.union1d(*steps)) - first
        parameters = self._mover.parameters
        return Copies(np.empty((len(after), len(parameters)), parameters.dtype), after)

    def look_through(self, chunk: Chunk, copies: Copies | None) -> int | None:
        """Look at a chunk that is done; give the step at which it should have ended, if any."""
        if not self._periods:
            return None
        if copies is None:
            steps = np.array([chunk.first_step + chunk.steps])
            kept = self._mover.parameters[np.newaxis]
        else:
            steps, kept = chunk.first_step + copies.after, copies.room
        if self._options.snapshot_every:
            snapshots, other = np.divmod(steps, self._options.snapshot_every)
            self.snapshots[snapshots[other == 0]] = kept[other == 0]
        if self._options.early_stopping is None:
            return None
        ends = steps % self._plan.in_epoch == 0
        return self._settled(steps[ends], kept[ends])

    def _settled(self, steps: npt.NDArray[np.int64], epochs: Array) -> int | None:
        """After which of these epochs the last few changed nothing by more than is tolerated."""
        if not len(epochs):
            return None
        before = np.concatenate([self._epoch[np.newaxis], epochs[:-1]])
        largest = np.abs(epochs - before).max(axis=1)
        self._epoch = epochs[-1].copy()
        moved = ~(largest <= self._options.early_stopping)  # or is no longer finite
        # How many calm epochs in a row there are up to each, those before the first among them.
        numbers = np.arange(len(epochs))
        last_moved = np.maximum.accumulate(np.where(moved, numbers, -1))
        calm = numbers - last_moved + np.where(last_moved < 0, self._calm, 0)
        self._calm = int(calm[-1])
        enough = np.flatnonzero(calm >= self._options.patience)
        return int(steps[enough[0]]) if len(enough) else None

    def call(self, run: Run) -> str:
        """Call the callback if it is time to; say what the training is ended by so far."""
        if self._caller and run.steps % self._caller.every == 0 and self._caller(self._view(run)):
            return CALLBACK
        return EPOCHS

    def _view(self, run: Run) -> TrainingView:
        options = self._options
        return TrainingView(
            step=run.steps,
            total_steps=options.epochs * self._plan.in_epoch,
            parameters=run.mover.parameters.copy(),
            recorded=run.history[:, : run.records],
            options=options,
            item_shape=run.item_shape,
            model=self._model,
        )


def watch(
    options: TrainingOptions,
    plan: Steps,
    parameters: int,
    callback: object = None,
    callback_every: object = None,
) -> Watch | None:
    """What there is to look at in the training of so many parameters, if there is anything."""
    caller = checked_caller(callback, callback_every, plan)
    if caller is None and not options.snapshot_every and options.early_stopping is None:
        return None
    count = snapshot_count(options, options.steps(plan.n_rows))
    return Watch(options, plan, _snapshot_room(count, parameters, options.dtype), caller)


def _snapshot_room(count: int, parameters: int, dtype: np.dtype[Any]) -> Array:
    """Room for so many snapshots, (count, P)."""
    try:
        return np.empty((count, parameters), dtype)
    except MemoryError:
        raise MemoryError(
            f"snapshot_every: {count} snapshots of {parameters} parameters need "
            f"{count * parameters * dtype.itemsize:,} bytes; keep fewer"
        ) from None
