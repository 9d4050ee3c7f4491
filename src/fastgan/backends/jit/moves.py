"""The parts of which every schedule consists, for Numba: the twin of `reference.moves`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy.typing as npt

from fastgan.backends.jit.algorithm import TypedAlgorithm
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid_1
from fastgan.backends.jit.objectives import (
    fake_slope,
    generator_slope,
    gradient_penalty_coefficient,
    real_slope,
)
from fastgan.backends.jit.optimizers import clip, update
from fastgan.backends.jit.sums import add_multiple, sum_of_row
from fastgan.backends.parameter_places import ParameterPlaces

Array = npt.NDArray[Any]


class Networks(NamedTuple):
    """The parameters of both networks, or the gradients by them, as views of one vector."""

    w: Array  # (c, d)
    b: Array  # (c,)
    weights: Array  # (k, d)
    biases: Array  # (c, d)
    discriminator: Array  # w and b, flat
    generator: Array  # weights and biases, flat


@compiled
def networks_of(vector: Array, places: ParameterPlaces, c: int, k: int, d: int) -> Networks:
    """Split a vector of parameters into views."""
    first, second = places.discriminator_weights, places.discriminator_biases
    third, fourth = places.generator_weights, places.generator_biases
    return Networks(
        vector[first:second].reshape(c, d),
        vector[second:third],
        vector[third:fourth].reshape(k, d),
        vector[fourth : places.size].reshape(c, d),
        vector[:third],
        vector[third:],
    )


class Work(NamedTuple):
    """The state and the work arrays that the moves of a training share."""

    parameters: Networks
    gradient: Networks
    more: Networks  # a second gradient of D, to be added
    moments: Array
    powers: Array
    real: Array  # (m, d), the batch
    labels: Array  # (m,)
    shares: Array  # (c,), of the classes among the rows
    fakes: Array  # (m, d)
    slopes: Array  # (m, d): x (1 - x) of the pictures
    logits: Array  # (4, m): of real rows, of G's pictures, in G's first move, in its others
    partial: Array  # (16,)
    stop: Array


@compiled
def draw(t: Work, z: Array, m: int) -> bool:
    """Draw G's pictures of latents z, and their slopes; return False if asked to stop."""
    for i in range(m):
        if t.stop[0]:
            return False
        picture, slopes = t.fakes[i], t.slopes[i]
        picture[:] = t.parameters.biases[t.labels[i]]
        for column in range(z.shape[1]):
            add_multiple(picture, z[i, column], t.parameters.weights[column])
        for j in range(len(picture)):
            p, q = sigmoid_1(picture[j])
            picture[j] = p
            slopes[j] = p * q
    return True


@compiled
def score(t: Work, rows: Array, logits: Array, m: int) -> None:
    """Fill `logits` with D's logits of rows with their labels."""
    for i in range(m):
        label = t.labels[i]
        product = sum_of_row(rows[i], t.parameters.w[label], t.partial)
        logits[i] = t.parameters.b[label] + product


@compiled
def discriminator_gradient(
    algorithm: TypedAlgorithm, t: Work, fakes: bool, to: Networks, m: int, real_m: Any
) -> bool:
    """Compute D's gradient on the real rows or on G's pictures; return False if asked to stop."""
    to.discriminator[:] = -0.0
    rows = t.fakes if fakes else t.real
    for i in range(m):
        if t.stop[0]:
            return False
        label = t.labels[i]
        slope = (
            fake_slope(algorithm, t.logits[1, i])
            if fakes
            else real_slope(algorithm, t.logits[0, i])
        )
        delta = slope / real_m
        add_multiple(to.w[label], delta, rows[i])
        to.b[label] += delta
    return True


@compiled
def generator_gradient(
    algorithm: TypedAlgorithm, t: Work, logits: Array, z: Array, m: int, real_m: Any
) -> bool:
    """Compute G's gradient from the logits of its pictures, whose slopes are overwritten.

    Return False if asked to stop.
    """
    to = t.gradient
    to.generator[:] = -0.0
    for i in range(m):
        if t.stop[0]:
            return False
        label = t.labels[i]
        delta = generator_slope(algorithm, logits[i]) / real_m
        w, by_a, by_biases = t.parameters.w[label], t.slopes[i], to.biases[label]
        for j in range(len(by_a)):
            by_a[j] = delta * (w[j] * by_a[j])
            by_biases[j] += by_a[j]
    for column in range(z.shape[1]):
        for i in range(m):
            if t.stop[0]:
                return False
            add_multiple(to.weights[column], z[i, column], t.slopes[i])
    return True


@compiled
def add_penalties(algorithm: TypedAlgorithm, t: Work, with_reals: bool, with_fakes: bool) -> None:
    """Add R1 if the real rows take part, and the gradient penalty if G's pictures do."""
    for c in range(len(t.shares)):
        w, gradient, share = t.parameters.w[c], t.gradient.w[c], t.shares[c]
        if with_reals and algorithm.r1_weight != algorithm.zero:
            add_multiple(gradient, (algorithm.two * algorithm.r1_weight) * share, w)
        if with_fakes and algorithm.gradient_penalty_weight != algorithm.zero:
            add_multiple(gradient, gradient_penalty_coefficient(algorithm, w, share, t.partial), w)


@compiled
def move_discriminator(algorithm: TypedAlgorithm, t: Work) -> None:
    """Move D once, then clip its parameters."""
    d = t.parameters.discriminator
    update(
        algorithm,
        algorithm.discriminator_learning_rate,
        d,
        t.gradient.discriminator,
        t.moments[:, : len(d)],
        t.powers[:2],
    )
    clip(d, algorithm.clip_value)


@compiled
def move_generator(algorithm: TypedAlgorithm, t: Work) -> None:
    """Move G once."""
    g, first = t.parameters.generator, len(t.parameters.discriminator)
    update(
        algorithm,
        algorithm.generator_learning_rate,
        g,
        t.gradient.generator,
        t.moments[:, first:],
        t.powers[2:],
    )
