"""Trainings by recipe for Numba: the twin of `numpy_recipes`, with labels and every schedule."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.numba_compiler import compiled
from fastgan.backends.numba_elementary import sigmoid_1
from fastgan.backends.numba_objectives import (
    PARTIAL_SUMS,
    Numbers,
    add_multiple,
    clip,
    fake_loss,
    fake_slope,
    generator_loss,
    generator_slope,
    gradient_penalty_coefficient,
    numbers_of,
    real_loss,
    real_slope,
    sum_of_row,
    update,
)
from fastgan.backends.recipe import ALTERNATING, SEQUENTIAL, Recipe

Array = npt.NDArray[Any]


class Parts(NamedTuple):
    """Both networks' parameters, or gradients by them: parts of one vector."""

    w: Array  # (c, d)
    b: Array  # (c,)
    weights: Array  # (k, d)
    biases: Array  # (c, d)
    discriminator: Array  # w and b, flat
    generator: Array  # weights and biases, flat


@compiled
def _parts_of(vector: Array, c: int, d: int, k: int) -> Parts:
    discriminator, generator = vector[: c * d + c], vector[c * d + c :]
    return Parts(
        discriminator[: c * d].reshape(c, d),
        discriminator[c * d :],
        generator[: k * d].reshape(k, d),
        generator[k * d :].reshape(c, d),
        discriminator,
        generator,
    )


class Work(NamedTuple):
    """What the moves of a training share."""

    parameters: Parts
    gradient: Parts
    more: Parts  # another gradient of D's, to be added
    moments: Array
    powers: Array
    real: Array  # (m, d), the batch
    labels: Array  # (m,)
    shares: Array  # (c,)
    fakes: Array  # (m, d)
    slopes: Array  # (m, d): x (1 - x) of the pictures
    logits: Array  # (4, m): of real rows, of G's pictures, for G's first move, for the others
    partial: Array  # (16,)
    stop: Array


@compiled
def _draw(t: Work, z: Array, m: int) -> bool:
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
def _score(t: Work, rows: Array, logits: Array, m: int) -> None:
    for i in range(m):
        label = t.labels[i]
        product = sum_of_row(rows[i], t.parameters.w[label], t.partial)
        logits[i] = t.parameters.b[label] + product


@compiled
def _discriminator_gradient(
    r: Numbers, t: Work, fakes: bool, to: Parts, m: int, real_m: Any
) -> bool:
    to.discriminator[:] = -0.0
    rows = t.fakes if fakes else t.real
    for i in range(m):
        if t.stop[0]:
            return False
        label = t.labels[i]
        slope = fake_slope(r, t.logits[1, i]) if fakes else real_slope(r, t.logits[0, i])
        delta = slope / real_m
        add_multiple(to.w[label], delta, rows[i])
        to.b[label] += delta
    return True


@compiled
def _generator_gradient(r: Numbers, t: Work, logits: Array, z: Array, m: int, real_m: Any) -> bool:
    to = t.gradient
    to.generator[:] = -0.0
    for i in range(m):
        if t.stop[0]:
            return False
        label = t.labels[i]
        delta = generator_slope(r, logits[i]) / real_m
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
def _add_penalties(r: Numbers, t: Work, with_reals: bool, with_fakes: bool) -> None:
    for c in range(len(t.shares)):
        w, gradient, share = t.parameters.w[c], t.gradient.w[c], t.shares[c]
        if with_reals and r.r1 != r.zero:
            add_multiple(gradient, (r.two * r.r1) * share, w)
        if with_fakes and r.gradient_penalty != r.zero:
            add_multiple(gradient, gradient_penalty_coefficient(r, w, share, t.partial), w)


@compiled
def _move_discriminator(r: Numbers, t: Work) -> None:
    d = t.parameters.discriminator
    update(r, r.d_rate, d, t.gradient.discriminator, t.moments[:, : len(d)], t.powers[:2])
    clip(d, r.clip)


@compiled
def _move_generator(r: Numbers, t: Work) -> None:
    g, first = t.parameters.generator, len(t.parameters.discriminator)
    update(r, r.g_rate, g, t.gradient.generator, t.moments[:, first:], t.powers[2:])


@compiled
def _sequential_step(r: Numbers, t: Work, z: Array, m: int, real_m: Any) -> bool:
    _score(t, t.real, t.logits[0], m)
    if not _discriminator_gradient(r, t, False, t.gradient, m, real_m):
        return False
    _add_penalties(r, t, True, False)
    _move_discriminator(r, t)
    if not _draw(t, z, m):
        return False
    _score(t, t.fakes, t.logits[1], m)
    if not _discriminator_gradient(r, t, True, t.gradient, m, real_m):
        return False
    _add_penalties(r, t, False, True)
    _move_discriminator(r, t)
    _score(t, t.fakes, t.logits[2], m)
    if not _generator_gradient(r, t, t.logits[2], z, m, real_m):
        return False
    _move_generator(r, t)
    return True


@compiled
def _joint_gradient(r: Numbers, t: Work, z: Array, m: int, real_m: Any) -> bool:
    if not _draw(t, z, m):
        return False
    _score(t, t.real, t.logits[0], m)
    _score(t, t.fakes, t.logits[1], m)
    if not _discriminator_gradient(r, t, False, t.gradient, m, real_m):
        return False
    if not _discriminator_gradient(r, t, True, t.more, m, real_m):
        return False
    to, more = t.gradient.discriminator, t.more.discriminator
    for i in range(len(to)):
        to[i] += more[i]
    _add_penalties(r, t, True, True)
    return True


@compiled
def _alternating_step(
    r: Numbers, t: Work, z: Array, m: int, real_m: Any, generator_moves: int
) -> bool:
    if not _joint_gradient(r, t, z[:m], m, real_m):
        return False
    _move_discriminator(r, t)
    t.logits[2, :m] = np.nan
    for move in range(generator_moves):
        logits = t.logits[3 if move else 2]
        latents = z[(move + 1) * m : (move + 2) * m]
        if not _draw(t, latents, m):
            return False
        _score(t, t.fakes, logits, m)
        if not _generator_gradient(r, t, logits, latents, m, real_m):
            return False
        _move_generator(r, t)
    return True


@compiled
def _simultaneous_step(r: Numbers, t: Work, z: Array, m: int, real_m: Any) -> bool:
    if not _joint_gradient(r, t, z, m, real_m):
        return False
    if not _generator_gradient(r, t, t.logits[1], z, m, real_m):
        return False
    _move_discriminator(r, t)
    _move_generator(r, t)
    t.logits[2, :m] = t.logits[1, :m]
    return True


@compiled
def _record(r: Numbers, t: Work, history: Any, column: int, m: int, real_m: Any) -> None:
    """The means over the rows, each summed in the order of their index."""
    real, fake, generator = t.logits[0], t.logits[1], t.logits[2]
    totals = np.full(5, -0.0, real.dtype)
    for i in range(m):
        totals[0] += real_loss(r, real[i])
        totals[1] += fake_loss(r, fake[i])
        totals[2] += generator_loss(r, generator[i])
        totals[3] += sigmoid_1(real[i])[0]
        totals[4] += sigmoid_1(fake[i])[0]
    history[0][column] = totals[0] / real_m
    history[1][column] = totals[1] / real_m
    history[2][column] = totals[2] / real_m
    history[3][column] = totals[3] / real_m
    history[4][column] = totals[4] / real_m


@compiled
def _take_batch(
    t: Work,
    data: Array,
    labels: Array,
    order: Array,
    done: int,
    position: int,
    m: int,
    sizes: Array,
) -> None:
    t.shares[:] = 0
    for i in range(m):
        row = order[done + i] if len(order) else position + i
        t.real[i] = data[row]
        t.labels[i] = labels[row]
        t.shares[labels[row]] += sizes[1]
    for c in range(len(t.shares)):
        t.shares[c] /= sizes[0]


@compiled
def _train(
    r: Numbers,
    data: Array,
    labels: Array,
    order: Array,
    latents: Array,
    parameters: Array,
    moments: Array,
    powers: Array,
    batch_size: int,
    first_row: int,
    first_step: int,
    steps: int,
    history: Any,
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> bool:
    """Train as `numpy_recipes.train`, but for a copy of parameters; False if asked to stop."""
    n, d = data.shape
    k = latents.shape[1]
    c = (len(parameters) - k * d) // (2 * d + 1)
    most = min(batch_size, n)
    t = Work(
        _parts_of(parameters, c, d, k),
        _parts_of(np.empty_like(parameters), c, d, k),
        _parts_of(np.empty_like(parameters), c, d, k),
        moments,
        powers,
        np.empty((most, d), data.dtype),
        np.empty(most, np.int64),
        np.empty(c, data.dtype),
        np.empty((most, d), data.dtype),
        np.empty((most, d), data.dtype),
        np.empty((4, most), data.dtype),
        np.empty(PARTIAL_SUMS, data.dtype),
        stop,
    )
    sizes = np.ones(2, data.dtype)  # m and 1
    position, column, done, z_at = first_row, 0, 0, 0
    for step in range(first_step, first_step + steps):
        m = min(batch_size, n - position)
        sizes[0] = m
        moves = 0
        if r.schedule == ALTERNATING and (step + 1) % r.discriminator_steps == 0:
            moves = r.generator_steps
        z = latents[z_at : z_at + m * (1 + moves)]
        _take_batch(t, data, labels, order, done, position, m, sizes)
        if stop[0]:
            return False
        if r.schedule == SEQUENTIAL:
            going = _sequential_step(r, t, z, m, sizes[0])
        elif r.schedule == ALTERNATING:
            going = _alternating_step(r, t, z, m, sizes[0], moves)
        else:
            going = _simultaneous_step(r, t, z, m, sizes[0])
        if not going:
            return False
        if record_every:
            if steps_to_record == 0:
                _record(r, t, history, column, m, sizes[0])
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        z_at += len(z)
        done += m
        position = (position + m) % n
    return True


def train(
    recipe: Recipe,
    data: Array,
    labels: Array,
    order: Array,
    latents: Array,
    parameters: Array,
    moments: Array,
    powers: Array,
    batch_size: int,
    first_row: int,
    first_step: int,
    steps: int,
    history: Array,
    *rest: Any,
) -> None:
    """As `numpy_recipes.train`."""
    moved = parameters.copy(), moments.copy(), powers.copy()  # all of it counts, or nothing
    counts = batch_size, first_row, first_step, steps
    numbers = numbers_of(recipe, data.dtype)
    # The history's rows one by one: of one type, whether the whole or a slice of it is given.
    rows = tuple(history)
    if not _train(numbers, data, labels, order, latents, *moved, *counts, rows, *rest):
        raise InterruptedError("the kernel was asked to stop")
    parameters[...], moments[...], powers[...] = moved
