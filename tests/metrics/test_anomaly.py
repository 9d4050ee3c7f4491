"""The anomaly score: an exhaustive search finds no value far below it."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import metrics
from fastgan.metrics import anomaly
from helpers.bits import assert_same_bits

WEIGHT = 0.1


def gan(k: int, d: int, latent: str = "uniform", dtype: Any = np.float64) -> fastgan.GAN:
    rng = np.random.default_rng(10 * k + d)
    return fastgan.GAN(
        fastgan.Generator(
            2 * rng.normal(size=(k, d)).astype(dtype), rng.normal(size=d).astype(dtype)
        ),
        fastgan.Discriminator(rng.normal(size=d).astype(dtype), dtype(0.1)),
        latent=latent,
    )


def by_looking_everywhere(
    one: fastgan.GAN, x: np.ndarray, points: int, low: float = 0, high: float = 1
) -> np.ndarray:
    axis = np.linspace(low, high, points)
    z = np.stack(np.meshgrid(*[axis] * one.latent_dim), axis=-1).reshape(-1, one.latent_dim)
    pictures, scores = one.generate(z), one.score(one.generate(z))
    return np.array(
        [
            (
                (1 - WEIGHT) * np.abs(item - pictures).sum(axis=1)
                + WEIGHT * np.abs(one.score(item) - scores)
            ).min()
            for item in x
        ]
    )


@pytest.mark.parametrize("d", [1, 2, 4, 9])
@pytest.mark.parametrize(
    ("k", "points", "above", "below"), [(1, 20_001, 1e-9, 1e-4), (2, 300, 0.01, 0.01)]
)
def test_it_is_the_minimum(k: int, points: int, above: float, below: float, d: int) -> None:
    """The search is above the score by at most the effect of the distance between its points."""
    x = np.random.default_rng(1).random((30, d))
    over = metrics.anomaly_score(gan(k, d), x) - by_looking_everywhere(gan(k, d), x, points)
    assert over.max() <= above
    assert over.min() >= -below


def test_three_latent_numbers() -> None:
    x = np.random.default_rng(2).random((30, 5))
    over = metrics.anomaly_score(gan(3, 5), x) - by_looking_everywhere(gan(3, 5), x, 60)
    assert over.max() <= 0.05
    assert over.mean() <= 0.005


@pytest.mark.parametrize(("k", "most"), [(1, 1e-9), (2, 1e-4)])
def test_what_the_generator_draws_is_no_anomaly(k: int, most: float) -> None:
    for latent in ("uniform", "normal"):
        one = gan(k, 9, latent)
        own = one.sample(50, rng=3)
        assert np.median(metrics.anomaly_score(one, own)) <= most
        assert (metrics.anomaly_score(one, 1 - own) > 0.1).all()


def test_a_generator_of_one_picture_in_closed_form() -> None:
    one = fastgan.GAN(
        fastgan.Generator([[0.0, 0.0]], [0.0, math.log(3)]), fastgan.Discriminator([2.0, -1.0], 5.0)
    )
    x = np.array([[0.0, 0.0], [0.5, 0.75], [1.0, 0.25], [7.0, 0.75]])
    residual = np.abs(x - [0.5, 0.75]).sum(axis=1)
    logits = np.abs(x @ [2.0, -1.0] - 0.25)
    for weight in (0, 0.1, 0.5, 1):
        found = metrics.anomaly_score(one, x, discriminator_weight=weight)
        np.testing.assert_allclose(found, (1 - weight) * residual + weight * logits, atol=1e-15)


def test_where_it_lies() -> None:
    x = np.random.default_rng(4).random((40, 9))
    for weight in (0.0, 0.3):
        found = metrics.anomaly_score(gan(2, 9), x, discriminator_weight=weight)
        logits = np.abs(gan(2, 9).discriminator.weights).sum()
        assert (found >= 0).all()
        assert (found <= (1 - weight) * 9 + weight * logits).all()


def test_normal_latents_are_sought_in_their_box() -> None:
    one = gan(1, 3, "normal")
    x = np.random.default_rng(5).random((20, 3))
    over = metrics.anomaly_score(one, x) - by_looking_everywhere(one, x, 20_001, -4, 4)
    assert np.abs(over).max() < 2e-3
    assert np.median(np.abs(over)) < 1e-4
    beyond = one.generate([[6.0]])
    assert metrics.anomaly_score(one, beyond)[0] == pytest.approx(
        by_looking_everywhere(one, beyond, 2, 4, 4)[0]
    )


def test_latents_of_ones_own() -> None:
    one, x = gan(1, 3), np.random.default_rng(6).random((20, 3))
    single = metrics.anomaly_score(one, x, latents=[0.25])
    np.testing.assert_allclose(single, by_looking_everywhere(one, x, 1, 0.25), rtol=1e-12)
    spread = metrics.anomaly_score(one, x, latents=np.linspace(2, 3, 50))
    assert np.abs(spread - by_looking_everywhere(one, x, 20_001, 2, 3)).max() < 1e-3
    explicit = gan(1, 3, "explicit")
    assert_same_bits(metrics.anomaly_score(explicit, x, latents=[0.25]), single)
    with pytest.raises(ValueError, match=r"latents must be given: .* explicit"):
        metrics.anomaly_score(explicit, x)


def test_each_item_is_judged_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The score does not depend on the number of items, in total or at once."""
    one, x = gan(2, 5), np.random.default_rng(7).random((40, 5))
    expected = metrics.anomaly_score(one, x)
    assert_same_bits(metrics.anomaly_score(one, x[7:9]), expected[7:9])
    assert_same_bits(metrics.anomaly_score(one, x[3]), expected[3])
    assert_same_bits(metrics.anomaly_score(one, x.tolist()), expected)
    monkeypatch.setattr(anomaly, "PIECE", 1)
    assert_same_bits(metrics.anomaly_score(one, x), expected)


@pytest.mark.parametrize("k", [1, 3, 5, 12])
def test_any_number_of_latents(k: int) -> None:
    one, x = gan(k, 4), np.random.default_rng(8).random((6, 4))
    pictures = one.sample(100_000, rng=9)
    found = metrics.anomaly_score(one, x, discriminator_weight=0)
    far = np.array([np.abs(item - pictures).sum(axis=1).min() for item in x])
    assert (found <= far + 0.25).all()


def test_float32_networks() -> None:
    one = gan(1, 4, dtype=np.float32)
    x = np.random.default_rng(10).random((10, 4))
    found = metrics.anomaly_score(one, x)
    assert found.dtype == np.float64
    expected = by_looking_everywhere(one, x.astype(np.float32), 20_001)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_memory_is_bounded() -> None:
    one, x = gan(1, 64), np.random.default_rng(11).random((500, 64))
    metrics.anomaly_score(one, x[:2])
    tracemalloc.start()
    metrics.anomaly_score(one, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**20  # all pictures compared at once would be 130 MB


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"gan": 1}, TypeError, "gan must be a GAN"),
        ({"x": [[0.0]]}, ValueError, "x must have shape"),
        ({"x": np.zeros((0, 3))}, ValueError, "x must not be empty"),
        ({"x": [[np.nan, 0, 0]]}, ValueError, "x must be finite"),
        ({"discriminator_weight": 1.1}, ValueError, "discriminator_weight must be at most 1"),
        ({"discriminator_weight": -0.1}, ValueError, "discriminator_weight must be finite"),
        ({"discriminator_weight": "0"}, TypeError, "discriminator_weight must be a real number"),
        ({"latents": np.zeros((2, 5))}, ValueError, r"latents must have shape \(n, 1\)"),
        ({"latents": []}, ValueError, "latents must not be empty"),
    ],
)
def test_bad_arguments(arguments: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        metrics.anomaly_score(**{"gan": gan(1, 3), "x": np.zeros((2, 3)), **arguments})
