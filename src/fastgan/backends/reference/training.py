"""The specification of all schedules, with any loss, penalty, optimizer and labels.

With the Slanted Land schedule, the non-saturating loss and plain descent, it gives the bits of
`slanted_land.train`. As there, the order of every operation is part of the definition.

Shapes and symbols are those of `moves`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import (
    ALTERNATING,
    SEQUENTIAL,
    SIMULTANEOUS,
    Algorithm,
    generator_moves,
)
from fastgan.backends.parameter_places import ParameterPlaces
from fastgan.backends.reference import objectives
from fastgan.backends.reference.moves import (
    Training,
    add_penalties,
    discriminator_gradient,
    draw,
    generator_gradient,
    move_discriminator,
    move_generator,
    networks_of,
    score,
)
from fastgan.backends.reference.networks import probabilities
from fastgan.backends.reference.sums import sum_over_rows

Array = npt.NDArray[Any]
Scores = tuple[Array, Array, Array]  # logits (m,): of real rows, of G's pictures, in G's move


def sequential_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """Move D on the real rows, then on G's pictures; then move G on the same latents."""
    c = len(t.networks.b)
    real_scores = score(t.networks, real, labels)
    slopes = objectives.real_slopes(real_scores, t.algorithm)
    gradient = discriminator_gradient(slopes, real, labels, c)
    add_penalties(t, gradient, labels, with_reals=True, with_fakes=False)
    move_discriminator(t, gradient)

    fake, picture_slopes = draw(t.networks, z, labels)
    fake_scores = score(t.networks, fake, labels)
    slopes = objectives.fake_slopes(fake_scores, t.algorithm)
    gradient = discriminator_gradient(slopes, fake, labels, c)
    add_penalties(t, gradient, labels, with_reals=False, with_fakes=True)
    move_discriminator(t, gradient)

    scores = score(t.networks, fake, labels)
    slopes = objectives.generator_slopes(scores, t.algorithm)
    move_generator(t, generator_gradient(slopes, t.networks, z, picture_slopes, labels))
    return real_scores, fake_scores, scores


def joint_gradient(
    t: Training, real: Array, fake: Array, labels: Array
) -> tuple[Array, Array, Array]:
    """Return D's gradient on real rows and pictures together, and the logits of both."""
    c = len(t.networks.b)
    real_scores, fake_scores = (score(t.networks, rows, labels) for rows in (real, fake))
    slopes = objectives.real_slopes(real_scores, t.algorithm)
    gradient = discriminator_gradient(slopes, real, labels, c)
    slopes = objectives.fake_slopes(fake_scores, t.algorithm)
    gradient += discriminator_gradient(slopes, fake, labels, c)
    add_penalties(t, gradient, labels, with_reals=True, with_fakes=True)
    return gradient, real_scores, fake_scores


def alternating_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """Move D on real rows and pictures together; in G's turn move G, each time on new latents.

    The scores in G's move are those of its first move; without a turn of G they are NaN.
    """
    m = len(real)
    fake, _ = draw(t.networks, z[:m], labels)
    gradient, real_scores, fake_scores = joint_gradient(t, real, fake, labels)
    move_discriminator(t, gradient)
    first = None
    for start in range(m, len(z), m):
        latents = z[start : start + m]
        fake, picture_slopes = draw(t.networks, latents, labels)
        scores = score(t.networks, fake, labels)
        slopes = objectives.generator_slopes(scores, t.algorithm)
        move_generator(t, generator_gradient(slopes, t.networks, latents, picture_slopes, labels))
        first = scores if first is None else first
    return real_scores, fake_scores, np.full_like(real_scores, np.nan) if first is None else first


def simultaneous_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """Compute both gradients at the same parameters, then move both networks."""
    fake, picture_slopes = draw(t.networks, z, labels)
    gradient, real_scores, fake_scores = joint_gradient(t, real, fake, labels)
    slopes = objectives.generator_slopes(fake_scores, t.algorithm)
    by_g = generator_gradient(slopes, t.networks, z, picture_slopes, labels)
    move_discriminator(t, gradient)
    move_generator(t, by_g)
    return real_scores, fake_scores, fake_scores


STEPS: dict[int, Callable[[Training, Array, Array, Array], Scores]] = {
    SEQUENTIAL: sequential_step,
    ALTERNATING: alternating_step,
    SIMULTANEOUS: simultaneous_step,
}


def record(history: Array, scores: Scores, algorithm: Algorithm) -> None:
    """Fill one column (5,) of the history with means over the rows, from the logits of a step.

    The order is d_loss_real, d_loss_fake, g_loss, d_real, d_fake.
    """
    real, fake, generator = scores
    terms = (
        objectives.real_losses(real, algorithm),
        objectives.fake_losses(fake, algorithm),
        objectives.generator_losses(generator, algorithm),
        probabilities(real),
        probabilities(fake),
    )
    for row, values in enumerate(terms):
        history[row] = sum_over_rows(values) / history.dtype.type(len(values))


@np.errstate(all="ignore")
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
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> None:
    """Train for `steps` steps, moving the parameters in place.

    Parameters
    ----------
    algorithm : Algorithm
    places : ParameterPlaces
        Where each array begins in `parameters`.
    data : (n, d)
        The real rows.
    labels : (n,) int64
        The class of each row, from 0.
    order : (rows,) or (0,) int64
        The index in the data of each row of the run; empty for the order of the data.
    latents : (vectors, k)
        The latent vectors, consumed in order. A step takes one for each row of its batch; in the
        alternating schedule, each move of G takes one more for each row.
    parameters : (places.size,)
        Moved in place.
    moments : (0, 1 or 2, parameters)
        The numbers that the optimizer keeps for each parameter: zeros before the first step.
    powers : (4,)
        Powers of Adam's two betas, for D and then for G: ones before the first step.
    first_row, first_step : int
        Numbers of rows of the epoch, and of steps of the training, before this run.
    history : (5, columns)
        Filled from the left, one column for each recorded step.
    record_every, steps_to_record : int
        Record one step in every `record_every` (0: none), the first of them after
        `steps_to_record` others.
    stop : (1,) int32
        If not 0, the run stops before the next step; another thread may set it.
    """
    n, d = data.shape
    t = Training(algorithm, networks_of(parameters, places, d), moments, powers)
    position, column, rows_done, latents_done = first_row, 0, 0, 0
    for step in range(first_step, first_step + steps):
        if stop[0]:
            raise InterruptedError("the training was asked to stop")
        m = min(batch_size, n - position)
        rows = order[rows_done : rows_done + m] if len(order) else slice(position, position + m)
        z = latents[latents_done : latents_done + m * (1 + generator_moves(algorithm, step))]
        scores = STEPS[algorithm.schedule](t, data[rows], labels[rows], z)
        if record_every:
            if steps_to_record == 0:
                record(history[:, column], scores, algorithm)
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        latents_done += len(z)
        rows_done += m
        position = (position + m) % n
