"""Losses and penalties for Numba: the twin of `reference.objectives`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import LEAST_SQUARES, MINIMAX, WASSERSTEIN
from fastgan.backends.jit.algorithm import TypedAlgorithm
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid_1, softplus_1
from fastgan.backends.jit.sums import sum_of_row

Array = npt.NDArray[Any]


@compiled
def real_slope(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return the derivative of D's loss on a real row."""
    if algorithm.loss == LEAST_SQUARES:
        return s - algorithm.target
    if algorithm.loss == WASSERSTEIN:
        return -algorithm.one
    slope = -sigmoid_1(s)[1]
    return (
        slope + algorithm.label_smoothing if algorithm.label_smoothing != algorithm.zero else slope
    )


@compiled
def fake_slope(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return the derivative of D's loss on a picture of G."""
    if algorithm.loss == LEAST_SQUARES:
        return s
    return algorithm.one if algorithm.loss == WASSERSTEIN else sigmoid_1(s)[0]


@compiled
def generator_slope(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return the derivative of G's loss."""
    if algorithm.loss == LEAST_SQUARES:
        return s - algorithm.one
    if algorithm.loss == WASSERSTEIN:
        return -algorithm.one
    d, one_minus_d = sigmoid_1(s)
    return -d if algorithm.loss == MINIMAX else -one_minus_d


@compiled
def real_loss(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return D's loss on a real row."""
    if algorithm.loss == LEAST_SQUARES:
        return algorithm.half * ((s - algorithm.target) * (s - algorithm.target))
    if algorithm.loss == WASSERSTEIN:
        return -s
    loss = softplus_1(-s)
    return (
        loss + algorithm.label_smoothing * s
        if algorithm.label_smoothing != algorithm.zero
        else loss
    )


@compiled
def fake_loss(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return D's loss on a picture of G."""
    if algorithm.loss == LEAST_SQUARES:
        return algorithm.half * (s * s)
    return s if algorithm.loss == WASSERSTEIN else softplus_1(s)


@compiled
def generator_loss(algorithm: TypedAlgorithm, s: Any) -> Any:
    """Return G's loss."""
    if algorithm.loss == LEAST_SQUARES:
        return algorithm.half * ((s - algorithm.one) * (s - algorithm.one))
    if algorithm.loss == WASSERSTEIN:
        return -s
    return -softplus_1(s) if algorithm.loss == MINIMAX else softplus_1(-s)


@compiled
def gradient_penalty_coefficient(
    algorithm: TypedAlgorithm, w: Array, share: Any, partial: Array
) -> Any:
    """Return the factor of w in the gradient penalty's gradient by w."""
    norm = np.sqrt(sum_of_row(w, w, partial))
    stretch = algorithm.zero if norm == algorithm.zero else (norm - algorithm.one) / norm
    return ((algorithm.two * algorithm.gradient_penalty_weight) * share) * stretch
