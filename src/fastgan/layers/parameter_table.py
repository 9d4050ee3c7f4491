"""The one table of parameters: for each array its network, name, shape and place in the vector.

The parameters of both networks form one vector, in the order in which they are drawn. All code
that splits such a vector gets the start and the shape of each array from this table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.parameter_places import ParameterPlaces

Array = npt.NDArray[Any]


class ParameterArray(NamedTuple):
    """One array of the vector."""

    network: str  # "discriminator" or "generator"
    name: str  # "weights" or "biases"
    shape: tuple[int, ...]
    start: int
    stop: int  # the place after its last number


class ParameterParts(NamedTuple):
    """The four arrays of one-layer networks: views of a vector, or of each row of an array."""

    discriminator_weights: Array  # (..., c, d)
    discriminator_biases: Array  # (..., c)
    generator_weights: Array  # (..., k, d)
    generator_biases: Array  # (..., c, d)

    def joined(self) -> Array:
        """Return a new vector of all parameters."""
        return np.concatenate([np.ravel(part) for part in self])


@dataclass(frozen=True)
class ParameterTable:
    """The arrays of both networks, in the order of the vector.

    Attributes
    ----------
    arrays : tuple of ParameterArray
    places : ParameterPlaces
        Where each array begins, as backends take it.
    shapes : tuple of tuple of int
        The shape of each array.
    """

    arrays: tuple[ParameterArray, ...]
    places: ParameterPlaces
    shapes: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """P, the number of parameters."""
        return self.places.size

    def split(self, vectors: Array) -> ParameterParts:
        """Return views of the arrays in vectors (..., P); each keeps the leading axes."""
        leading = vectors.shape[:-1]
        return ParameterParts._make(
            [
                vectors[..., start:stop].reshape(*leading, *shape)
                for _, _, shape, start, stop in self.arrays
            ]
        )

    def split_one_class(self, vector: Array) -> ParameterParts:
        """Return views of the arrays in one vector (P,), without the axes of the only class.

        Faster than `split`, which matters in short trainings.
        """
        _, b, weights, biases, _ = self.places
        return ParameterParts(
            vector[:b],
            vector[b:weights],
            vector[weights:biases].reshape(self.shapes[2]),
            vector[biases:],
        )

    def network(self, name: str) -> slice:
        """Return the slice of all parameters of one network, which are contiguous."""
        own = [array for array in self.arrays if array.network == name]
        return slice(own[0].start, own[-1].stop)


@lru_cache
def one_layer_table(latent_dim: int, features: int, classes: int = 1) -> ParameterTable:
    """Lay out networks of one layer each; D's weights and all biases are class by class.

    Parameters
    ----------
    latent_dim, features : int
        k and d.
    classes : int
        c; 1 without labels.
    """
    arrays: list[ParameterArray] = []
    start = 0
    for network, name, shape in (
        ("discriminator", "weights", (classes, features)),
        ("discriminator", "biases", (classes,)),
        ("generator", "weights", (latent_dim, features)),
        ("generator", "biases", (classes, features)),
    ):
        stop = start + math.prod(shape)
        arrays.append(ParameterArray(network, name, shape, start, stop))
        start = stop
    places = ParameterPlaces._make([*(array.start for array in arrays), start])
    return ParameterTable(tuple(arrays), places, tuple(array.shape for array in arrays))
