"""The specification of the Slanted Land step, written to be read.

The order of every operation below is part of the definition (numerics version 1), because each
+ - * / rounds. The kernels in C and Numba follow it to the bit; where they differ, this file
is right. It is also a backend of its own, for machines without a compiler or Numba.

Shapes: m rows in the batch, d features, k latent dimensions, n rows in the data.

    generator      a = b_G + z W_G       x = sigmoid(a)       W_G (k, d), b_G (d,), z (m, k)
    discriminator  s = b_D + x . w_D     D(x) = sigmoid(s)    w_D (d,), b_D (1,),   x (m, d)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.elementary import sigmoid, softplus
from fastgan.backends.reference.networks import logits, pre_activations, probabilities
from fastgan.backends.reference.sums import sum_over_rows

Array = npt.NDArray[Any]


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
    """Take one step of the Slanted Land schedule, moving the parameters in place.

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
    """Fill one column (5,) of the history with means over the rows, from the logits of a step.

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
    """Train on one row for each latent vector, moving the parameters in place.

    Parameters
    ----------
    data : (n, d)
        The real rows.
    order : (rows,) or (0,) int64
        The index in the data of each row of the run; empty for the order of the data.
    latents : (rows, k)
        The latent vectors, consumed in order.
    discriminator_weights, discriminator_bias, generator_weights, generator_biases
        (d,), (1,), (k, d) and (d,), moved in place.
    first_row : int
        Number of rows of the epoch before the first row of this run.
    history : (5, columns)
        Filled from the left, one column for each recorded step.
    record_every, steps_to_record : int
        Record one step in every `record_every` (0: none), the first of them after
        `steps_to_record` others.
    stop : (1,) int32
        If not 0, the run stops before the next step; another thread may set it.
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
