"""How a training is done: schedule, loss, penalties and optimizer, checked once and then fixed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from fastgan._support import validation
from fastgan.backends import algorithm as codes
from fastgan.backends.algorithm import Recipe

SCHEDULES = ("sequential", "alternating", "simultaneous")  # by their codes
LOSSES = ("non-saturating", "minimax", "least-squares", "wasserstein")
OPTIMIZERS = ("sgd", "momentum", "adam")

# What each number of an optimizer belongs to.
OPTIMIZERS_WITH = {
    "momentum": ("momentum", "adam"),
    "second_momentum": ("adam",),
    "epsilon": ("adam",),
}
MOMENTUM, SECOND_MOMENTUM, EPSILON = 0.9, 0.999, 1e-8  # by default, as in Kingma 2015


@dataclass(frozen=True, kw_only=True)
class Algorithm:
    """How a training is done; all real numbers are rounded to the run's dtype.

    Attributes
    ----------
    schedule, loss, optimizer : str
    discriminator_steps, generator_steps : int
    label_smoothing, gradient_penalty_weight, r1_weight : float
    clip_value : float or None
    momentum, second_momentum, epsilon : float
        Of the optimizer; 0 where it has none.
    classes : tuple of int
        The labels of a conditional GAN, rising; none without labels.
    snapshot_every : int
    early_stopping : float or None
    patience : int
        0 without early stopping.
    """

    schedule: str = "sequential"
    discriminator_steps: int = 1
    generator_steps: int = 1
    loss: str = "non-saturating"
    label_smoothing: float = 0.0
    clip_value: float | None = None
    gradient_penalty_weight: float = 0.0
    r1_weight: float = 0.0
    optimizer: str = "sgd"
    momentum: float = 0.0
    second_momentum: float = 0.0
    epsilon: float = 0.0
    classes: tuple[int, ...] = ()
    snapshot_every: int = 0
    early_stopping: float | None = None
    patience: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether it is the Slanted Land schedule with plain descent, which has its own kernels."""
        # Clipping comes with another loss, and momentum with another optimizer.
        return (
            self.schedule == "sequential"
            and self.loss == "non-saturating"
            and self.optimizer == "sgd"
            and not (self.label_smoothing or self.gradient_penalty_weight or self.r1_weight)
            and not self.classes
        )

    def recipe(self, rates: tuple[float, float], dtype: np.dtype[Any]) -> Recipe:
        """Make what a backend sees of it, with the learning rates of D and of G."""
        numbers = (
            *rates,
            self.label_smoothing,
            math.inf if self.clip_value is None else self.clip_value,
            self.gradient_penalty_weight,
            self.r1_weight,
            self.momentum,
            self.second_momentum,
            self.epsilon,
        )
        whole = (
            SCHEDULES.index(self.schedule),
            self.discriminator_steps,
            self.generator_steps,
            LOSSES.index(self.loss),
            OPTIMIZERS.index(self.optimizer),
        )
        return Recipe._make((*whole, *(dtype.type(number) for number in numbers)))

    @property
    def n_classes(self) -> int:
        """How many classes there are; one without labels."""
        return max(1, len(self.classes))

    @property
    def moments(self) -> int:
        """How many numbers the optimizer remembers of each parameter."""
        return codes.MOMENTS[OPTIMIZERS.index(self.optimizer)]


# What is asked for by default, and needs no checks: a training may take less time than these.
UNASKED = {
    "schedule": "sequential",
    "discriminator_steps": 1,
    "generator_steps": 1,
    "loss": "non-saturating",
    "label_smoothing": 0.0,
    "clip_value": None,
    "gradient_penalty_weight": 0.0,
    "r1_weight": 0.0,
    "optimizer": "sgd",
    "momentum": None,
    "second_momentum": None,
    "epsilon": None,
    "snapshot_every": 0,
    "early_stopping": None,
    "patience": None,
}
_TYPES = [*map(type, UNASKED.values())]


def checked(dtype: np.dtype[Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Check what was asked for; give the fields of an `Algorithm` that are not its defaults."""
    # Types first: False is no 0 here, and an array would be compared number by number.
    if [*map(type, asked.values())] == _TYPES and asked == UNASKED:
        return {}
    return check(dtype, **asked)


def check(
    dtype: np.dtype[Any],
    *,
    schedule: object,
    discriminator_steps: object,
    generator_steps: object,
    loss: object,
    label_smoothing: object,
    clip_value: object,
    gradient_penalty_weight: object,
    r1_weight: object,
    optimizer: object,
    momentum: object,
    second_momentum: object,
    epsilon: object,
    snapshot_every: object,
    early_stopping: object,
    patience: object,
) -> dict[str, Any]:
    """Check each option, and how they go together; give them with every default filled in."""
    checked: dict[str, Any] = {
        "schedule": _one_of("schedule", schedule, SCHEDULES),
        "discriminator_steps": validation.count("discriminator_steps", discriminator_steps),
        "generator_steps": validation.count("generator_steps", generator_steps),
        "loss": _one_of("loss", loss, LOSSES),
        "label_smoothing": _below_one("label_smoothing", label_smoothing, dtype),
        "gradient_penalty_weight": validation.rate(
            "gradient_penalty_weight", gradient_penalty_weight, dtype
        ),
        "r1_weight": validation.rate("r1_weight", r1_weight, dtype),
        "snapshot_every": validation.count("snapshot_every", snapshot_every, least=0),
        **_early_stopping(early_stopping, patience, dtype),
    }
    for name in ("discriminator_steps", "generator_steps"):
        if checked[name] > 1 and checked["schedule"] != "alternating":
            raise ValueError(
                f"{name} must be 1 unless schedule='alternating', got {name}={checked[name]} "
                f"with schedule={schedule!r}"
            )
    checked["clip_value"] = _clip_value(clip_value, checked["loss"], dtype)
    if checked["label_smoothing"] and loss == "wasserstein":
        raise ValueError(
            f"label_smoothing must be 0 with loss='wasserstein', which has no targets, "
            f"got {label_smoothing!r}"
        )
    return checked | _optimizer(optimizer, momentum, second_momentum, epsilon, dtype)


def _one_of(name: str, value: object, names: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {names}, got {validation.describe(value)}")
    if value not in names:
        raise ValueError(f"{name} must be one of {names}, got {value!r}")
    return value


def _below_one(name: str, value: object, dtype: np.dtype[Any]) -> float:
    number = validation.rate(name, value, dtype)
    if number >= 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {validation.describe(value)}")
    return number


def _clip_value(value: object, loss: str, dtype: np.dtype[Any]) -> float | None:
    if value is None:
        return None
    number = validation.rate("clip_value", value, dtype)
    if number == 0:
        raise ValueError(f"clip_value must be above 0, got {validation.describe(value)}")
    if loss != "wasserstein":
        raise ValueError(f"clip_value must be None unless loss='wasserstein', got {value!r}")
    return number


def _early_stopping(tolerance: object, patience: object, dtype: np.dtype[Any]) -> dict[str, Any]:
    if tolerance is None:
        if patience is not None:
            raise ValueError(
                f"patience must be None without early_stopping, the tolerance, "
                f"got {validation.describe(patience)}"
            )
        return {"early_stopping": None, "patience": 0}
    return {
        "early_stopping": validation.rate("early_stopping", tolerance, dtype),
        "patience": 1 if patience is None else validation.count("patience", patience),
    }


def _optimizer(
    optimizer: object,
    momentum: object,
    second_momentum: object,
    epsilon: object,
    dtype: np.dtype[Any],
) -> dict[str, Any]:
    name = _one_of("optimizer", optimizer, OPTIMIZERS)
    if momentum is not None and name == "sgd":
        raise ValueError(
            f"momentum must be None with optimizer='sgd', got {validation.describe(momentum)}: "
            "optimizer='momentum' has one"
        )
    for what, value in (("second_momentum", second_momentum), ("epsilon", epsilon)):
        if value is not None and name != "adam":
            raise ValueError(
                f"{what} must be None unless optimizer='adam', got {validation.describe(value)}"
            )
    checked = {"optimizer": name, "momentum": 0.0, "second_momentum": 0.0, "epsilon": 0.0}
    if name != "sgd":
        first = MOMENTUM if momentum is None else momentum
        checked["momentum"] = _below_one("momentum", first, dtype)
    if name == "adam":
        second = SECOND_MOMENTUM if second_momentum is None else second_momentum
        checked["second_momentum"] = _below_one("second_momentum", second, dtype)
        checked["epsilon"] = validation.rate(
            "epsilon", EPSILON if epsilon is None else epsilon, dtype
        )
    return checked
