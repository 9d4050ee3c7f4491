"""The parameters of both networks in one vector, in the order in which they are drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

Array = npt.NDArray[Any]


class ParameterParts(NamedTuple):
    """w_D, b_D, W_G and b_G: parts of a vector, in its memory."""

    discriminator_weights: Array  # (d,)
    discriminator_bias: Array  # (1,)
    generator_weights: Array  # (k, d)
    generator_biases: Array  # (d,)


def parts_of(vector: Array, d: int, k: int) -> ParameterParts:
    """The four parts of a vector (d + 1 + kd + d,)."""
    return ParameterParts(
        vector[:d],
        vector[d : d + 1],
        vector[d + 1 : d + 1 + k * d].reshape(k, d),
        vector[d + 1 + k * d :],
    )
