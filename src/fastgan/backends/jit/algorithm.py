"""The algorithm of a training, for Numba: the twin of `backends.algorithm`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from fastgan.backends import algorithm as plain
from fastgan.backends.algorithm import Algorithm
from fastgan.backends.jit.compiler import compiled

generator_moves: Any = compiled(plain.generator_moves)


class TypedAlgorithm(NamedTuple):
    """An `Algorithm` for compiled code, with constants of the run's dtype.

    Numba widens a float32 that meets an integer, so constants have the run's dtype as well.
    """

    schedule: int
    discriminator_steps: int
    generator_steps: int
    loss: int
    optimizer: int
    discriminator_learning_rate: Any
    generator_learning_rate: Any
    label_smoothing: Any
    clip_value: Any
    gradient_penalty_weight: Any
    r1_weight: Any
    momentum: Any
    second_momentum: Any
    epsilon: Any
    target: Any  # of real rows: 1 - label_smoothing
    zero: Any
    half: Any
    one: Any
    two: Any


def typed(algorithm: Algorithm, dtype: np.dtype[Any]) -> TypedAlgorithm:
    """Add to an algorithm the constants that compiled code needs, in this dtype."""
    real = dtype.type
    smoothing = real(algorithm.label_smoothing)
    constants = (real(constant) for constant in (0, 0.5, 1, 2))
    codes, numbers = algorithm[:5], (real(number) for number in algorithm[5:])
    return TypedAlgorithm._make((*codes, *numbers, real(1) - smoothing, *constants))
