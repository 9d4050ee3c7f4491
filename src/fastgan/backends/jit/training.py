"""Training by any algorithm, with labels, for Numba: the twin of `reference.training`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import ALTERNATING, SEQUENTIAL, Algorithm
from fastgan.backends.jit.algorithm import TypedAlgorithm, generator_moves, typed
from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.elementary import sigmoid_1
from fastgan.backends.jit.moves import (
    Work,
    add_penalties,
    discriminator_gradient,
    draw,
    generator_gradient,
    move_discriminator,
    move_generator,
    networks_of,
    score,
)
from fastgan.backends.jit.objectives import fake_loss, generator_loss, real_loss
from fastgan.backends.jit.stopping import raise_unless_done
from fastgan.backends.parameter_places import ParameterPlaces
from fastgan.backends.reference.sums import PARTIAL_SUMS

Array = npt.NDArray[Any]


@compiled
def _sequential_step(algorithm: TypedAlgorithm, t: Work, z: Array, m: int, real_m: Any) -> bool:
    score(t, t.real, t.logits[0], m)
    if not discriminator_gradient(algorithm, t, False, t.gradient, m, real_m):
        return False
    add_penalties(algorithm, t, True, False)
    move_discriminator(algorithm, t)
    if not draw(t, z, m):
        return False
    score(t, t.fakes, t.logits[1], m)
    if not discriminator_gradient(algorithm, t, True, t.gradient, m, real_m):
        return False
    add_penalties(algorithm, t, False, True)
    move_discriminator(algorithm, t)
    score(t, t.fakes, t.logits[2], m)
    if not generator_gradient(algorithm, t, t.logits[2], z, m, real_m):
        return False
    move_generator(algorithm, t)
    return True


@compiled
def _joint_gradient(algorithm: TypedAlgorithm, t: Work, z: Array, m: int, real_m: Any) -> bool:
    if not draw(t, z, m):
        return False
    score(t, t.real, t.logits[0], m)
    score(t, t.fakes, t.logits[1], m)
    if not discriminator_gradient(algorithm, t, False, t.gradient, m, real_m):
        return False
    if not discriminator_gradient(algorithm, t, True, t.more, m, real_m):
        return False
    to, more = t.gradient.discriminator, t.more.discriminator
    for i in range(len(to)):
        to[i] += more[i]
    add_penalties(algorithm, t, True, True)
    return True


@compiled
def _alternating_step(
    algorithm: TypedAlgorithm, t: Work, z: Array, m: int, real_m: Any, generator_moves: int
) -> bool:
    if not _joint_gradient(algorithm, t, z[:m], m, real_m):
        return False
    move_discriminator(algorithm, t)
    t.logits[2, :m] = np.nan
    for move in range(generator_moves):
        logits = t.logits[3 if move else 2]
        latents = z[(move + 1) * m : (move + 2) * m]
        if not draw(t, latents, m):
            return False
        score(t, t.fakes, logits, m)
        if not generator_gradient(algorithm, t, logits, latents, m, real_m):
            return False
        move_generator(algorithm, t)
    return True


@compiled
def _simultaneous_step(algorithm: TypedAlgorithm, t: Work, z: Array, m: int, real_m: Any) -> bool:
    if not _joint_gradient(algorithm, t, z, m, real_m):
        return False
    if not generator_gradient(algorithm, t, t.logits[1], z, m, real_m):
        return False
    move_discriminator(algorithm, t)
    move_generator(algorithm, t)
    t.logits[2, :m] = t.logits[1, :m]
    return True


@compiled
def _record(
    algorithm: TypedAlgorithm, t: Work, history: Any, column: int, m: int, real_m: Any
) -> None:
    """Record the means over the rows, each summed in the order of their index."""
    real, fake, generator = t.logits[0], t.logits[1], t.logits[2]
    totals = np.full(5, -0.0, real.dtype)
    for i in range(m):
        totals[0] += real_loss(algorithm, real[i])
        totals[1] += fake_loss(algorithm, fake[i])
        totals[2] += generator_loss(algorithm, generator[i])
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
    algorithm: TypedAlgorithm,
    places: ParameterPlaces,
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
    """Train as `reference.training.train` does; return False if asked to stop."""
    n, d = data.shape
    k = latents.shape[1]
    c = places.generator_weights - places.discriminator_biases
    most = min(batch_size, n)
    t = Work(
        networks_of(parameters, places, c, k, d),
        networks_of(np.empty_like(parameters), places, c, k, d),
        networks_of(np.empty_like(parameters), places, c, k, d),
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
        moves = generator_moves(algorithm, step)
        z = latents[z_at : z_at + m * (1 + moves)]
        _take_batch(t, data, labels, order, done, position, m, sizes)
        if stop[0]:
            return False
        if algorithm.schedule == SEQUENTIAL:
            going = _sequential_step(algorithm, t, z, m, sizes[0])
        elif algorithm.schedule == ALTERNATING:
            going = _alternating_step(algorithm, t, z, m, sizes[0], moves)
        else:
            going = _simultaneous_step(algorithm, t, z, m, sizes[0])
        if not going:
            return False
        if record_every:
            if steps_to_record == 0:
                _record(algorithm, t, history, column, m, sizes[0])
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        z_at += len(z)
        done += m
        position = (position + m) % n
    return True


def train(
    algorithm: Algorithm,
    places: ParameterPlaces,
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
    """Train for `steps` steps, moving the parameters in place."""
    moved = parameters.copy(), moments.copy(), powers.copy()  # a stopped run changes nothing
    counts = batch_size, first_row, first_step, steps
    # The rows of a whole history and of a slice have the same type, so kernels compile only once.
    rows = tuple(history)
    fixed = typed(algorithm, data.dtype), places, data, labels, order, latents
    raise_unless_done(_train(*fixed, *moved, *counts, rows, *rest))
    parameters[...], moments[...], powers[...] = moved
