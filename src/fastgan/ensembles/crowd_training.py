"""The training of a crowd or of any part of it, which depends on nothing but its arguments.

However a crowd is cut, and wherever, whenever and however often a part is trained, each model gets
the bits that `fastgan.train` gives it alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from fastgan.options.step_counts import Steps, snapshot_count
from fastgan.options.training_options import TrainingOptions, table_for
from fastgan.randomness import draws
from fastgan.randomness.source import RandomSource
from fastgan.training.endings import DIVERGENCE, EARLY_STOPPING, ENDINGS, EPOCHS, NEVER
from fastgan.training.loop import TrainingLoop
from fastgan.training.observer import Observer, needs_observer
from fastgan.training.run import DivergenceError
from fastgan.training.stepper import stepper_for


def train_crowd(
    crowd: Crowd, shared: SharedData, results: CrowdResults, stop: npt.NDArray[np.int32]
) -> str:
    """Train a crowd, fill in its results, and return the name of the backend.

    Raises
    ------
    InterruptedError
        If another thread has set ``stop[0]``.
    """
    chosen = backends.choose(crowd.backend)
    backends.require_ieee_arithmetic(chosen.name)
    with np.errstate(all="ignore"):
        if chosen.offer.trains_crowds and _train_in_lanes(crowd, shared, results, stop):
            return chosen.name
        _train_one_by_one(crowd, shared, results, stop, chosen)
    return chosen.name


def _train_in_lanes(
    crowd: Crowd, shared: SharedData, results: CrowdResults, stop: npt.NDArray[np.int32]
) -> bool:
    """Train in vector lanes if the crowd and the kernel allow it, and return whether they do."""
    from fastgan.backends.native import crowds  # importable only where the kernel is

    options = crowd.options
    if crowd.is_one_by_one(*shared.data.shape) or not crowds.serves(len(shared.data)):
        return False
    if crowd.start is not None:
        results.parameters[...] = crowd.start
    algorithm, labels, settled_at = None, None, np.empty(len(crowd), np.int64)
    if not options.is_plain:
        algorithm = options.algorithm((0.0, 0.0), shared.data.dtype)  # each model has its own rates
        labels = np.zeros(len(shared.data), np.int64) if shared.labels is None else shared.labels
    table = table_for(options, shared.data.shape[1])
    crowds.train(
        algorithm,
        table.places,
        shared.data,
        labels=labels,
        seeds=crowd.children.pcg64_seeds(),
        draws_parameters=crowd.start is None,
        parameters=results.parameters,
        discriminator_learning_rates=options.discriminator_learning_rate,
        generator_learning_rates=options.learning_rate,
        latent_dim=options.latent_dim,
        epochs=options.epochs,
        batch_size=options.batch_size,
        latent=options.latent,
        latents=shared.latents,
        shuffle=options.shuffle,
        history=results.history,
        record_every=options.record_every,
        snapshots=results.snapshots,
        snapshot_every=options.snapshot_every,
        tolerance=options.early_stopping or 0.0,
        patience=options.patience,
        settled_at=settled_at,
        diverged_at=results.diverged_at,
        stop=stop,
    )
    results.steps[...] = options.steps(len(shared.data))
    results.endings[...] = ENDINGS.index(EPOCHS)
    for ending, at in ((EARLY_STOPPING, settled_at), (DIVERGENCE, results.diverged_at)):
        ended = at != NEVER
        results.steps[ended], results.endings[ended] = at[ended], ENDINGS.index(ending)
    return True


def _until(stop: npt.NDArray[np.int32], draw: Callable[[int], Any]) -> Callable[[int], Any]:
    """Make each draw of an order check the stop flag, since thousands are drawn at a time."""

    def draw_unless_stopped(n: int) -> Any:
        if stop[0]:
            raise InterruptedError("the training was asked to stop")
        return draw(n)

    return draw_unless_stopped


def _train_one_by_one(
    crowd: Crowd,
    shared: SharedData,
    results: CrowdResults,
    stop: npt.NDArray[np.int32],
    chosen: backends.Chosen,
) -> None:
    n, d = shared.data.shape
    for i in range(len(crowd)):
        options = crowd.options.of(i)
        source = RandomSource(np.random.default_rng(crowd.children.child(i)))
        source.permutation = _until(stop, source.permutation)
        if crowd.start is None:
            vector = draws.initial_parameters(source, results.parameters.shape[1], options.dtype)
        else:
            vector = crowd.start[i].copy()
        plan = Steps.of(options, n)
        loop = TrainingLoop(
            item_shape=(d,),
            options=options,
            backend=chosen,
            stepper=stepper_for(shared.data, shared.labels, options, plan, vector, chosen),
            plan=plan,
            history=results.history[i],
            long_steps=False,  # signals are handled in another thread
            stop=stop,
            observer=_observer(crowd, options, plan, d, results, i),
        )
        results.diverged_at[i] = NEVER
        try:
            for _ in loop.through(draws.draw_chunks(source, shared.latents, options, plan, d)):
                pass
        except DivergenceError as error:
            results.diverged_at[i] = error.step
        results.parameters[i] = vector
        results.history[i, :, loop.records :] = np.nan
        results.snapshots[i, snapshot_count(loop.steps, options.snapshot_every) :] = np.nan
        results.steps[i], results.endings[i] = loop.steps, ENDINGS.index(loop.ended_by)


def _observer(
    crowd: Crowd,
    options: TrainingOptions,
    plan: Steps,
    features: int,
    results: CrowdResults,
    i: int,
) -> Observer | None:
    if not needs_observer(options, crowd.caller):
        return None
    snapshots, model = results.snapshots[i], crowd.first + i
    return Observer(options, plan, (features,), snapshots, crowd.caller, model)
