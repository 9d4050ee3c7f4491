"""Small data sets to train on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fastgan import arrays
from fastgan.latents import RandomInput, random_source


def slanted_land() -> npt.NDArray[np.float64]:
    """Return the five faces of Slanted Land, whose people lean to the left.

    Returns
    -------
    ndarray of float64, shape (5, 2, 2)
        Grey values, 1 for black: dark on the falling diagonal, light off it.

    References
    ----------
    .. [1] L. Serrano, "A Friendly Introduction to Generative Adversarial Networks (GANs)", 2020.
    """
    return np.array(
        [
            [[1.0, 0.0], [0.0, 1.0]],
            [[0.9, 0.1], [0.2, 0.8]],
            [[0.9, 0.2], [0.1, 0.8]],
            [[0.8, 0.1], [0.2, 0.9]],
            [[0.8, 0.2], [0.1, 0.9]],
        ]
    )


def noise_images(n: int, *, rng: RandomInput = None) -> npt.NDArray[np.float64]:
    """Draw pictures of nobody: every pixel uniform on [0, 1).

    Parameters
    ----------
    n : int
        How many.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Where the numbers come from.

    Returns
    -------
    ndarray of float64, shape (n, 2, 2)

    Raises
    ------
    TypeError, ValueError
        If `n` is not a positive int, or `rng` is none of the above.
    """
    n = arrays.count("n", n)
    arrays.total("n", n, 4)
    return random_source(rng).uniform((n, 2, 2))
