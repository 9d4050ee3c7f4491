"""The kernels for Numba: twins of `numpy_reference`, compiled at first use and cached on disk.

Importing this module imports Numba, which takes its time: only `backends` does, when asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.numba_batches import (
    logit,
    picture_and_slope,
    pre_activations,
    train_batches,
)
from fastgan.backends.numba_compiler import compiled
from fastgan.backends.numba_elementary import sigmoid
from fastgan.backends.numba_single_rows import train_single_rows
from fastgan.backends.numpy_reference import PARTIAL_SUMS

Array = npt.NDArray[Any]


@compiled
def _generate(latents: Array, weights: Array, biases: Array, pictures: Array, stop: Array) -> bool:
    a = np.empty(len(biases), latents.dtype)
    slope = np.empty(len(biases), latents.dtype)
    for i in range(len(latents)):
        if stop[0]:
            return False
        pre_activations(latents[i], weights, biases, a)
        picture_and_slope(a, pictures[i], slope)
    return True


@compiled
def _score(pictures: Array, weights: Array, bias: Array, scores: Array, stop: Array) -> bool:
    partial = np.empty(PARTIAL_SUMS, pictures.dtype)
    for i in range(len(pictures)):
        if stop[0]:
            return False
        scores[i] = logit(pictures[i], weights, bias[0], partial)
    return True


def _raise_unless_done(done: bool) -> None:
    if not done:
        raise InterruptedError("the kernel was asked to stop")


def train(
    data: Array,
    order: Array,
    latents: Array,
    discriminator_weights: Array,
    discriminator_bias: Array,
    generator_weights: Array,
    generator_biases: Array,
    discriminator_learning_rate: float,
    generator_learning_rate: float,
    batch_size: int,
    *rest: Any,
) -> None:
    """As `numpy_reference.train`."""
    dtype = data.dtype.type
    arguments = (
        data,
        order,
        latents,
        discriminator_weights,
        discriminator_bias,
        generator_weights,
        generator_biases,
        dtype(discriminator_learning_rate),
        dtype(generator_learning_rate),
    )
    if min(batch_size, len(data)) == 1:
        _raise_unless_done(train_single_rows(*arguments, *rest))
    else:
        _raise_unless_done(train_batches(*arguments, batch_size, *rest))


def generate(*arguments: Any) -> None:
    """As `numpy_reference.generate`."""
    _raise_unless_done(_generate(*arguments))


def score(*arguments: Any) -> None:
    """As `numpy_reference.score`."""
    _raise_unless_done(_score(*arguments))


def probabilities(scores: Array) -> Array:
    """As `numpy_reference.probabilities`."""
    p, one_minus_p = np.empty_like(scores), np.empty_like(scores)
    sigmoid(scores, p, one_minus_p)
    return p
