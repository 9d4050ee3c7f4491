"""What the tests of dynamics share: random networks."""

from __future__ import annotations

import numpy as np

from fastgan import GAN, Discriminator, Generator

SIZES = [(1, 1), (4, 1), (3, 2), (19, 3)]  # d, k


def random_gan(d: int, k: int, seed: int = 0) -> GAN:
    """Parameters as a training draws them."""
    rng = np.random.default_rng([seed, d, k])
    return GAN(
        Generator(rng.normal(size=(k, d)), rng.normal(size=d)),
        Discriminator(rng.normal(size=d), rng.normal()),
    )
