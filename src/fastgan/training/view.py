"""The view of a training under way that a callback receives."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.deprecation import renamed
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.from_vector import gan_from_vector
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions
from fastgan.training.history import History, from_rows

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class TrainingView:
    """A training under way, as a callback receives it.

    A view may be kept; it never changes.

    Attributes
    ----------
    step : int
        The number of completed steps.
    total_steps : int
        The number of steps of the whole training.
    parameters : ndarray, shape (P,)
        A copy of w_D, b_D, W_G row by row and b_G. This and `history_rows` are read-only.
    history_rows : ndarray, shape (5, records)
        The recorded numbers; `history` gives them by name.
    options : TrainingOptions
    item_shape : tuple of int
    model : int
        The index of the model within `train_many`; 0 for `train`.
    """

    step: int
    total_steps: int
    parameters: Array
    history_rows: Array
    options: TrainingOptions
    item_shape: tuple[int, ...]
    model: int

    recorded = renamed("recorded", "history_rows")

    def __post_init__(self) -> None:
        for name in ("parameters", "history_rows"):
            object.__setattr__(self, name, validation.sealed(getattr(self, name)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the arrays come back read-only."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    @property
    def history(self) -> History:
        """Losses and mean probabilities of the steps recorded so far."""
        return from_rows(self.history_rows, self.options.record_every)

    @property
    def gan(self) -> GAN | ConditionalGAN:
        """The networks after the last completed step."""
        return gan_from_vector(self.parameters, self.item_shape, self.options)
