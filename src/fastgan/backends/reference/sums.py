"""Sums in the order that every backend follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

PARTIAL_SUMS = 16


def sum_over_features(terms: Array) -> Array:
    """Sum (m, d) over the features, to (m,), in an order that vectors of any width can follow.

    Term j goes to partial sum j mod 16, in increasing order. Then the partial sums are folded by
    halves: i with i + 8, then i + 4, i + 2, i + 1. A partial sum without terms takes no part.
    """
    partial = terms[:, :PARTIAL_SUMS].copy()
    for start in range(PARTIAL_SUMS, terms.shape[1], PARTIAL_SUMS):
        block = terms[:, start : start + PARTIAL_SUMS]
        partial[:, : block.shape[1]] += block
    for half in (8, 4, 2, 1):
        upper = partial[:, half : 2 * half]
        partial[:, : upper.shape[1]] += upper
        partial = partial[:, :half]
    return partial[:, 0]


def sum_over_rows(terms: Array) -> Array:
    """Sum (m, ...) over the first axis in the order of its index, starting from its first term."""
    total: Array = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def sum_over_classes(terms: Array, labels: Array, c: int) -> Array:
    """Sum (m, ...) over the rows of each class, to (c, ...), in the order of their index.

    A sum starts from -0.0, which leaves its first term unchanged; the sum of no rows is -0.0.
    """
    total = np.full((c, *terms.shape[1:]), -0.0, terms.dtype)
    for label, term in zip(labels, terms, strict=True):
        total[label] += term
    return total
