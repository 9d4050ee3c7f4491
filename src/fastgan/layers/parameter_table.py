"""The parameters of both networks in one vector, in the order in which they are drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

Array = npt.NDArray[Any]


class ParameterParts(NamedTuple):
    """w_D, b_D, W_G and b_G: parts of a vector, or of each row of an array, in its memory."""

    discriminator_weights: Array  # (..., c, d)
    discriminator_biases: Array  # (..., c)
    generator_weights: Array  # (..., k, d)
    generator_biases: Array  # (..., c, d)


def parameter_count(k: int, d: int, c: int = 1) -> int:
    """How many numbers both networks have together, for c classes."""
    return c * (d + 1) + k * d + c * d


def parts_of(vectors: Array, d: int, k: int, c: int = 1) -> ParameterParts:
    """The four parts of vectors (..., P): w_D class by class, b_D, W_G row by row, b_G likewise."""
    leading = vectors.shape[:-1]
    b, weights, biases = c * d, c * d + c, c * d + c + k * d  # where they begin
    return ParameterParts(
        vectors[..., :b].reshape(*leading, c, d),
        vectors[..., b:weights],
        vectors[..., weights:biases].reshape(*leading, k, d),
        vectors[..., biases:].reshape(*leading, c, d),
    )


def plain_parts(vector: Array, d: int, k: int) -> ParameterParts:
    """As `parts_of` one vector without classes, nor their axes: for trainings that take no time."""
    biases = d + 1 + k * d  # where they begin
    return ParameterParts(
        vector[:d], vector[d : d + 1], vector[d + 1 : biases].reshape(k, d), vector[biases:]
    )
