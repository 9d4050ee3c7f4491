"""Start a training from a GAN: check its parameters, and put them in the order of the draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions

Array = npt.NDArray[Any]


def starting_vector(
    init: object,
    options: TrainingOptions,
    item_shape: tuple[int, ...],
    d: int,
    name: str = "init",
) -> Array:
    """Return w_D, b_D, W_G and b_G of a GAN in one vector, rounded to the run's dtype."""
    wanted = ConditionalGAN if options.classes else GAN
    if not isinstance(init, wanted):
        raise TypeError(
            f"{name} must be a {wanted.__name__}, got {validation.describe(init)}: with labels a "
            "ConditionalGAN, without them a GAN"
        )
    k, wide = init.latent_dim, math.prod(init.item_shape)
    if (k, wide) != (options.latent_dim, d):
        raise ValueError(
            f"{name} must have {options.latent_dim} latent dimensions and {d} features "
            f"to fit latent_dim and data, got {k} and {wide}"
        )
    if init.item_shape != item_shape and init.item_shape != (d,):
        raise ValueError(
            f"{name} must be for items of shape {item_shape}, as in data, got {init.item_shape}"
        )
    if isinstance(init, ConditionalGAN) and tuple(init.classes.tolist()) != options.classes:
        raise ValueError(
            f"{name} must have the classes of labels, {options.classes}, got {init.classes}"
        )
    with np.errstate(over="ignore", under="ignore"):
        vector: Array = init.parameters.astype(options.dtype)
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must be finite in {options.dtype}, got numbers outside its range")
    return vector
