"""The kernels for Numba: twins of `reference.slanted_land`, compiled at first use, cached on disk.

Importing this module imports Numba, which takes its time: only `backends` does, when asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.jit.batches import take_row, train_batches
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid
from fastgan.backends.jit.lanes import GROUP, ROW
from fastgan.backends.jit.panels import (
    activate,
    into_panels,
    new_panels,
    padded,
    panels_of,
    pre_activations,
)
from fastgan.backends.jit.single_rows import train_few_features

Array = npt.NDArray[Any]


_ROWS_AT_ONCE = 64  # pictures drawn together, from weights in cache


@compiled
def _generate(latents: Array, weights: Array, biases: Array, pictures: Array, stop: Array) -> bool:
    count, d = pictures.shape
    k = latents.shape[1]
    panels = panels_of(d)
    w = new_panels(panels * k, weights)
    into_panels(weights, w)
    b = padded(biases, 0)
    drawn = new_panels(_ROWS_AT_ONCE, pictures)
    slopes = new_panels(_ROWS_AT_ONCE, pictures)
    for first in range(0, count, _ROWS_AT_ONCE):
        m = min(_ROWS_AT_ONCE, count - first)
        for start in range(0, d, GROUP):
            if not pre_activations(
                latents, first * k, m, k, w, start * k, b, start, drawn, 0, stop
            ):
                return False
            used = min(GROUP, d - start)
            activate(drawn, slopes, 0, m, used)
            for i in range(m):
                for j in range(used):
                    pictures[first + i, start + j] = drawn[i * GROUP + j]
    return True


@compiled
def _score(pictures: Array, weights: Array, bias: Array, scores: Array, stop: Array) -> bool:
    # A padding 0 of a picture times -1 is -0.0, which takes no part in a sum.
    padded_weights = padded(weights, -1)
    row = new_panels(panels_of(len(weights)), weights)
    for i in range(len(pictures)):
        if stop[0]:
            return False
        scores[i] = take_row(pictures[i], padded_weights, bias[0], row, 0, GROUP)
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
    first_row: int,
    history: Array,
    *rest: Any,
) -> None:
    """As `reference.slanted_land.train`."""
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
    # Its rows one by one: of one type, and so compiled once, whether the whole or a slice is given.
    rows = tuple(history)
    few_features = data.shape[1] <= ROW and latents.shape[1] == 1
    if min(batch_size, len(data)) == 1 and few_features:
        _raise_unless_done(train_few_features(*arguments, first_row, rows, *rest))
    else:
        _raise_unless_done(train_batches(*arguments, batch_size, first_row, rows, *rest))


def generate(*arguments: Any) -> None:
    """As `reference.slanted_land.generate`."""
    _raise_unless_done(_generate(*arguments))


def score(*arguments: Any) -> None:
    """As `reference.slanted_land.score`."""
    _raise_unless_done(_score(*arguments))


def probabilities(scores: Array) -> Array:
    """As `reference.slanted_land.probabilities`."""
    p, one_minus_p = np.empty_like(scores), np.empty_like(scores)
    sigmoid(scores, p, one_minus_p)
    return p
