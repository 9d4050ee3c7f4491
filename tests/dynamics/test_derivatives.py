"""The joint gradient field and its Jacobian are derivatives of the losses, with the same bits."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator, dynamics
from helpers.dynamics_cases import GAMES, SIZES, game_name, losses, random_gan, random_rows

FACES = fastgan.datasets.slanted_land()


def central_differences(function, theta, step=1e-5):
    """Return the matrix of derivatives: row p is the p-th result, column q the q-th parameter."""
    columns = [
        (np.asarray(function(theta + e)) - np.asarray(function(theta - e))) / (2 * step)
        for e in step * np.eye(len(theta))
    ]
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("game", GAMES, ids=game_name)
@pytest.mark.parametrize(("d", "k"), SIZES)
def test_field_is_minus_the_gradient_of_each_ones_own_loss(d, k, game):
    gan, (data, latents) = random_gan(d, k), random_rows(d, k)
    by_theta = central_differences(
        lambda theta: losses(theta, data, latents, game), dynamics.parameter_vector(gan)
    )
    field = dynamics.gradient_field(gan, data, latents, **game)
    np.testing.assert_allclose(field[: d + 1], -by_theta[0, : d + 1], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(field[d + 1 :], -by_theta[1, d + 1 :], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("game", GAMES, ids=game_name)
@pytest.mark.parametrize(("d", "k"), SIZES)
def test_jacobian_is_the_derivative_of_the_field(d, k, game):
    gan, (data, latents) = random_gan(d, k, seed=1), random_rows(d, k, seed=1)
    differences = central_differences(
        lambda theta: dynamics.gradient_field(
            dynamics.with_parameters(gan, theta), data, latents, **game
        ),
        dynamics.parameter_vector(gan),
    )
    exact = dynamics.jacobian(gan, data, latents, **game)
    np.testing.assert_allclose(exact, differences, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("d", "k"), SIZES)
@pytest.mark.parametrize("loss", ["minimax", "wasserstein"])
def test_what_one_wins_in_a_zero_sum_game_the_other_loses(d, k, loss):
    gan, (data, latents) = random_gan(d, k), random_rows(d, k)
    matrix = dynamics.jacobian(gan, data, latents, loss=loss)
    np.testing.assert_array_equal(matrix[: d + 1, d + 1 :], -matrix[d + 1 :, : d + 1].T)


def test_each_ones_own_block_is_symmetric():
    gan, (data, latents) = random_gan(3, 2), random_rows(3, 2)
    matrix = dynamics.jacobian(gan, data, latents, gradient_penalty_weight=0.7)
    for own in (slice(4), slice(4, None)):
        np.testing.assert_array_equal(matrix[own, own], matrix[own, own].T)


@pytest.mark.parametrize("rate", [1e-3, 0.5, 20.0])
def test_generators_move_in_a_training_is_the_rate_times_the_field(rate):
    gan = GAN(random_gan(4, 1).generator, random_gan(4, 1).discriminator, (2, 2))
    latents = np.array([[0.1], [0.9], [0.4], [0.3], [0.7]])
    moved = fastgan.train(
        FACES, epochs=1, batch_size=5, learning_rate=rate, discriminator_learning_rate=0.0,
        latent=latents, init=gan, rng=0,
    ).gan  # fmt: skip
    before, after = dynamics.parameter_vector(gan), dynamics.parameter_vector(moved)
    field = dynamics.gradient_field(gan, FACES, latents)
    np.testing.assert_allclose(after[5:] - before[5:], rate * field[5:], rtol=1e-9, atol=1e-15)
    assert np.array_equal(before[:5], after[:5])


def test_discriminators_move_in_a_training_is_the_rate_times_the_field_to_first_order():
    gan = GAN(random_gan(4, 1).generator, random_gan(4, 1).discriminator, (2, 2))
    latents = np.array([[0.1], [0.9], [0.4], [0.3], [0.7]])
    field = dynamics.gradient_field(gan, FACES, latents)
    errors = []
    for rate in (1e-3, 5e-4):  # not exactly joint: D moves on real rows, then on pictures
        moved = fastgan.train(
            FACES, epochs=1, batch_size=5, learning_rate=0.0, discriminator_learning_rate=rate,
            latent=latents, init=gan, rng=0,
        ).gan  # fmt: skip
        move = dynamics.parameter_vector(moved)[:5] - dynamics.parameter_vector(gan)[:5]
        errors.append(np.abs(move / rate - field[:5]).max())
    assert errors[0] < 1e-3
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.01)


def test_an_int_of_latents_is_so_many_evenly_spread_ones():
    gan, (data, _) = random_gan(3, 1), random_rows(3, 1)
    midpoints = np.random.default_rng(0).permutation((np.arange(8) + 0.5) / 8)
    expected = dynamics.gradient_field(gan, data, midpoints)
    np.testing.assert_array_equal(dynamics.gradient_field(gan, data, 8), expected)
    np.testing.assert_array_equal(
        dynamics.gradient_field(gan, data), dynamics.gradient_field(gan, data, 64)
    )


def test_a_float32_gan_is_taken_as_the_float64_numbers_that_it_has():
    run = fastgan.train(FACES, epochs=3, rng=0, dtype=np.float32)
    wide = dynamics.with_parameters(run.gan, dynamics.parameter_vector(run.gan))
    assert wide.dtype == np.float64
    assert wide.item_shape == (2, 2)
    np.testing.assert_array_equal(
        dynamics.gradient_field(run.gan, FACES), dynamics.gradient_field(wide, FACES)
    )


def test_gradient_penalty_pulls_nowhere_where_all_weights_are_zero():
    gan = GAN(Generator([[1.0, 2.0]], [0.0, 0.0]), Discriminator([0.0, 0.0], 0.3))
    data = [[0.2, 0.6]]
    np.testing.assert_array_equal(
        dynamics.gradient_field(gan, data, gradient_penalty_weight=5.0),
        dynamics.gradient_field(gan, data),
    )
    with pytest.raises(ValueError, match="gradient_penalty_weight must be 0 where all of D's"):
        dynamics.jacobian(gan, data, gradient_penalty_weight=5.0)


def test_wide_sigmoids_and_huge_logits_pass_without_a_warning():
    gan = GAN(Generator([[1e3]], [1e3]), Discriminator([1e308], 1e308))
    assert dynamics.gradient_field(gan, [[0.5], [3.0]]).shape == (4,)
    assert dynamics.jacobian(gan, [[0.5], [3.0]], r1_weight=1e300).shape == (4, 4)


# Hash of `bits` below; like that of a training, it holds on every machine, whatever its BLAS.
FIELD_HASH = "dd8e3f2c2d202f2b0e73533f578f31d1148ec64702d438686c8cbb3e98b976d9"
JACOBIAN_HASH = "59a65eca04994f95a03f0b29c7c0c29f99d19f7f496f3857fd42a9f25a99d8ce"


def bits(function):
    """Return a hash of a function's results for every game, with exactly drawn numbers."""
    digest = hashlib.sha256()
    for (d, k), game in ((size, game) for size in SIZES for game in GAMES):
        rng = np.random.default_rng([d, k])
        theta = rng.integers(-64, 64, d + 1 + (k + 1) * d) / 32
        data, latents = rng.integers(0, 64, (5, d)) / 64, rng.integers(0, 64, (7, k)) / 64
        gan = dynamics.with_parameters(random_gan(d, k), theta)
        digest.update((function(gan, data, latents, **game) + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()


def test_field_and_jacobian_have_the_same_bits_everywhere():
    assert bits(dynamics.gradient_field) == FIELD_HASH
    assert bits(dynamics.jacobian) == JACOBIAN_HASH


def test_dynamics_are_imported_when_they_are_asked_for():
    script = """
import sys
import fastgan
assert "fastgan.dynamics" not in sys.modules
assert "dynamics" in dir(fastgan)
fastgan.dynamics.gradient_field
assert "matplotlib" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
