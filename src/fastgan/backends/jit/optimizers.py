"""Optimizers for Numba: the twin of `reference.optimizers`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import ADAM, MOMENTUM
from fastgan.backends.jit.algorithm import TypedAlgorithm
from fastgan.backends.jit.compiler import compiled

Array = npt.NDArray[Any]


@compiled
def update(
    algorithm: TypedAlgorithm,
    rate: Any,
    parameters: Array,
    gradient: Array,
    moments: Array,
    powers: Array,
) -> None:
    """Move parameters (p,) against a gradient (p,), in place."""
    if algorithm.optimizer == MOMENTUM:
        velocity = moments[0]
        for i in range(len(parameters)):
            velocity[i] = algorithm.momentum * velocity[i] + gradient[i]
            parameters[i] -= rate * velocity[i]
    elif algorithm.optimizer == ADAM:
        first, second = moments[0], moments[1]
        powers[0] *= algorithm.momentum
        powers[1] *= algorithm.second_momentum
        step, root = rate / (algorithm.one - powers[0]), np.sqrt(algorithm.one - powers[1])
        for i in range(len(parameters)):
            g = gradient[i]
            first[i] = algorithm.momentum * first[i] + (algorithm.one - algorithm.momentum) * g
            second[i] = algorithm.second_momentum * second[i] + (
                algorithm.one - algorithm.second_momentum
            ) * (g * g)
            parameters[i] -= step * (first[i] / (np.sqrt(second[i]) / root + algorithm.epsilon))
    else:
        for i in range(len(parameters)):
            parameters[i] -= rate * gradient[i]


@compiled
def clip(parameters: Array, most: Any) -> None:
    """Clip parameters to [-most, most]; a NaN stays NaN."""
    for i in range(len(parameters)):
        if parameters[i] > most:
            parameters[i] = most
        elif parameters[i] < -most:
            parameters[i] = -most
