"""Generator and discriminator of one layer each, for Numba: the twin of `reference.networks`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.jit.batches import take_row
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid
from fastgan.backends.jit.lanes import GROUP
from fastgan.backends.jit.panels import (
    activate,
    into_panels,
    new_panels,
    padded,
    panels_of,
    pre_activations,
)
from fastgan.backends.jit.stopping import raise_unless_done

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
    # A padding 0 of a picture times -1 is -0.0, which changes no sum.
    padded_weights = padded(weights, -1)
    row = new_panels(panels_of(len(weights)), weights)
    for i in range(len(pictures)):
        if stop[0]:
            return False
        scores[i] = take_row(pictures[i], padded_weights, bias[0], row, 0, GROUP)
    return True


def generate(*arguments: Any) -> None:
    """Draw the pictures (m, d) of latents (m, k)."""
    raise_unless_done(_generate(*arguments))


def score(*arguments: Any) -> None:
    """Compute the logits (m,) of pictures (m, d)."""
    raise_unless_done(_score(*arguments))


def probabilities(scores: Array) -> Array:
    """Return the sigmoids of logits."""
    p, one_minus_p = np.empty_like(scores), np.empty_like(scores)
    sigmoid(scores, p, one_minus_p)
    return p
