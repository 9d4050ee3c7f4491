"""The faces of Slanted Land, and pictures of noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.randomness.source import RandomInput, random_source

SMALLEST_DRAWN = 8  # pixels per side; smaller faces would lose eyes and mouth


def slanted_land(
    n: int | None = None, *, size: int = 2, rng: RandomInput = None
) -> npt.NDArray[np.float64]:
    """Return faces of Slanted Land, whose people lean to the left.

    Parameters
    ----------
    n : int, optional
        Number of faces to draw; by default, the five published faces, which have 2x2 pixels.
    size : int, optional
        Pixels per side: 2, or at least 8.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Source of the random numbers; only with `n`.

    Returns
    -------
    ndarray of float64, shape (n, size, size)
        Grey values in [0, 1], 1 for black: dark on the falling diagonal, light off it.

    Raises
    ------
    TypeError, ValueError
        If `n` or `size` is not such an int, `rng` is none of the above, or `n` is not given, but
        `rng` or another `size` than 2 is.

    Notes
    -----
    The five published faces are those of [1]_. A face drawn at 2x2 has two pixels of 0.8 + 0.2 u
    on the falling diagonal and two of 0.2 u off it, the ranges of the published faces. Each pixel
    has its own u, drawn row by row, uniform on [0, 1).

    Larger faces are ellipses on white whose long axis is the falling diagonal, with two eyes and a
    mouth. On a square from -1 to 1, each face has five uniform random numbers: half its length,
    from 0.9 to 1.15, half its width, from 0.42 to 0.6, its grey, from 0.7 to 1, and both
    coordinates of its centre, from -0.08 to 0.08. A pixel's grey is the face's grey times the
    share of the pixel's 4x4 points that are dark.

    The first faces are the same however many are drawn, with the same bits on every processor and
    operating system.

    References
    ----------
    .. [1] L. Serrano, "A Friendly Introduction to Generative Adversarial Networks (GANs)", 2020.
    """
    size = validation.count("size", size, least=2)
    if 2 < size < SMALLEST_DRAWN:
        raise ValueError(f"size must be 2 or at least {SMALLEST_DRAWN}, got {size}")
    if n is None:
        if size != 2:
            raise ValueError(
                f"n must be given to draw faces of size {size}: only 2x2 has a default"
            )
        if rng is not None:
            raise ValueError("n must be given with rng: the five published faces are not random")
        return _published_faces()
    n = validation.count("n", n)
    validation.total("size", size, size)
    validation.total("n", n, size * size)
    source = random_source(rng)
    with validation.room_for("n or size", n, size * size):
        if size == 2:
            lightest = np.array([[0.8, 0.0], [0.0, 0.8]])
            pictures: npt.NDArray[np.float64] = lightest + 0.2 * source.uniform((n, 2, 2))
            return pictures
        from fastgan.datasets import face_drawing  # most trainings do without

        return face_drawing.draw(source.uniform((n, face_drawing.NUMBERS)), size)


def noise_images(n: int, *, rng: RandomInput = None) -> npt.NDArray[np.float64]:
    """Draw pictures of noise: every pixel is uniform on [0, 1).

    Parameters
    ----------
    n : int
        Number of pictures.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Source of the random numbers.

    Returns
    -------
    ndarray of float64, shape (n, 2, 2)

    Raises
    ------
    TypeError, ValueError
        If `n` is not a positive int, or `rng` is none of the above.
    """
    n = validation.count("n", n)
    with validation.room_for("n", n, 4):
        return random_source(rng).uniform((n, 2, 2))


def _published_faces() -> npt.NDArray[np.float64]:
    return np.array(
        [
            [[1.0, 0.0], [0.0, 1.0]],
            [[0.9, 0.1], [0.2, 0.8]],
            [[0.9, 0.2], [0.1, 0.8]],
            [[0.8, 0.1], [0.2, 0.9]],
            [[0.8, 0.2], [0.1, 0.9]],
        ]
    )
