"""Mini-batches of any size, for Numba: a twin of `numpy_reference.train`, row by row.

Sums start from -0.0, which leaves the first term, and the sign of a zero, as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.numba_compiler import compiled
from fastgan.backends.numba_elementary import (
    common_sigmoid,
    is_common,
    saturated_sigmoid,
    sigmoid_1,
    softplus_1,
)
from fastgan.backends.numpy_reference import PARTIAL_SUMS

Array = npt.NDArray[Any]


@compiled
def logit(x: Array, w: Array, b: Any, partial: Array) -> Any:
    """b + sum over j of x_j w_j, in 16 partial sums that are folded by halves."""
    d = len(w)
    whole = d // PARTIAL_SUMS * PARTIAL_SUMS
    for lane in range(PARTIAL_SUMS):
        partial[lane] = -0.0
    for start in range(0, whole, PARTIAL_SUMS):
        for lane in range(PARTIAL_SUMS):
            partial[lane] += x[start + lane] * w[start + lane]
    for lane in range(d - whole):
        partial[lane] += x[whole + lane] * w[whole + lane]
    half = PARTIAL_SUMS // 2
    while half > 0:
        for lane in range(half):
            partial[lane] += partial[lane + half]
        half //= 2
    return b + partial[0]


@compiled
def _add_products(factors: Array, rows: Array, total: Array) -> None:
    """total_j += sum over i of factors_i rows_ij, in the order of i.

    Four rows in one pass, so that a total is loaded and stored once for four additions.
    """
    count = len(factors)
    whole = count // 4 * 4
    for i in range(0, whole, 4):
        f0, f1, f2, f3 = factors[i], factors[i + 1], factors[i + 2], factors[i + 3]
        r0, r1, r2, r3 = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        for j in range(len(total)):
            total[j] = (((total[j] + f0 * r0[j]) + f1 * r1[j]) + f2 * r2[j]) + f3 * r3[j]
    for i in range(whole, count):
        factor = factors[i]
        row = rows[i]
        for j in range(len(total)):
            total[j] += factor * row[j]


@compiled
def pre_activations(z: Array, weights: Array, biases: Array, a: Array) -> None:
    """a = b_G + sum over k of z_k W_G[k], for one row."""
    for j in range(len(biases)):
        a[j] = biases[j]
    _add_products(z, weights, a)


@compiled
def picture_and_slope(a: Array, picture: Array, slope: Array) -> None:
    """x = sigmoid(a) and x (1 - x); a first pass without branches, for vectors."""
    for j in range(len(a)):
        p, q = common_sigmoid(a[j])
        picture[j] = p
        slope[j] = p * q
    for j in range(len(a)):
        if not is_common(a[j]):
            p, q = saturated_sigmoid(a[j])
            picture[j] = p
            slope[j] = p * q


@compiled
def _move_discriminator(
    w: Array, b: Array, x: Array, rows: Array, delta: Array, m: int, rate: Any, gradient: Array
) -> None:
    """Move w by the rate times the sum over rows of delta_i x_i, and b by that of delta_i."""
    for j in range(len(w)):
        gradient[j] = -0.0
    for i in range(m):
        for j in range(len(w)):
            gradient[j] += delta[i] * x[rows[i], j]
    for j in range(len(w)):
        w[j] -= rate * gradient[j]
    total = delta[0]
    for i in range(1, m):
        total += delta[i]
    b[0] -= rate * total


@compiled
def _move_generator(
    weights: Array,
    biases: Array,
    w: Array,
    latents: Array,
    slopes: Array,
    delta: Array,
    m: int,
    rate: Any,
    gradient: Array,
    stop: Array,
) -> bool:
    """Move the generator; the slopes become derivatives by the pre-activations on the way."""
    for i in range(m):
        for j in range(len(w)):
            slopes[i, j] = delta[i] * (w[j] * slopes[i, j])
    for latent in range(len(weights)):
        if stop[0]:
            return False
        for j in range(len(w)):
            gradient[j] = -0.0
        _add_products(latents[:, latent], slopes[:m], gradient)
        for j in range(len(w)):
            weights[latent, j] -= rate * gradient[j]
    for j in range(len(w)):
        gradient[j] = -0.0
    for i in range(m):
        for j in range(len(w)):
            gradient[j] += slopes[i, j]
    for j in range(len(w)):
        biases[j] -= rate * gradient[j]
    return True


@compiled
def _mean_loss(logits: Array, positive: bool, m: int, real_m: Any) -> Any:
    """Mean over the rows of softplus(logit), or of softplus(-logit)."""
    total = softplus_1(logits[0] if positive else -logits[0])
    for i in range(1, m):
        total += softplus_1(logits[i] if positive else -logits[i])
    return total / real_m


@compiled
def _mean_probability(logits: Array, m: int, real_m: Any) -> Any:
    total = sigmoid_1(logits[0])[0]
    for i in range(1, m):
        total += sigmoid_1(logits[i])[0]
    return total / real_m


@compiled
def train_batches(
    data: Array,
    order: Array,
    latents: Array,
    w: Array,
    b: Array,
    g_weights: Array,
    g_biases: Array,
    d_rate: Any,
    g_rate: Any,
    batch_size: int,
    first_row: int,
    history: Array,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> bool:
    """Train as `numpy_reference.train`; False if asked to stop."""
    n, d = data.shape
    most = min(batch_size, n)
    fakes = np.empty((most, d), data.dtype)
    slopes = np.empty((most, d), data.dtype)
    a = np.empty(d, data.dtype)
    gradient = np.empty(d, data.dtype)
    partial = np.empty(PARTIAL_SUMS, data.dtype)
    logits = np.empty((3, most), data.dtype)
    delta = np.empty(most, data.dtype)
    as_dtype = np.empty(1, data.dtype)
    rows = np.empty(most, np.int64)
    in_order = np.arange(most)
    position = first_row
    column = 0
    done = 0
    while done < len(latents):
        m = min(batch_size, n - position)
        as_dtype[0] = m
        real_m = as_dtype[0]
        for i in range(m):
            rows[i] = order[done + i] if len(order) else position + i
        z = latents[done : done + m]

        for i in range(m):
            logits[0, i] = logit(data[rows[i]], w, b[0], partial)
            delta[i] = -sigmoid_1(logits[0, i])[1] / real_m
        _move_discriminator(w, b, data, rows, delta, m, d_rate, gradient)

        for i in range(m):
            if stop[0]:
                return False
            pre_activations(z[i], g_weights, g_biases, a)
            picture_and_slope(a, fakes[i], slopes[i])
            logits[1, i] = logit(fakes[i], w, b[0], partial)
            delta[i] = sigmoid_1(logits[1, i])[0] / real_m
        _move_discriminator(w, b, fakes, in_order, delta, m, d_rate, gradient)

        for i in range(m):
            logits[2, i] = logit(fakes[i], w, b[0], partial)
            delta[i] = -sigmoid_1(logits[2, i])[1] / real_m
        if not _move_generator(g_weights, g_biases, w, z, slopes, delta, m, g_rate, gradient, stop):
            return False

        if record_every:
            if steps_to_record == 0:
                history[0, column] = _mean_loss(logits[0], False, m, real_m)
                history[1, column] = _mean_loss(logits[1], True, m, real_m)
                history[2, column] = _mean_loss(logits[2], False, m, real_m)
                history[3, column] = _mean_probability(logits[0], m, real_m)
                history[4, column] = _mean_probability(logits[1], m, real_m)
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        done += m
        position = (position + m) % n
    return True
