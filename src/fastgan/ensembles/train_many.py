"""`train_many`: check the arguments, and train many models on the same data."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan._support.progress import progress_bar
from fastgan.ensembles import block_sizes, placement
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData, records_of, snapshots_of
from fastgan.ensembles.ensemble import Ensemble
from fastgan.ensembles.outcomes import mean_items
from fastgan.ensembles.warm_starts import starting_vectors
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options import training_options
from fastgan.options.defaults import CROWD_RECORD_EVERY, DEFAULT
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import EXPLICIT, table_for
from fastgan.randomness import draws, seeds
from fastgan.randomness.source import RandomInput
from fastgan.training.callbacks import Callback, Caller, checked_caller
from fastgan.training.history import ROWS
from fastgan.training.train import warn_of_unreachable
from fastgan.training.view import TrainingView


def train_many(
    data: npt.ArrayLike,
    n_models: int,
    *,
    labels: npt.ArrayLike | None = None,
    epochs: int = DEFAULT.epochs,
    batch_size: int = DEFAULT.batch_size,
    learning_rate: npt.ArrayLike = DEFAULT.learning_rate,
    discriminator_learning_rate: npt.ArrayLike | None = DEFAULT.discriminator_learning_rate,
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
    init: GAN | ConditionalGAN | Sequence[GAN | ConditionalGAN] | None = None,
    rng: RandomInput | Sequence[int] = None,
    dtype: npt.DTypeLike = np.float64,
    backend: str | None = None,
    threads: int | None = None,
    executor: Any = None,
    record_every: int = CROWD_RECORD_EVERY,
    snapshot_every: int = DEFAULT.snapshot_every,
    callback: Callback | None = None,
    callback_every: int | None = None,
    early_stopping: float | None = DEFAULT.early_stopping,
    patience: int | None = DEFAULT.patience,
    progress: bool = False,
) -> Ensemble:
    """Train many GANs on the same data, each exactly as `train` would train it alone.

    Model i has the same bits as the result of `train` with the same arguments, its own learning
    rates and initial parameters, and ``rng=numpy.random.SeedSequence(rng).spawn(n_models)[i]``.
    These bits do not depend on the number of models, the backend, the number of threads, or the
    workers that share the work.

    Parameters
    ----------
    data : array_like, shape (n, ...)
        n real items of any shape, as for `train`. They are never changed.
    n_models : int
        Number of GANs to train.
    labels : array_like of int, shape (n,), optional
        The class of each row, as for `train`.
    epochs : int
        Number of passes over the data.
    batch_size : int
        Number of rows in a mini-batch. A short last batch of an epoch is used, not dropped.
    learning_rate : float or array_like, shape (n_models,)
        Learning rate of both networks, or of the generators alone if `discriminator_learning_rate`
        is given: one for all models, or one per model. A network with learning rate 0 stays as it
        is.
    discriminator_learning_rate : float or array_like, shape (n_models,), optional
        Learning rate of the discriminators.
    latent_dim : int
        k, the length of a latent vector.
    latent : {"uniform", "normal"} or array_like, shape (at least epochs * n, k)
        The distribution of the latent vectors, uniform on [0, 1) or standard normal, or the vectors
        themselves, which each model uses in order; see `train`.
    shuffle : bool
        Whether each epoch takes the rows in a new random order, a different one for each model.
    schedule, discriminator_steps, generator_steps, loss, label_smoothing, clip_value, \
    gradient_penalty_weight, r1_weight, optimizer, momentum, second_momentum, epsilon
        As for `train`; the same for all models.
    init : GAN, Ensemble or sequence of GAN, optional; with labels, of ConditionalGAN
        Start from these parameters, of one GAN for all models or of one per model, rounded to
        `dtype`. By default the initial parameters are drawn from the standard normal distribution.
    rng : None, int, sequence of int, SeedSequence, BitGenerator or Generator, optional
        Seed from which the seeds of the models are spawned. If you pass an object, it has spawned
        `n_models` children afterwards, unless the training fails. This takes some microseconds per
        child (and no time with an int). The stream of a Generator does not advance. Simultaneous
        calls must not share an object.
    dtype : dtype
        float64 or float32, used for all arithmetic.
    backend : {"c", "numba", "numpy"}, optional
        By default the one that the environment variable FASTGAN_BACKEND names, or else the first of
        these that this installation can use; with an `executor`, the first that each worker can
        use.
    threads : int, optional
        Number of threads; by default the number of cores that this process may use, by its affinity
        and the quota of its control groups. With an `executor`, the number of threads in each
        worker; then 1 by default.
    executor : concurrent.futures.Executor, optional
        An executor whose workers train the models in blocks: a ``ProcessPoolExecutor``, the
        ``Client.get_executor()`` of dask.distributed, the ``MPIPoolExecutor`` of mpi4py, or any
        other. It is not shut down.
    record_every : int
        Record every `record_every`-th step in the histories, starting with the first; 0 keeps none.
    snapshot_every : int
        As for `train`; see `Ensemble.snapshot_parameters`.
    callback, callback_every, early_stopping, patience : optional
        As for `train`, applied to each model separately. With a callback, models are trained one by
        one, not side by side in vector lanes. The callback is called in the threads that train, one
        call at a time; it is not allowed with an `executor`.
    progress : bool
        Show a progress bar on stderr if the training takes more than half a second; needs tqdm.

    Returns
    -------
    Ensemble
        The trained models. One that diverged is included, with its last finite parameters.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or an invalid value; the message names it.
    RuntimeError
        If this installation, or a worker, cannot use the requested backend, or if the fastgan of a
        worker has another numerics version.
    concurrent.futures.BrokenExecutor, or another RuntimeError
        If the executor is broken or has been shut down, and accepts no more work. A block that the
        executor loses is trained again. If this happens repeatedly, the executor's error is raised,
        whatever its type, with a note that says which models it concerns.

    Warns
    -----
    UserWarning
        If data lie outside [0, 1], where a sigmoid generator cannot reach them, by more than
        rounding errors.

    See Also
    --------
    train : Train one model; describes the schedules, losses and optimizers.

    Examples
    --------
    >>> import fastgan
    >>> faces = fastgan.datasets.slanted_land()
    >>> ensemble = fastgan.train_many(faces, 100, epochs=200, rng=42)
    >>> len(ensemble)
    100
    """
    count = validation.count("n_models", n_models)
    first, checked = training_options.check_many(
        count,
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
    of_rows, first = training_options.with_labels(first, labels, n)
    if labels is not None:
        checked = replace(checked, classes=first.classes)
    training_options.check_fit(first, n, d)
    parameters = table_for(checked, d).size
    each_has = parameters * (1 + snapshots_of(checked, n)) + len(ROWS) * records_of(checked, n)
    validation.total("n_models", count, each_has)
    plan = Steps.of(first, n)
    caller = _caller(callback, callback_every, plan, executor)
    start = starting_vectors(init, first, item_shape, d, count)
    given = None
    if checked.latent == EXPLICIT:
        needed = plan.latents_before(first.steps(n))
        given = draws.explicit_latents(latent, first, needed)[:needed]
    asked, likely = placement.backend_names(backend, executor)
    n_threads = placement.thread_count(threads, executor)
    children = seeds.children(rng, count)
    warn_of_unreachable(rows)
    bar = progress_bar(validation.flag("progress", progress), count, "model")
    crowd = Crowd(checked, children, start, asked, caller)
    shared = SharedData(rows, of_rows, given)
    results = CrowdResults.empty(count, parameters, checked, n)
    cost = block_sizes.cost_of_a_model(crowd, n, d, likely)
    with bar:
        name = placement.train_where(crowd, shared, results, cost, n_threads, executor, bar.update)
    seeds.spend(rng, count)
    return Ensemble(
        parameters=results.parameters,
        diverged_at=results.diverged_at,
        history_rows=results.history,
        snapshot_parameters=results.snapshots,
        steps=results.steps,
        ending_codes=results.endings,
        options=checked,
        index=np.arange(count, dtype=np.int64),
        seeds=children,
        data_mean=mean_items(rows, of_rows, checked.n_classes),
        item_shape=item_shape,
        backend=name,
        numerics_version=NUMERICS_VERSION,
    )


def _caller(callback: object, every: object, plan: Steps, executor: object) -> Caller | None:
    """Check a callback, and wrap it so that only one thread calls it at a time."""
    if callback is not None and executor is not None:
        raise ValueError(
            "callback must be None with an executor, whose workers would each call a copy, "
            f"got {validation.describe(callback)}"
        )
    caller = checked_caller(callback, every, plan)
    if caller is None:
        return None
    lock, call = threading.Lock(), caller.callback

    def one_at_a_time(view: TrainingView) -> object:
        with lock:
            return call(view)

    return replace(caller, callback=one_at_a_time)
