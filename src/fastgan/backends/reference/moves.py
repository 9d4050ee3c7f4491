"""The parts of which every schedule consists: pictures, logits, gradients, penalties, updates.

Shapes: m rows in the batch, d features, k latent dimensions, c classes (1 without labels).

    generator      a = b_G[y] + z W_G       x = sigmoid(a)      W_G (k, d), b_G (c, d), z (m, k)
    discriminator  s = b_D[y] + x . w_D[y]  D(x) = sigmoid(s)   w_D (c, d), b_D (c,),   x (m, d)

All parameters form one vector: w_D class by class, b_D, W_G row by row, b_G class by class.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import Algorithm
from fastgan.backends.parameter_places import ParameterPlaces
from fastgan.backends.reference import objectives
from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.networks import logits
from fastgan.backends.reference.optimizers import clip, update
from fastgan.backends.reference.sums import sum_over_classes, sum_over_rows

Array = npt.NDArray[Any]


class Networks(NamedTuple):
    """Both networks, as views of the vector of parameters."""

    w: Array  # (c, d)
    b: Array  # (c,)
    weights: Array  # (k, d)
    biases: Array  # (c, d)
    discriminator: Array  # w and b, flat
    generator: Array  # weights and biases, flat


def networks_of(vector: Array, places: ParameterPlaces, d: int) -> Networks:
    """Split a vector of parameters for d features into views."""
    return Networks(
        vector[places.discriminator_weights : places.discriminator_biases].reshape(-1, d),
        vector[places.discriminator_biases : places.generator_weights],
        vector[places.generator_weights : places.generator_biases].reshape(-1, d),
        vector[places.generator_biases : places.size].reshape(-1, d),
        vector[: places.generator_weights],
        vector[places.generator_weights :],
    )


class Training(NamedTuple):
    """The algorithm and the state that the moves of a training share."""

    algorithm: Algorithm
    networks: Networks
    moments: Array  # (0, 1 or 2, parameters)
    powers: Array  # (4,)


def draw(networks: Networks, z: Array, labels: Array) -> tuple[Array, Array]:
    """Return G's pictures of latents (m, k) with these labels, and x (1 - x); both (m, d)."""
    a = networks.biases[labels]
    for column, row in zip(z.T, networks.weights, strict=True):
        a += column[:, np.newaxis] * row
    pictures, others = sigmoid(a)
    return pictures, pictures * others


def score(networks: Networks, pictures: Array, labels: Array) -> Array:
    """Return D's logits (m,) of pictures (m, d) with these labels."""
    return logits(pictures, networks.w[labels], networks.b[labels])


def discriminator_gradient(slopes: Array, pictures: Array, labels: Array, c: int) -> Array:
    """Return the gradient of a mean loss by w and b, flat, from its slopes (m,) by the logits."""
    delta = slopes / slopes.dtype.type(len(slopes))
    by_w = sum_over_classes(delta[:, np.newaxis] * pictures, labels, c)
    return np.concatenate([by_w.ravel(), sum_over_classes(delta, labels, c)])


def generator_gradient(
    slopes: Array, networks: Networks, z: Array, picture_slopes: Array, labels: Array
) -> Array:
    """Return the gradient by G's weights and biases, flat, by the chain rule through s and x."""
    delta = slopes / slopes.dtype.type(len(slopes))
    by_a = delta[:, np.newaxis] * (networks.w[labels] * picture_slopes)
    by_weights = [sum_over_rows(column[:, np.newaxis] * by_a) for column in z.T]
    by_biases = sum_over_classes(by_a, labels, len(networks.b))
    return np.concatenate([*by_weights, by_biases.ravel()])


def add_penalties(
    t: Training, gradient: Array, labels: Array, with_reals: bool, with_fakes: bool
) -> None:
    """Add R1 if the real rows take part, and the gradient penalty if G's pictures do."""
    algorithm, w = t.algorithm, t.networks.w
    by_w = gradient[: w.size].reshape(w.shape)
    shares = np.bincount(labels, minlength=len(w)).astype(w.dtype) / w.dtype.type(len(labels))
    if with_reals and algorithm.r1_weight:
        by_w += objectives.r1_coefficients(shares, algorithm)[:, np.newaxis] * w
    if with_fakes and algorithm.gradient_penalty_weight:
        by_w += objectives.gradient_penalty_coefficients(w, shares, algorithm)[:, np.newaxis] * w


def move_discriminator(t: Training, gradient: Array) -> None:
    """Move D once, then clip its parameters."""
    d = t.networks.discriminator
    rate = t.algorithm.discriminator_learning_rate
    update(t.algorithm, rate, d, gradient, t.moments[:, : d.size], t.powers[:2])
    clip(d, t.algorithm.clip_value)


def move_generator(t: Training, gradient: Array) -> None:
    """Move G once."""
    g = t.networks.generator
    update(t.algorithm, t.algorithm.generator_learning_rate, g, gradient,
           t.moments[:, -g.size :], t.powers[2:])  # fmt: skip
