"""An ensemble: each model is as it is alone, however it is accessed."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import backends
from helpers.bits import assert_same_bits, assert_same_run
from helpers.ensembles import (
    KINDS,
    RATES,
    alone,
    assert_read_only,
    assert_same_ensemble,
    ensemble_of,
    train,
    trainings,
)

COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),
    "old pickle": lambda value: pickle.loads(pickle.dumps(value, protocol=2)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def test_some_of_these_models_diverge_and_some_do_not() -> None:
    """So the tests cover both, with and without records."""
    diverged_at = train("some diverge").diverged_at
    assert diverged_at.dtype == np.int64
    assert (diverged_at == -1).any()
    assert (diverged_at > 40).any()


def test_each_run_is_that_of_its_model_trained_alone(kind: str) -> None:
    ensemble = train(kind)
    runs = list(ensemble)
    assert len(runs) == len(ensemble) == trainings()[kind]["n_models"]
    for i, run in enumerate(runs):
        step, expected = alone(kind, ensemble, i)
        for one in (run, ensemble[i], ensemble[i - len(ensemble)], ensemble[np.int8(i)]):
            assert type(one) is fastgan.TrainingRun
            assert_same_run(one, expected)
            assert one.gan == expected.gan
            assert one.backend == expected.backend == backends.choose().name
            assert one.numerics_version == fastgan.NUMERICS_VERSION
        assert ensemble.diverged_at[i] == step


def test_views_are_those_of_the_models(kind: str) -> None:
    ensemble = train(kind)
    n, k, d = len(ensemble), ensemble.options.latent_dim, len(ensemble.data_mean)
    views = {
        "generator_weights": ((n, k, d), lambda gan: gan.generator.weights),
        "generator_biases": ((n, d), lambda gan: gan.generator.biases),
        "discriminator_weights": ((n, d), lambda gan: gan.discriminator.weights),
        "discriminator_biases": ((n,), lambda gan: gan.discriminator.bias),
    }
    for name, (shape, of_gan) in views.items():
        view = getattr(ensemble, name)
        assert view.shape == shape
        assert np.shares_memory(view, ensemble.parameters)
        for i, run in enumerate(ensemble):
            assert_same_bits(view[i], of_gan(run.gan))


def test_histories_are_those_of_the_models_up_to_a_divergence(kind: str) -> None:
    ensemble = train(kind)
    history = ensemble.history
    assert len(history) == len(history.step) == ensemble.history_rows.shape[2]
    for name in ("d_loss_real", "d_loss_fake", "g_loss", "d_real", "d_fake"):
        values = getattr(history, name)
        assert values.shape == (len(ensemble), len(history))
        for i, run in enumerate(ensemble):
            made = len(run.history)
            assert_same_bits(values[i, :made], getattr(run.history, name))
            assert_same_bits(history.step[:made], run.history.step)
            assert np.isnan(values[i, made:]).all()
            assert made == len(history) or ensemble.ended_by[i] != "epochs"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("recorded", "history_rows"),
        ("kept", "snapshot_parameters"),
        ("endings", "ending_codes"),
        ("children", "seeds"),
    ],
)
def test_old_names_of_attributes_can_still_be_read(old: str, new: str) -> None:
    ensemble = train("normal")
    message = rf"^Ensemble\.{old} is deprecated; use {new} instead$"
    with pytest.warns(DeprecationWarning, match=message) as caught:
        value = getattr(ensemble, old)
    assert value is getattr(ensemble, new)
    assert [warning.filename for warning in caught] == [__file__]


def test_the_mean_is_that_of_the_data(kind: str) -> None:
    ensemble, data = train(kind), trainings()[kind]["data"]
    rows = data.reshape(len(data), -1).astype(ensemble.options.dtype).astype(np.float64)
    assert ensemble.data_mean.dtype == np.float64
    np.testing.assert_allclose(ensemble.data_mean, rows.mean(axis=0), rtol=1e-15)


def picked(n: int) -> dict[str, tuple[Any, list[int]]]:
    """Return ways to pick some of n models, and the picked indices."""
    even = np.arange(n) % 2 == 0
    return {
        "slice": (slice(1, 3), [1, 2]),
        "backwards": (slice(None, None, -1), list(range(n))[::-1]),
        "every other": (slice(None, None, 2), list(range(0, n, 2))),
        "past the end": (slice(n - 1, 10**9), [n - 1]),
        "mask": (even, list(range(0, n, 2))),
        "mask as a list": (even.tolist(), list(range(0, n, 2))),
        "indices": (np.array([2, 0, -1, 0], np.int8), [2, 0, n - 1, 0]),
        "unsigned": (np.array([2, 0], np.uint64), [2, 0]),
        "list": ([2, -1], [2, n - 1]),
        "range": (range(1, 3), [1, 2]),
        "one in a list": ([1], [1]),
        "none": ([], []),
        "no slice": (slice(2, 2), []),
        "mask of none": (np.zeros(n, bool), []),
    }


@pytest.mark.parametrize("how", picked(9))
def test_some_of_the_models(kind: str, how: str) -> None:
    whole = train(kind)
    models, which = picked(len(whole))[how]
    some = whole[models]
    assert type(some) is fastgan.Ensemble
    assert len(some) == len(some.options) == len(which)
    assert some.index.tolist() == which
    assert_same_bits(some.diverged_at, whole.diverged_at[which])
    for i, j in enumerate(which):
        assert_same_run(some[i], whole[j])
        assert some.seed_sequence(i).state == whole.seed_sequence(j).state
    assert_read_only(some)


def test_some_of_some(kind: str) -> None:
    whole = train(kind)
    some = whole[::-1][1:][[True] * (len(whole) - 1)][[-1, 0]]
    assert some.index.tolist() == [0, len(whole) - 2]
    assert_same_run(some[1], whole[-2])
    step, expected = alone(kind, some, 1)
    assert_same_run(some[1], expected)
    assert some.diverged_at[1] == step


@pytest.mark.parametrize("i", [3, -4, 10**30, np.int64(3), [0, 3], [-4], np.array([5])])
def test_a_model_that_is_not_there(i: Any) -> None:
    ensemble = train("explicit")
    with pytest.raises(IndexError, match="3 models, got"):
        ensemble[i]
    if not np.ndim(i):
        with pytest.raises(IndexError, match="one of 3 models, got"):
            ensemble.seed_sequence(i)


@pytest.mark.parametrize("mask", [[True] * 2, [True] * 4, np.zeros(9, bool)])
def test_a_mask_of_another_length(mask: Any) -> None:
    with pytest.raises(
        IndexError, match=f"index must be a mask of length 3, .* got length {len(mask)}$"
    ):
        train("explicit")[mask]


@pytest.mark.parametrize(
    "index",
    [True, np.True_, 1.0, "1", None, (0,), (0, 1), [0.0], np.zeros(0), [[0]], np.zeros((2, 2), int),
     [[0], [0, 1]], {0}, {0: 1}, ["a"], [None], b"ab", np.array(1.5)],
)  # fmt: skip
def test_what_is_no_index(index: Any) -> None:
    with pytest.raises(TypeError, match="index must be an int, a slice, or a mask or indices"):
        train("explicit")[index]


@pytest.mark.parametrize("i", [True, 0.0, slice(1), [0], None])
def test_a_seed_is_that_of_one_model(i: Any) -> None:
    with pytest.raises(TypeError, match="index must be an int"):
        train("explicit").seed_sequence(i)


def test_a_seed_can_be_had_again() -> None:
    ensemble = train("faces")
    ensemble.seed_sequence(2).spawn(3)
    expected = np.random.SeedSequence(42).spawn(7)[2]
    assert ensemble.seed_sequence(2).state == expected.state
    assert ensemble.seed_sequence(-5).state == expected.state


def test_no_models_at_all(kind: str) -> None:
    none = train(kind)[:0]
    k, d = none.options.latent_dim, len(none.data_mean)
    assert (len(none), list(none)) == (0, [])
    assert none.generate(np.zeros((4, k))).shape == (0, 4, *none.item_shape)
    assert none.score(np.zeros((4, d))).shape == (0, 4)
    assert none.discriminate(np.zeros((4, d))).shape == (0, 4)
    assert none.generator_weights.shape == (0, k, d)
    assert none.history.g_loss.shape == (0, len(none.history))
    with pytest.raises(IndexError, match="0 models"):
        none[0]
    with pytest.raises(ValueError, match="z must have shape"):
        none.generate(np.zeros((4, k + 1)))


@pytest.mark.parametrize("how", COPIES)
def test_copies_are_the_same_and_read_only(kind: str, how: str) -> None:
    ensemble = train(kind)
    for one in (ensemble, ensemble[1:], ensemble[[2, 0]], ensemble[:0]):
        again = COPIES[how](one)
        assert_same_ensemble(again, one)
        assert_read_only(again)


def test_nothing_can_be_written(kind: str) -> None:
    ensemble = train(kind)
    assert_read_only(ensemble)
    with pytest.raises(AttributeError):
        ensemble.parameters = np.zeros(3)
    for array in (ensemble[0].gan.generator.weights, ensemble[0].history.g_loss):
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


def test_a_pickle_holds_what_was_picked_only() -> None:
    ensemble = ensemble_of(np.zeros((10_000, 13)))
    assert len(pickle.dumps(ensemble)) > 10_000 * 13 * 8
    assert len(pickle.dumps(ensemble[7:9])) < 5000


def test_it_says_what_it_is() -> None:
    ensemble = train("some diverge")
    diverged = int((ensemble.diverged_at >= 0).sum())
    assert repr(ensemble) == (
        f"Ensemble(models=9, item_shape=(5,), latent_dim=1, latent='uniform', dtype=float64, "
        f"diverged={diverged})"
    )


def test_rates_are_one_a_model() -> None:
    ensemble = train("float32")
    for name in RATES:
        rates = getattr(ensemble.options, name)
        assert rates.shape == (5,)
        assert [getattr(run.options, name) for run in ensemble] == rates.tolist()
