"""Check the callback of a training, and call it with the caller's floating-point settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fastgan._support import validation
from fastgan.options.step_counts import Steps
from fastgan.training.view import TrainingView

Callback: TypeAlias = Callable[[TrainingView], object]


@dataclass(frozen=True)
class Caller:
    """A callback, how often it is called, and how NumPy treats floating-point errors in it."""

    callback: Callback
    every: int
    errors: Any  # numpy.geterr() where the training was called
    on_error: Any  # numpy.geterrcall() there

    def __call__(self, view: TrainingView) -> bool:
        """Call the callback, and return whether the training should stop."""
        with np.errstate(call=self.on_error, **self.errors):
            try:
                answer = self.callback(view)
            except StopIteration as error:
                raise RuntimeError("callback raised StopIteration") from error
        if answer is not None and not isinstance(answer, bool | np.bool_):
            raise TypeError(
                f"callback must return True, False or None, got {validation.describe(answer)}"
            )
        return bool(answer)


def checked_caller(callback: object, every: object, plan: Steps) -> Caller | None:
    """Check `callback` and `callback_every`, whose default is the steps of an epoch."""
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
