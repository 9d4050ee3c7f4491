"""The specification of the optimizers: how a gradient moves an array of parameters.

Adam's square root is that of IEEE 754, which is correctly rounded, as + - * / are.
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

    The optimizer's state is `moments` (0, p), (1, p) or (2, p), zeros before its first move, and
    `powers` (2,), ones before its first move.

    - sgd: parameters -= rate * gradient.
    - momentum [1]_: velocity = momentum * velocity + gradient, and parameters -= rate * velocity.
    - adam [2]_: exponential moving averages of the gradient and of its square, each divided by
      1 - beta^t.

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
    """Clip parameters to [-most, most], in place; a NaN stays NaN."""
    parameters[parameters > most] = most
    parameters[parameters < -most] = -most
