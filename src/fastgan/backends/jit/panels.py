"""Products and sums on panels, for Numba: blocks of 16 columns, stored row by row.

A panel of the generator's weights (k, 16) or of a batch's pictures (m, 16) stays in cache, and a
block of its sums in registers. Panels lie in one-dimensional arrays; `at` is the index at which one
starts. Sums start from -0.0, which leaves the first term, even a zero's sign, unchanged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import common_sigmoid, is_common, sigmoid_1
from fastgan.backends.jit.lanes import (
    GROUP,
    all_hold,
    filled_group,
    fold,
    group_of,
    load_group,
    store,
)

Array = npt.NDArray[Any]


@compiled
def panels_of(d: int) -> int:
    """Return the number of panels that hold d columns."""
    return (d + GROUP - 1) // GROUP


@compiled
def into_panels(rows: Array, panels: Array) -> None:
    """Copy rows (k, d) to panels, panel by panel."""
    k, d = rows.shape
    for i in range(k):
        for j in range(d):
            panels[(j // GROUP * k + i) * GROUP + j % GROUP] = rows[i, j]


@compiled
def out_of_panels(panels: Array, rows: Array) -> None:
    """Copy panels back to rows (k, d)."""
    k, d = rows.shape
    for i in range(k):
        for j in range(d):
            rows[i, j] = panels[(j // GROUP * k + i) * GROUP + j % GROUP]


@compiled
def pre_activations(
    z: Array,
    z_at: int,
    m: int,
    k: int,
    weights: Array,
    weights_at: int,
    biases: Array,
    biases_at: int,
    result: Array,
    at: int,
    stop: Array,
) -> bool:
    """Compute a panel of a = b_G + sum over k of z_k W_G[k], m rows; False if asked to stop."""
    bias = load_group(biases, biases_at)
    whole = m // 4 * 4
    for i in range(0, whole, 4):
        if stop[0]:
            return False
        z0 = z_at + i * k
        a0, a1, a2, a3 = bias, bias, bias, bias
        for p in range(k):
            row = load_group(weights, weights_at + p * GROUP)
            a0 = a0 + group_of(z, z0 + p) * row
            a1 = a1 + group_of(z, z0 + k + p) * row
            a2 = a2 + group_of(z, z0 + 2 * k + p) * row
            a3 = a3 + group_of(z, z0 + 3 * k + p) * row
        store(result, at + i * GROUP, a0)
        store(result, at + (i + 1) * GROUP, a1)
        store(result, at + (i + 2) * GROUP, a2)
        store(result, at + (i + 3) * GROUP, a3)
    for i in range(whole, m):
        if stop[0]:
            return False
        a0 = bias
        for p in range(k):
            row = load_group(weights, weights_at + p * GROUP)
            a0 = a0 + group_of(z, z_at + i * k + p) * row
        store(result, at + i * GROUP, a0)
    return True


@compiled
def move_weights(
    z: Array,
    z_at: int,
    m: int,
    k: int,
    slopes: Array,
    at: int,
    rate: Any,
    weights: Array,
    weights_at: int,
    stop: Array,
) -> bool:
    """Subtract from a panel of W_G the rate times the sum over m rows of z_i times their slopes.

    Return False if asked to stop.
    """
    none = filled_group(slopes, -0.0)
    whole = k // 4 * 4
    for p in range(0, whole, 4):
        if stop[0]:
            return False
        g0, g1, g2, g3 = none, none, none, none
        for i in range(m):
            row = load_group(slopes, at + i * GROUP)
            z0 = z_at + i * k + p
            g0 = g0 + group_of(z, z0) * row
            g1 = g1 + group_of(z, z0 + 1) * row
            g2 = g2 + group_of(z, z0 + 2) * row
            g3 = g3 + group_of(z, z0 + 3) * row
        to = weights_at + p * GROUP
        store(weights, to, load_group(weights, to) - rate * g0)
        store(weights, to + GROUP, load_group(weights, to + GROUP) - rate * g1)
        store(weights, to + 2 * GROUP, load_group(weights, to + 2 * GROUP) - rate * g2)
        store(weights, to + 3 * GROUP, load_group(weights, to + 3 * GROUP) - rate * g3)
    for p in range(whole, k):
        if stop[0]:
            return False
        g0 = none
        for i in range(m):
            g0 = g0 + group_of(z, z_at + i * k + p) * load_group(slopes, at + i * GROUP)
        to = weights_at + p * GROUP
        store(weights, to, load_group(weights, to) - rate * g0)
    return True


@compiled
def activate(pictures: Array, slopes: Array, at: int, m: int, used: int) -> None:
    """Turn pre-activations into pictures with slopes x (1 - x); columns from `used` on become 0."""
    for start in range(at, at + m * GROUP, GROUP):
        a = load_group(pictures, start)
        if all_hold(is_common(a)):
            p, q = common_sigmoid(a)
            store(pictures, start, p)
            store(slopes, start, p * q)
        else:
            for j in range(start, start + GROUP):
                p_j, q_j = sigmoid_1(pictures[j])
                pictures[j] = p_j
                slopes[j] = p_j * q_j
        for j in range(start + used, start + GROUP):
            pictures[j] = 0
            slopes[j] = 0


@compiled
def move_w(
    w: Array, w_at: int, pictures: Array, at: int, delta: Array, m: int, rate: Any, used: int
) -> None:
    """Subtract from a panel of w the rate times the sum over rows of delta_i x_i."""
    gradient = filled_group(w, -0.0)
    for i in range(m):
        gradient = gradient + group_of(delta, i) * load_group(pictures, at + i * GROUP)
    store(w, w_at, load_group(w, w_at) - rate * gradient)
    for j in range(w_at + used, w_at + GROUP):
        w[j] = -1  # times a padding 0 it is -0.0, which changes no sum


@compiled
def add_to_sums(pictures: Array, at: int, w: Array, w_at: int, sums: Array, m: int) -> None:
    """Add a panel's terms x_j w_j to the 16 partial sums of each row."""
    weights = load_group(w, w_at)
    for i in range(0, m * GROUP, GROUP):
        store(sums, i, load_group(sums, i) + load_group(pictures, at + i) * weights)


@compiled
def take_logits(sums: Array, m: int, b: Any, logits: Array, first: int) -> None:
    """Compute the logits of the rows from their partial sums, and reset these."""
    none = filled_group(sums, -0.0)
    for i in range(m):
        logits[first + i] = b + fold(load_group(sums, i * GROUP))
        store(sums, i * GROUP, none)


@compiled
def slopes_to_derivatives(
    slopes: Array, at: int, w: Array, w_at: int, delta: Array, m: int, rate: Any, biases: Array
) -> None:
    """Turn slopes into derivatives by the pre-activations, and move b_G.

    The rate times the sum of the derivatives is subtracted from b_G.
    """
    weights = load_group(w, w_at)
    gradient = filled_group(w, -0.0)
    for i in range(m):
        derivative = group_of(delta, i) * (weights * load_group(slopes, at + i * GROUP))
        store(slopes, at + i * GROUP, derivative)
        gradient = gradient + derivative
    store(biases, w_at, load_group(biases, w_at) - rate * gradient)


@compiled
def padded(row: Array, filling: Any) -> Array:
    """Copy a row into whole panels, and fill up the rest.

    This and `copy_back` copy element by element: slice assignments are slower to compile.
    """
    d = len(row)
    result = np.empty(panels_of(d) * GROUP, row.dtype)
    for j in range(d):
        result[j] = row[j]
    for j in range(d, len(result)):
        result[j] = filling
    return result


@compiled
def copy_back(panels: Array, row: Array) -> None:
    """Copy a padded row back, without its padding."""
    for j in range(len(row)):
        row[j] = panels[j]


@compiled
def new_panels(count: int, like: Array) -> Array:
    """Return panels of zeros with `count` rows in all, of the dtype of `like`."""
    return np.zeros(count * GROUP, like.dtype)
