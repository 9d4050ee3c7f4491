"""Inference of many models on the same input, piece by piece in bounded memory.

Each number has the bits that its model gives alone. Since each feature is computed from its own
weights, the generators of n models side by side are one generator with n times the features. The
logits of discriminators are sums over features, computed here in the same order for all models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.backends.reference.sums import PARTIAL_SUMS
from fastgan.networks import inference

Array = npt.NDArray[Any]

PIECE = 2**16  # numbers in a piece: half a megabyte, which stays in the cache
SCORES = 2**14  # logits in a piece, for each of which PARTIAL_SUMS numbers are held at a time
ITEMS = 2**20  # numbers in the items of a piece, which are copied, features first


def pieces(
    weights: Array, biases: Array, latents: Array
) -> Iterator[tuple[slice, Iterator[tuple[slice, Array]]]]:
    """Iterate over the pictures of all models, a few models and latent vectors at a time.

    Takes weights (models, k, d), biases (models, d) and latents (n, k). Yields a slice of models
    with an iterator over their pictures, which yields a slice of rows of `latents` with the
    pictures (rows, models, d) made from them.
    """
    models, k, d = weights.shape
    rows = max(1, min(len(latents), PIECE // d))
    at_once = max(1, PIECE // (max(rows, k) * d))
    for first in range(0, models, at_once):
        part = slice(first, min(first + at_once, models))
        yield part, _pictures(weights[part], biases[part], latents, rows)


def _pictures(
    weights: Array, biases: Array, latents: Array, at_once: int
) -> Iterator[tuple[slice, Array]]:
    models, k, d = weights.shape
    side_by_side = np.ascontiguousarray(weights.transpose(1, 0, 2)).reshape(k, models * d)
    all_biases = np.ascontiguousarray(biases).reshape(models * d)
    for first in range(0, len(latents), at_once):
        rows = slice(first, min(first + at_once, len(latents)))
        pictures = np.empty((rows.stop - first, models * d), weights.dtype)
        work = pictures.size * k
        inference.call(work, "generate", latents[rows], side_by_side, all_biases, pictures)
        yield rows, pictures.reshape(-1, models, d)


def generate(weights: Array, biases: Array, latents: Array) -> Array:
    """Compute the pictures (models, n, d) of all models; the arguments are those of `pieces`."""
    models, _, d = weights.shape
    result = np.empty((models, len(latents), d), weights.dtype)
    for part, row_pieces in pieces(weights, biases, latents):
        for rows, pictures in row_pieces:
            result[part, rows] = pictures.transpose(1, 0, 2)
    return result


def score(weights: Array, biases: Array, items: Array) -> Array:
    """Compute logits (models, n) of items (n, d); weights are (models, d), biases (models,)."""
    backends.require_ieee_arithmetic("numpy")
    result = np.empty((len(weights), len(items)), weights.dtype)
    rows = max(1, min(len(items), SCORES, ITEMS // items.shape[1]))
    at_once = SCORES // rows
    for start in range(0, len(items), rows):
        columns = slice(start, start + rows)
        features = np.ascontiguousarray(items[columns].T)
        for first in range(0, len(weights), at_once):
            part = slice(first, first + at_once)
            result[part, columns] = _logits(weights[part], biases[part], features)
    return result


def probabilities(scores: Array) -> Array:
    """Compute D, the sigmoid of the logits, in the same shape."""
    backend = backends.choose()
    backends.require_ieee_arithmetic(backend.name)
    result = np.empty(scores.shape, scores.dtype)
    logits, flat = scores.reshape(-1), result.reshape(-1)
    for start in range(0, flat.size, PIECE):
        piece = slice(start, start + PIECE)
        flat[piece] = backend.module.probabilities(logits[piece])
    return result


@np.errstate(all="ignore")
def _logits(weights: Array, biases: Array, features: Array) -> Array:
    products = (w[:, np.newaxis] * x for w, x in zip(weights.T, features, strict=True))
    total: Array = biases[:, np.newaxis] + sum_in_blocks(products)
    return total


def sum_in_blocks(terms: Iterable[Array]) -> Array:
    """Add arrays, one for each feature, in the order of `sums.sum_over_features`."""
    partial: list[Array] = []
    for j, term in enumerate(terms):
        if j < PARTIAL_SUMS:
            partial.append(term)
        else:
            partial[j % PARTIAL_SUMS] += term
    for half in (8, 4, 2, 1):
        for i in range(half, len(partial)):
            partial[i - half] += partial[i]
        partial = partial[:half]
    return partial[0]
