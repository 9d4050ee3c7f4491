"""Pictures along one latent dimension."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fastgan
from helpers.bits import assert_same_bits

FACES = fastgan.datasets.slanted_land()


def gan(latent: str = "uniform", k: int = 3, **options: Any) -> Any:
    given: Any = np.zeros((5, k)) if latent == "explicit" else latent
    return fastgan.train(FACES, epochs=1, latent=given, latent_dim=k, rng=1, **options).gan


@pytest.mark.parametrize("dimension", [0, 1, 2, -1])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_dimension_moves_and_the_others_are_held(dimension: int, dtype: str) -> None:
    one = gan(dtype=dtype)
    values = [0.0, 0.25, 7.0]
    vectors = np.full((3, 3), 0.5)
    vectors[:, dimension] = values
    assert_same_bits(fastgan.latent_traversal(one, dimension, values), one.generate(vectors))
    vectors = np.tile([0.1, 0.2, 0.3], (3, 1))
    vectors[:, dimension] = values
    pictures = fastgan.latent_traversal(one, dimension, values, base=[0.1, 0.2, 0.3])
    assert_same_bits(pictures, one.generate(vectors))


def test_defaults_follow_the_distribution() -> None:
    uniform, normal = gan("uniform", 1), gan("normal", 2)
    pictures = fastgan.latent_traversal(uniform)
    assert_same_bits(pictures, uniform.generate(np.linspace(0, 1, 9)))
    vectors = np.stack([np.linspace(-2, 2, 9), np.zeros(9)], axis=1)
    assert_same_bits(fastgan.latent_traversal(normal), normal.generate(vectors))


def test_a_class() -> None:
    one = gan(labels=[1, 1, 2, 2, 2])
    pictures = fastgan.latent_traversal(one, 1, [0.2], label=2)
    assert_same_bits(pictures, one.generate([[0.5, 0.2, 0.5]], label=2))
    with pytest.raises(ValueError, match="label must be"):
        fastgan.latent_traversal(one)


def test_explicit_latents_have_no_middle() -> None:
    one = gan("explicit")
    with pytest.raises(ValueError, match="values must be given"):
        fastgan.latent_traversal(one, base=[0, 0, 0])
    with pytest.raises(ValueError, match="base must be given"):
        fastgan.latent_traversal(one, 0, [0.0])
    assert fastgan.latent_traversal(one, 0, [0.0], base=[1, 2, 3]).shape == (1, 2, 2)
    assert fastgan.latent_traversal(gan("explicit", 1), 0, [0.0]).shape == (1, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ((3,), TypeError, "gan must be a GAN"),
        ((gan(), 3), ValueError, "dimension must be below latent_dim=3, got 3"),
        ((gan(), -4), ValueError, "dimension must be at least -3, got -4"),
        ((gan(), 0.0), TypeError, "dimension must be an int"),
        ((gan(), 0, []), ValueError, "values must have shape"),
        ((gan(), 0, [[1.0]]), ValueError, "values must have shape"),
        ((gan(), 0, ["a"]), TypeError, "values must hold real numbers"),
        ((gan(), 0, [np.nan]), ValueError, "values must be finite"),
    ],
)
def test_bad_input(arguments: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        fastgan.latent_traversal(*arguments)
    with pytest.raises(ValueError, match="base must have shape"):
        fastgan.latent_traversal(gan(), 0, [1.0], base=[1.0])
    with pytest.raises(ValueError, match="label must be None"):
        fastgan.latent_traversal(gan(), 0, [1.0], label=1)
