"""The published notebook, to its last printed digit, and the networks built by hand.

L. Serrano, "A Friendly Introduction to Generative Adversarial Networks (GANs)", 2020.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fastgan

GENERATOR_WEIGHTS = "0.70702123 0.03720449 -0.45703394 0.79375751"
GENERATOR_BIASES = "2.48490157 -3.36725912 -2.90139211 2.8172726"
DISCRIMINATOR_WEIGHTS = "0.60175083 -0.29127513 -0.40093314 0.37759987"
DISCRIMINATOR_BIAS = "-0.89551030057977"
NEXT_FACES = (
    "0.94688171 0.03401213 0.04080795 0.96308679",
    "0.95653992 0.03437852 0.03579494 0.97063836",
    "0.95056667 0.03414339 0.03893305 0.96599501",
    "0.94228203 0.03386046 0.04309146 0.95941292",
)


def printed(values: np.ndarray) -> str:
    """Format numbers as NumPy does: 8 digits after the point, without trailing zeros."""
    return " ".join(
        np.format_float_positional(value, precision=8, unique=True, fractional=True, trim="-")
        for value in values
    )


def test_the_notebook(backend: str, faces: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = np.random.RandomState(42)
    run = fastgan.train(faces, epochs=1000, learning_rate=0.01, rng=stream, backend=backend)
    assert run.backend == backend
    assert printed(run.gan.generator.weights[0]) == GENERATOR_WEIGHTS
    assert printed(run.gan.generator.biases) == GENERATOR_BIASES
    assert printed(run.gan.discriminator.weights) == DISCRIMINATOR_WEIGHTS
    assert f"{run.gan.discriminator.bias:.14f}" == DISCRIMINATOR_BIAS

    monkeypatch.setenv("FASTGAN_BACKEND", backend)  # for the pictures too
    next_faces = run.gan.sample(4, rng=stream)
    assert next_faces.shape == (4, 2, 2)
    assert tuple(printed(face) for face in next_faces.reshape(4, 4)) == NEXT_FACES


@pytest.fixture
def built_by_hand(backend: str, monkeypatch: pytest.MonkeyPatch) -> fastgan.GAN:
    monkeypatch.setenv("FASTGAN_BACKEND", backend)
    return fastgan.GAN(
        generator=fastgan.Generator([1, -1, -1, 1], [1, -1, -1, 1]),
        discriminator=fastgan.Discriminator([1, -1, -1, 1], -1),
    )


@pytest.mark.parametrize(
    ("picture", "score", "probability"),
    [([1, 0, 0, 1], 1.0, 0.73), ([0.25, 0.25, 0.5, 1.0], -0.5, 0.38)],
)
def test_the_discriminator_built_by_hand(
    built_by_hand: fastgan.GAN, picture: list[float], score: float, probability: float
) -> None:
    assert built_by_hand.score(picture) == score
    assert round(float(built_by_hand.discriminate(picture)), 2) == probability


@pytest.mark.parametrize("z", [0.7, [0.7], [[0.7]]])
def test_the_generator_built_by_hand(built_by_hand: fastgan.GAN, z: Any) -> None:
    picture = built_by_hand.generate(z)
    assert picture.shape == (*np.shape(z)[:1], 4)
    assert picture.round(2).ravel().tolist() == [0.85, 0.15, 0.15, 0.85]
