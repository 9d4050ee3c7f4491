"""Mini-batches of one row, for Numba: no buffers of gradients, and losses left for later."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.numba_batches import logit, picture_and_slope, pre_activations
from fastgan.backends.numba_compiler import compiled
from fastgan.backends.numba_elementary import (
    common_sigmoid,
    constants_like,
    is_common,
    saturated_sigmoid,
    sigmoid_1,
    softplus_1,
)
from fastgan.backends.numpy_reference import PARTIAL_SUMS

Array = npt.NDArray[Any]


@compiled
def _row_logit(x: Array, w: Array, b: Any, partial: Array) -> Any:
    """b + sum over j of x_j w_j; up to four terms are folded without a detour through memory."""
    d = len(w)
    if d > 4:
        return logit(x, w, b, partial)
    no_term = -constants_like(b).zero
    t0 = x[0] * w[0]
    t1 = x[1] * w[1] if d > 1 else no_term
    t2 = x[2] * w[2] if d > 2 else no_term
    t3 = x[3] * w[3] if d > 3 else no_term
    return b + ((t0 + t2) + (t1 + t3))


@compiled
def _record(history: Array, count: int) -> None:
    """Replace the logits in the first three rows of a history by what it records."""
    for i in range(count):
        real, fake = history[0, i], history[1, i]
        history[3, i] = common_sigmoid(real)[0]
        history[4, i] = common_sigmoid(fake)[0]
    for i in range(count):
        real, fake = history[0, i], history[1, i]
        if not is_common(real):
            history[3, i] = saturated_sigmoid(real)[0]
        if not is_common(fake):
            history[4, i] = saturated_sigmoid(fake)[0]
    for i in range(count):
        history[0, i] = softplus_1(-history[0, i])
        history[1, i] = softplus_1(history[1, i])
        history[2, i] = softplus_1(-history[2, i])


@compiled
def train_single_rows(
    data: Array,
    order: Array,
    latents: Array,
    w: Array,
    b: Array,
    g_weights: Array,
    g_biases: Array,
    d_rate: Any,
    g_rate: Any,
    first_row: int,
    history: Array,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> bool:
    """Train as `train_batches` does where a batch is a row; False if asked to stop."""
    n, d = data.shape
    k = latents.shape[1]
    a = np.empty(d, data.dtype)
    fake = np.empty(d, data.dtype)
    slope = np.empty(d, data.dtype)
    partial = np.empty(PARTIAL_SUMS, data.dtype)
    bias = b[0]
    position = first_row
    column = 0
    for step in range(len(latents)):
        if stop[0]:
            return False
        x = data[order[step]] if len(order) else data[position]
        position = position + 1 if position + 1 < n else 0
        z = latents[step]

        real_logit = _row_logit(x, w, bias, partial)
        delta = -sigmoid_1(real_logit)[1]
        for j in range(d):
            w[j] -= d_rate * (delta * x[j])
        bias -= d_rate * delta

        pre_activations(z, g_weights, g_biases, a)
        picture_and_slope(a, fake, slope)
        fake_logit = _row_logit(fake, w, bias, partial)
        delta = sigmoid_1(fake_logit)[0]
        for j in range(d):
            w[j] -= d_rate * (delta * fake[j])
        bias -= d_rate * delta

        generator_logit = _row_logit(fake, w, bias, partial)
        delta = -sigmoid_1(generator_logit)[1]
        for j in range(d):
            slope[j] = delta * (w[j] * slope[j])
            g_biases[j] -= g_rate * slope[j]
        for latent in range(k):
            for j in range(d):
                g_weights[latent, j] -= g_rate * (z[latent] * slope[j])

        if record_every:
            if steps_to_record == 0:
                history[0, column] = real_logit
                history[1, column] = fake_logit
                history[2, column] = generator_logit
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
    _record(history, column)
    b[0] = bias
    return True
