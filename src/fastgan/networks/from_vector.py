"""What training has computed, as networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.layers.parameter_table import parts_of, plain_parts
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator, unchecked
from fastgan.options.training_options import TrainingOptions

Array = npt.NDArray[Any]


def trained(
    vector: Array, item_shape: tuple[int, ...], options: TrainingOptions
) -> GAN | ConditionalGAN:
    """Make networks of finite parameters in one vector, in the order they are drawn in, uncopied.

    What training has computed need not be checked as what a user hands in; for a training that
    takes half a millisecond the difference counts.
    """
    d, k = math.prod(item_shape), options.latent_dim
    if options.classes:
        w, b, weights, biases = parts_of(vector, d, k, options.n_classes)
        values = np.array(options.classes, np.int64), weights, biases, w, b
        for array in values:
            array.flags.writeable = False
        return unchecked(ConditionalGAN, *values, item_shape, options.latent)
    w, b, weights, biases = plain_parts(vector, d, k)
    for array in (w, weights, biases):
        array.flags.writeable = False
    generator, discriminator = (
        unchecked(Generator, weights, biases),
        unchecked(Discriminator, w, b[0]),
    )
    return unchecked(GAN, generator, discriminator, item_shape, options.latent)
