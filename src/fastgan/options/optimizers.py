"""Optimizers: how a gradient moves the parameters, and which numbers each optimizer has."""

from __future__ import annotations

from typing import Any

import numpy as np

from fastgan._support import validation
from fastgan.options.defaults import EPSILON, MOMENTUM, SECOND_MOMENTUM

OPTIMIZERS = ("sgd", "momentum", "adam")  # the index is the code

# The optimizers that have each number.
OPTIMIZERS_WITH = {
    "momentum": ("momentum", "adam"),
    "second_momentum": ("adam",),
    "epsilon": ("adam",),
}


def checked_optimizer(
    dtype: np.dtype[Any],
    optimizer: object,
    momentum: object,
    second_momentum: object,
    epsilon: object,
) -> dict[str, Any]:
    """Check an optimizer and its numbers, rounded to `dtype`; those that it lacks become 0."""
    name = validation.one_of("optimizer", optimizer, OPTIMIZERS)
    if momentum is not None and name == "sgd":
        raise ValueError(
            f"momentum must be None with optimizer='sgd', got {validation.describe(momentum)}: "
            "use optimizer='momentum'"
        )
    for argument, value in (("second_momentum", second_momentum), ("epsilon", epsilon)):
        if value is not None and name not in OPTIMIZERS_WITH[argument]:
            raise ValueError(
                f"{argument} must be None unless optimizer='adam', got {validation.describe(value)}"
            )
    checked = {"optimizer": name, "momentum": 0.0, "second_momentum": 0.0, "epsilon": 0.0}
    if name in OPTIMIZERS_WITH["momentum"]:
        first = MOMENTUM if momentum is None else momentum
        checked["momentum"] = validation.below_one("momentum", first, dtype)
    if name in OPTIMIZERS_WITH["second_momentum"]:
        second = SECOND_MOMENTUM if second_momentum is None else second_momentum
        checked["second_momentum"] = validation.below_one("second_momentum", second, dtype)
        given = EPSILON if epsilon is None else epsilon
        checked["epsilon"] = validation.rate("epsilon", given, dtype)
    return checked
