"""The losses and mean probabilities that a training records."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.fast_frozen import frozen

Array = npt.NDArray[Any]

ROWS = ("d_loss_real", "d_loss_fake", "g_loss", "d_real", "d_fake")  # in the backends' order


@dataclass(frozen=True, eq=False)
class History:
    """Losses and mean probabilities of the recorded steps; every array has shape (records,).

    Each loss of a step is computed just before the update that minimises it. The formulas below are
    those of the default losses and schedule; see the notes of `train` for the others.

    Attributes
    ----------
    step : ndarray of int64
        The recorded steps, counted from 0: every `record_every`-th.
    d_loss_real, d_loss_fake : ndarray
        Mean of -log D(x) over the real rows, and of -log(1 - D(G(z))) over G's pictures.
    g_loss : ndarray
        Mean of -log D(G(z)), with the D that has just been updated. With the alternating schedule,
        the loss before the first update of G's turn, and NaN in steps without a turn of G.
    d_real, d_fake : ndarray
        Mean of D(x) and of D(G(z)), where D is the sigmoid of the logit, whatever the loss.
    """

    step: npt.NDArray[np.int64]
    d_loss_real: Array
    d_loss_fake: Array
    g_loss: Array
    d_real: Array
    d_fake: Array

    def __len__(self) -> int:
        """Return the number of recorded steps."""
        return len(self.step)

    @property
    def value(self) -> Array:
        """V(D, G), the value of the game [1]_: the mean of log D(x) + log(1 - D(G(z))).

        D maximises it and G minimises it. It is computed as minus the sum of D's two losses, which
        gives V only for log-losses without smoothing. It is -2 log 2 when D cannot tell real from
        generated.

        .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014, equation 1.
        """
        return -(self.d_loss_real + self.d_loss_fake)

    @property
    def jensen_shannon(self) -> Array:
        """The Jensen-Shannon divergence of data and pictures, in nats, estimated from `value`.

        It is (V + 2 log 2) / 2, at most log 2. It equals the divergence if D is optimal [1]_, and
        is less otherwise, even below 0. A linear D sees only the means.

        .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014, theorem 1.
        """
        return (self.value + 2 * math.log(2)) / 2

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by value; the arrays come back read-only."""
        return _rebuild, tuple(getattr(self, field.name) for field in fields(self))


def empty_rows(records: int, dtype: np.dtype[Any]) -> Array:
    """Make an empty history, (5, records), for a backend to fill."""
    try:
        return np.empty((len(ROWS), records), dtype)
    except MemoryError:
        raise MemoryError(
            f"record_every: a history of {records} steps needs "
            f"{len(ROWS) * records * dtype.itemsize:,} bytes; record fewer steps"
        ) from None


def from_rows(rows: Array, record_every: int) -> History:
    """Make a history from the rows (5, records) that a backend filled."""
    if not rows.shape[1]:
        return _no_records(rows.dtype)
    rows.flags.writeable = False
    every = max(record_every, 1)
    step = np.arange(0, rows.shape[1] * every, every, dtype=np.int64)
    step.flags.writeable = False
    return frozen(History, step=step, **dict(zip(ROWS, rows, strict=True)))


@cache
def _no_records(dtype: np.dtype[Any]) -> History:
    empty = validation.read_only(np.empty(0, dtype))
    return History(validation.read_only(np.empty(0, np.int64)), *[empty] * len(ROWS))


def _rebuild(*values: Array) -> History:
    return History(*(validation.read_only(value) for value in values))
