"""`train`: check the arguments, draw random numbers, and let a backend train one model."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan._support.progress import progress_bar
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options import training_options
from fastgan.options.defaults import DEFAULT
from fastgan.options.step_counts import Steps, record_count
from fastgan.options.training_options import table_for
from fastgan.randomness import draws
from fastgan.randomness.chunk_sizes import has_long_steps
from fastgan.randomness.source import RandomInput, random_source
from fastgan.training.callbacks import Callback
from fastgan.training.endings import EPOCHS
from fastgan.training.history import empty_rows
from fastgan.training.loop import TrainingLoop
from fastgan.training.observer import observer_of
from fastgan.training.run import TrainingRun
from fastgan.training.stepper import stepper_for
from fastgan.training.warm_start import starting_vector

Array = npt.NDArray[Any]

# How far data may lie outside [0, 1] without a warning. Scaling to [0, 1] in float32 leaves errors
# of about 1e-7 times the ratio of the data's size to their spread; 100 times as much is invisible.
ROUNDING = 1e-5


def train(
    data: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    epochs: int = DEFAULT.epochs,
    batch_size: int = DEFAULT.batch_size,
    learning_rate: float = DEFAULT.learning_rate,
    discriminator_learning_rate: float | None = DEFAULT.discriminator_learning_rate,
    latent_dim: int = DEFAULT.latent_dim,
    latent: str | npt.ArrayLike = DEFAULT.latent,
    shuffle: bool = DEFAULT.shuffle,
    schedule: str = DEFAULT.schedule,
    discriminator_steps: int = DEFAULT.discriminator_steps,
    generator_steps: int = DEFAULT.generator_steps,
    loss: str = DEFAULT.loss,
    label_smoothing: float = DEFAULT.label_smoothing,
    clip_value: float | None = DEFAULT.clip_value,
    gradient_penalty_weight: float = DEFAULT.gradient_penalty_weight,
    r1_weight: float = DEFAULT.r1_weight,
    optimizer: str = DEFAULT.optimizer,
    momentum: float | None = DEFAULT.momentum,
    second_momentum: float | None = DEFAULT.second_momentum,
    epsilon: float | None = DEFAULT.epsilon,
    init: GAN | ConditionalGAN | None = None,
    rng: RandomInput = None,
    dtype: npt.DTypeLike = np.float64,
    backend: str | None = None,
    record_every: int = DEFAULT.record_every,
    snapshot_every: int = DEFAULT.snapshot_every,
    callback: Callback | None = None,
    callback_every: int | None = None,
    early_stopping: float | None = DEFAULT.early_stopping,
    patience: int | None = DEFAULT.patience,
    progress: bool = False,
) -> TrainingRun:
    """Train a generator and a discriminator of one layer each against each other.

    By default, each step takes a mini-batch of m rows and m latent vectors. The discriminator D is
    updated on the real rows, then on the pictures that the generator G makes of the latent vectors.
    Then G is updated on the same vectors, through the D that has just been updated [1]_. Each
    update is a gradient step on a mean log-loss; G's loss is the non-saturating -log D(G(z)) [2]_.
    The notes list the other schedules, losses and optimizers. The result has the same bits on every
    backend, processor and operating system.

    Parameters
    ----------
    data : array_like, shape (n, ...)
        n real items of any shape, such as pictures. G can only reach numbers in [0, 1], so the data
        should lie there. They are never changed.
    labels : array_like of int, shape (n,), optional
        The class of each row, to train a `ConditionalGAN`: G then has biases, and D weights and a
        bias, for each class. The i-th generated picture of a batch gets the label of its i-th
        real row.
    epochs : int
        Number of passes over the data.
    batch_size : int
        Number of rows in a mini-batch. A short last batch of an epoch is used, not dropped.
    learning_rate : float
        Learning rate of both networks, or of G alone if `discriminator_learning_rate` is given.
        A network with learning rate 0 stays as it is.
    discriminator_learning_rate : float, optional
        Learning rate of D.
    latent_dim : int
        k, the length of a latent vector.
    latent : {"uniform", "normal"} or array_like, shape (at least epochs * n, k)
        The distribution of the latent vectors, uniform on [0, 1) or standard normal, or the vectors
        themselves, which are used in order. The alternating schedule needs more of them, one for
        each row of G's own batches.
    shuffle : bool
        If True, each epoch takes the rows in a new random order.
    schedule : {"sequential", "alternating", "simultaneous"}
        The order of the updates within a step; see the notes.
    discriminator_steps, generator_steps : int
        For the alternating schedule: after every `discriminator_steps` steps, each of which updates
        D once, G is updated `generator_steps` times. The count of steps continues across epochs, so
        both numbers may span whole epochs. For example, if both equal the number of batches in an
        epoch, D is trained for one epoch, then G.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        The losses that the updates minimise; see the notes.
    label_smoothing : float
        The target of real rows is 1 - label_smoothing. At least 0 and below 1; must be 0 with the
        Wasserstein loss.
    clip_value : float, optional
        After each update of D, its weights and bias are clipped to [-clip_value, clip_value]. Only
        with the Wasserstein loss.
    gradient_penalty_weight, r1_weight : float
        Weights of the penalties (abs(w) - 1)^2 and abs(w)^2 in D's loss, where abs(w) is the
        Euclidean norm of D's weights. For a linear D, these are exactly the gradient penalty and
        R1.
    optimizer : {"sgd", "momentum", "adam"}
        The rule by which a gradient changes the parameters; see the notes.
    momentum : float, optional
        The momentum, or Adam's beta_1. At least 0 and below 1, 0.9 by default; not with ``"sgd"``.
    second_momentum, epsilon : float, optional
        Adam's beta_2, 0.999 by default, and the number added to its denominator, 1e-8 by default.
        Only with ``"adam"``.
    init : GAN or, with labels, ConditionalGAN, optional
        Start from its parameters, rounded to `dtype`. By default the initial parameters are drawn
        from the standard normal distribution.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Source of the initial parameters, the order of the rows and the latent vectors. A generator
        that you pass advances by exactly the draws of the completed steps; if training fails, its
        state is restored. A callback must not draw from it.
    dtype : dtype
        float64 or float32, used for all arithmetic.
    backend : {"c", "numba", "numpy"}, optional
        By default the one that the environment variable FASTGAN_BACKEND names, or else the first of
        these that this installation can use.
    record_every : int
        Record every `record_every`-th step in the history, starting with the first; 0 keeps no
        history.
    snapshot_every : int
        Keep a copy of the parameters before the first step and after every `snapshot_every` steps,
        see `TrainingRun.snapshots` and `TrainingRun.gan_at`; 0 keeps none.
    callback : callable, optional
        Called with a `TrainingView` after every `callback_every` steps. If it returns True, the
        training ends there; if it raises an exception, the training fails.
    callback_every : int, optional
        By default the number of steps in an epoch.
    early_stopping : float, optional
        Tolerance: stop after an epoch over which no parameter changed by more than this.
    patience : int, optional
        Number of consecutive such epochs required before stopping; 1 by default. Only with
        `early_stopping`.
    progress : bool
        Show a progress bar on stderr if the training takes more than half a second; needs tqdm.

    Returns
    -------
    TrainingRun
        The trained networks and the history.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or an invalid value; the message names it.
    RuntimeError
        If this installation cannot use the requested backend.
    DivergenceError
        If a parameter becomes infinite or NaN.

    Warns
    -----
    UserWarning
        If data lie outside [0, 1], where a sigmoid generator cannot reach them, by more than
        rounding errors.

    Notes
    -----
    A step uses a mini-batch of m real rows. Each update minimises a loss averaged over its rows,
    given in this table. Here s is D's logit, D = sigmoid(s), and t = 1 - label_smoothing.

    ==============  =========================  =================  ==================
    loss            D on real rows             D on G's pictures  G
    ==============  =========================  =================  ==================
    non-saturating  -t log D - (1-t) log(1-D)  -log(1 - D)        -log D [2]_
    minimax         the same                   the same           log(1 - D) [2]_
    least-squares   (s - t)^2 / 2              s^2 / 2            (s - 1)^2 / 2 [3]_
    wasserstein     -s                         s                  -s [4]_
    ==============  =========================  =================  ==================

    The schedules differ in the order of the updates:

    - ``"sequential"`` [1]_: D is updated on the real rows, then on G's pictures of m latent
      vectors. Then G is updated on the same vectors, through the D that has just been updated. R1
      belongs to D's first update, the gradient penalty to its second.
    - ``"alternating"`` [2]_, algorithm 1: D is updated on the real rows and m pictures together, by
      the sum of both gradients. When it is G's turn, each of its updates uses m new latent vectors.
    - ``"simultaneous"``: the gradients of both networks are computed at the same parameters, then
      both are updated. D's gradient is the same sum as with ``"alternating"``.

    Momentum is Polyak's [5]_, velocity = momentum * velocity + gradient; Adam follows [6]_. Each
    update of a network counts as one step of its optimizer.

    The default algorithm has kernels of its own: the sequential schedule with the non-saturating
    loss and plain gradient descent, without labels, penalties and smoothing. Everything else is
    computed by general kernels, which take about twice as long.

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
    source = random_source(rng)
    warn_of_unreachable(rows)
    total_steps = checked.steps(n)
    history = empty_rows(record_count(total_steps, checked.record_every), checked.dtype)
    parameters = table_for(checked, d).size
    observer = observer_of(checked, plan, item_shape, parameters, callback, callback_every)
    bar = progress_bar(validation.flag("progress", progress), total_steps)
    owned = isinstance(rng, np.random.Generator | np.random.BitGenerator | np.random.RandomState)
    state = source.state() if owned else None
    try:
        # The caller's NumPy settings, such as an error at underflow, must not affect our rounding.
        with np.errstate(all="ignore"), bar:
            draws_parameters = start is None
            if start is None:
                start = draws.initial_parameters(source, parameters, checked.dtype)
            loop = TrainingLoop(
                item_shape=item_shape,
                options=checked,
                backend=chosen,
                stepper=stepper_for(rows, of_rows, checked, plan, start, chosen),
                plan=plan,
                history=history,
                long_steps=has_long_steps(plan, d, checked.latent_dim) and chosen.name != "numpy",
                observer=observer,
            )
            for steps in loop.through(draws.draw_chunks(source, latent, checked, plan, d)):
                bar.update(steps)
            if owned and loop.ended_by != EPOCHS:  # more was drawn than these steps need
                source.restore(state)
                draws.spend(source, latent, checked, plan, d, loop.steps, draws_parameters)
            return loop.result()
    except BaseException:
        if owned:  # a generator that the caller passed gets its state back
            source.restore(state)
        raise


def warn_of_unreachable(rows: Array) -> None:
    """Warn the caller's caller if a generator cannot reach the data."""
    low, high = rows.min(), rows.max()
    if low < -ROUNDING or high > 1 + ROUNDING:
        warnings.warn(
            f"data lie in [{low:g}, {high:g}]: a sigmoid generator reaches only [0, 1]",
            stacklevel=3,
        )
