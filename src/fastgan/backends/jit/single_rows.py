"""Mini-batches of one row with few features and one latent dimension, for Numba.

A step is a chain of three sigmoids, each waiting for the one before, so only latency matters. The
parameters stay in registers, and the losses, which the chain does not need, are computed later.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import (
    common_sigmoid,
    is_common,
    sigmoid,
    sigmoid_1,
    softplus_1,
)
from fastgan.backends.jit.lanes import (
    GROUP,
    ROW,
    all_hold,
    choose,
    fold,
    load_group,
    load_row,
    store,
)

Array = npt.NDArray[Any]


_RECORDS_AT_ONCE = 512  # columns of a history processed together, which stay in cache


@compiled
def _losses(logits: Array, sign: Any) -> None:
    """Replace logits by softplus(sign * logit)."""
    whole = len(logits) // GROUP * GROUP
    for i in range(0, whole, GROUP):
        store(logits, i, softplus_1(sign * load_group(logits, i)))
    for i in range(whole, len(logits)):
        logits[i] = softplus_1(sign * logits[i])


@compiled
def _record(history: Any, count: int, plus: Any, minus: Any) -> None:
    """Turn the logits in the first three rows of a history into its losses and probabilities."""
    unused = np.empty(_RECORDS_AT_ONCE, history[0].dtype)
    for start in range(0, count, _RECORDS_AT_ONCE):
        end = min(start + _RECORDS_AT_ONCE, count)
        sigmoid(history[0][start:end], history[3][start:end], unused)
        sigmoid(history[1][start:end], history[4][start:end], unused)
        _losses(history[0][start:end], minus)
        _losses(history[1][start:end], plus)
        _losses(history[2][start:end], minus)


@compiled
def _padded(values: Array, filling: Any, buffer: Array) -> Any:
    """Load a row of at most 4 numbers, and fill the other lanes."""
    for j in range(len(values)):
        buffer[j] = values[j]
    for j in range(len(values), ROW):
        buffer[j] = filling
    return load_row(buffer, 0)


@compiled
def _unpadded(lanes: Any, buffer: Array, to: Array) -> None:
    store(buffer, 0, lanes)
    for j in range(len(to)):
        to[j] = buffer[j]


@compiled
def _saturated_picture(a: Any, pictures: Array, slopes: Array) -> Any:
    """Compute x = sigmoid(a) and x (1 - x) where `common_sigmoid` is not valid in every lane."""
    store(pictures, 0, a)
    for j in range(ROW):
        p, q = sigmoid_1(pictures[j])
        pictures[j] = p
        slopes[j] = p * q
    return load_row(pictures, 0), load_row(slopes, 0)


@compiled
def train_few_features(
    data: Array,
    order: Array,
    latents: Array,
    w_result: Array,
    b_result: Array,
    weights_result: Array,
    biases_result: Array,
    d_rate: Any,
    g_rate: Any,
    first_row: int,
    history: Any,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> bool:
    """Train as `train_batches` does, for batches of one row, d <= 4, k = 1; False if stopped."""
    n, d = data.shape
    buffer = np.zeros(ROW, data.dtype)
    slopes = np.zeros(ROW, data.dtype)
    numbers = np.empty(3, data.dtype)
    numbers[0], numbers[1], numbers[2] = 1, -1, 0
    plus, minus, zero = numbers[0], numbers[1], numbers[2]
    # A padding lane changes no sum over the features, since 0 times -1 is -0.0. These lanes of w
    # and of the pictures are restored whenever they have changed.
    is_feature = _padded(np.ones(d, data.dtype), zero, buffer) > zero
    w = _padded(w_result, minus, buffer)
    weights = _padded(weights_result[0], zero, buffer)
    biases = _padded(biases_result, zero, buffer)
    bias = b_result[0]
    position = first_row
    column = 0
    for step in range(len(latents)):
        if stop[0]:
            return False
        row = order[step] if len(order) else position
        position = position + 1 if position + 1 < n else 0
        x = load_row(data, row * ROW) if d == ROW else _padded(data[row], zero, buffer)
        z = latents[step, 0]

        real_logit = bias + fold(x * w)
        delta = -sigmoid_1(real_logit)[1]
        w = choose(is_feature, w - d_rate * (delta * x), minus)
        bias -= d_rate * delta

        a = biases + z * weights
        if all_hold(is_common(a)):
            p, q = common_sigmoid(a)
            fake, slope = p, p * q
        else:
            fake, slope = _saturated_picture(a, buffer, slopes)
        fake = choose(is_feature, fake, zero)
        fake_logit = bias + fold(fake * w)
        delta = sigmoid_1(fake_logit)[0]
        w = choose(is_feature, w - d_rate * (delta * fake), minus)
        bias -= d_rate * delta

        again_logit = bias + fold(fake * w)
        delta = -sigmoid_1(again_logit)[1]
        derivative = delta * (w * slope)
        weights = weights - g_rate * (z * derivative)
        biases = biases - g_rate * derivative

        if record_every:
            if steps_to_record == 0:
                history[0][column] = real_logit
                history[1][column] = fake_logit
                history[2][column] = again_logit
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
    _record(history, column, plus, minus)
    _unpadded(w, buffer, w_result)
    _unpadded(weights, buffer, weights_result[0])
    _unpadded(biases, buffer, biases_result)
    b_result[0] = bias
    return True
