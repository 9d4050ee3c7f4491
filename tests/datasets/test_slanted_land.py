"""Faces of Slanted Land: the published five, and drawn ones of any size with the same bits."""

from __future__ import annotations

import hashlib
import tracemalloc
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.datasets import face_drawing, slanted_land
from helpers.bits import assert_same_bits

GOLDEN = {
    2: "57b75ecb905de54966e8b20de682cd538203643d72c55b20045f0f8f7d5d94c8",
    8: "5d1276c23dbee82d2c62770c59b0da62c257738e6087a3f3e939557d9382eada",
    16: "ea1065321e39743f4d1788386767011bba931db1cc32573d36a798ea797c1095",
    33: "6d8a72c15f1f167c2349f58657211185b7aa968a39ae0bc1fd012f8e46b902e2",
}


def digest(pictures: np.ndarray) -> str:
    return hashlib.sha256(pictures.astype("<f8").tobytes()).hexdigest()


def test_the_five_published_faces_are_the_default() -> None:
    expected = [
        [[1.0, 0.0], [0.0, 1.0]],
        [[0.9, 0.1], [0.2, 0.8]],
        [[0.9, 0.2], [0.1, 0.8]],
        [[0.8, 0.1], [0.2, 0.9]],
        [[0.8, 0.2], [0.1, 0.9]],
    ]
    assert_same_bits(slanted_land(), np.array(expected))
    assert_same_bits(slanted_land(size=2), slanted_land())


@pytest.mark.parametrize("size", GOLDEN)
def test_the_bits_are_those_they_were(size: int) -> None:
    assert digest(slanted_land(7, size=size, rng=42)) == GOLDEN[size]


@pytest.mark.parametrize("size", [2, 8, 16, 33])
def test_shape_and_range(size: int) -> None:
    pictures = slanted_land(200, size=size, rng=1)
    assert pictures.shape == (200, size, size)
    assert pictures.dtype == np.float64
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert not (pictures[0] == pictures[1]).all()


def test_drawn_2x2_faces_fill_their_ranges() -> None:
    pictures = slanted_land(2000, rng=3)
    dark, light = pictures[:, [0, 1], [0, 1]], pictures[:, [0, 1], [1, 0]]
    assert (dark.min(axis=0) >= 0.8).all()
    assert (dark.min(axis=0) < 0.802).all()
    assert (dark.max(axis=0) > 0.998).all()
    assert (light.min(axis=0) < 0.002).all()
    assert (light.max(axis=0) > 0.198).all()
    assert (light.max(axis=0) < 0.2).all()
    correlations = np.corrcoef(pictures.reshape(-1, 4).T)
    assert np.abs(correlations - np.eye(4)).max() < 0.1


def test_people_lean_to_the_left() -> None:
    """In each face, greys weigh more along the falling diagonal than across it."""
    for size in (8, 16, 40):
        place = (2 * np.arange(size) + 1) / size - 1
        for picture in slanted_land(100, size=size, rng=4):
            weights = picture / picture.sum()
            covariance = np.cov(
                np.stack(np.meshgrid(place, place)).reshape(2, -1), aweights=weights.ravel()
            )
            spread, directions = np.linalg.eigh(covariance)
            x, y = directions[:, 1]  # components of the longest axis to the right and downwards
            assert x * y > 0.35
            assert np.sqrt(spread[1] / spread[0]) > 1.4


def test_each_number_of_a_face_does_what_it_should() -> None:
    middle = np.full(face_drawing.NUMBERS, 0.5)
    usual = face_drawing.draw(middle[np.newaxis], 32)[0]

    def changed(number: int) -> np.ndarray:
        numbers = middle.copy()
        numbers[number] = 0.999
        return face_drawing.draw(numbers[np.newaxis], 32)[0]

    def ink_on(picture: np.ndarray, offset: int) -> float:
        return np.count_nonzero(np.fliplr(picture).diagonal(offset))

    def middle_of(picture: np.ndarray, axis: int) -> float:
        marginal = picture.sum(axis=axis)
        return float(marginal @ np.arange(32) / marginal.sum())

    assert np.count_nonzero(changed(0).diagonal()) > np.count_nonzero(usual.diagonal())
    assert ink_on(changed(0), 0) == pytest.approx(ink_on(usual, 0), abs=1)
    assert ink_on(changed(1), 0) > ink_on(usual, 0)
    np.testing.assert_allclose(changed(2), usual / usual.max() * (0.7 + 0.3 * 0.999), rtol=1e-15)
    for number, axis in ((3, 0), (4, 1)):
        assert middle_of(changed(number), axis) - middle_of(usual, axis) == pytest.approx(
            0.08 * 16, abs=0.2
        )
        assert middle_of(changed(number), 1 - axis) == pytest.approx(
            middle_of(usual, 1 - axis), abs=0.05
        )


def test_a_face_in_the_middle_is_its_own_mirror_image() -> None:
    """Mirrored at the falling diagonal; its other parts, eyes and a mouth, are light."""
    picture = face_drawing.draw(np.full((1, face_drawing.NUMBERS), 0.5), 24)[0]
    assert_same_bits(picture, picture.T.copy())
    dark = picture > 0
    inside = np.argwhere(dark)
    box = dark[inside[:, 0].min() : inside[:, 0].max() + 1]
    holes = sum(int(((np.diff(np.flatnonzero(row)) - 1) > 0).sum()) for row in box if row.any())
    assert holes > 0


def test_the_grey_of_a_pixel_is_the_share_of_its_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compared with a drawing point by point, in Python's integers."""
    numbers = np.array([0.3, 0.8, 0.25, 0.1, 0.9])
    size, points = 9, 4
    length, width, grey = 0.9 + 0.25 * 0.3, 0.42 + 0.18 * 0.8, 0.7 + 0.3 * 0.25
    right, down = -0.08 + 0.16 * 0.1, -0.08 + 0.16 * 0.9

    def dark(i: int, j: int) -> bool:
        y = (2 * i + 1) / (size * points) - 1 - down
        x = (2 * j + 1) / (size * points) - 1 - right
        along, across = (x + y) / 2**0.5, (x - y) / 2**0.5
        if (along / length) ** 2 + (across / width) ** 2 > 1:
            return False
        for side in (-1, 1):
            distance = (along + 0.35 * length) ** 2 + (across - side * 0.42 * width) ** 2
            if distance <= (0.22 * width) ** 2:
                return False
        return not (abs(along / length - 0.45) <= 0.07 and abs(across / width) <= 0.5)

    expected = [
        [
            sum(dark(4 * i + p, 4 * j + q) for p in range(points) for q in range(points)) / 16
            for j in range(size)
        ]
        for i in range(size)
    ]
    drawn = face_drawing.draw(numbers[np.newaxis], size)[0]
    np.testing.assert_allclose(drawn, grey * np.array(expected), rtol=1e-14)
    monkeypatch.setattr(face_drawing, "_STRIP", 1)
    assert_same_bits(face_drawing.draw(numbers[np.newaxis], size)[0], drawn)


@pytest.mark.parametrize("size", [2, 16])
def test_the_first_are_the_same_however_many_are_drawn(size: int) -> None:
    assert_same_bits(slanted_land(3, size=size, rng=5), slanted_land(9, size=size, rng=5)[:3])


def test_every_kind_of_rng() -> None:
    seeded = slanted_land(2, size=8, rng=6)
    for rng in (np.random.default_rng(6), np.random.PCG64(6), np.random.SeedSequence(6)):
        assert_same_bits(slanted_land(2, size=8, rng=rng), seeded)
    legacy = [slanted_land(2, rng=np.random.RandomState(6)) for _ in range(2)]
    assert_same_bits(*legacy)
    assert not (slanted_land(2) == slanted_land(2)).all()


def test_large_faces_take_little_more_memory_than_they_are() -> None:
    slanted_land(1, size=16)
    tracemalloc.start()
    picture = slanted_land(1, size=512, rng=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < picture.nbytes + 10 * 2**20  # all points at once would be 34 MB per operation


def test_a_gan_learns_them() -> None:
    pictures = slanted_land(64, size=16, rng=7)
    run = fastgan.train(pictures, epochs=300, batch_size=16, learning_rate=0.1, rng=8)
    gap = run.gan.sample(100, rng=9).mean(axis=0) - pictures.mean(axis=0)
    start = fastgan.train(pictures, epochs=1, batch_size=64, learning_rate=0.0, rng=8)
    before = start.gan.sample(100, rng=9).mean(axis=0) - pictures.mean(axis=0)
    assert np.sqrt((gap**2).mean()) < 0.4 * np.sqrt((before**2).mean())


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"size": 16}, ValueError, "n must be given to draw faces of size 16"),
        ({"rng": 1}, ValueError, "n must be given with rng"),
        ({"n": 1, "size": 1}, ValueError, "size must be at least 2"),
        ({"n": 1, "size": 3}, ValueError, "size must be 2 or at least 8, got 3"),
        ({"n": 1, "size": 7}, ValueError, "size must be 2 or at least 8, got 7"),
        ({"n": 1, "size": 16.0}, TypeError, "size must be an int"),
        ({"n": 1, "size": 2**62}, ValueError, "size is too large"),
        ({"n": 2**55, "size": 64}, ValueError, "n is too large"),
        ({"n": 0}, ValueError, "n must be at least 1"),
        ({"n": True}, TypeError, "n must be an int"),
        ({"n": "5"}, TypeError, "n must be an int"),
        ({"n": 1, "rng": -1}, ValueError, "rng must be"),
        ({"n": 1, "rng": "seed"}, TypeError, "rng must be"),
    ],
)
def test_bad_arguments(arguments: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        slanted_land(**arguments)
