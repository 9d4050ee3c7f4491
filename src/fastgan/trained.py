"""What training has computed, as networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.conditional import ConditionalGAN
from fastgan.gan import GAN
from fastgan.networks import Discriminator, Generator, unchecked
from fastgan.options import TrainingOptions
from fastgan.parameters import parts_of

Array = npt.NDArray[Any]


def trained(
    vector: Array, item_shape: tuple[int, ...], options: TrainingOptions
) -> GAN | ConditionalGAN:
    """Make networks of finite parameters in one vector, in the order they are drawn in, uncopied.

    What training has computed need not be checked as what a user hands in; for a training that
    takes half a millisecond the difference counts.
    """
    parts = parts_of(vector, math.prod(item_shape), options.latent_dim, options.n_classes)
    for array in parts:
        array.flags.writeable = False
    w, b, weights, biases = parts
    if options.classes:
        classes = np.array(options.classes, np.int64)
        classes.flags.writeable = False
        return unchecked(ConditionalGAN, classes, weights, biases, w, b, item_shape, options.latent)
    generator, discriminator = (
        unchecked(Generator, weights, biases[0]),
        unchecked(Discriminator, w[0], b[0]),
    )
    return unchecked(GAN, generator, discriminator, item_shape, options.latent)
