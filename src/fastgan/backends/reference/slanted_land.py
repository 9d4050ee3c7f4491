"""The specification: what every backend computes, in NumPy, written to be read.

The order of every operation below is part of the definition (numerics version 1), because each
+ - * / rounds. The kernels in C and Numba follow it to the bit; where they seem to differ, this
file is right. It is also a backend of its own, for machines without a compiler or Numba.

Shapes: m rows in the batch, d features, k latent dimensions, n rows in the data.

    generator      a = b_G + z W_G       x = sigmoid(a)       W_G (k, d), b_G (d,), z (m, k)
    discriminator  s = b_D + x . w_D     D(x) = sigmoid(s)    w_D (d,), b_D (1,),   x (m, d)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.elementary import sigmoid, softplus

Array = npt.NDArray[Any]

PARTIAL_SUMS = 16


def sum_over_features(terms: Array) -> Array:
    """Sum (m, d) over the features, to (m,), in the order that vectors of any width can follow.

    Term j goes to partial sum j mod 16, in rising order; then the partial sums are folded by
    halves: i with i + 8, then i + 4, i + 2, i + 1. One that has no term takes no part.
    """
    partial = terms[:, :PARTIAL_SUMS].copy()
    for start in range(PARTIAL_SUMS, terms.shape[1], PARTIAL_SUMS):
        block = terms[:, start : start + PARTIAL_SUMS]
        partial[:, : block.shape[1]] += block
    for half in (8, 4, 2, 1):
        upper = partial[:, half : 2 * half]
        partial[:, : upper.shape[1]] += upper
        partial = partial[:, :half]
    return partial[:, 0]


def sum_over_rows(terms: Array) -> Array:
    """Sum (m, ...) over the first axis in the order of its index, starting from its first term."""
    total: Array = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def pre_activations(latents: Array, weights: Array, biases: Array) -> Array:
    """a = b_G + sum over k of z_k W_G[k], (m, d), added in the order of the index."""
    total = np.repeat(biases[np.newaxis, :], len(latents), axis=0)
    for column, row in zip(latents.T, weights, strict=True):
        total += column[:, np.newaxis] * row
    return total


def logits(pictures: Array, weights: Array, bias: Array) -> Array:
    """s = b_D + sum over j of x_j w_D[j], (m,)."""
    return bias + sum_over_features(pictures * weights)


@np.errstate(all="ignore")
def generate(latents: Array, weights: Array, biases: Array, pictures: Array, stop: Array) -> None:
    """Fill `pictures` (m, d) with what the generator makes of `latents` (m, k)."""
    pictures[...], _ = sigmoid(pre_activations(latents, weights, biases))


@np.errstate(all="ignore")
def score(pictures: Array, weights: Array, bias: Array, scores: Array, stop: Array) -> None:
    """Fill `scores` (m,) with the discriminator's logits of `pictures` (m, d)."""
    scores[...] = logits(pictures, weights, bias)


@np.errstate(all="ignore")
def probabilities(scores: Array) -> Array:
    """D = sigmoid of the logits."""
    return sigmoid(scores)[0]


def step(
    real: Array,
    latents: Array,
    discriminator_weights: Array,
    discriminator_bias: Array,
    generator_weights: Array,
    generator_biases: Array,
    discriminator_learning_rate: Any,
    generator_learning_rate: Any,
) -> tuple[Array, Array, Array]:
    """One step of the Slanted Land schedule, moving the parameters in place.

    The gradients are those of the mean log-loss over the batch. Returns the logits (m,) from
    which the three moves were computed.
    """
    w, b = discriminator_weights, discriminator_bias
    m = real.dtype.type(len(real))

    # D moves on the real rows: -log D has the derivative -(1 - D) by the logit.
    real_logits = logits(real, w, b)
    _, one_minus_d = sigmoid(real_logits)
    delta = -one_minus_d / m
    w -= discriminator_learning_rate * sum_over_rows(delta[:, np.newaxis] * real)
    b -= discriminator_learning_rate * sum_over_rows(delta)

    # D moves on G's pictures: -log(1 - D) has the derivative D by the logit.
    fake, one_minus_fake = sigmoid(pre_activations(latents, generator_weights, generator_biases))
    fake_logits = logits(fake, w, b)
    d, _ = sigmoid(fake_logits)
    delta = d / m
    w -= discriminator_learning_rate * sum_over_rows(delta[:, np.newaxis] * fake)
    b -= discriminator_learning_rate * sum_over_rows(delta)

    # G moves on the same latents, seen through the D that has just moved: -log D, by the chain
    # rule through s = b + x . w and x = sigmoid(a), whose derivative is x (1 - x).
    generator_logits = logits(fake, w, b)
    _, one_minus_d = sigmoid(generator_logits)
    delta = -one_minus_d / m
    pre_activation_delta = delta[:, np.newaxis] * (w * (fake * one_minus_fake))
    for weights, column in zip(generator_weights, latents.T, strict=True):
        gradient = sum_over_rows(column[:, np.newaxis] * pre_activation_delta)
        weights -= generator_learning_rate * gradient
    generator_biases -= generator_learning_rate * sum_over_rows(pre_activation_delta)

    return real_logits, fake_logits, generator_logits


def record(history: Array, real: Array, fake: Array, generator: Array) -> None:
    """Fill one column (5,) of the history from the logits of a step: means over the rows.

    The order is d_loss_real, d_loss_fake, g_loss, d_real, d_fake.
    """
    m = history.dtype.type(len(real))
    history[0] = sum_over_rows(softplus(-real)) / m
    history[1] = sum_over_rows(softplus(fake)) / m
    history[2] = sum_over_rows(softplus(-generator)) / m
    history[3] = sum_over_rows(probabilities(real)) / m
    history[4] = sum_over_rows(probabilities(fake)) / m


@np.errstate(all="ignore")
def train(
    data: Array,
    order: Array,
    latents: Array,
    discriminator_weights: Array,
    discriminator_bias: Array,
    generator_weights: Array,
    generator_biases: Array,
    discriminator_learning_rate: float,
    generator_learning_rate: float,
    batch_size: int,
    first_row: int,
    history: Array,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> None:
    """Train over as many rows as there are latents, moving the parameters in place.

    Parameters
    ----------
    data : (n, d)
        The real rows.
    order : (rows,) or (0,) int64
        The row of the data that each row of the run takes; empty for the order of the data.
    latents : (rows, k)
        The latent vectors, consumed in order.
    discriminator_weights, discriminator_bias, generator_weights, generator_biases
        (d,), (1,), (k, d) and (d,), moved in place.
    first_row : int
        How many rows of its epoch lie before the first row of this run.
    history : (5, columns)
        Filled from the left, one column for each recorded step.
    record_every, steps_to_record : int
        Record one step in so many (0: none), after so many that are not.
    stop : (1,) int32
        Asks to stop before the next step: another thread may set it.
    """
    n = len(data)
    dtype = data.dtype.type
    position, column = first_row, 0
    done = 0
    while done < len(latents):
        if stop[0]:
            raise InterruptedError("the training was asked to stop")
        m = min(batch_size, n - position)
        rows = order[done : done + m] if len(order) else slice(position, position + m)
        scores = step(
            data[rows],
            latents[done : done + m],
            discriminator_weights,
            discriminator_bias,
            generator_weights,
            generator_biases,
            dtype(discriminator_learning_rate),
            dtype(generator_learning_rate),
        )
        if record_every:
            if steps_to_record == 0:
                record(history[:, column], *scores)
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        done += m
        position = (position + m) % n
