"""Duplicates, density and coverage, against brute force and SciPy's trees."""

from __future__ import annotations

import tracemalloc
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
from scipy.spatial import KDTree

from fastgan import metrics
from fastgan.metrics import neighbours


def duplicates_by_brute_force(rows: np.ndarray, tolerance: float) -> float:
    rows = rows.reshape(len(rows), -1)
    twins = 0
    for i, row in enumerate(rows):
        others = np.delete(rows, i, axis=0)
        twins += bool(len(others)) and bool((np.abs(others - row).max(axis=1) <= tolerance).any())
    return twins / len(rows)


@pytest.mark.parametrize("tolerance", [0, 0.01, 0.05, 0.3, 2.0])
@pytest.mark.parametrize("shape", [(200, 1), (200, 2), (150, 2, 2), (60, 30), (1, 3), (50,)])
def test_duplicates_are_those_of_brute_force(shape: tuple[int, ...], tolerance: float) -> None:
    rng = np.random.default_rng(0)
    for rows in (rng.random(shape), rng.integers(0, 5, shape) / 4):
        expected = duplicates_by_brute_force(rows, tolerance)
        assert metrics.duplicate_share(rows, tolerance) == expected
        assert metrics.duplicate_share(rng.permutation(rows), tolerance) == expected


def test_duplicates_whose_first_neighbours_are_none() -> None:
    """Along the feature that varies most, other items lie between them."""
    rows = np.array([[0.0, 0], [0.1, 9], [0.2, 0], [0.3, 9], [0.4, 5], [40, 5]])
    assert metrics.duplicate_share(rows, 0.25) == 4 / 6
    assert metrics.duplicate_share(rows, 0.15) == 0


def test_the_tolerance_belongs_to_the_duplicates() -> None:
    assert metrics.duplicate_share([0.0, 0.25, 1.0], 0.25) == 2 / 3
    assert metrics.duplicate_share([0.0, 0.25, 1.0], np.nextafter(0.25, 0)) == 0
    assert metrics.duplicate_share([0.0, 1e-6, 1.0]) == 2 / 3
    assert metrics.duplicate_share([0.0, 1.01e-6, 1.0]) == 0


def test_collapse_and_its_opposite() -> None:
    assert metrics.duplicate_share(np.full((1000, 2, 2), 0.3)) == 1.0
    assert metrics.duplicate_share(np.eye(50)) == 0.0
    assert metrics.duplicate_share(np.eye(50)[[0, 1, 2, 2]]) == 0.5


def test_many_duplicates_take_no_more_time_than_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    near = neighbours._near

    def counted(rows: Any, first: Any, second: Any, tolerance: float) -> Any:
        compared.append(len(first))
        return near(rows, first, second, tolerance)

    monkeypatch.setattr(neighbours, "_near", counted)
    metrics.duplicate_share(np.zeros((10_000, 3)))
    assert sum(compared) <= 20_000


def naeem(real: np.ndarray, fake: np.ndarray, k: int) -> tuple[float, float]:
    """Compute the formulas term by term."""
    real, fake = real.reshape(len(real), -1), fake.reshape(len(fake), -1)
    radii = [np.sort(np.delete(np.square(real - x).sum(1), i))[k - 1] for i, x in enumerate(real)]
    inside = [[np.square(y - x).sum() < r for y in fake] for x, r in zip(real, radii, strict=True)]
    density = sum(map(sum, inside)) / (k * len(fake))
    return density, sum(map(any, inside)) / len(real)


@pytest.mark.parametrize("k", [1, 2, 5, 11])
@pytest.mark.parametrize("shape", [(1,), (3,), (2, 2), (20,)])
def test_density_and_coverage_are_those_of_the_formulas(shape: tuple[int, ...], k: int) -> None:
    rng = np.random.default_rng(1)
    for shift in (0.0, 0.5):
        real, fake = rng.random((12, *shape)), rng.random((17, *shape)) + shift
        found = metrics.density_and_coverage(real, fake, k)
        assert (found.density, found.coverage) == naeem(real, fake, k)


def test_density_and_coverage_by_scipys_trees() -> None:
    rng = np.random.default_rng(2)
    real, fake = rng.normal(size=(700, 6)), 0.9 * rng.normal(size=(900, 6))
    radii = KDTree(real).query(real, 6)[0][:, 5]
    in_balls = KDTree(fake).query_ball_point(real, radii, return_length=True)
    found = metrics.density_and_coverage(real, fake)
    assert found.density == pytest.approx(in_balls.sum() / (5 * 900), rel=1e-12)
    assert found.coverage == np.count_nonzero(in_balls) / 700


def test_of_one_distribution_they_are_as_expected() -> None:
    rng = np.random.default_rng(3)
    found = metrics.density_and_coverage(rng.normal(size=(1500, 3)), rng.normal(size=(1500, 3)))
    assert found.density == pytest.approx(1, abs=0.06)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)


def test_what_collapse_and_strangers_do() -> None:
    rng = np.random.default_rng(4)
    real = rng.random((200, 4))
    collapsed = metrics.density_and_coverage(real, np.tile(real.mean(axis=0), (200, 1)))
    assert collapsed.density > 0.5  # density does not detect the collapse
    assert collapsed.coverage < 0.05
    strange = metrics.density_and_coverage(real, real + 10)
    assert (strange.density, strange.coverage) == (0, 0)
    same = metrics.density_and_coverage(real, real)
    assert (same.density, same.coverage) == (1, 1)  # each ball holds its centre and k - 1 others


def test_balls_are_open() -> None:
    found = metrics.density_and_coverage([0.0, 1.0], [1.0], 1)
    assert (found.density, found.coverage) == (1, 0.5)  # in the ball around 1, not around 0
    copies = metrics.density_and_coverage([0.0, 0.0, 5.0], [0.0, 0.1], 1)
    assert (copies.density, copies.coverage) == (0.5, 1 / 3)  # only in the ball around 5


def test_they_do_not_change_when_all_is_moved_or_scaled() -> None:
    rng = np.random.default_rng(5)
    real, fake = (rng.integers(0, 2**20, (40, 3)) / 2**10 for _ in range(2))  # exact below
    expected = metrics.density_and_coverage(real, fake)
    assert metrics.density_and_coverage(real + 512, fake + 512) == expected
    assert metrics.density_and_coverage(real * 2.0**400, fake * 2.0**400) == expected
    assert metrics.density_and_coverage(rng.permutation(real), fake[::-1]) == expected
    assert metrics.density_and_coverage(real[:, ::-1], fake[:, ::-1]) == expected


@pytest.mark.parametrize("block", [1, 7, 100])
def test_blocks_of_any_size_give_the_same(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(6)
    real, fake = rng.random((50, 3)), rng.random((30, 3))
    expected = metrics.density_and_coverage(real, fake), metrics.duplicate_share(real, 0.1)
    monkeypatch.setattr(neighbours, "BLOCK", block)
    found = metrics.density_and_coverage(real, fake), metrics.duplicate_share(real, 0.1)
    assert found == expected


def test_distances_are_never_held_together() -> None:
    rng = np.random.default_rng(7)
    real, fake = rng.random((5000, 2)), rng.random((3000, 2))
    metrics.density_and_coverage(real[:10], fake)
    tracemalloc.start()
    metrics.density_and_coverage(real, fake)
    metrics.duplicate_share(real, 0.001)
    metrics.duplicate_share(np.zeros((5000, 2)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**20  # all distances of the real items would be 200 MB


def test_the_result_cannot_be_changed() -> None:
    found = metrics.density_and_coverage([0.0, 1.0], [1.0], 1)
    with pytest.raises(FrozenInstanceError):
        found.density = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("k", "error", "match"),
    [
        (5, ValueError, "n_neighbours must be below the number of real items, 5, got 5"),
        (2**40, ValueError, "n_neighbours must be below"),
        (0, ValueError, "n_neighbours must be at least 1"),
        (1.0, TypeError, "n_neighbours must be an int"),
    ],
)
def test_bad_neighbours(faces: np.ndarray, k: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        metrics.density_and_coverage(faces, faces, k)


@pytest.mark.parametrize(
    ("tolerance", "error"),
    [(-1e-9, ValueError), (np.nan, ValueError), (np.inf, ValueError), ("0", TypeError),
     (None, TypeError), (True, TypeError)],
)  # fmt: skip
def test_bad_tolerance(tolerance: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="tolerance must be"):
        metrics.duplicate_share([0.0, 1.0], tolerance)


def test_what_are_no_items() -> None:
    for value, error in (("x", TypeError), ([], ValueError), ([np.inf], ValueError)):
        with pytest.raises(error, match=r"^fake must"):
            metrics.duplicate_share(value)
        with pytest.raises(error, match=r"^real must"):
            metrics.density_and_coverage(value, [0.0])
        with pytest.raises(error, match=r"^fake must"):
            metrics.density_and_coverage([0.0, 1.0], value)
    with pytest.raises(ValueError, match=r"^fake must hold items of the shape"):
        metrics.density_and_coverage(np.zeros((9, 2)), np.zeros((9, 3)))
