"""Outcomes of models: four classes, and the numbers that decide them."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import backends
from fastgan.ensembles import outcomes
from fastgan.networks import batched_inference
from fastgan.randomness.even_latents import even_latents
from helpers.bits import assert_same_bits
from helpers.ensembles import KINDS, ensemble_of, train, trainings

NAMES = ("learned", "saturated", "diverged", "unfinished")


def latents_for(kind: str) -> np.ndarray | None:
    return np.random.default_rng(8).random((10, 2)) if kind == "explicit" else None


def judge(kind: str, **options: Any) -> fastgan.Outcomes:
    return train(kind).outcome(latents=latents_for(kind), **options)


def evenly(k: int, latent: str) -> np.ndarray:
    """Return the default latent vectors, from their definition."""
    generator = np.random.default_rng(0)
    order = [generator.permutation(64) for _ in range(k)]
    numbers = [(i + 0.5) / 64 for i in range(64)]
    if latent == "normal":
        numbers = [NormalDist().inv_cdf(number) for number in numbers]
    return np.array([[numbers[order[j][i]] for j in range(k)] for i in range(64)])


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_those_of_the_definition(kind: str) -> None:
    """Compared with each model's own pictures and exact sums."""
    ensemble, found = train(kind), judge(kind)
    z = latents_for(kind)
    if z is None:
        z = evenly(ensemble.options.latent_dim, ensemble.options.latent)
    assert found.distance.dtype == found.saturation.dtype == np.float64
    for i, run in enumerate(ensemble):
        x = run.gan.generate(z).reshape(len(z), -1).astype(np.float64)
        means = [math.fsum(column) / len(z) for column in x.T]
        far = [(mean - m) ** 2 for mean, m in zip(means, ensemble.data_mean, strict=True)]
        slopes = [4 * value * (1 - value) for value in x.ravel()]
        assert found.distance[i] == pytest.approx(math.sqrt(math.fsum(far) / len(far)), rel=1e-12)
        assert found.saturation[i] == pytest.approx(
            1 - math.fsum(slopes) / len(slopes), rel=1e-12, abs=1e-15
        )
        assert found.diverged_at[i] == ensemble.diverged_at[i]


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("latent", ["uniform", "normal"])
def test_default_latents_are_midpoints_of_a_latin_hypercube(k: int, latent: str) -> None:
    z = even_latents(64, k, latent)
    np.testing.assert_array_equal(z, evenly(k, latent))
    midpoints = (np.arange(64) + 0.5) / 64
    if latent == "normal":
        midpoints = np.array([NormalDist().inv_cdf(p) for p in midpoints])
    for column in z.T:
        np.testing.assert_array_equal(np.sort(column), midpoints)
    if k > 1:
        assert not (z[:, 0] == z[:, 1]).all()


def test_the_midpoint_rule_is_close_to_the_mean_picture() -> None:
    """For one latent number, the mean over [0, 1) is an integral with a closed form."""
    w, b = 3.0, -1.0
    found = ensemble_of([[0.0, 0.0, w, b]], data_mean=[0.0]).outcome()
    exact = (np.logaddexp(0, w + b) - np.logaddexp(0, b)) / w
    assert found.distance[0] == pytest.approx(exact, rel=1e-4)


WHITE, HALF, BLACK = -40.0, 0.0, 40.0  # biases for a constant white, half grey or black pixel


def painters(*biases: float, weights: float = 0.0) -> list[list[float]]:
    """Return parameters of one-pixel models, whose pixel is the same for all latents by default."""
    return [[0.0, 0.0, weights, bias] for bias in biases]


def test_each_outcome() -> None:
    ensemble = ensemble_of(painters(BLACK, WHITE, HALF, 2.0, HALF), data_mean=[0.5])
    found = ensemble.outcome()
    assert found.label.tolist() == ["saturated", "saturated", "learned", "unfinished", "learned"]
    assert found.counts() == {"learned": 2, "saturated": 2, "diverged": 0, "unfinished": 1}
    assert found.distance[:3].tolist() == [0.5, 0.5, 0.0]
    assert found.saturation[:3] == pytest.approx([1.0, 1.0, 0.0], abs=1e-15)


def test_a_model_that_diverged_is_nothing_else() -> None:
    ensemble = ensemble_of(painters(HALF, BLACK, 2.0), diverged_at=[0, 7, 3])
    found = ensemble.outcome()
    assert found.label.tolist() == ["diverged"] * 3
    assert found.diverged_at.tolist() == [0, 7, 3]
    assert found.distance[0] == 0


def test_black_that_should_be_black_is_learned() -> None:
    found = ensemble_of(painters(BLACK, WHITE), data_mean=[1.0]).outcome()
    assert found.saturation.tolist() == pytest.approx([1, 1])
    assert found.label.tolist() == ["learned", "saturated"]


def test_thresholds_belong_to_what_they_bound() -> None:
    ensemble = ensemble_of(painters(0.5, -4.0), data_mean=[0.5])
    distance, saturation = ensemble.outcome().distance, ensemble.outcome().saturation
    at = ensemble.outcome(distance=distance[0], saturation=saturation[1])
    assert at.label.tolist() == ["learned", "saturated"]
    assert (at.largest_distance, at.least_saturation) == (distance[0], saturation[1])
    beyond = ensemble.outcome(
        distance=np.nextafter(distance[0], 0), saturation=np.nextafter(saturation[1], 1)
    )
    assert beyond.label.tolist() == ["unfinished", "unfinished"]


def test_default_thresholds() -> None:
    found = judge("faces")
    assert (found.largest_distance, found.least_saturation) == (0.1, 0.99)


def test_slanted_land_at_small_right_and_large_rates(faces: np.ndarray) -> None:
    rates = np.repeat([1e-5, 1.0, 100.0], 20)
    found = fastgan.train_many(faces, 60, learning_rate=rates, rng=1).outcome()
    assert (found.label[20:40] == "learned").all()
    assert (found.label[40:] == "saturated").all()
    assert np.count_nonzero(found.label[:20] == "unfinished") >= 18
    assert found.counts()["diverged"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_data_trained_on_are_the_default(kind: str) -> None:
    data = trainings()[kind]["data"]
    for given in (data, data.reshape(len(data), -1), data.tolist()):
        found = judge(kind, data=given)
        for name in ("label", "distance", "saturation", "diverged_at"):
            assert_same_bits(getattr(found, name), getattr(judge(kind), name))


def test_other_data() -> None:
    ensemble = ensemble_of(painters(HALF, BLACK), data_mean=[0.5])
    found = ensemble.outcome([[1.0], [0.9]])
    assert found.label.tolist() == ["unfinished", "learned"]
    assert found.distance == pytest.approx([0.45, 0.05])


def test_sums_are_taken_in_the_order_of_the_features() -> None:
    """As in sums.sum_over_features, since the bits of a distance depend on it."""
    from fastgan.backends.reference.sums import sum_over_features

    for d in (1, 2, 3, 7, 8, 9, 16, 17, 23, 32, 49):
        terms = np.random.default_rng(d).normal(size=(5, d)) * 10.0 ** np.arange(d)
        assert_same_bits(batched_inference.sum_in_blocks(terms.T.copy()), sum_over_features(terms))


@pytest.mark.parametrize("piece", [1, 3, 64, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_pieces_of_any_size_give_the_same_bits(
    kind: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = judge(kind)
    monkeypatch.setattr(batched_inference, "PIECE", piece)
    found = judge(kind)
    assert_same_bits(found.distance, expected.distance)
    assert_same_bits(found.saturation, expected.saturation)


@pytest.mark.parametrize("kind", KINDS)
def test_every_backend_gives_the_same_bits(
    kind: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = judge(kind)
    monkeypatch.setenv(backends.VARIABLE, backend)
    assert_same_bits(judge(kind).distance, expected.distance)
    assert_same_bits(judge(kind).saturation, expected.saturation)


@pytest.mark.parametrize("kind", KINDS)
def test_some_of_the_models_have_the_outcomes_they_had(kind: str) -> None:
    found = judge(kind)
    some = train(kind)[[2, 0]].outcome(latents=latents_for(kind))
    for name in ("label", "distance", "saturation", "diverged_at"):
        assert_same_bits(getattr(some, name), getattr(found, name)[[2, 0]])


def test_latents_of_ones_own() -> None:
    ensemble = ensemble_of(painters(0.0, weights=8.0), data_mean=[0.0])
    for latents in ([1.0], [[1.0]], 1.0):
        found = ensemble.outcome(latents=latents)
        assert found.distance[0] == ensemble[0].gan.generate(1.0)[0]
    found = ensemble.outcome(latents=[0.0, 1.0])
    assert found.distance[0] == ensemble[0].gan.generate([0.0, 1.0]).sum() / 2


def test_explicit_latents_have_no_default() -> None:
    with pytest.raises(ValueError, match=r"latents must be given: .* explicit"):
        train("explicit").outcome()


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"distance": -0.1}, ValueError, "distance must be finite"),
        ({"distance": np.inf}, ValueError, "distance must be finite"),
        ({"distance": "near"}, TypeError, "distance must be a real number"),
        ({"saturation": np.nan}, ValueError, "saturation must be finite"),
        ({"latents": np.zeros((3, 2))}, ValueError, r"latents must have shape \(n, 1\)"),
        ({"latents": np.zeros((0, 1))}, ValueError, "latents must not be empty"),
        ({"latents": "uniform"}, TypeError, "latents must hold real numbers"),
        ({"latents": [np.nan]}, ValueError, "latents must be finite"),
        ({"data": np.zeros((3, 5))}, ValueError, r"data must hold items of shape \(2, 2\)"),
        ({"data": np.zeros((3, 4, 1))}, ValueError, r"data must hold items of shape \(2, 2\)"),
        ({"data": np.zeros((0, 2, 2))}, ValueError, "data must not be empty"),
        ({"data": 0.5}, ValueError, "data must have shape"),
        ({"data": "faces"}, TypeError, "data must hold real numbers"),
    ],
)
def test_bad_arguments(options: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        train("faces").outcome(**options)


def test_data_too_large_to_add_up_are_far_from_everything() -> None:
    ensemble = ensemble_of(painters(HALF, BLACK), data_mean=[0.5])
    found = ensemble.outcome(np.full((3, 1), np.finfo(float).max))
    assert found.distance.tolist() == [np.inf, np.inf]
    assert found.label.tolist() == ["unfinished", "saturated"]


def test_counts_are_those_of_the_labels() -> None:
    for kind in KINDS:
        found = judge(kind)
        counts = found.counts()
        assert tuple(counts) == NAMES == outcomes.OUTCOMES
        assert sum(counts.values()) == len(found) == len(train(kind))
        assert all(counts[name] == list(found.label).count(name) for name in NAMES)
        assert all(type(number) is int for number in counts.values())
    assert judge("some diverge").counts()["diverged"] >= 2


def test_it_says_what_it_is() -> None:
    found = ensemble_of(painters(BLACK, HALF, HALF)).outcome()
    assert repr(found) == "Outcomes(learned=2, saturated=1, diverged=0, unfinished=0)"


def test_of_no_models() -> None:
    found = train("faces")[:0].outcome()
    assert len(found) == 0
    assert found.counts() == dict.fromkeys(NAMES, 0)


def test_copies_are_the_same_and_nothing_can_be_written() -> None:
    found = judge("some diverge")
    for one in (found, pickle.loads(pickle.dumps(found)), copy.copy(found), copy.deepcopy(found)):
        assert (one.largest_distance, one.least_saturation) == (0.1, 0.99)
        for name in ("label", "distance", "saturation", "diverged_at"):
            array = getattr(one, name)
            assert_same_bits(array, getattr(found, name))
            with pytest.raises(ValueError, match="WRITEABLE"):
                array.flags.writeable = True


def test_nothing_is_imported_before_it_is_needed() -> None:
    script = """
import sys
import fastgan
for name in ("pandas", "matplotlib", "zipfile", "concurrent.futures", "statistics"):
    assert name not in sys.modules, name
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
