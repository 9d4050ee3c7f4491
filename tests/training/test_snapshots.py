"""Snapshots of a training and of crowds: the copies, and the pictures drawn through them."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import placement
from helpers.alone import assert_each_as_alone, train_many
from helpers.bits import assert_same_bits

FACES = fastgan.datasets.slanted_land()


@pytest.mark.parametrize("every", [1, 3, 5, 10, 24, 25, 26, 10**15])
@pytest.mark.parametrize("shuffle", [False, True])
def test_a_snapshot_is_a_shorter_training(backend: str, every: int, shuffle: bool) -> None:
    options = {"rng": 3, "backend": backend, "shuffle": shuffle}
    run = fastgan.train(FACES, epochs=5, snapshot_every=every, **options)
    assert run.snapshots.steps.tolist() == list(range(0, 26, every))
    for step in run.snapshots.steps.tolist():
        if step % 5 == 0 and step:
            shorter = fastgan.train(FACES, epochs=step // 5, **options).gan
            kept = run.gan_at(step)
            assert_same_bits(kept.generator.weights, shorter.generator.weights)
            assert_same_bits(kept.discriminator.bias, shorter.discriminator.bias)
    assert run.gan_at(25) is run.gan


def test_the_first_snapshot_is_the_start() -> None:
    start = fastgan.train(FACES, epochs=1, rng=1).gan
    run = fastgan.train(FACES, epochs=2, rng=1, init=start, snapshot_every=7)
    assert_same_bits(run.gan_at(0).generator.weights, start.generator.weights)
    drawn = np.random.default_rng(1).standard_normal(13)
    run = fastgan.train(FACES, epochs=2, rng=1, snapshot_every=7)
    assert_same_bits(run.snapshots.parameters[0], drawn)


@pytest.mark.parametrize("labelled", [False, True])
def test_a_fixed_latent_set_through_every_snapshot(labelled: bool) -> None:
    labels = [3, 3, 8, 8, 8] if labelled else None
    run = fastgan.train(
        FACES, labels=labels, epochs=40, rng=1, snapshot_every=30, latent_dim=2, dtype="float32"
    )
    label: dict[str, Any] = {"label": 8} if labelled else {}
    z = np.random.default_rng(0).random((6, 2))
    pictures = run.snapshots.generate(z, **label)
    assert pictures.shape == (7, 6, 2, 2)
    samples = run.snapshots.sample(4, rng=9, **label)
    scores = run.snapshots.score(FACES, **label)
    for i, gan in enumerate(run.snapshots):
        assert_same_bits(pictures[i], gan.generate(z, **label))
        assert_same_bits(samples[i], gan.sample(4, rng=9, **label))
        assert_same_bits(scores[i], gan.score(FACES, **label))
        assert_same_bits(gan.score(FACES, **label), run.snapshots[i].score(FACES, **label))


def test_nothing_can_be_changed() -> None:
    run = fastgan.train(FACES, epochs=4, rng=1, snapshot_every=2)
    for snapshots in (run.snapshots, pickle.loads(pickle.dumps(run.snapshots)),
                      copy.deepcopy(run).snapshots):  # fmt: skip
        assert_same_bits(snapshots.parameters, run.snapshots.parameters)
        for array in (snapshots.steps, snapshots.parameters, snapshots.generator_weights):
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True
    assert repr(run.snapshots) == (
        "Snapshots(snapshots=11, every=2, item_shape=(2, 2), dtype=float64)"
    )


def test_asking_for_what_was_not_kept() -> None:
    run = fastgan.train(FACES, epochs=2, rng=1, snapshot_every=4)
    with pytest.raises(ValueError, match=r"multiple of snapshot_every=4 up to 10, .* got 5"):
        run.gan_at(5)
    with pytest.raises(ValueError, match=r"multiple of snapshot_every=4 up to 10, .* got 12"):
        run.gan_at(12)
    with pytest.raises(ValueError, match="step must be at least 0"):
        run.gan_at(-1)
    with pytest.raises(TypeError, match="step must be an int"):
        run.gan_at(4.0)
    with pytest.raises(IndexError, match="one of 3 snapshots, got 3"):
        run.snapshots[3]
    plain = fastgan.train(FACES, epochs=2, rng=1)
    assert plain.snapshots is None
    assert plain.gan_at(10) is plain.gan
    with pytest.raises(ValueError, match="must be 10, the last one, without snapshot_every, got 0"):
        plain.gan_at(0)


def test_more_than_the_memory_holds() -> None:
    with pytest.raises(MemoryError, match="snapshot_every: 5000000000001 snapshots of 13 param"):
        fastgan.train(FACES, epochs=10**12, rng=1, record_every=0, snapshot_every=1)
    with pytest.raises(ValueError, match="snapshot_every=1 makes too many snapshots"):
        fastgan.train(FACES, epochs=2**56, rng=1, record_every=0, snapshot_every=1)
    with pytest.raises(MemoryError, match="and 5000000000001 snapshots each"):
        fastgan.train_many(FACES, 3, epochs=10**12, rng=1, snapshot_every=1)


CROWDS: dict[str, dict[str, Any]] = {
    "whole epochs": {"snapshot_every": 15},
    "parts of epochs": {"snapshot_every": 7, "shuffle": True, "record_every": 2},
    "batches": {"snapshot_every": 4, "batch_size": 2, "latent": "normal", "dtype": "float32"},
    "one row": {"snapshot_every": 2, "batch_size": 9, "record_every": 1},
    "few steps": {"snapshot_every": 10**15},
    "divergent": {
        "snapshot_every": 3, "batch_size": 2, "record_every": 1,
        "learning_rate": np.resize([0.1, 1e307], 131), "data": 1000 * FACES,
    },
    "a recipe": {"snapshot_every": 7, "optimizer": "momentum", "early_stopping": 0.1},
    "early": {"snapshot_every": 5, "early_stopping": 0.03, "patience": 2, "record_every": 3},
}  # fmt: skip


@pytest.mark.parametrize("kind", CROWDS)
@pytest.mark.parametrize("models", [1, 9, 131])
def test_the_snapshots_of_a_crowd(kind: str, models: int) -> None:
    crowd = {"data": FACES, "epochs": 60, "rng": 5, "n_models": models, **CROWDS[kind]}
    if "learning_rate" in crowd:
        crowd["learning_rate"] = crowd["learning_rate"][-models:]
    ensemble = train_many(**crowd)
    assert_each_as_alone(ensemble, crowd)
    if kind == "divergent" and models > 1:
        assert 0 < (ensemble.ended_by == "divergence").sum() < models
        assert np.isnan(ensemble.snapshot_parameters[ensemble.diverged_at >= 0]).any()
    if kind == "early":
        assert (ensemble.ended_by == "early_stopping").any()
        if models > 1:
            assert len(set(ensemble.steps.tolist())) > 1
            assert np.isnan(ensemble.snapshot_parameters).any()


def test_a_callback_of_a_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the models that it chooses; no two threads call it at the same time."""
    monkeypatch.setattr(placement, "SHORT", 0.0)
    monkeypatch.setattr(placement.block_sizes, "models_in_block", lambda *_: 3)
    calls: list[tuple[int, int]] = []
    lock = threading.Lock()

    def callback(view: fastgan.TrainingView) -> bool:
        assert lock.acquire(blocking=False)
        calls.append((view.model, view.step))
        lock.release()
        return view.model % 2 == 1 and view.step == 20

    ensemble = fastgan.train_many(FACES, 20, epochs=10, rng=4, threads=4, callback=callback)
    assert ensemble.steps.tolist() == [50, 20] * 10
    assert ensemble.ended_by.tolist() == ["epochs", "callback"] * 10
    assert sorted(calls) == [
        (i, step) for i in range(20) for step in range(5, 21 if i % 2 else 51, 5)
    ]
    plain = fastgan.train_many(FACES, 20, epochs=10, rng=4)
    assert_same_bits(ensemble.parameters[::2], plain.parameters[::2])
    shorter = fastgan.train_many(FACES, 20, epochs=4, rng=4)
    assert_same_bits(ensemble.parameters[1::2], shorter.parameters[1::2])


def test_a_failing_callback_of_a_crowd() -> None:
    def fail(view: fastgan.TrainingView) -> None:
        raise LookupError(f"model {view.model}")

    with pytest.raises(LookupError, match="model "):
        fastgan.train_many(FACES, 5, epochs=3, rng=1, callback=fail)


@pytest.mark.parametrize("early_stopping", [None, 0.0])
def test_a_failure_ends_models_that_would_take_hours(early_stopping: float | None) -> None:
    calls: list[int] = []

    def fail(view: fastgan.TrainingView) -> None:
        calls.append(view.model)
        if len(calls) == 20:
            raise LookupError

    with pytest.raises(LookupError):
        fastgan.train_many(
            FACES, 64, epochs=10**8, rng=1, threads=2, callback=fail, record_every=0,
            early_stopping=early_stopping,
        )  # fmt: skip
    assert len(calls) <= 20 + 3  # the other thread was still running


def test_an_executor_takes_no_callback() -> None:
    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(ValueError, match="callback must be None with an executor"),
    ):
        fastgan.train_many(FACES, 3, epochs=2, executor=executor, callback=print)


def test_an_executor_brings_back_snapshots() -> None:
    options = {"epochs": 30, "rng": 1, "snapshot_every": 10, "early_stopping": 0.03}
    expected = fastgan.train_many(FACES, 40, **options)
    with ThreadPoolExecutor(2) as executor:
        actual = fastgan.train_many(FACES, 40, executor=executor, **options)
    for name in ("snapshot_parameters", "steps", "ending_codes", "parameters"):
        assert_same_bits(getattr(actual, name), getattr(expected, name))
