"""Mini-batches of any size, for Numba: a twin of `reference.slanted_land.train`, panel by panel.

A step passes over the batch's pictures three times: G draws and D scores them, D moves and scores
them again, G moves. Each pass does as much as possible while a panel is in cache.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid, softplus_1
from fastgan.backends.jit.lanes import GROUP, filled_group, fold, load_group, store
from fastgan.backends.jit.panels import (
    activate,
    add_to_sums,
    copy_back,
    into_panels,
    move_w,
    move_weights,
    new_panels,
    out_of_panels,
    padded,
    panels_of,
    pre_activations,
    slopes_to_derivatives,
    take_logits,
)

Array = npt.NDArray[Any]


@compiled
def take_row(row: Array, w: Array, b: Any, pictures: Array, at: int, stride: int) -> Any:
    """Copy a row to its panels, `stride` apart, and return its logit."""
    d = len(row)
    whole = d // GROUP * GROUP
    sums = filled_group(w, -0.0)
    for j in range(0, whole, GROUP):
        x = load_group(row, j)
        store(pictures, at, x)
        sums = sums + x * load_group(w, j)
        at += stride
    if whole < d:
        for j in range(whole, d):
            pictures[at + j - whole] = row[j]
        sums = sums + load_group(pictures, at) * load_group(w, whole)
    return b + fold(sums)


@compiled
def _deltas(probabilities: Array, first: int, m: int, sign: Any, real_m: Any, to: Array) -> Any:
    """Fill `to` with sign * probability / m of each row, and return their sum."""
    to[0] = sign * probabilities[first] / real_m
    total = to[0]
    for i in range(1, m):
        to[i] = sign * probabilities[first + i] / real_m
        total += to[i]
    return total


@compiled
def _mean_loss(logits: Array, first: int, m: int, sign: Any, real_m: Any, terms: Array) -> Any:
    """Return the mean over the rows of softplus(sign * logit)."""
    for i in range(0, m, GROUP):
        store(terms, i, softplus_1(sign * load_group(logits, first + i)))
    return _mean(terms, 0, m, real_m)


@compiled
def _mean(terms: Array, first: int, m: int, real_m: Any) -> Any:
    total = terms[first]
    for i in range(first + 1, first + m):
        total += terms[i]
    return total / real_m


@compiled
def _sigmoids(logits: Array, first: int, m: int, p: Array, q: Array) -> None:
    end = first + m
    sigmoid(logits[first:end], p[first:end], q[first:end])


@compiled
def _draw_and_score(
    z: Array,
    z_at: int,
    m: int,
    k: int,
    weights: Array,
    biases: Array,
    fakes: Array,
    slopes: Array,
    stride: int,
    w: Array,
    d: int,
    sums: Array,
    stop: Array,
) -> bool:
    """Let G draw its pictures and D score them; return False if asked to stop."""
    for j in range(0, d, GROUP):
        at = j // GROUP * stride
        if not pre_activations(z, z_at, m, k, weights, j * k, biases, j, fakes, at, stop):
            return False
        activate(fakes, slopes, at, m, min(GROUP, d - j))
        add_to_sums(fakes, at, w, j, sums, m)
    return True


@compiled
def _move_discriminator(
    w: Array, d: int, pictures: Array, stride: int, delta: Array, m: int, rate: Any, stop: Array
) -> bool:
    for j in range(0, d, GROUP):
        if stop[0]:
            return False
        move_w(w, j, pictures, j // GROUP * stride, delta, m, rate, min(GROUP, d - j))
    return True


@compiled
def _score(w: Array, d: int, pictures: Array, stride: int, sums: Array, m: int) -> None:
    for j in range(0, d, GROUP):
        add_to_sums(pictures, j // GROUP * stride, w, j, sums, m)


@compiled
def _move_generator(
    z: Array,
    z_at: int,
    m: int,
    k: int,
    weights: Array,
    biases: Array,
    slopes: Array,
    stride: int,
    w: Array,
    d: int,
    delta: Array,
    rate: Any,
    stop: Array,
) -> bool:
    """Move G on the same latents, through the D that has just moved; False if asked to stop."""
    for j in range(0, d, GROUP):
        at = j // GROUP * stride
        slopes_to_derivatives(slopes, at, w, j, delta, m, rate, biases)
        if not move_weights(z, z_at, m, k, slopes, at, rate, weights, j * k, stop):
            return False
    return True


@compiled
def train_batches(
    data: Array,
    order: Array,
    latents: Array,
    w_result: Array,
    b_result: Array,
    weights_result: Array,
    biases_result: Array,
    d_rate: Any,
    g_rate: Any,
    batch_size: int,
    first_row: int,
    history: Any,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> bool:
    """Train as `reference.slanted_land.train` does; return False if asked to stop."""
    n, d = data.shape
    k = latents.shape[1]
    panels = panels_of(d)
    most = min(batch_size, n)
    most_groups = panels_of(most) * GROUP
    stride = most * GROUP

    w = padded(w_result, -1)  # times a padding 0 it is -0.0, which changes no sum
    b = b_result[0]
    biases = padded(biases_result, 0)
    weights = new_panels(panels * k, data)
    into_panels(weights_result, weights)
    reals = new_panels(panels * most, data)
    fakes = new_panels(panels * most, data)
    slopes = new_panels(panels * most, data)
    sums = new_panels(most, data)
    for i in range(len(sums)):
        sums[i] = -0.0

    # Logits of D on the real rows, on G's pictures, and on these again after D's move.
    real, fake, again = 0, most_groups, 2 * most_groups
    logits = np.zeros(3 * most_groups, data.dtype)
    p = np.empty_like(logits)
    q = np.empty_like(logits)
    delta = np.zeros(most_groups, data.dtype)
    numbers = np.empty(3, data.dtype)
    numbers[1] = 1
    numbers[2] = -1
    plus, minus = numbers[1], numbers[2]

    position = first_row
    column = 0
    done = 0
    while done < len(latents):
        m = min(batch_size, n - position)
        numbers[0] = m
        real_m = numbers[0]
        z_at = done * k

        for i in range(m):
            if stop[0]:
                return False
            row = order[done + i] if len(order) else position + i
            logits[real + i] = take_row(data[row], w, b, reals, i * GROUP, stride)
        _sigmoids(logits, real, m, p, q)
        b -= d_rate * _deltas(q, real, m, minus, real_m, delta)
        if not _move_discriminator(w, d, reals, stride, delta, m, d_rate, stop):
            return False

        if not _draw_and_score(
            latents, z_at, m, k, weights, biases, fakes, slopes, stride, w, d, sums, stop
        ):
            return False
        take_logits(sums, m, b, logits, fake)
        _sigmoids(logits, fake, m, p, q)
        b -= d_rate * _deltas(p, fake, m, plus, real_m, delta)
        if not _move_discriminator(w, d, fakes, stride, delta, m, d_rate, stop):
            return False

        _score(w, d, fakes, stride, sums, m)
        take_logits(sums, m, b, logits, again)
        _sigmoids(logits, again, m, p, q)
        _deltas(q, again, m, minus, real_m, delta)
        if not _move_generator(
            latents, z_at, m, k, weights, biases, slopes, stride, w, d, delta, g_rate, stop
        ):
            return False

        if record_every:
            if steps_to_record == 0:
                history[0][column] = _mean_loss(logits, real, m, minus, real_m, delta)
                history[1][column] = _mean_loss(logits, fake, m, plus, real_m, delta)
                history[2][column] = _mean_loss(logits, again, m, minus, real_m, delta)
                history[3][column] = _mean(p, real, m, real_m)
                history[4][column] = _mean(p, fake, m, real_m)
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        done += m
        position = (position + m) % n

    copy_back(w, w_result)
    copy_back(biases, biases_result)
    out_of_panels(weights, weights_result)
    b_result[0] = b
    return True
