"""The specification, continued: every schedule, loss, optimizer and penalty, and labels.

For the Slanted Land schedule, the non-saturating loss and plain descent it is, to the bit, what
`slanted_land.train` does. As there, the order of every operation is part of the definition.

Shapes: m rows in the batch, d features, k latent dimensions, c classes (1 without labels).

    generator      a = b_G[y] + z W_G       x = sigmoid(a)      W_G (k, d), b_G (c, d), z (m, k)
    discriminator  s = b_D[y] + x . w_D[y]  D(x) = sigmoid(s)   w_D (c, d), b_D (c,),   x (m, d)

All parameters are one vector: w_D class by class, b_D, W_G row by row, b_G class by class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import ALTERNATING, SEQUENTIAL, SIMULTANEOUS, Recipe
from fastgan.backends.reference import objectives as objectives
from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.optimizers import clip, update
from fastgan.backends.reference.slanted_land import logits, probabilities, sum_over_rows

Array = npt.NDArray[Any]
Scores = tuple[Array, Array, Array]  # (m,) each: of real rows, of G's pictures, and for G's move


class Networks(NamedTuple):
    """Both networks: parts of the vector of parameters, in its memory."""

    w: Array  # (c, d)
    b: Array  # (c,)
    weights: Array  # (k, d)
    biases: Array  # (c, d)
    discriminator: Array  # w and b, flat
    generator: Array  # weights and biases, flat


def networks_of(vector: Array, c: int, d: int, k: int) -> Networks:
    """The parts of a vector of parameters (cd + c + kd + cd,)."""
    discriminator, generator = vector[: c * d + c], vector[c * d + c :]
    return Networks(
        discriminator[: c * d].reshape(c, d),
        discriminator[c * d :],
        generator[: k * d].reshape(k, d),
        generator[k * d :].reshape(c, d),
        discriminator,
        generator,
    )


class Training(NamedTuple):
    """What the moves of a training share."""

    recipe: Recipe
    networks: Networks
    moments: Array  # (0, 1 or 2; parameters)
    powers: Array  # (4,)


def sum_over_classes(terms: Array, labels: Array, c: int) -> Array:
    """Sums over the rows (m, ...) of each class, (c, ...), in the order of their index.

    A sum starts from -0.0, which leaves its first term as it is; so that of no rows is -0.0.
    """
    total = np.full((c, *terms.shape[1:]), -0.0, terms.dtype)
    for label, term in zip(labels, terms, strict=True):
        total[label] += term
    return total


def draw(networks: Networks, z: Array, labels: Array) -> tuple[Array, Array]:
    """G's pictures of latents (m, k) as these classes, and the sigmoids' slopes, both (m, d)."""
    a = networks.biases[labels]
    for column, row in zip(z.T, networks.weights, strict=True):
        a += column[:, np.newaxis] * row
    pictures, others = sigmoid(a)
    return pictures, pictures * others


def score(networks: Networks, pictures: Array, labels: Array) -> Array:
    """D's logits of pictures (m, d) as these classes, (m,)."""
    return logits(pictures, networks.w[labels], networks.b[labels])


def discriminator_gradient(slopes: Array, pictures: Array, labels: Array, c: int) -> Array:
    """By w and b, flat, of a mean loss over rows with these derivatives by the logit, (m,)."""
    delta = slopes / slopes.dtype.type(len(slopes))
    by_w = sum_over_classes(delta[:, np.newaxis] * pictures, labels, c)
    return np.concatenate([by_w.ravel(), sum_over_classes(delta, labels, c)])


def generator_gradient(
    slopes: Array, networks: Networks, z: Array, picture_slopes: Array, labels: Array
) -> Array:
    """By weights and biases, flat, by the chain rule through s and x."""
    delta = slopes / slopes.dtype.type(len(slopes))
    by_a = delta[:, np.newaxis] * (networks.w[labels] * picture_slopes)
    by_weights = [sum_over_rows(column[:, np.newaxis] * by_a) for column in z.T]
    by_biases = sum_over_classes(by_a, labels, len(networks.b))
    return np.concatenate([*by_weights, by_biases.ravel()])


def add_penalties(
    t: Training, gradient: Array, labels: Array, with_reals: bool, with_fakes: bool
) -> None:
    """R1 goes with the real rows, the gradient penalty with G's pictures."""
    recipe, w = t.recipe, t.networks.w
    by_w = gradient[: w.size].reshape(w.shape)
    shares = np.bincount(labels, minlength=len(w)).astype(w.dtype) / w.dtype.type(len(labels))
    if with_reals and recipe.r1_weight:
        by_w += objectives.r1_coefficients(shares, recipe)[:, np.newaxis] * w
    if with_fakes and recipe.gradient_penalty_weight:
        by_w += objectives.gradient_penalty_coefficients(w, shares, recipe)[:, np.newaxis] * w


def move_discriminator(t: Training, gradient: Array) -> None:
    """One move of D; its parameters are clipped after it."""
    d = t.networks.discriminator
    rate = t.recipe.discriminator_learning_rate
    update(t.recipe, rate, d, gradient, t.moments[:, : d.size], t.powers[:2])
    clip(d, t.recipe.clip_value)


def move_generator(t: Training, gradient: Array) -> None:
    """One move of G."""
    g = t.networks.generator
    update(t.recipe, t.recipe.generator_learning_rate, g, gradient,
           t.moments[:, -g.size :], t.powers[2:])  # fmt: skip


def sequential_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """D moves on the real rows, then on G's pictures; G moves on the same latents."""
    c = len(t.networks.b)
    real_scores = score(t.networks, real, labels)
    slopes = objectives.real_slopes(real_scores, t.recipe)
    gradient = discriminator_gradient(slopes, real, labels, c)
    add_penalties(t, gradient, labels, with_reals=True, with_fakes=False)
    move_discriminator(t, gradient)

    fake, picture_slopes = draw(t.networks, z, labels)
    fake_scores = score(t.networks, fake, labels)
    slopes = objectives.fake_slopes(fake_scores, t.recipe)
    gradient = discriminator_gradient(slopes, fake, labels, c)
    add_penalties(t, gradient, labels, with_reals=False, with_fakes=True)
    move_discriminator(t, gradient)

    scores = score(t.networks, fake, labels)
    slopes = objectives.generator_slopes(scores, t.recipe)
    move_generator(t, generator_gradient(slopes, t.networks, z, picture_slopes, labels))
    return real_scores, fake_scores, scores


def joint_gradient(
    t: Training, real: Array, fake: Array, labels: Array
) -> tuple[Array, Array, Array]:
    """D's gradient on real rows and pictures together, and the logits of both."""
    c = len(t.networks.b)
    real_scores, fake_scores = (score(t.networks, rows, labels) for rows in (real, fake))
    slopes = objectives.real_slopes(real_scores, t.recipe)
    gradient = discriminator_gradient(slopes, real, labels, c)
    slopes = objectives.fake_slopes(fake_scores, t.recipe)
    gradient += discriminator_gradient(slopes, fake, labels, c)
    add_penalties(t, gradient, labels, with_reals=True, with_fakes=True)
    return gradient, real_scores, fake_scores


def alternating_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """D moves on real rows and pictures together; in its turn G moves, on fresh latents each time.

    The scores for G are those of its first move; NaN where it is not its turn.
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
        slopes = objectives.generator_slopes(scores, t.recipe)
        move_generator(t, generator_gradient(slopes, t.networks, latents, picture_slopes, labels))
        first = scores if first is None else first
    return real_scores, fake_scores, np.full_like(real_scores, np.nan) if first is None else first


def simultaneous_step(t: Training, real: Array, labels: Array, z: Array) -> Scores:
    """Both gradients are taken at the same parameters, then both networks move."""
    fake, picture_slopes = draw(t.networks, z, labels)
    gradient, real_scores, fake_scores = joint_gradient(t, real, fake, labels)
    slopes = objectives.generator_slopes(fake_scores, t.recipe)
    by_g = generator_gradient(slopes, t.networks, z, picture_slopes, labels)
    move_discriminator(t, gradient)
    move_generator(t, by_g)
    return real_scores, fake_scores, fake_scores


STEPS: dict[int, Callable[[Training, Array, Array, Array], Scores]] = {
    SEQUENTIAL: sequential_step,
    ALTERNATING: alternating_step,
    SIMULTANEOUS: simultaneous_step,
}


def record(history: Array, scores: Scores, recipe: Recipe) -> None:
    """Fill one column (5,) of the history from the logits of a step: means over the rows.

    The order is d_loss_real, d_loss_fake, g_loss, d_real, d_fake.
    """
    real, fake, generator = scores
    terms = (
        objectives.real_losses(real, recipe),
        objectives.fake_losses(fake, recipe),
        objectives.generator_losses(generator, recipe),
        probabilities(real),
        probabilities(fake),
    )
    for row, values in enumerate(terms):
        history[row] = sum_over_rows(values) / history.dtype.type(len(values))


@np.errstate(all="ignore")
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
    record_every: int,
    steps_to_record: int,
    stop: Array,
) -> None:
    """Train for so many steps, moving the parameters in place.

    Parameters
    ----------
    recipe : Recipe
    data : (n, d)
        The real rows.
    labels : (n,) int64
        The class of each row, from 0.
    order : (rows,) or (0,) int64
        The row of the data that each row of the run takes; empty for the order of the data.
    latents : (some, k)
        The latent vectors, consumed in order: as many in a step as its batch has rows, and where G
        has its turn in the alternating schedule, as many again for each of its moves.
    parameters : (cd + c + kd + cd,)
        Moved in place.
    moments : (0, 1 or 2; parameters)
        What the optimizer remembers of each parameter: zeros before the first step.
    powers : (4,)
        Powers of Adam's two betas, for D and for G: ones before the first step.
    first_row, first_step : int
        How many rows of its epoch, and how many steps of the training, lie before this run.
    history : (5, columns)
        Filled from the left, one column for each recorded step.
    record_every, steps_to_record : int
        Record one step in so many (0: none), after so many that are not.
    stop : (1,) int32
        Asks to stop before the next step: another thread may set it.
    """
    n, d = data.shape
    k = latents.shape[1]
    c = (len(parameters) - k * d) // (2 * d + 1)
    t = Training(recipe, networks_of(parameters, c, d, k), moments, powers)
    position, column, rows_done, latents_done = first_row, 0, 0, 0
    for step in range(first_step, first_step + steps):
        if stop[0]:
            raise InterruptedError("the training was asked to stop")
        m = min(batch_size, n - position)
        rows = order[rows_done : rows_done + m] if len(order) else slice(position, position + m)
        z = latents[latents_done : latents_done + m * draws_in(step, recipe)]
        scores = STEPS[recipe.schedule](t, data[rows], labels[rows], z)
        if record_every:
            if steps_to_record == 0:
                record(history[:, column], scores, recipe)
                column += 1
                steps_to_record = record_every
            steps_to_record -= 1
        latents_done += len(z)
        rows_done += m
        position = (position + m) % n


def draws_in(step: int, recipe: Recipe) -> int:
    """How many times a step draws latent vectors for its batch."""
    turn = recipe.schedule == ALTERNATING and (step + 1) % recipe.discriminator_steps == 0
    return 1 + recipe.generator_steps if turn else 1
