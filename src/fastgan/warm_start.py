"""A training that starts from the parameters of a GAN: they are checked, and laid out as drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import arrays
from fastgan.gan import GAN
from fastgan.options import TrainingOptions

Array = npt.NDArray[Any]


def starting_vector(
    init: object,
    options: TrainingOptions,
    item_shape: tuple[int, ...],
    d: int,
    name: str = "init",
) -> Array:
    """Give w_D, b_D, W_G and b_G of a GAN in one vector, rounded to the run's dtype."""
    if not isinstance(init, GAN):
        raise TypeError(f"{name} must be a GAN, got {arrays.describe(init)}")
    k, wide = init.generator.weights.shape
    if (k, wide) != (options.latent_dim, d):
        raise ValueError(
            f"{name} must have {options.latent_dim} latent dimensions and {d} features "
            f"to fit latent_dim and data, got {k} and {wide}"
        )
    if init.item_shape != item_shape and init.item_shape != (d,):
        raise ValueError(
            f"{name} must be for items of shape {item_shape}, as in data, got {init.item_shape}"
        )
    parts = (
        init.discriminator.weights,
        [init.discriminator.bias],
        init.generator.weights.ravel(),
        init.generator.biases,
    )
    with np.errstate(over="ignore", under="ignore"):
        vector: Array = np.concatenate(parts).astype(options.dtype)
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must be finite in {options.dtype}, got numbers outside its range")
    return vector
