"""The layout of the vector of all parameters: the place of each by name, and of each class.

The parameters stand in the order of `fastgan.layers.parameter_table`: w_D, b_D,
W_G row by row, b_G; with classes, w_D, b_D and b_G come class by class.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN

Places = npt.NDArray[np.intp]

_PLACE = r"\s*(-?[0-9]{1,19})\s*"
_NAME = re.compile(rf"(w_D|b_D|W_G|b_G)(?:\[{_PLACE}(?:,{_PLACE})?\])?")


@dataclass(frozen=True)
class Layout:
    """The names and places of the numbers in a vector of parameters."""

    features: int  # d
    latent_dim: int  # k
    classes: tuple[int, ...] = ()  # labels in ascending order; empty for a GAN without classes

    @property
    def size(self) -> int:
        """P, the number of parameters."""
        return one_layer_table(self.latent_dim, self.features, max(1, len(self.classes))).size

    def names(self) -> tuple[str, ...]:
        """Return the name of each parameter, in order."""
        return tuple(
            array + (f"[{','.join(map(str, place))}]" if place else "")
            for array, axes in self._axes().items()
            for place in itertools.product(*axes)
        )

    def index(self, argument: str, name: object) -> int:
        """Return the index in the vector of the parameter with this name."""
        if not isinstance(name, str):
            raise TypeError(f"{argument} must be named by str, got {validation.describe(name)}")
        match = _NAME.fullmatch(name)
        array = match[1] if match else None
        place = [int(number) for number in match.groups()[1:] if number] if match else []
        start = 0
        for other, axes in self._axes().items():
            if (
                other == array
                and len(place) == len(axes)
                and all(i in axis for i, axis in zip(place, axes, strict=True))
            ):
                row_by_row = 0
                for i, axis in zip(place, axes, strict=True):
                    row_by_row = row_by_row * len(axis) + axis.index(i)
                return start + row_by_row
            start += math.prod(map(len, axes))
        raise ValueError(f"{argument} must be {self._rule()}, got {validation.describe(name)}")

    def of_classes(self) -> list[Places]:
        """Return, for each class, the indices of its parameters in the order of a single GAN."""
        c = max(1, len(self.classes))
        places = one_layer_table(self.latent_dim, self.features, c).split(np.arange(self.size))
        shared = places.generator_weights.ravel()
        return [
            np.concatenate([w, [b], shared, biases])
            for w, b, biases in zip(
                places.discriminator_weights,
                places.discriminator_biases,
                places.generator_biases,
                strict=True,
            )
        ]

    def _axes(self) -> dict[str, tuple[Sequence[int], ...]]:
        """Return the indices along the axes of each array: labels, or numbers from 0."""
        labels = (self.classes,) if self.classes else ()
        k, d = range(self.latent_dim), range(self.features)
        return {"w_D": (*labels, d), "b_D": labels, "W_G": (k, d), "b_G": (*labels, d)}

    def _rule(self) -> str:
        if not self.classes:
            names, of_classes = "w_D[j], b_D, W_G[i,j], b_G[j]", ""
        else:
            names = "w_D[y,j], b_D[y], W_G[i,j], b_G[y,j]"
            of_classes = f"y in {validation.describe(list(self.classes))}, "
        return f"among {names} with {of_classes}i < {self.latent_dim} and j < {self.features}"


def layout_of(gan: GAN | ConditionalGAN) -> Layout:
    """Return the layout of the parameters of these networks."""
    k, d = gan.generator.weights.shape
    return Layout(d, k, () if isinstance(gan, GAN) else tuple(gan.classes.tolist()))
