"""A crowd of trainings, and the training of any part of it: a pure function of its arguments.

Whatever part is trained where and when, and however often, each model comes out with the bits
that `fastgan.train` gives it alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.step_counts import Steps, record_count, snapshot_count, steps_in_epoch
from fastgan.options.training_options import EnsembleOptions, TrainingOptions
from fastgan.randomness import draws
from fastgan.randomness.seeds import Children
from fastgan.randomness.source import RandomSource
from fastgan.training.callbacks import Caller
from fastgan.training.endings import DIVERGENCE, EARLY_STOPPING, ENDINGS, EPOCHS, NEVER
from fastgan.training.history import ROWS
from fastgan.training.loop import TrainingLoop
from fastgan.training.observer import Observer, needs_observer
from fastgan.training.run import DivergenceError
from fastgan.training.stepper import stepper_for

Array = npt.NDArray[Any]


class Shared(NamedTuple):
    """What every model of a crowd is trained on."""

    data: Array  # (n, d)
    labels: npt.NDArray[np.int64] | None  # (n,), classes from 0
    latents: Array | None  # (rows, k) where they are given, consumed in order by each model


@dataclass(frozen=True, eq=False)
class Crowd:
    """So many models to be trained, or a part of them."""

    options: EnsembleOptions
    children: Children
    start: Array | None  # parameters (models, P) to start from; None to draw them
    backend: str | None
    caller: Caller | None = None  # of a callback, in the threads of this process
    first: int = 0  # which model of all the first one is

    def __len__(self) -> int:
        """How many models there are."""
        return len(self.children)

    def is_one_by_one(self, n_rows: int, n_features: int) -> bool:
        """Whether no vector lanes of the C kernel serve its models, or none would be faster."""
        if self.caller is not None:
            return True
        return not (self.options.is_plain or serves_side_by_side(self.options, n_rows, n_features))

    def part(self, start: int, stop: int) -> Crowd:
        """The models from `start` up to, and without, `stop`."""
        models = slice(start, stop)
        return Crowd(
            self.options.part(models),
            self.children.part(start, stop),
            None if self.start is None else self.start[models],
            self.backend,
            self.caller,
            self.first + start,
        )


@dataclass(frozen=True, eq=False)
class Trained:
    """Room for what comes of a crowd, filled part by part."""

    parameters: Array  # (models, P): w_D, b_D, W_G and b_G of each
    diverged_at: npt.NDArray[np.int64]  # (models,), a step or NEVER
    history: Array  # (models, 5, records); NaN from the end on, if it came early
    snapshots: Array  # (models, snapshots, P); NaN likewise
    steps: npt.NDArray[np.int64]  # (models,), done
    endings: npt.NDArray[np.int64]  # (models,), places in ENDINGS

    @classmethod
    def empty(cls, models: int, parameters: int, options: EnsembleOptions, n_rows: int) -> Trained:
        """Room for so many models of so many parameters, trained on so many rows."""
        records, snapshots = records_of(options, n_rows), snapshots_of(options, n_rows)
        dtype = options.dtype
        try:
            return cls(
                np.empty((models, parameters), dtype),
                np.empty(models, np.int64),
                np.empty((models, len(ROWS), records), dtype),
                np.empty((models, snapshots, parameters), dtype),
                np.empty(models, np.int64),
                np.empty(models, np.int64),
            )
        except MemoryError:
            numbers = models * (parameters * (1 + snapshots) + len(ROWS) * records)
            raise MemoryError(
                f"n_models, record_every or snapshot_every: {models} models of {parameters} "
                f"parameters, with {records} recorded steps and {snapshots} snapshots each, need "
                f"{numbers * dtype.itemsize:,} bytes; train fewer, or keep less of each"
            ) from None

    def arrays(self) -> list[Array]:
        """All of them, each with the models as first axis."""
        return [getattr(self, field.name) for field in fields(self)]

    def part(self, start: int, stop: int) -> Trained:
        """The room of some of the models, in the same memory."""
        models = slice(start, stop)
        return Trained(*(array[models] for array in self.arrays()))


# Numbers of a model: more of them side by side do not fit the caches, and fill vectors alone.
SIDE_BY_SIDE_NUMBERS = 3000


def serves_side_by_side(options: EnsembleOptions, n_rows: int, n_features: int) -> bool:
    """Whether models that are trained by recipe fit vector lanes.

    A batch has the same classes in all of them: with labels rows must come in one order.
    """
    if options.shuffle and options.n_classes > 1:
        return False
    batch, k = min(options.batch_size, n_rows), options.latent_dim
    latents = batch * k * (1 + options.generator_steps)  # of a step, where G has its turn
    parameters = one_layer_table(k, n_features, options.n_classes).size
    numbers = parameters * (3 + options.moments) + 3 * batch * n_features + latents
    return numbers <= SIDE_BY_SIDE_NUMBERS


def steps_of(options: EnsembleOptions, n_rows: int) -> int:
    """How many steps the training of a model has, if it does not end early."""
    return options.epochs * steps_in_epoch(n_rows, options.batch_size)


def records_of(options: EnsembleOptions, n_rows: int) -> int:
    """How many steps of each model are recorded."""
    return record_count(steps_of(options, n_rows), options.record_every)


def snapshots_of(options: EnsembleOptions, n_rows: int) -> int:
    """How many snapshots of each model are kept."""
    return snapshot_count(steps_of(options, n_rows), options.snapshot_every)


def train_crowd(crowd: Crowd, shared: Shared, trained: Trained, stop: npt.NDArray[np.int32]) -> str:
    """Train a crowd, and fill in what comes of it; give the name of the backend that did it.

    Raises
    ------
    InterruptedError
        If another thread has set ``stop[0]``.
    """
    chosen = backends.choose(crowd.backend)
    backends.require_ieee_arithmetic(chosen.name)
    with np.errstate(all="ignore"):
        if chosen.offer.trains_crowds and _train_side_by_side(crowd, shared, trained, stop):
            return chosen.name
        _train_one_by_one(crowd, shared, trained, stop, chosen)
    return chosen.name


def _train_side_by_side(
    crowd: Crowd, shared: Shared, trained: Trained, stop: npt.NDArray[np.int32]
) -> bool:
    """Train in lanes of vectors, if that serves."""
    from fastgan.backends.native import crowds  # which is there only where the kernel is

    options = crowd.options
    if crowd.is_one_by_one(*shared.data.shape) or not crowds.serves(len(shared.data)):
        return False
    if crowd.start is not None:
        trained.parameters[...] = crowd.start
    recipe, labels, settled_at = None, None, np.empty(len(crowd), np.int64)
    if not options.is_plain:
        recipe = options.algorithm((0.0, 0.0), shared.data.dtype)  # each model has rates of its own
        labels = np.zeros(len(shared.data), np.int64) if shared.labels is None else shared.labels
    crowds.train(
        recipe,
        shared.data,
        labels,
        crowd.children.pcg64_seeds(),
        crowd.start is None,
        trained.parameters,
        options.discriminator_learning_rate,
        options.learning_rate,
        options.latent_dim,
        options.epochs,
        options.batch_size,
        options.latent,
        shared.latents,
        options.shuffle,
        trained.history,
        options.record_every,
        trained.snapshots,
        options.snapshot_every,
        options.early_stopping or 0.0,
        options.patience,
        settled_at,
        trained.diverged_at,
        stop,
    )
    trained.steps[...] = steps_of(options, len(shared.data))
    trained.endings[...] = ENDINGS.index(EPOCHS)
    for ending, at in ((EARLY_STOPPING, settled_at), (DIVERGENCE, trained.diverged_at)):
        ended = at != NEVER
        trained.steps[ended], trained.endings[ended] = at[ended], ENDINGS.index(ending)
    return True


def _until(stop: npt.NDArray[np.int32], draw: Callable[[int], Any]) -> Callable[[int], Any]:
    """Orders of rows are drawn thousands at a time: let each look whether to go on."""

    def draw_unless_stopped(n: int) -> Any:
        if stop[0]:
            raise InterruptedError("the training was asked to stop")
        return draw(n)

    return draw_unless_stopped


def _train_one_by_one(
    crowd: Crowd,
    shared: Shared,
    trained: Trained,
    stop: npt.NDArray[np.int32],
    chosen: backends.Chosen,
) -> None:
    n, d = shared.data.shape
    for i in range(len(crowd)):
        options = crowd.options.of(i)
        source = RandomSource(np.random.default_rng(crowd.children.child(i)))
        source.permutation = _until(stop, source.permutation)
        if crowd.start is None:
            vector = draws.initial_parameters(source, d, options)
        else:
            vector = crowd.start[i].copy()
        plan = Steps.of(options, n)
        loop = TrainingLoop(
            item_shape=(d,),
            options=options,
            backend=chosen,
            stepper=stepper_for(shared.data, shared.labels, options, plan, vector, chosen),
            plan=plan,
            history=trained.history[i],
            long_steps=False,  # this thread is not the one that hears of signals
            stop=stop,
            observer=_observer(crowd, options, plan, d, trained, i),
        )
        trained.diverged_at[i] = NEVER
        try:
            for _ in loop.through(draws.draw_chunks(source, shared.latents, options, plan, d)):
                pass
        except DivergenceError as error:
            trained.diverged_at[i] = error.step
        trained.parameters[i] = vector
        trained.history[i, :, loop.records :] = np.nan
        trained.snapshots[i, snapshot_count(loop.steps, options.snapshot_every) :] = np.nan
        trained.steps[i], trained.endings[i] = loop.steps, ENDINGS.index(loop.ended_by)


def _observer(
    crowd: Crowd, options: TrainingOptions, plan: Steps, features: int, trained: Trained, i: int
) -> Observer | None:
    if not needs_observer(options, crowd.caller):
        return None
    snapshots, model = trained.snapshots[i], crowd.first + i
    return Observer(options, plan, (features,), snapshots, crowd.caller, model)
