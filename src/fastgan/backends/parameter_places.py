"""The place of each array in the vector of parameters, in plain numbers for the backends."""

from __future__ import annotations

from typing import NamedTuple


class ParameterPlaces(NamedTuple):
    """Starts of the four arrays of one-layer networks; D's parameters come before G's.

    The shapes are those for c classes, d features and k latent dimensions.
    """

    discriminator_weights: int  # (c, d)
    discriminator_biases: int  # (c,)
    generator_weights: int  # (k, d)
    generator_biases: int  # (c, d)
    size: int  # the length of the vector
