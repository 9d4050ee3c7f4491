"""Helpers for the tests of dynamics: random games, and independent formulas of the losses."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from fastgan import GAN, ConditionalGAN, Discriminator, Generator, dynamics

SIZES = [(1, 1), (4, 1), (3, 2), (19, 3)]  # d, k
PENALTIES = [(0.0, 0.0), (0.7, 0.0), (0.0, 0.3), (0.7, 0.3)]  # gradient penalty, R1
GAMES: list[dict[str, Any]] = [
    {"loss": loss, "gradient_penalty_weight": gradient_penalty, "r1_weight": r1}
    for loss, (gradient_penalty, r1) in itertools.product(dynamics.LOSSES, PENALTIES)
] + [
    {"loss": loss, "label_smoothing": 0.1}
    for loss in ("non-saturating", "minimax", "least-squares")
]


def game_name(game: dict[str, Any]) -> str:
    """Return a name for a test."""
    return "-".join(str(value) for value in game.values())


def random_gan(d: int, k: int, seed: int = 0) -> GAN:
    """Return a GAN with parameters as a training draws them."""
    rng = np.random.default_rng([seed, d, k])
    return GAN(
        Generator(rng.normal(size=(k, d)), rng.normal(size=d)),
        Discriminator(rng.normal(size=d), rng.normal()),
    )


def random_conditional_gan(
    d: int, k: int, classes: tuple[int, ...], seed: int = 0
) -> ConditionalGAN:
    """Return a GAN with parameters as a training draws them."""
    rng = np.random.default_rng([seed, d, k, len(classes)])
    c = len(classes)
    return ConditionalGAN(
        classes, rng.normal(size=(k, d)), rng.normal(size=(c, d)), rng.normal(size=(c, d)),
        rng.normal(size=c),
    )  # fmt: skip


def random_rows(d: int, k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return real rows (5, d) and latent vectors (7, k)."""
    rng = np.random.default_rng([seed, d, k, 1])
    return rng.random((5, d)), rng.random((7, k))


def losses(
    theta: np.ndarray, data: np.ndarray, latents: np.ndarray, game: dict[str, Any]
) -> tuple[float, float]:
    """Return L_D and L_G, as their authors write them."""
    d, k = data.shape[1], latents.shape[1]
    w, b = theta[:d], theta[d]
    weights, biases = theta[d + 1 : -d].reshape(k, d), theta[-d:]
    real = data @ w + b
    fake = (1 / (1 + np.exp(-(latents @ weights + biases)))) @ w + b
    target = 1 - game.get("label_smoothing", 0.0)
    minus_log_d, minus_log_1_d = (lambda s: np.logaddexp(0, -s)), (lambda s: np.logaddexp(0, s))
    on_real = {
        "least-squares": (real - target) ** 2 / 2,
        "wasserstein": -real,
    }.get(game["loss"], target * minus_log_d(real) + (1 - target) * minus_log_1_d(real))
    on_fake = {"least-squares": fake**2 / 2, "wasserstein": fake}.get(
        game["loss"], minus_log_1_d(fake)
    )
    of_g = {
        "non-saturating": minus_log_d(fake),
        "minimax": -minus_log_1_d(fake),
        "least-squares": (fake - 1) ** 2 / 2,
        "wasserstein": -fake,
    }[game["loss"]]
    penalty = game.get("gradient_penalty_weight", 0) * (np.linalg.norm(w) - 1) ** 2
    penalty += game.get("r1_weight", 0) * (w @ w)
    return on_real.mean() + on_fake.mean() + penalty, of_g.mean()


def conditional_losses(
    theta: np.ndarray,
    data: np.ndarray,
    class_of_rows: np.ndarray,
    latents: np.ndarray,
    c: int,
    game: dict[str, Any],
) -> np.ndarray:
    """Return L_D and L_G of c classes: means over the rows, each with the GAN of its class."""
    d, k = data.shape[1], latents.shape[1]
    w, b = theta[: c * d].reshape(c, d), theta[c * d : c * d + c]
    weights, biases = theta[c * d + c : -c * d], theta[-c * d :].reshape(c, d)
    assert weights.size == k * d
    of_rows = [
        losses(np.concatenate([w[y], b[y : y + 1], weights, biases[y]]), row[None], latents, game)
        for row, y in zip(data, class_of_rows, strict=True)
    ]
    return np.mean(of_rows, axis=0)


def point_game(c: float, bias: float = 0.0) -> tuple[GAN, np.ndarray, np.ndarray]:
    """Return one pixel, one face of grey c, a generator that makes it, and a D that is blind to it.

    The latent vector is 0, so W_G has no effect.
    """
    generator = Generator([[0.0]], [np.log(c / (1 - c))])
    return GAN(generator, Discriminator([0.0], bias)), np.array([[c]]), np.zeros((1, 1))
