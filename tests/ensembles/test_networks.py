"""All networks of an ensemble at once: the same bits as each alone, in bounded memory."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fastgan
from fastgan import backends
from fastgan.networks import batched_inference
from helpers.bits import assert_same_bits
from helpers.ensembles import KINDS, ensemble_of, train
from helpers.interruption import assert_ends_at_once
from helpers.paths import TESTS


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def latents(ensemble: fastgan.Ensemble, n: int) -> np.ndarray:
    return np.random.default_rng(n).normal(size=(n, ensemble.options.latent_dim)) * 3


@pytest.mark.parametrize("n", [0, 1, 5, 100])
def test_pictures_are_those_of_each_model(
    kind: str, n: int, backend: str, monkeypatch: Any
) -> None:
    ensemble = train(kind)
    monkeypatch.setenv(backends.VARIABLE, backend)
    z = latents(ensemble, n)
    pictures = ensemble.generate(z)
    assert pictures.shape == (len(ensemble), n, *ensemble.item_shape)
    for i, run in enumerate(ensemble):
        assert_same_bits(pictures[i], run.gan.generate(z))


def test_pictures_of_a_single_vector(kind: str) -> None:
    ensemble = train(kind)
    single = [latents(ensemble, 1)[0]]
    if ensemble.options.latent_dim == 1:  # a number; a vector would be a row
        single = [0.25, np.float32(0.5)]
    for z in single:
        pictures = ensemble.generate(z)
        assert pictures.shape == (len(ensemble), *ensemble.item_shape)
        for i, run in enumerate(ensemble):
            assert_same_bits(pictures[i], run.gan.generate(z))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "explicit"])
def test_samples_are_those_of_each_model_by_itself(kind: str) -> None:
    ensemble = train(kind)
    samples = ensemble.sample(6, rng=1)
    assert samples.shape == (len(ensemble), 6, *ensemble.item_shape)
    for i, run in enumerate(ensemble):
        assert_same_bits(samples[i], run.gan.sample(6, rng=1))


def test_samples_take_from_a_generator_what_one_model_takes() -> None:
    ensemble = train("normal")
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    ensemble.sample(5, rng=ours)
    ensemble[0].gan.sample(5, rng=theirs)
    assert ours.bit_generator.state == theirs.bit_generator.state


@pytest.mark.parametrize("n", [0, 1, 5, 100])
def test_judgements_are_those_of_each_model(
    kind: str, n: int, backend: str, monkeypatch: Any
) -> None:
    ensemble = train(kind)
    monkeypatch.setenv(backends.VARIABLE, backend)
    d = len(ensemble.data_mean)
    rows = np.random.default_rng(n).normal(size=(n, d)) * 5
    for x in (rows, rows.reshape(n, *ensemble.item_shape), *rows[:1]):
        scores, probabilities = ensemble.score(x), ensemble.discriminate(x)
        for i, run in enumerate(ensemble):
            assert_same_bits(scores[i], run.gan.score(x))
            assert_same_bits(probabilities[i], run.gan.discriminate(x))
        shape = (len(ensemble), *np.shape(run.gan.score(x)))
        assert scores.shape == probabilities.shape == shape


@given(
    n=st.integers(1, 6),
    k=st.integers(1, 4),
    d=st.sampled_from([1, 2, 3, 5, 8, 9, 15, 16, 17, 24, 31, 33, 50]),
    items=st.integers(1, 9),
    piece=st.integers(1, 300),
    dtype=st.sampled_from(["float64", "float32"]),
    seed=st.integers(0, 2**32),
)
def test_pieces_of_any_size_give_the_same_bits(
    n: int, k: int, d: int, items: int, piece: int, dtype: str, seed: int
) -> None:
    """Independent of how many models and vectors are computed at once, and of cuts in sums."""
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-3, 4, size=(n, 1))
    ensemble = ensemble_of(rng.normal(size=(n, d + 1 + k * d + d)) * scale, k, dtype=dtype)
    z, x = rng.normal(size=(items, k)), rng.normal(size=(items, d))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batched_inference, "PIECE", piece)
        patch.setattr(batched_inference, "SCORES", piece)
        patch.setattr(batched_inference, "ITEMS", piece)
        pictures, scores = ensemble.generate(z), ensemble.score(x)
        probabilities = ensemble.discriminate(x)
    for i, run in enumerate(ensemble):
        assert_same_bits(pictures[i], run.gan.generate(z))
        assert_same_bits(scores[i], run.gan.score(x))
        assert_same_bits(probabilities[i], run.gan.discriminate(x))


def test_more_models_and_items_than_a_piece_holds() -> None:
    rng = np.random.default_rng(0)
    ensemble = ensemble_of(rng.normal(size=(3000, 13)))
    z, x = rng.random((40, 1)), rng.random((40, 4))
    assert batched_inference.PIECE < 3000 * 40 * 4
    assert batched_inference.SCORES < 3000 * 40
    pictures, scores = ensemble.generate(z), ensemble.score(x)
    for i in (0, 1, 407, 408, 409, 410, 2999):
        assert_same_bits(pictures[i], ensemble[i].gan.generate(z))
        assert_same_bits(scores[i], ensemble[i].gan.score(x))


def test_an_item_larger_than_a_piece() -> None:
    d = batched_inference.PIECE + 3
    rng = np.random.default_rng(0)
    ensemble = ensemble_of(rng.normal(size=(2, 3 * d + 1)), dtype="float32")
    z = rng.random((2, 1))
    for i, run in enumerate(ensemble):
        assert_same_bits(ensemble.generate(z)[i], run.gan.generate(z))


def test_numbers_that_are_not_finite_are_the_same_ones() -> None:
    """Products of large numbers overflow without a warning, as for a single model."""
    values = [1e200, -1e200, 1e-320, 0.0, -0.0]
    ensemble = ensemble_of(np.random.default_rng(0).choice(values, (50, 13)))
    x = np.random.default_rng(1).choice([1e200, -1e200, 0.0, 1.0], (20, 4))
    scores, probabilities = ensemble.score(x), ensemble.discriminate(x)
    assert np.isinf(scores).any()
    assert np.isnan(scores).any()
    for i, run in enumerate(ensemble):
        assert_same_bits(scores[i], run.gan.score(x))
        assert_same_bits(probabilities[i], run.gan.discriminate(x))


def message(call: Callable[[], Any], error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("kind", ["faces", "normal", "one number"])
@pytest.mark.parametrize(
    ("argument", "error"),
    [(np.zeros((2, 9)), ValueError), (np.zeros((2, 2, 2, 2)), ValueError), (np.nan, ValueError),
     ("0.5", TypeError), (None, TypeError), ([[1.0], [1.0, 2.0]], ValueError)],
)  # fmt: skip
def test_bad_arguments_are_refused_as_by_a_gan(kind: str, argument: Any, error: Any) -> None:
    ensemble = train(kind)
    gan = ensemble[0].gan
    for name in ("generate", "score", "discriminate"):
        expected = message(lambda name=name: getattr(gan, name)(argument), error)
        assert message(lambda name=name: getattr(ensemble, name)(argument), error) == expected


@pytest.mark.parametrize(
    ("n", "rng", "error", "match"),
    [(0, None, ValueError, "n must be at least 1"), (1.5, None, TypeError, "n must be an int"),
     (2**60, None, ValueError, "n is too large"), (1, -1, ValueError, "rng must be"),
     (1, "seed", TypeError, "rng must be")],
)  # fmt: skip
def test_bad_samples_are_refused(n: Any, rng: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        train("faces").sample(n, rng=rng)


def test_explicit_latents_have_no_distribution_to_sample() -> None:
    with pytest.raises(ValueError, match=r"latent: .* explicit latent vectors.* generate"):
        train("explicit").sample(1)


@pytest.mark.parametrize("call", ["generate", "score", "outcome"])
def test_memory_grows_with_what_comes_out_alone(call: str) -> None:
    ensemble = ensemble_of(np.random.default_rng(0).normal(size=(20_000, 13)))
    argument = {"generate": np.zeros((8, 1)), "score": np.zeros((8, 4)), "outcome": None}[call]
    tracemalloc.start()
    try:
        result = getattr(ensemble, call)(argument)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    if call == "outcome":
        returned = sum(a.nbytes for a in (result.label, result.distance, result.saturation))
        returned += result.label.nbytes  # a second copy, during the selection
    else:
        returned = result.nbytes
    assert peak < returned + 2**23


def test_arithmetic_that_loses_small_numbers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy computes the sums over features, and must keep subnormal numbers."""
    ensemble = train("faces")
    monkeypatch.setattr(backends, "_SMALLEST", np.array([0.0]))
    with pytest.raises(FloatingPointError, match="flush subnormal numbers"):
        ensemble.score(np.zeros((1, 4)))


ENDLESS = """
import sys, threading, time
import numpy as np
sys.path.insert(0, {tests!r})
from helpers.ensembles import ensemble_of

rng = np.random.default_rng(0)
ensemble = ensemble_of(rng.normal(size=({models}, {d} + 1 + {k} * {d} + {d})), {k})
threads = threading.active_count()
ensemble[:1].generate(np.zeros((1, {k})))
print("ready", flush=True)
try:
    while True:
        {call}
except KeyboardInterrupt:
    print("ended", time.monotonic(), flush=True)
    assert threading.active_count() == threads, threading.enumerate()
    print("clean", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
@pytest.mark.parametrize(
    ("models", "d", "k", "call"),
    [(100_000, 4, 1, "ensemble.sample(100, rng=0)"),
     (2, 20_000, 500, "ensemble.generate(np.ones((10_000, 500)))"),
     (100_000, 4, 1, "ensemble.discriminate(np.ones((100, 4)))"),
     (1000, 2000, 1, "ensemble.score(np.ones((2000, 2000)))"),
     (300_000, 4, 1, "ensemble.outcome()")],
)  # fmt: skip
def test_ctrl_c(models: int, d: int, k: int, call: str) -> None:
    code = ENDLESS.format(tests=str(TESTS), models=models, d=d, k=k, call=call)
    assert_ends_at_once(call, code, after=0.4)
