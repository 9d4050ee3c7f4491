"""Generator and discriminator of one layer each: their pictures and their logits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.sums import sum_over_features

Array = npt.NDArray[Any]


def pre_activations(latents: Array, weights: Array, biases: Array) -> Array:
    """Compute a = b_G + sum over k of z_k W_G[k], (m, d), added in the order of the index."""
    total = np.repeat(biases[np.newaxis, :], len(latents), axis=0)
    for column, row in zip(latents.T, weights, strict=True):
        total += column[:, np.newaxis] * row
    return total


def logits(pictures: Array, weights: Array, bias: Array) -> Array:
    """Compute s = b_D + sum over j of x_j w_D[j], (m,)."""
    return bias + sum_over_features(pictures * weights)


@np.errstate(all="ignore")
def generate(latents: Array, weights: Array, biases: Array, pictures: Array, stop: Array) -> None:
    """Fill `pictures` (m, d) with the generator's pictures of `latents` (m, k)."""
    pictures[...], _ = sigmoid(pre_activations(latents, weights, biases))


@np.errstate(all="ignore")
def score(pictures: Array, weights: Array, bias: Array, scores: Array, stop: Array) -> None:
    """Fill `scores` (m,) with the discriminator's logits of `pictures` (m, d)."""
    scores[...] = logits(pictures, weights, bias)


@np.errstate(all="ignore")
def probabilities(scores: Array) -> Array:
    """Return D, the sigmoid of the logits."""
    return sigmoid(scores)[0]
