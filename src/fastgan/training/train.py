"""`train`: the thin front door. Checks, fixes the options, draws, and lets a backend compute."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan._support.progress import progress_bar
from fastgan.layers.parameter_table import parameter_count
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options import training_options
from fastgan.options.step_counts import Steps, record_count
from fastgan.randomness import draws
from fastgan.randomness.draws import RandomInput
from fastgan.training.callbacks import Callback
from fastgan.training.endings import EPOCHS
from fastgan.training.history import empty_rows
from fastgan.training.loop import TrainingLoop
from fastgan.training.observer import observer_of
from fastgan.training.run import TrainingRun
from fastgan.training.stepper import stepper_for
from fastgan.training.warm_start import starting_vector

Array = npt.NDArray[Any]

# How far data may lie outside [0, 1] unnoticed. Scaling to it leaves a rounding of about 1e-7 times
# the size of the data over their spread, in float32; nobody sees a hundred times as much.
ROUNDING = 1e-5


def train(
    data: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    epochs: int = 1000,
    batch_size: int = 1,
    learning_rate: float = 0.01,
    discriminator_learning_rate: float | None = None,
    latent_dim: int = 1,
    latent: str | npt.ArrayLike = "uniform",
    shuffle: bool = False,
    schedule: str = "sequential",
    discriminator_steps: int = 1,
    generator_steps: int = 1,
    loss: str = "non-saturating",
    label_smoothing: float = 0.0,
    clip_value: float | None = None,
    gradient_penalty_weight: float = 0.0,
    r1_weight: float = 0.0,
    optimizer: str = "sgd",
    momentum: float | None = None,
    second_momentum: float | None = None,
    epsilon: float | None = None,
    init: GAN | ConditionalGAN | None = None,
    rng: RandomInput = None,
    dtype: npt.DTypeLike = np.float64,
    backend: str | None = None,
    record_every: int = 1,
    snapshot_every: int = 0,
    callback: Callback | None = None,
    callback_every: int | None = None,
    early_stopping: float | None = None,
    patience: int | None = None,
    progress: bool = False,
) -> TrainingRun:
    """Train a generator and a discriminator of one layer each against one another.

    By default each step takes a mini-batch of m rows: the discriminator moves on the real rows,
    then on the generator's pictures of m latent vectors, and the generator moves on the same
    vectors, seen through the discriminator that has just moved [1]_. All three descend the mean
    log-loss; the generator's is the non-saturating -log D(G(z)) [2]_. Other schedules, losses and
    optimizers are in the notes. The result has the same bits on every backend, processor and
    operating system.

    Parameters
    ----------
    data : array_like, shape (n, ...)
        Real numbers, in [0, 1] if the generator is to reach them. Never changed.
    labels : array_like of int, shape (n,), optional
        The class of each row, for a `ConditionalGAN`: G has biases, and D weights and a bias, for
        each class. Pictures take the labels of the real rows that they stand beside.
    epochs : int
        Passes over the data.
    batch_size : int
        Rows of a mini-batch; a last short one is used, not dropped.
    learning_rate : float
        Of both networks, or of the generator alone if the next is given. 0 keeps it as it is.
    discriminator_learning_rate : float, optional
        Of the discriminator.
    latent_dim : int
        k, the numbers of a latent vector.
    latent : {"uniform", "normal"} or array_like, shape (at least epochs * n, k)
        The latent distribution, [0, 1) or N(0, 1), or the vectors themselves, taken in order.
    shuffle : bool
        Whether each epoch takes the rows in an order of its own.
    schedule : {"sequential", "alternating", "simultaneous"}
        The order of the moves, see the notes.
    discriminator_steps, generator_steps : int
        With the alternating schedule G has its turn after every so many steps, and moves so many
        times. The count runs on over epochs, so that both may span whole epochs: with as many
        steps as an epoch has batches, D is trained for an epoch, then G.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        What the three kinds of moves descend, see the notes.
    label_smoothing : float
        The target of real rows is 1 less this, at least 0 and below 1; not with Wasserstein.
    clip_value : float, optional
        Weights and bias of D are put back between -clip_value and clip_value after each of its
        moves; with Wasserstein only.
    gradient_penalty_weight, r1_weight : float
        Of the penalties (abs(w) - 1)^2 and abs(w)^2 in D's loss, where abs(w) is the Euclidean
        norm of its weights: the gradient penalty and R1, which are these for a linear D.
    optimizer : {"sgd", "momentum", "adam"}
        How a gradient moves the parameters.
    momentum : float, optional
        At least 0 and below 1, 0.9 by default; with Adam its beta_1. Not with ``"sgd"``.
    second_momentum, epsilon : float, optional
        Adam's beta_2, 0.999 by default, and what is added to its denominator, 1e-8 by default.
    init : GAN, or with labels ConditionalGAN, optional
        Start from its parameters, rounded to `dtype`, instead of standard normal ones.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Where initial parameters, shuffling and latent vectors come from. A generator of yours
        moves on by what the steps that were done needed, unless the training fails: then it is as
        it was. A callback must not draw from it.
    dtype : dtype
        float64 or float32, of all arithmetic.
    backend : {"c", "numba", "numpy"}, optional
        By default the first that this installation can use, or FASTGAN_BACKEND.
    record_every : int
        Record one step in so many in the history; 0 keeps no history.
    snapshot_every : int
        Keep a copy of the parameters before the first step and after every so many, see
        `TrainingRun.snapshots` and `TrainingRun.gan_at`; 0 keeps none.
    callback : callable, optional
        Called with a `TrainingView` after every `callback_every` steps; if it returns True the
        training ends there, if it raises the training fails.
    callback_every : int, optional
        By default the steps of an epoch.
    early_stopping : float, optional
        The tolerance: end after an epoch over which no parameter changed by more than this.
    patience : int, optional
        After so many such epochs in a row instead; 1 by default. Not without `early_stopping`.
    progress : bool
        Show a progress bar on stderr where it takes more than a moment.

    Returns
    -------
    TrainingRun

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value; the message names it.
    RuntimeError
        If a backend was asked for that this installation cannot use.
    DivergenceError
        If a parameter stops being finite.

    Warns
    -----
    UserWarning
        If data lie outside [0, 1], where a sigmoid generator cannot reach them, by more than a
        rounding.

    Notes
    -----
    A step is a mini-batch of m real rows. Of the losses below each move descends the mean over its
    rows, with D = sigmoid(s), where s is D's logit, and t = 1 - label_smoothing.

    ==============  =========================  ================  ==================
    loss            of D on real rows          on G's pictures   of G
    ==============  =========================  ================  ==================
    non-saturating  -t log D - (1-t) log(1-D)  -log(1 - D)       -log D [2]_
    minimax         the same                   the same          log(1 - D) [2]_
    least-squares   (s - t)^2 / 2              s^2 / 2           (s - 1)^2 / 2 [3]_
    wasserstein     -s                         s                 -s [4]_
    ==============  =========================  ================  ==================

    - ``"sequential"`` [1]_: D moves on the real rows, then on G's pictures of m latent vectors; G
      moves on the same vectors, seen through the D that has just moved. R1 belongs to D's first
      move, the gradient penalty to its second.
    - ``"alternating"`` [2]_, algorithm 1: D moves on the real rows and m pictures together. In its
      turn G moves, each time on m fresh latent vectors.
    - ``"simultaneous"``: as the gradients of both are at the same parameters, then both move.

    Momentum is Polyak's [5]_, velocity = momentum velocity + gradient; Adam is that of [6]_. Each
    move of a network is one update. Everything but the Slanted Land schedule with the
    non-saturating loss and plain descent, without penalties and smoothing, is computed by kernels
    that take about twice as long.

    References
    ----------
    .. [1] L. Serrano, "A Friendly Introduction to Generative Adversarial Networks (GANs)", 2020.
    .. [2] I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014.
    .. [3] X. Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017, with a = 0
       and b = c = 1.
    .. [4] M. Arjovsky, S. Chintala and L. Bottou, "Wasserstein GAN", ICML 2017.
    .. [5] B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    .. [6] D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.

    Examples
    --------
    >>> import fastgan
    >>> run = fastgan.train(fastgan.datasets.slanted_land(), epochs=1000, rng=42)
    >>> run.gan.sample(4, rng=0).shape
    (4, 2, 2)
    """
    checked = training_options.check(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        discriminator_learning_rate=discriminator_learning_rate,
        latent_dim=latent_dim,
        latent=latent,
        shuffle=shuffle,
        dtype=dtype,
        record_every=record_every,
        schedule=schedule,
        discriminator_steps=discriminator_steps,
        generator_steps=generator_steps,
        loss=loss,
        label_smoothing=label_smoothing,
        clip_value=clip_value,
        gradient_penalty_weight=gradient_penalty_weight,
        r1_weight=r1_weight,
        optimizer=optimizer,
        momentum=momentum,
        second_momentum=second_momentum,
        epsilon=epsilon,
        snapshot_every=snapshot_every,
        early_stopping=early_stopping,
        patience=patience,
    )
    rows, item_shape = validation.rows_of_items("data", data, checked.dtype)
    n, d = rows.shape
    of_rows, checked = training_options.with_labels(checked, labels, n)
    training_options.check_fit(checked, n, d)
    plan = Steps.of(checked, n)
    start = None if init is None else starting_vector(init, checked, item_shape, d)
    chosen = backends.choose(backend)
    backends.require_ieee_arithmetic(chosen.name)
    source = draws.random_source(rng)
    warn_of_unreachable(rows)
    total_steps = checked.steps(n)
    history = empty_rows(record_count(total_steps, checked.record_every), checked.dtype)
    parameters = parameter_count(checked.latent_dim, d, checked.n_classes)
    observer = observer_of(checked, plan, item_shape, parameters, callback, callback_every)
    bar = progress_bar(validation.flag("progress", progress), total_steps)
    owned = isinstance(rng, np.random.Generator | np.random.BitGenerator | np.random.RandomState)
    state = source.state() if owned else None
    try:
        # What the caller has told NumPy to make of an underflow is not for our rounding.
        with np.errstate(all="ignore"), bar:
            draws_parameters = start is None
            if start is None:
                start = draws.initial_parameters(source, d, checked)
            loop = TrainingLoop(
                item_shape=item_shape,
                options=checked,
                backend=chosen,
                stepper=stepper_for(rows, of_rows, checked, plan, start, chosen),
                plan=plan,
                history=history,
                long_steps=draws.has_long_steps(checked, n, d) and chosen.name != "numpy",
                observer=observer,
            )
            for steps in loop.through(draws.draw_chunks(source, latent, checked, plan, d)):
                bar.update(steps)
            if owned and loop.ended_by != EPOCHS:  # more was drawn than was needed
                source.restore(state)
                draws.spend(source, latent, checked, plan, d, loop.steps, draws_parameters)
            return loop.result()
    except BaseException:
        if owned:  # a generator of the caller's is as it was
            source.restore(state)
        raise


def warn_of_unreachable(rows: Array) -> None:
    """Warn the caller's caller of data that a generator cannot reach."""
    low, high = rows.min(), rows.max()
    if low < -ROUNDING or high > 1 + ROUNDING:
        warnings.warn(
            f"data lie in [{low:g}, {high:g}]: a sigmoid generator reaches only [0, 1]",
            stacklevel=3,
        )
