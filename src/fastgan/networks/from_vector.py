"""Networks whose parameters are a vector that training has computed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator, unchecked
from fastgan.options.training_options import TrainingOptions

Array = npt.NDArray[Any]


def gan_from_vector(
    vector: Array, item_shape: tuple[int, ...], options: TrainingOptions
) -> GAN | ConditionalGAN:
    """Make networks of finite parameters (P,), in the order in which they are drawn, uncopied.

    This skips the checks applied to user input: training produced these values, and the checks
    would cost a noticeable share of a half-millisecond run.
    """
    table = one_layer_table(options.latent_dim, math.prod(item_shape), options.n_classes)
    w_of_classes, b_of_classes, weights, biases_of_classes = table.split(vector)
    if options.classes:
        classes = np.array(options.classes, np.int64)
        values = classes, weights, biases_of_classes, w_of_classes, b_of_classes
        for array in values:
            array.flags.writeable = False
        return unchecked(ConditionalGAN, *values, item_shape, options.latent)
    w, biases = w_of_classes[0], biases_of_classes[0]
    for array in (w, weights, biases):
        array.flags.writeable = False
    generator = unchecked(Generator, weights, biases)
    discriminator = unchecked(Discriminator, w, b_of_classes[0])
    return unchecked(GAN, generator, discriminator, item_shape, options.latent)
