"""Callbacks: their views and times, results after an early end, and rejected arguments."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from unittest import mock

import numpy as np
import pytest

import fastgan
from fastgan.randomness import chunk_sizes, source
from fastgan.training import stepper
from helpers.bits import assert_same_bits, assert_same_run
from helpers.watched_cases import FACES, KINDS, in_epoch


@pytest.fixture(params=KINDS)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return KINDS[request.param]


def test_a_callback_sees_the_training_as_it_was(backend: str, options: dict[str, Any]) -> None:
    """Each view equals the result of a training of that many steps, and never changes."""
    views: list[fastgan.TrainingView] = []
    every = 2 * in_epoch(options)
    run = fastgan.train(
        FACES, epochs=6, rng=1, backend=backend, callback=views.append, callback_every=every,
        **options,
    )  # fmt: skip
    assert_same_run(run, fastgan.train(FACES, epochs=6, rng=1, backend=backend, **options))
    assert [view.step for view in views] == [every, 2 * every, 3 * every]
    for i, view in enumerate(views):
        shorter = fastgan.train(FACES, epochs=2 * i + 2, rng=1, backend=backend, **options)
        assert view.total_steps == run.steps
        assert view.options == run.options
        assert view.model == 0
        assert_same_bits(view.history.d_fake, shorter.history.d_fake)
        label = {"label": 1} if "labels" in options else {}
        z = np.linspace(0, 1, 3 * run.options.latent_dim).reshape(3, -1)
        assert_same_bits(view.gan.generate(z, **label), shorter.gan.generate(z, **label))
        with pytest.raises(ValueError, match="read-only"):
            view.parameters[0] = 1


def test_views_may_be_kept(backend: str) -> None:
    """Each holds its own parameters and shares the records; copies of a view are read-only too."""
    views: list[fastgan.TrainingView] = []
    fastgan.train(FACES, epochs=4, rng=1, backend=backend, callback=views.append)
    for view in (views[1], pickle.loads(pickle.dumps(views[1])), copy.deepcopy(views[1])):
        assert view.step == 10
        assert_same_bits(view.parameters, views[1].parameters)
        assert_same_bits(view.history.g_loss, views[-1].history.g_loss[:10])
        with pytest.raises(ValueError, match="WRITEABLE"):
            view.parameters.flags.writeable = True
    assert np.shares_memory(views[1].history_rows, views[2].history_rows)
    with pytest.warns(DeprecationWarning, match=r"^TrainingView\.recorded .* use history_rows"):
        assert views[1].recorded is views[1].history_rows


def test_a_callback_out_of_items_fails_the_training() -> None:
    with pytest.raises(RuntimeError, match="callback raised StopIteration"):
        fastgan.train(FACES, epochs=2, rng=1, callback=lambda _: next(iter(())))


def test_parameters_are_looked_at_no_more_often_than_asked_for(backend: str) -> None:
    """Two periods may have no common divisor."""
    looked_at: list[int] = []
    advance = stepper.SlantedLandStepper.advance

    def counted(self: stepper.SlantedLandStepper, *arguments: Any) -> None:
        chunk, copies = arguments[0], arguments[-1]
        after = [chunk.steps] if copies is None else copies.after
        looked_at.extend(chunk.first_step + int(steps) for steps in after)
        advance(self, *arguments)

    with mock.patch.object(stepper.SlantedLandStepper, "advance", counted):
        fastgan.train(
            FACES, epochs=20, rng=1, backend=backend, early_stopping=0.0, snapshot_every=33
        )
    assert looked_at == sorted({*range(5, 101, 5), *range(33, 101, 33)})


def test_a_callback_is_called_once_an_epoch_by_default() -> None:
    steps: list[int] = []
    fastgan.train(FACES, epochs=3, batch_size=2, rng=1, callback=lambda v: steps.append(v.step))
    assert steps == [3, 6, 9]


@pytest.mark.parametrize("end", [1, 2, 5, 13, 59, 60])
@pytest.mark.parametrize("generator", ["PCG64", "MT19937", "legacy"])
@pytest.mark.parametrize("size", [1, 7, 2**15])
def test_a_callback_ends_a_training_where_it_stands(
    options: dict[str, Any], end: int, generator: str, size: int
) -> None:
    """The history has the completed steps, and a generator has advanced by exactly their draws."""

    def rng() -> Any:
        if generator == "legacy":
            return np.random.RandomState(5)
        return np.random.Generator(getattr(np.random, generator)(5))

    def next_number(source: Any) -> float:
        return float(source.standard_normal())

    whole = fastgan.train(FACES, epochs=60, rng=rng(), snapshot_every=end, **options)
    own = rng()
    with mock.patch.object(chunk_sizes, "CHUNK_NUMBERS", size):
        run = fastgan.train(
            FACES, epochs=60, rng=own, callback=lambda view: view.step == end,
            callback_every=end, snapshot_every=end, **options,
        )  # fmt: skip
    assert (run.steps, run.ended_by) == (end, "callback")
    assert len(run.history) == end
    assert_same_bits(run.history.d_fake, whole.history.d_fake[:end])
    assert_same_bits(run.snapshots.parameters, whole.snapshots.parameters[:2])
    expected = source.RandomSource(rng())
    draw_by_hand(expected, run, end)
    assert next_number(own) == float(expected.normal())


def draw_by_hand(source: source.RandomSource, run: fastgan.TrainingRun, steps: int) -> None:
    """Draw the random numbers of the first `steps` steps one by one, in the fixed order."""
    options = run.options
    n, c, k, d = len(FACES), max(1, len(options.classes)), options.latent_dim, FACES[0].size
    source.normal(c * (d + 1) + k * d + c * d)
    draw = source.uniform if options.latent == "uniform" else source.normal
    batches = [min(options.batch_size, n - i) for i in range(0, n, options.batch_size)]
    for step in range(steps):
        if options.shuffle and step % len(batches) == 0:
            source.permutation(n)
        m = batches[step % len(batches)]
        draw((m, k))
        is_turn = (step + 1) % options.discriminator_steps == 0
        if options.schedule == "alternating" and is_turn:
            draw((m * options.generator_steps, k))


def test_a_failing_callback_fails_the_training() -> None:
    own = np.random.default_rng(3)
    before = own.bit_generator.state

    def fail(view: fastgan.TrainingView) -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        fastgan.train(FACES, epochs=5, rng=own, callback=fail)
    assert own.bit_generator.state == before


def test_a_callback_has_the_callers_floating_point_errors() -> None:
    seen: list[Any] = []
    with np.errstate(all="raise", under="warn"):
        expected = np.geterr()
        fastgan.train(FACES, epochs=1, rng=1, callback=lambda _: seen.append(np.geterr()))
    assert seen == [expected]


def test_a_training_within_a_callback() -> None:
    inner: list[fastgan.TrainingRun] = []
    alone = fastgan.train(FACES, epochs=3, rng=8)

    def train(_: fastgan.TrainingView) -> None:
        inner.append(fastgan.train(FACES, epochs=3, rng=8))

    outer = fastgan.train(FACES, epochs=3, rng=7, callback=train)
    assert_same_run(outer, fastgan.train(FACES, epochs=3, rng=7))
    for run in inner:
        assert_same_run(run, alone)


@pytest.mark.parametrize("answer", [None, False, np.False_])
def test_other_answers_go_on(answer: Any) -> None:
    assert fastgan.train(FACES, epochs=4, rng=1, callback=lambda _: answer).ended_by == "epochs"


def test_a_true_of_numpy_stops() -> None:
    run = fastgan.train(FACES, epochs=4, rng=1, callback=lambda view: view.history.d_real[-1] < 2)
    assert (run.steps, run.ended_by) == (5, "callback")


def test_a_run_that_diverges_says_so() -> None:
    with pytest.raises(fastgan.DivergenceError) as caught:
        fastgan.train(
            FACES, epochs=9, learning_rate=1e308, loss="wasserstein", rng=1, snapshot_every=1,
            early_stopping=0.0, callback=lambda _: False,
        )  # fmt: skip
    run = caught.value.run
    assert (run.steps, run.ended_by) == (caught.value.step, "divergence")
    assert len(run.snapshots) == run.steps + 1
    assert_same_bits(run.gan_at(run.steps).generator.biases, run.gan.generator.biases)


BAD: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "patience without a tolerance": (
        {"patience": 3}, ValueError, "patience must be None without early_stopping",
    ),
    "no patience": (
        {"early_stopping": 0.1, "patience": 0}, ValueError, "patience must be at least 1",
    ),
    "a negative tolerance": ({"early_stopping": -0.1}, ValueError, "early_stopping must be"),
    "NaN": ({"early_stopping": float("nan")}, ValueError, "early_stopping must be finite"),
    "a bool": ({"early_stopping": True}, TypeError, "early_stopping must be a real number"),
    "text": ({"early_stopping": "0.1"}, TypeError, "early_stopping must be a real number"),
    "no callback": (
        {"callback_every": 3}, ValueError, "callback_every must be None without a callback",
    ),
    "what cannot be called": ({"callback": 3}, TypeError, "callback must be callable, got 3"),
    "never": (
        {"callback": print, "callback_every": 0}, ValueError, "callback_every must be at least 1",
    ),
    "half": (
        {"callback": print, "callback_every": 0.5}, TypeError, "callback_every must be an int",
    ),
    "an answer of another kind": (
        {"callback": lambda _: "stop"}, TypeError, "callback must return True, False or None",
    ),
    "negative snapshots": ({"snapshot_every": -1}, ValueError, "snapshot_every must be at least 0"),
    "half a step": ({"snapshot_every": 1.5}, TypeError, "snapshot_every must be an int"),
}  # fmt: skip


@pytest.mark.parametrize("many", [False, True], ids=["train", "train_many"])
@pytest.mark.parametrize(("arguments", "kind", "message"), BAD.values(), ids=BAD)
def test_bad_input(
    arguments: dict[str, Any], kind: type[Exception], message: str, many: bool
) -> None:
    models = (3,) if many else ()
    train = fastgan.train_many if many else fastgan.train
    with pytest.raises(kind, match=message):
        train(FACES, *models, epochs=2, rng=1, **arguments)
