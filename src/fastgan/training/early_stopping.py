"""Early stopping: the end of a training whose parameters no longer change."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class EarlyStopping:
    """Count the epochs in a row over which no parameter changed by more than the tolerance.

    Parameters
    ----------
    tolerance : float
        The largest change of a parameter over a calm epoch.
    patience : int
        The number of calm epochs in a row after which the training ends.
    parameters : ndarray, shape (P,)
        The parameters before the first step.
    """

    def __init__(self, tolerance: float, patience: int, parameters: Array) -> None:
        self._tolerance, self._patience = tolerance, patience
        self._last = parameters.copy()  # at the end of the last epoch
        self._calm = 0  # calm epochs in a row, up to that one

    def settled(self, steps: npt.NDArray[np.int64], epochs: Array) -> int | None:
        """Return the first of these steps at which the training should have ended, or None.

        Parameters
        ----------
        steps : ndarray, shape (epochs,)
            The steps after which the next epochs ended.
        epochs : ndarray, shape (epochs, P)
            The parameters after these steps.
        """
        if not len(epochs):
            return None
        before = np.concatenate([self._last[np.newaxis], epochs[:-1]])
        largest = np.abs(epochs - before).max(axis=1)
        self._last = epochs[-1].copy()
        moved = ~(largest <= self._tolerance)  # true for NaN, too
        # Calm epochs in a row up to each epoch; until one moves, those of earlier calls count too.
        numbers = np.arange(len(epochs))
        last_moved = np.maximum.accumulate(np.where(moved, numbers, -1))
        calm = numbers - last_moved + np.where(last_moved < 0, self._calm, 0)
        self._calm = int(calm[-1])
        enough = np.flatnonzero(calm >= self._patience)
        return int(steps[enough[0]]) if len(enough) else None
