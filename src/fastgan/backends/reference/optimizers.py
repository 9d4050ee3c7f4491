"""How a gradient moves an array of parameters: the specification of the optimizers.

Adam's square root is that of IEEE 754, which is rounded exactly, as + - * / are.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import MOMENTUM, SGD, Algorithm

Array = npt.NDArray[Any]


def update(
    algorithm: Algorithm,
    rate: Any,
    parameters: Array,
    gradient: Array,
    moments: Array,
    powers: Array,
) -> None:
    """Move parameters (p,) against a gradient (p,), in place.

    `moments` (0, p), (1, p) or (2, p) and `powers` (2,) are the state of the optimizer: zeros and
    ones before its first move.

    - sgd: parameters -= rate * gradient.
    - momentum [1]_: velocity = momentum * velocity + gradient, and parameters -= rate * velocity.
    - adam [2]_: exponential means of the gradient and of its square, each divided by 1 - beta^t.

    .. [1] B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    .. [2] D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """
    if algorithm.optimizer == SGD:
        parameters -= rate * gradient
        return
    if algorithm.optimizer == MOMENTUM:
        moments[0] = algorithm.momentum * moments[0] + gradient
        parameters -= rate * moments[0]
        return
    first, second = moments
    powers[0] *= algorithm.momentum
    powers[1] *= algorithm.second_momentum
    first[...] = algorithm.momentum * first + (1 - algorithm.momentum) * gradient
    second[...] = algorithm.second_momentum * second + (1 - algorithm.second_momentum) * (
        gradient * gradient
    )
    root = np.sqrt(1 - powers[1])
    parameters -= (rate / (1 - powers[0])) * (first / (np.sqrt(second) / root + algorithm.epsilon))


def clip(parameters: Array, most: Any) -> None:
    """Limit parameters to [-most, most], in place; a NaN stays a NaN."""
    parameters[parameters > most] = most
    parameters[parameters < -most] = -most
