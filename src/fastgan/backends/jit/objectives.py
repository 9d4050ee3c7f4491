"""Losses, penalties and optimizers for Numba: twins of the reference's files of these names.

Numba widens float32 beside an integer, so every constant comes as a number of the run's dtype.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import ADAM, LEAST_SQUARES, MINIMAX, MOMENTUM, WASSERSTEIN, Recipe
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid_1, softplus_1

Array = npt.NDArray[Any]

PARTIAL_SUMS = 16


class Numbers(NamedTuple):
    """A recipe's codes, and its numbers in the run's dtype with the constants beside them."""

    schedule: int
    discriminator_steps: int
    generator_steps: int
    loss: int
    optimizer: int
    d_rate: Any
    g_rate: Any
    smoothing: Any
    target: Any  # 1 less the smoothing
    clip: Any
    gradient_penalty: Any
    r1: Any
    beta1: Any
    beta2: Any
    epsilon: Any
    zero: Any
    half: Any
    one: Any
    two: Any


def numbers_of(recipe: Recipe, dtype: np.dtype[Any]) -> Numbers:
    """The numbers of a recipe for compiled code."""
    real = dtype.type
    values = [real(value) for value in recipe[5:]]
    constants = (real(constant) for constant in (0, 0.5, 1, 2))
    target = real(1) - values[2]
    return Numbers._make((*recipe[:5], *values[:3], target, *values[3:], *constants))


@compiled
def real_slope(r: Numbers, s: Any) -> Any:
    """The derivative of D's loss on a real row."""
    if r.loss == LEAST_SQUARES:
        return s - r.target
    if r.loss == WASSERSTEIN:
        return -r.one
    slope = -sigmoid_1(s)[1]
    return slope + r.smoothing if r.smoothing != r.zero else slope


@compiled
def fake_slope(r: Numbers, s: Any) -> Any:
    """Of D's loss on a picture of G's."""
    if r.loss == LEAST_SQUARES:
        return s
    return r.one if r.loss == WASSERSTEIN else sigmoid_1(s)[0]


@compiled
def generator_slope(r: Numbers, s: Any) -> Any:
    """Of G's loss."""
    if r.loss == LEAST_SQUARES:
        return s - r.one
    if r.loss == WASSERSTEIN:
        return -r.one
    d, one_minus_d = sigmoid_1(s)
    return -d if r.loss == MINIMAX else -one_minus_d


@compiled
def real_loss(r: Numbers, s: Any) -> Any:
    """D's loss on a real row."""
    if r.loss == LEAST_SQUARES:
        return r.half * ((s - r.target) * (s - r.target))
    if r.loss == WASSERSTEIN:
        return -s
    loss = softplus_1(-s)
    return loss + r.smoothing * s if r.smoothing != r.zero else loss


@compiled
def fake_loss(r: Numbers, s: Any) -> Any:
    """D's loss on a picture of G's."""
    if r.loss == LEAST_SQUARES:
        return r.half * (s * s)
    return s if r.loss == WASSERSTEIN else softplus_1(s)


@compiled
def generator_loss(r: Numbers, s: Any) -> Any:
    """G's loss."""
    if r.loss == LEAST_SQUARES:
        return r.half * ((s - r.one) * (s - r.one))
    if r.loss == WASSERSTEIN:
        return -s
    return -softplus_1(s) if r.loss == MINIMAX else softplus_1(-s)


@compiled
def sum_of_row(x: Array, w: Array, partial: Array) -> Any:
    """x (d,) times w (d,), in the order of sums over features; `partial` (16,) is overwritten."""
    d = len(x)
    partial[:] = -0.0
    whole = d // PARTIAL_SUMS * PARTIAL_SUMS
    for j in range(0, whole, PARTIAL_SUMS):
        for i in range(PARTIAL_SUMS):
            partial[i] += x[j + i] * w[j + i]
    for j in range(whole, d):
        partial[j - whole] += x[j] * w[j]
    half = PARTIAL_SUMS // 2
    while half:
        for i in range(half):
            partial[i] += partial[i + half]
        half //= 2
    return partial[0]


@compiled
def gradient_penalty_coefficient(r: Numbers, w: Array, share: Any, partial: Array) -> Any:
    """What the gradient penalty adds to the gradient by w is this times w."""
    norm = np.sqrt(sum_of_row(w, w, partial))
    stretch = r.zero if norm == r.zero else (norm - r.one) / norm
    return ((r.two * r.gradient_penalty) * share) * stretch


@compiled
def add_multiple(to: Array, factor: Any, values: Array) -> None:
    """Add factor * values to `to`."""
    for j in range(len(to)):
        to[j] += factor * values[j]


@compiled
def update(
    r: Numbers, rate: Any, parameters: Array, gradient: Array, moments: Array, powers: Array
) -> None:
    """Move parameters (p,) against a gradient (p,)."""
    if r.optimizer == MOMENTUM:
        velocity = moments[0]
        for i in range(len(parameters)):
            velocity[i] = r.beta1 * velocity[i] + gradient[i]
            parameters[i] -= rate * velocity[i]
    elif r.optimizer == ADAM:
        first, second = moments[0], moments[1]
        powers[0] *= r.beta1
        powers[1] *= r.beta2
        step, root = rate / (r.one - powers[0]), np.sqrt(r.one - powers[1])
        for i in range(len(parameters)):
            g = gradient[i]
            first[i] = r.beta1 * first[i] + (r.one - r.beta1) * g
            second[i] = r.beta2 * second[i] + (r.one - r.beta2) * (g * g)
            parameters[i] -= step * (first[i] / (np.sqrt(second[i]) / root + r.epsilon))
    else:
        for i in range(len(parameters)):
            parameters[i] -= rate * gradient[i]


@compiled
def clip(parameters: Array, most: Any) -> None:
    """Put what is beyond -most or most there; a NaN stays one."""
    for i in range(len(parameters)):
        if parameters[i] > most:
            parameters[i] = most
        elif parameters[i] < -most:
            parameters[i] = -most
