"""`train_many`: the front door of a crowd."""

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
from fastgan.ensembles.crowd import Crowd, Shared, Trained, records_of, snapshots_of
from fastgan.ensembles.ensemble import Ensemble
from fastgan.ensembles.outcomes import mean_items
from fastgan.layers.parameter_table import parameter_count
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options import training_options
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import EXPLICIT
from fastgan.randomness import draws, seeds
from fastgan.randomness.draws import RandomInput
from fastgan.training.callbacks import Callback, Caller, checked_caller
from fastgan.training.train import warn_of_unreachable
from fastgan.training.view import TrainingView
from fastgan.training.warm_start import starting_vectors

Array = npt.NDArray[Any]


def train_many(
    data: npt.ArrayLike,
    n_models: int,
    *,
    labels: npt.ArrayLike | None = None,
    epochs: int = 1000,
    batch_size: int = 1,
    learning_rate: npt.ArrayLike = 0.01,
    discriminator_learning_rate: npt.ArrayLike | None = None,
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
    init: GAN | ConditionalGAN | Sequence[GAN | ConditionalGAN] | None = None,
    rng: RandomInput | Sequence[int] = None,
    dtype: npt.DTypeLike = np.float64,
    backend: str | None = None,
    threads: int | None = None,
    executor: Any = None,
    record_every: int = 0,
    snapshot_every: int = 0,
    callback: Callback | None = None,
    callback_every: int | None = None,
    early_stopping: float | None = None,
    patience: int | None = None,
    progress: bool = False,
) -> Ensemble:
    """Train many GANs on the same data, each as `train` would train it alone.

    Model i is, in every bit, what `train` makes of the same arguments with
    ``rng=numpy.random.SeedSequence(rng).spawn(n_models)[i]`` and its own learning rates and start:
    whatever the number of models, the backend, the threads, and the workers that share the work.

    Parameters
    ----------
    data : array_like, shape (n, ...)
        Real numbers, in [0, 1] if the generators are to reach them. Never changed.
    n_models : int
        How many GANs to train.
    labels : array_like of int, shape (n,), optional
        The class of each row, as for `train`.
    epochs : int
        Passes over the data.
    batch_size : int
        Rows of a mini-batch; a last short one is used, not dropped.
    learning_rate : float or array_like, shape (n_models,)
        Of both networks, or of the generators alone if the next is given; one for all or one for
        each. 0 keeps a network as it is.
    discriminator_learning_rate : float or array_like, shape (n_models,), optional
        Of the discriminators.
    latent_dim : int
        k, the numbers of a latent vector.
    latent : {"uniform", "normal"} or array_like, shape (at least epochs * n, k)
        The latent distribution, [0, 1) or N(0, 1), or the vectors themselves, which each model
        takes in order.
    shuffle : bool
        Whether each epoch takes the rows in an order of its own, another one for each model.
    schedule, discriminator_steps, generator_steps, loss, label_smoothing, clip_value, \
    gradient_penalty_weight, r1_weight, optimizer, momentum, second_momentum, epsilon
        As for `train`, for all models.
    init : GAN, Ensemble or sequence of GAN, optional; with labels of ConditionalGAN
        Start from the parameters of one for all, or of one for each, rounded to `dtype`, instead
        of standard normal ones.
    rng : None, int, sequence of int, SeedSequence, BitGenerator or Generator, optional
        What the models' own seeds are spawned from. An object of yours has spawned `n_models`
        children afterwards, unless the training fails, which takes some microseconds each (a seed
        takes none); a Generator's stream does not move. Not to be shared by simultaneous calls.
    dtype : dtype
        float64 or float32, of all arithmetic.
    backend : {"c", "numba", "numpy"}, optional
        By default the first that this installation can use, or FASTGAN_BACKEND; with an
        `executor`, the first that each worker can use.
    threads : int, optional
        By default as many as there are cores for this process to run on, by its affinity and the
        quota of its control group; with an `executor`, those of each worker, by default 1.
    executor : concurrent.futures.Executor, optional
        Whose workers train the models, in blocks: a ``ProcessPoolExecutor``, the
        ``Client.get_executor()`` of dask.distributed, the ``MPIPoolExecutor`` of mpi4py, or any
        other. It is left running.
    record_every : int
        Record one step in so many in the histories; 0 keeps none.
    snapshot_every : int
        As for `train`; see `Ensemble.kept`.
    callback, callback_every, early_stopping, patience : optional
        As for `train`, of each model by itself, which is then trained on its own as well. The
        callback is called in the threads that train, one call at a time; not with an `executor`.
    progress : bool
        Show a progress bar on stderr where it takes more than a moment.

    Returns
    -------
    Ensemble
        A model that stopped being finite is part of it, with the parameters before that step.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value; the message names it.
    RuntimeError
        If a backend was asked for that this installation, or a worker, cannot use; or if the
        numbers of a worker's fastgan are of another version.
    concurrent.futures.BrokenExecutor, or another RuntimeError
        If the executor is broken, or shut down, and takes no more work. A block that it loses is
        trained again; if that happens time and again, whatever error the executor gave, with a
        note of the models concerned.

    Warns
    -----
    UserWarning
        If data lie outside [0, 1], where a sigmoid generator cannot reach them.

    See Also
    --------
    train : The model, its schedule and its losses.

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
    _, first = training_options.with_labels(first, labels, n)
    of_rows, checked = training_options.with_labels(checked, labels, n)
    training_options.check_fit(first, n, d)
    parameters = parameter_count(checked.latent_dim, d, checked.n_classes)
    each_has = parameters * (1 + snapshots_of(checked, n)) + 5 * records_of(checked, n)
    validation.total("n_models", count, each_has)
    caller = _caller(callback, callback_every, Steps.of(first, n), executor)
    start = starting_vectors(init, first, item_shape, d, count)
    given = None
    if checked.latent == EXPLICIT:
        steps = Steps.of(first, n)
        needed = steps.latents_before(checked.epochs * steps.in_epoch)
        given = draws.explicit_latents(latent, first, needed)[:needed]
    asked, likely = placement.backend_names(backend, executor)
    n_threads = placement.thread_count(threads, executor)
    children = seeds.children(rng, count)
    warn_of_unreachable(rows)
    bar = progress_bar(validation.flag("progress", progress), count, "model")
    crowd = Crowd(checked, children, start, asked, caller)
    shared = Shared(rows, of_rows, given)
    trained = Trained.empty(count, parameters, checked, n)
    alone = crowd.is_one_by_one(n, d) or likely != "c"
    each = block_sizes.seconds_of_a_model(checked, n, d, likely, alone)
    with bar:
        name = placement.train_where(
            crowd, shared, trained, each, alone, n_threads, executor, bar.update
        )
    seeds.spend(rng, count)
    return Ensemble(
        parameters=trained.parameters,
        diverged_at=trained.diverged_at,
        recorded=trained.history,
        kept=trained.snapshots,
        steps=trained.steps,
        endings=trained.endings,
        options=checked,
        index=np.arange(count, dtype=np.int64),
        children=children,
        data_mean=mean_items(rows, of_rows, checked.n_classes),
        item_shape=item_shape,
        backend=name,
        numerics_version=NUMERICS_VERSION,
    )


def _caller(callback: object, every: object, plan: Steps, executor: object) -> Caller | None:
    """Check a callback, and let no two threads call it at the same time."""
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
