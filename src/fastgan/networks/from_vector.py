"""Networks whose parameters are a vector that training has computed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator, unchecked
from fastgan.options.training_options import TrainingOptions, table_for

Array = npt.NDArray[Any]


def gan_from_vector(
    vector: Array, item_shape: tuple[int, ...], options: TrainingOptions
) -> GAN | ConditionalGAN:
    """Make networks of finite, read-only parameters (P,), in the order of their draw, uncopied.

    This skips the checks applied to user input: training produced these values, and the checks
    would cost a noticeable share of a half-millisecond run.
    """
    table = table_for(options, math.prod(item_shape))
    if options.classes:
        w, b, weights, biases = table.split(vector)
        classes = np.array(options.classes, np.int64)
        classes.flags.writeable = False
        return unchecked(ConditionalGAN, classes, weights, biases, w, b, item_shape, options.latent)
    w, b, weights, biases = table.split_one_class(vector)
    generator, discriminator = (
        unchecked(Generator, weights, biases),
        unchecked(Discriminator, w, b[0]),
    )
    return unchecked(GAN, generator, discriminator, item_shape, options.latent)
