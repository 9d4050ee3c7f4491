"""Faces of Slanted Land, drawn at any size.

Only + - * /, one square root and comparisons are used, all exact or correctly rounded under
IEEE 754, and all sums are counts, so the same random numbers give the same bits everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Float64Array = npt.NDArray[np.float64]

NUMBERS = 5  # uniform random numbers per face

_POINTS = 4  # along each side of a pixel; the share of dark points gives its grey
_STRIP = 2**16  # points tested together: few enough to stay in the cache
_HALF_ROOT = np.sqrt(0.5)


class _Face(NamedTuple):
    """A face on a square from -1 to 1, rightwards and downwards."""

    length: float  # half the length, along the falling diagonal
    width: float  # half the width, across the falling diagonal
    grey: float
    right: float  # of the centre
    down: float  # of the centre


def draw(numbers: Float64Array, size: int) -> Float64Array:
    """Draw a face from each row of numbers in [0, 1), (n, NUMBERS); return (n, size, size)."""
    pictures = np.empty((len(numbers), size, size))
    rows = max(1, _STRIP // (size * _POINTS * _POINTS))
    places = (2.0 * np.arange(size * _POINTS) + 1.0) / (size * _POINTS) - 1.0
    for picture, row in zip(pictures, numbers, strict=True):
        face = _face(row)
        for first in range(0, size, rows):
            down = places[first * _POINTS : (first + rows) * _POINTS]
            dark = _is_dark(face, places[np.newaxis, :], down[:, np.newaxis])
            squares = dark.reshape(-1, _POINTS, size, _POINTS)
            picture[first : first + rows] = np.count_nonzero(squares, axis=(1, 3))
        picture *= face.grey / (_POINTS * _POINTS)
    return pictures


def _face(numbers: Float64Array) -> _Face:
    a, b, c, d, e = (float(number) for number in numbers)
    return _Face(
        length=0.9 + 0.25 * a,
        width=0.42 + 0.18 * b,
        grey=0.7 + 0.3 * c,
        right=0.16 * d - 0.08,
        down=0.16 * e - 0.08,
    )


def _is_dark(face: _Face, right: Float64Array, down: Float64Array) -> npt.NDArray[np.bool_]:
    """Return which points lie in the face, but neither in an eye nor in the mouth."""
    x, y = right - face.right, down - face.down
    along, across = (x + y) * _HALF_ROOT, (x - y) * _HALF_ROOT
    length, width = along / face.length, across / face.width
    head = length * length + width * width <= 1.0
    # Both eyes at once: they are mirror images.
    eye_along, eye_across = along + 0.35 * face.length, np.abs(across) - 0.42 * face.width
    radius = 0.22 * face.width
    eyes = eye_along * eye_along + eye_across * eye_across <= radius * radius
    mouth = (np.abs(length - 0.45) <= 0.07) & (np.abs(width) <= 0.5)
    dark: npt.NDArray[np.bool_] = head & ~eyes & ~mouth
    return dark
