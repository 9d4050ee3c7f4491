"""Schedule, objective and optimizer, with classes, snapshots and early stopping."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from fastgan._support import validation
from fastgan.backends.algorithm import MOMENTS, Algorithm
from fastgan.options.defaults import DEFAULT, PATIENCE
from fastgan.options.objectives import LOSSES, checked_objective
from fastgan.options.optimizers import OPTIMIZERS, checked_optimizer
from fastgan.options.schedules import SCHEDULES, checked_schedule


@dataclass(frozen=True, kw_only=True)
class AlgorithmOptions:
    """The schedule, objective and optimizer of a training, its classes, snapshots, early stopping.

    Every default is filled in; all real numbers are rounded to the run's dtype.

    Attributes
    ----------
    schedule, loss, optimizer : str
    discriminator_steps, generator_steps : int
    label_smoothing, gradient_penalty_weight, r1_weight : float
    clip_value : float or None
    momentum, second_momentum, epsilon : float
        The numbers of the optimizer; 0 for those that it does not have.
    classes : tuple of int
        The labels of a conditional GAN, in increasing order; empty without labels.
    snapshot_every : int
    early_stopping : float or None
    patience : int
        0 without early stopping.
    """

    schedule: str = DEFAULT.schedule
    discriminator_steps: int = DEFAULT.discriminator_steps
    generator_steps: int = DEFAULT.generator_steps
    loss: str = DEFAULT.loss
    label_smoothing: float = DEFAULT.label_smoothing
    clip_value: float | None = None
    gradient_penalty_weight: float = DEFAULT.gradient_penalty_weight
    r1_weight: float = DEFAULT.r1_weight
    optimizer: str = DEFAULT.optimizer
    momentum: float = 0.0
    second_momentum: float = 0.0
    epsilon: float = 0.0
    classes: tuple[int, ...] = ()
    snapshot_every: int = DEFAULT.snapshot_every
    early_stopping: float | None = None
    patience: int = 0

    @property
    def is_plain(self) -> bool:
        """Return whether these options make the Slanted Land step, which has its own kernels."""
        # Clipping needs another loss, and momentum another optimizer.
        return (
            self.schedule == "sequential"
            and self.loss == "non-saturating"
            and self.optimizer == "sgd"
            and not (self.label_smoothing or self.gradient_penalty_weight or self.r1_weight)
            and not self.classes
        )

    def algorithm(self, rates: tuple[float, float], dtype: np.dtype[Any]) -> Algorithm:
        """Return the numbers that a backend takes, with the learning rates of D and of G."""
        return Algorithm(
            schedule=SCHEDULES.index(self.schedule),
            discriminator_steps=self.discriminator_steps,
            generator_steps=self.generator_steps,
            loss=LOSSES.index(self.loss),
            optimizer=OPTIMIZERS.index(self.optimizer),
            discriminator_learning_rate=dtype.type(rates[0]),
            generator_learning_rate=dtype.type(rates[1]),
            label_smoothing=dtype.type(self.label_smoothing),
            clip_value=dtype.type(math.inf if self.clip_value is None else self.clip_value),
            gradient_penalty_weight=dtype.type(self.gradient_penalty_weight),
            r1_weight=dtype.type(self.r1_weight),
            momentum=dtype.type(self.momentum),
            second_momentum=dtype.type(self.second_momentum),
            epsilon=dtype.type(self.epsilon),
        )

    @property
    def n_classes(self) -> int:
        """The number of classes; one without labels."""
        return max(1, len(self.classes))

    @property
    def moments(self) -> int:
        """The number of moments that the optimizer keeps of each parameter."""
        return MOMENTS[OPTIMIZERS.index(self.optimizer)]


_SCHEDULE = ("schedule", "discriminator_steps", "generator_steps")
_OBJECTIVE = ("loss", "label_smoothing", "clip_value", "gradient_penalty_weight", "r1_weight")
_OPTIMIZER = ("optimizer", "momentum", "second_momentum", "epsilon")
_STOPPING = ("early_stopping", "patience")

# The defaults need no checks, which can take longer than a training.
UNCHECKED = {
    name: getattr(DEFAULT, name)
    for name in (*_SCHEDULE, *_OBJECTIVE, *_OPTIMIZER, "snapshot_every", *_STOPPING)
}
_TYPES = [*map(type, UNCHECKED.values())]


def checked(dtype: np.dtype[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Check the options; return the fields of `AlgorithmOptions`, or none if all are defaults."""
    # Types come first: False must differ from 0, and arrays would be compared number by number.
    if [*map(type, given.values())] == _TYPES and given == UNCHECKED:
        return {}
    return check(dtype, given)


def check(dtype: np.dtype[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Check each option and their combination; return them with every default filled in."""

    def take(names: tuple[str, ...]) -> dict[str, Any]:
        return {name: given[name] for name in names}

    return {
        **checked_schedule(**take(_SCHEDULE)),
        **checked_objective(dtype, **take(_OBJECTIVE)),
        **checked_optimizer(dtype, **take(_OPTIMIZER)),
        "snapshot_every": validation.count("snapshot_every", given["snapshot_every"], least=0),
        **_checked_stopping(dtype, **take(_STOPPING)),
    }


def _checked_stopping(
    dtype: np.dtype[Any], early_stopping: object, patience: object
) -> dict[str, Any]:
    if early_stopping is None:
        if patience is not None:
            raise ValueError(
                f"patience must be None without early_stopping, got {validation.describe(patience)}"
            )
        return {"early_stopping": None, "patience": 0}
    return {
        "early_stopping": validation.rate("early_stopping", early_stopping, dtype),
        "patience": PATIENCE if patience is None else validation.count("patience", patience),
    }
