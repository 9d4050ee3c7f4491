"""A training looked at between its steps: copies of its parameters, a callback, an early end.

Without any of these a training is not interrupted. With one it is moved on from one step that is
looked at to the next, which changes no bit of what is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastgan import arrays
from fastgan.algorithms import Algorithm
from fastgan.conditional import ConditionalGAN
from fastgan.gan import GAN
from fastgan.history import History, from_rows
from fastgan.latents import Chunk
from fastgan.options import TrainingOptions
from fastgan.schedules import Steps
from fastgan.trained import trained

if TYPE_CHECKING:
    from fastgan.running import Run

Array = npt.NDArray[Any]

EPOCHS, EARLY_STOPPING, CALLBACK, DIVERGENCE = ENDINGS = (
    "epochs",
    "early_stopping",
    "callback",
    "divergence",
)


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
        A copy of w_D, b_D, W_G row by row and b_G; read-only.
    history : History
        What is recorded so far.
    options : TrainingOptions
    item_shape : tuple of int
    model : int
        Which of the models of `train_many` it is; 0 for `train`.
    """

    step: int
    total_steps: int
    parameters: Array
    history: History
    options: TrainingOptions
    item_shape: tuple[int, ...]
    model: int

    @property
    def gan(self) -> GAN | ConditionalGAN:
        """The networks as the last step left them."""
        return trained(self.parameters, self.item_shape, self.options)


Callback: TypeAlias = Callable[[TrainingView], object]


@dataclass(frozen=True)
class Caller:
    """A callback, how often it is called, and what NumPy shall do about errors in it."""

    callback: Callback
    every: int
    errors: Any  # as numpy.geterr() gives it: those of the caller of the training

    def __call__(self, view: TrainingView) -> bool:
        """Ask whether to stop."""
        with np.errstate(**self.errors):
            answer = self.callback(view)
        if answer is not None and not isinstance(answer, bool | np.bool_):
            raise TypeError(
                f"callback must return True, False or None, got {arrays.describe(answer)}"
            )
        return bool(answer)


def checked_caller(callback: object, every: object, plan: Steps) -> Caller | None:
    """Check a callback and its `callback_every`, which is by default an epoch."""
    if callback is None:
        if every is not None:
            raise ValueError(
                f"callback_every must be None without a callback, got {arrays.describe(every)}"
            )
        return None
    if not callable(callback):
        raise TypeError(f"callback must be callable, got {arrays.describe(callback)}")
    steps = plan.in_epoch if every is None else arrays.count("callback_every", every)
    return Caller(callback, steps, np.geterr())


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
        self._before: Array | None = None  # the parameters as the epoch began
        periods = [options.snapshot_every, caller.every if caller else 0]
        if options.early_stopping is not None:
            periods.append(plan.in_epoch)
        self._periods = [period for period in periods if period]

    def begin(self, parameters: Array) -> None:
        """Look at the parameters before the first step."""
        if self._options.snapshot_every:
            self.snapshots[0] = parameters
        if self._options.early_stopping is not None:
            self._before = parameters.copy()

    def pieces(self, chunk: Chunk) -> Iterator[Chunk]:
        """Cut a chunk where it is to be looked at."""
        while True:
            done = chunk.first_step
            to_next = min(period - done % period for period in self._periods)
            if to_next >= chunk.steps:
                break
            piece, chunk = chunk.cut(to_next, self._plan)
            yield piece
        yield chunk

    def look(self, run: Run) -> str:
        """Look at a training after its last step; say what ends it, if anything does."""
        options, step, parameters = self._options, run.steps, run.mover.parameters
        if options.snapshot_every and step % options.snapshot_every == 0:
            self.snapshots[step // options.snapshot_every] = parameters
        if self._caller and step % self._caller.every == 0 and self._caller(self._view(run)):
            return CALLBACK
        if self._before is not None and step % self._plan.in_epoch == 0:
            return self._settled(parameters)
        return ""

    def _settled(self, parameters: Array) -> str:
        """Compare the parameters with those of an epoch ago: exact, as each change is rounded."""
        change = np.abs(parameters - self._before).max()
        self._before = parameters.copy()
        self._calm = self._calm + 1 if change <= self._options.early_stopping else 0
        return EARLY_STOPPING if self._calm == self._options.patience else ""

    def _view(self, run: Run) -> TrainingView:
        parameters = run.mover.parameters.copy()
        parameters.flags.writeable = False
        options = self._options
        return TrainingView(
            step=run.steps,
            total_steps=options.epochs * self._plan.in_epoch,
            parameters=parameters,
            history=from_rows(run.history[:, : run.records], options.record_every),
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
