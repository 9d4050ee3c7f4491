"""The energy score: its definition, SciPy's distances, and the property of a proper score."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from scipy.stats import energy_distance

from fastgan import metrics
from fastgan.metrics import energy
from helpers.bits import assert_same_bits

RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("real", "fake"),
    [
        (RNG.random((7, 2, 2)), RNG.random((50, 2, 2))),
        (RNG.normal(size=(40, 17)), 3 + 2 * RNG.normal(size=(30, 17))),
        (RNG.random(9), RNG.random(2)),
        (RNG.random((1, 35), dtype=np.float32), RNG.random((8, 35), dtype=np.float32)),
    ],
)
def test_it_is_that_of_the_definition(real: np.ndarray, fake: np.ndarray) -> None:
    x, y = (rows.reshape(len(rows), -1).astype(float) for rows in (real, fake))
    expected = cdist(x, y).mean() - pdist(y).mean() / 2
    assert metrics.energy_score(real, fake) == pytest.approx(expected, rel=1e-12)
    assert metrics.energy_score(x, fake) == metrics.energy_score(real, y)


def test_what_is_above_its_lowest_value_is_an_energy_distance() -> None:
    """SciPy's distance is the root of twice it, for one feature, including pairs of equal items."""
    real, fake = RNG.normal(size=300), RNG.normal(0.5, 2, size=200)
    own = [np.abs(rows[:, np.newaxis] - rows).mean() for rows in (real, fake)]
    above = metrics.energy_score(real, fake) - own[0] / 2 + own[1] / 199 / 2
    assert np.sqrt(2 * above) == pytest.approx(energy_distance(real, fake), rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_none_is_better_than_the_distribution_of_the_real_items(seed: int) -> None:
    rng = np.random.default_rng(seed)
    kinds = np.array([[0.9, 0.1, 0.1, 0.9], [0.1, 0.9, 0.9, 0.1]])

    def draw(n: int) -> np.ndarray:
        return kinds[rng.integers(0, 2, n)] + rng.normal(0, 0.05, (n, 4))

    real, same = draw(1000), draw(1000)
    best = metrics.energy_score(real, same)
    for other in (
        same + 0.05,  # a different mean
        0.5 + rng.normal(0, 0.05, (1000, 4)),  # the same mean without the kinds
        0.5 + (same - 0.5) * 1.2,  # the same mean, but too wide
        kinds[0] + rng.normal(0, 0.05, (1000, 4)),  # only one of the two kinds
        np.stack([rng.permutation(column) for column in same.T], axis=1),  # the same histograms
        np.tile(same.mean(axis=0), (1000, 1)),  # collapsed
    ):
        assert metrics.energy_score(real, other) > best + 0.001


def test_of_equal_fakes_it_is_their_mean_distance() -> None:
    assert metrics.energy_score([0.0, 1.0, 5.0], [1.0, 1.0]) == 5 / 3
    assert metrics.energy_score([2.0], [0.0, 4.0]) == 0.0


def test_the_number_of_fakes_favours_nobody() -> None:
    real, fake = RNG.random((50, 3)), RNG.random((4000, 3))
    few = np.mean([metrics.energy_score(real, fake[i : i + 2]) for i in range(0, 4000, 2)])
    assert few == pytest.approx(metrics.energy_score(real, fake), abs=0.01)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real, fake = RNG.random((70, 19)), RNG.random((33, 19))
    expected = metrics.energy_score(real, fake)
    for block in (1, 100, 2**10):
        monkeypatch.setattr(energy, "BLOCK", block)
        assert_same_bits(metrics.energy_score(real, fake), expected)


@pytest.mark.parametrize(
    ("real", "fake", "error", "match"),
    [
        ([0.0], [1.0], ValueError, "fake must hold at least 2 items, got 1"),
        ("text", [1.0, 2.0], TypeError, "real must hold real numbers"),
        ([0.0], [], ValueError, "fake must not be empty"),
        ([0.0], [1.0, 1e140], ValueError, "fake must hold numbers below"),
        ([[0.0, 1.0]], [[0.0], [1.0]], ValueError, "fake must hold items of the shape"),
    ],
)
def test_bad_items(real: Any, fake: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=f"^{match}"):
        metrics.energy_score(real, fake)
