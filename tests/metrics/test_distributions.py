"""Means, spreads and histograms, against their definitions and SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

import fastgan
from fastgan import metrics
from helpers.bits import assert_same_bits

OF_PAIRS = [metrics.mean_gap, metrics.spread_ratio, metrics.jensen_shannon_distance]


def pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    """Return real and fake items of several shapes, one in float32 and one of whole numbers."""
    rng = np.random.default_rng(0)
    return [
        (rng.random((7, 2, 2)), rng.random((50, 2, 2))),
        (rng.normal(size=(40, 17)), 3 + 2 * rng.normal(size=(30, 17))),
        (rng.random(9), rng.random(4)),
        (rng.random((6, 35), dtype=np.float32), rng.random((8, 35), dtype=np.float32)),
        (rng.integers(0, 4, (20, 3)), rng.integers(0, 9, (25, 3))),
    ]


@pytest.mark.parametrize(("real", "fake"), pairs())
def test_mean_gap_is_that_of_the_definition(real: np.ndarray, fake: np.ndarray) -> None:
    means = [
        [math.fsum(column) / len(column) for column in rows.reshape(len(rows), -1).T.tolist()]
        for rows in (real, fake)
    ]
    squares = [(a - b) ** 2 for a, b in zip(*means, strict=True)]
    expected = math.sqrt(math.fsum(squares) / len(squares))
    assert metrics.mean_gap(real, fake) == pytest.approx(expected, rel=1e-12)


def test_mean_gap_is_the_distance_of_outcomes(faces: np.ndarray) -> None:
    ensemble = fastgan.train_many(faces, 3, epochs=20, learning_rate=0.1, rng=1)
    latents = np.random.default_rng(2).random((30, 1))
    found = ensemble.outcome(latents=latents)
    for run, distance in zip(ensemble, found.distance, strict=True):
        assert metrics.mean_gap(faces, run.gan.generate(latents)) == pytest.approx(distance)


def test_what_mean_gap_sees_is_what_a_linear_discriminator_sees() -> None:
    rng = np.random.default_rng(3)
    real, fake = rng.random((30, 5)), rng.random((40, 5))
    moved = fake - fake.mean(axis=0) + real.mean(axis=0)
    for w in rng.normal(size=(10, 5)):
        seen = (fake @ w).mean() - (real @ w).mean()
        assert abs(seen) <= np.linalg.norm(w) * math.sqrt(5) * metrics.mean_gap(real, fake)
        assert (moved @ w).mean() == pytest.approx((real @ w).mean())
    assert metrics.mean_gap(real, moved) == pytest.approx(0, abs=1e-15)


def test_mean_gap_of_opposite_items_is_1() -> None:
    assert metrics.mean_gap(np.zeros((3, 4)), np.ones((2, 4))) == 1.0


@pytest.mark.parametrize(("real", "fake"), pairs())
def test_spread_ratio_is_that_of_the_definition(real: np.ndarray, fake: np.ndarray) -> None:
    of_real, of_fake = (
        math.sqrt(rows.reshape(len(rows), -1).astype(float).var(axis=0).sum())
        for rows in (real, fake)
    )
    assert metrics.spread_ratio(real, fake) == pytest.approx(of_fake / of_real, rel=1e-12)
    assert metrics.spread_ratio(fake, real) == pytest.approx(of_real / of_fake, rel=1e-12)


def test_spread_ratio_of_items_that_are_all_the_same() -> None:
    rng = np.random.default_rng(4)
    same, others = np.tile(rng.random(5), (7, 1)), rng.random((7, 5))
    assert metrics.spread_ratio(others, same) == 0.0
    assert metrics.spread_ratio(same, others) == math.inf
    assert metrics.spread_ratio(same, 2 * same[:3]) == 1.0
    assert metrics.spread_ratio(others, others[:1]) == 0.0


def test_spread_ratio_does_not_change_when_all_is_moved_scaled_or_turned() -> None:
    rng = np.random.default_rng(5)
    real, fake = rng.random((20, 4)), 0.3 * rng.random((30, 4))
    expected = metrics.spread_ratio(real, fake)
    assert metrics.spread_ratio(real, fake + 5) == pytest.approx(expected)
    assert metrics.spread_ratio(7 * real, 7 * fake) == pytest.approx(expected)
    turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    assert metrics.spread_ratio(real, fake @ turn) == pytest.approx(expected)
    assert metrics.spread_ratio(real, 2 * fake) == pytest.approx(2 * expected)


@pytest.mark.parametrize("bins", [1, 2, 5, 32, 100])
@pytest.mark.parametrize(("real", "fake"), pairs())
def test_jensen_shannon_distance_is_scipys(real: np.ndarray, fake: np.ndarray, bins: int) -> None:
    distances = []
    for x, y in zip(real.reshape(len(real), -1).T, fake.reshape(len(fake), -1).T, strict=True):
        both = np.concatenate([x, y]).astype(float)
        counts = [np.histogram(z.astype(float), bins, (both.min(), both.max()))[0] for z in (x, y)]
        distances.append(jensenshannon(*counts, base=2))
    each = metrics.jensen_shannon_distance(real, fake, bins, per_feature=True)
    assert each.shape == real.shape[1:]
    np.testing.assert_allclose(each.ravel(), distances, rtol=1e-12, atol=1e-8)
    mean = metrics.jensen_shannon_distance(real, fake, bins)
    assert isinstance(mean, float)
    assert mean == pytest.approx(np.mean(distances), rel=1e-12, abs=1e-8)


def test_jensen_shannon_distance_of_known_histograms() -> None:
    distance = metrics.jensen_shannon_distance
    assert distance([0, 1], [2, 3], 4) == 1.0
    assert distance([0.0, 1.0], [1.0, 0.0, 0.0, 1.0], 2) == 0.0
    # p = (1, 0) and q = (1/2, 1/2): m = (3/4, 1/4).
    expected = math.sqrt((math.log2(4 / 3) + math.log2(2 / 3) / 2 + math.log2(2) / 2) / 2)
    assert distance([0, 0], [0, 1], 2) == pytest.approx(expected, rel=1e-14)
    assert distance([[0, 7]], [[1, 7]], 2, per_feature=True).tolist() == [1.0, 0.0]
    assert distance([[0, 7]], [[1, 7]], 2) == 0.5


@pytest.mark.parametrize(
    ("function", "sign"),
    [(metrics.mean_gap, 1), (metrics.jensen_shannon_distance, 1), (metrics.spread_ratio, -1)],
)
def test_symmetry(function: Any, sign: int) -> None:
    for real, fake in pairs():
        assert function(fake, real) == pytest.approx(function(real, fake) ** sign, rel=1e-12)


@pytest.mark.parametrize("function", OF_PAIRS)
def test_order_and_flattening_do_not_count(function: Any) -> None:
    real, fake = pairs()[0]
    expected = function(real, fake)
    assert function(real[::-1], np.roll(fake, 3, axis=0)) == pytest.approx(expected, rel=1e-12)
    assert function(real.reshape(7, 4), fake) == expected
    assert function(real, fake.reshape(50, 4).tolist()) == expected
    assert function(np.asfortranarray(real), fake) == expected


@pytest.mark.parametrize("function", OF_PAIRS)
def test_numbers_at_the_ends_of_what_is_taken(function: Any) -> None:
    real, fake = pairs()[1]
    expected = function(real, fake)
    for factor in (2.0**455, 2.0**-500):
        scaled = function(real * factor, fake * factor)
        assert scaled == pytest.approx(expected * (factor if function is metrics.mean_gap else 1))


def test_nothing_is_written_to() -> None:
    real, fake = (rows.copy() for rows in pairs()[1])
    for rows in (real, fake):
        rows.flags.writeable = False
    for function in OF_PAIRS:
        function(real, fake)
    assert_same_bits(real, pairs()[1][0])


WRONG = [
    ("text", TypeError, "must hold real numbers"),
    (None, TypeError, "must hold real numbers"),
    (0.5, ValueError, r"must have shape \(n, ...\)"),
    (np.zeros((0, 4)), ValueError, "must not be empty"),
    ([[0.0, 0.0, np.nan, 0.0]], ValueError, "must be finite"),
    ([[0.0, 0.0, -1e140, 0.0]], ValueError, r"must hold numbers below 1e\+140 in size"),
    ([[0.0], [1.0, 2.0]], ValueError, "ragged"),
]


@pytest.mark.parametrize(("value", "error", "match"), WRONG)
@pytest.mark.parametrize("function", OF_PAIRS)
def test_what_are_no_items(function: Any, value: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=f"^real {match}|^real cannot .*{match}"):
        function(value, np.ones((2, 4)))
    with pytest.raises(error, match=f"^fake {match}|^fake cannot .*{match}"):
        function(np.ones((2, 4)), value)


@pytest.mark.parametrize("function", OF_PAIRS)
@pytest.mark.parametrize("shape", [(3, 5), (3, 4, 1), (3,), (3, 2, 2, 1)])
def test_items_of_another_shape(function: Any, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^fake must hold items of the shape .*\(2, 2\), got"):
        function(np.zeros((3, 2, 2)), np.zeros(shape))


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"bins": 0}, ValueError, "bins must be at least 1"),
        ({"bins": 2.0}, TypeError, "bins must be an int"),
        ({"bins": 2**62}, ValueError, "bins is too large"),
        ({"per_feature": 1}, TypeError, "per_feature must be True or False"),
    ],
)
def test_bad_options(options: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        metrics.jensen_shannon_distance([[0.0]], [[1.0]], **options)
