"""Dynamics with classes: derivatives of the losses, steps of trainings, a mixture of games."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import fastgan
from fastgan import ConditionalGAN, dynamics
from helpers.bits import assert_same_bits
from helpers.dynamics_cases import (
    GAMES,
    SIZES,
    conditional_losses,
    game_name,
    random_conditional_gan,
    random_gan,
    random_rows,
)

CLASSES = (-2, 4, 7)
LABELS = np.array([7, -2, 7, 4, 7])  # labels of the five rows of `random_rows`
PLACES = np.searchsorted(CLASSES, LABELS)
FUNCTIONS = [dynamics.gradient_field, dynamics.jacobian]


def central_differences(function, theta, step=1e-5):
    columns = [(function(theta + e) - function(theta - e)) / (2 * step)
               for e in step * np.eye(len(theta))]  # fmt: skip
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("game", GAMES, ids=game_name)
@pytest.mark.parametrize(("d", "k"), SIZES[:3])
def test_field_is_minus_the_gradient_of_each_ones_own_loss(d, k, game):
    gan, (data, latents) = random_conditional_gan(d, k, CLASSES), random_rows(d, k)
    by_theta = central_differences(
        lambda theta: conditional_losses(theta, data, PLACES, latents, 3, game),
        dynamics.parameter_vector(gan),
    )
    field = dynamics.gradient_field(gan, data, latents, labels=LABELS, **game)
    of_d = 3 * (d + 1)
    np.testing.assert_allclose(field[:of_d], -by_theta[0, :of_d], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(field[of_d:], -by_theta[1, of_d:], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("game", GAMES, ids=game_name)
@pytest.mark.parametrize(("d", "k"), SIZES[:3])
def test_jacobian_is_the_derivative_of_the_field(d, k, game):
    gan = random_conditional_gan(d, k, CLASSES, seed=1)
    data, latents = random_rows(d, k, seed=1)
    differences = central_differences(
        lambda theta: dynamics.gradient_field(
            dynamics.with_parameters(gan, theta), data, latents, labels=LABELS, **game
        ),
        dynamics.parameter_vector(gan),
    )
    exact = dynamics.jacobian(gan, data, latents, labels=LABELS, **game)
    np.testing.assert_allclose(exact, differences, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("game", GAMES, ids=game_name)
def test_a_simultaneous_step_of_a_training_is_the_rate_times_the_field(game):
    """The batch combines every row with every latent vector."""
    gan, (data, latents) = random_conditional_gan(4, 2, CLASSES), random_rows(4, 2)
    moved = fastgan.train(
        np.repeat(data, len(latents), axis=0), labels=np.repeat(LABELS, len(latents)), epochs=1,
        batch_size=35, latent=np.tile(latents, (5, 1)), latent_dim=2, learning_rate=0.5, init=gan,
        schedule="simultaneous", **game,
    ).gan  # fmt: skip
    move = dynamics.parameter_vector(moved) - dynamics.parameter_vector(gan)
    field = dynamics.gradient_field(gan, data, latents, labels=LABELS, **game)
    np.testing.assert_allclose(move, 0.5 * field, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("game", GAMES, ids=game_name)
@pytest.mark.parametrize(("d", "k"), SIZES)
def test_one_class_is_no_class(d, k, game, function):
    gan, (data, latents) = random_conditional_gan(d, k, (7,)), random_rows(d, k)
    assert_same_bits(
        function(gan, data, latents, labels=[7] * 5, **game),
        function(gan.of(7), data, latents, **game),
    )
    assert_same_bits(dynamics.parameter_vector(gan), dynamics.parameter_vector(gan.of(7)))


def places_of(label):
    """Return the indices of a class's parameters among three classes, in the order of a GAN."""
    gan = random_conditional_gan(3, 2, CLASSES)
    names = dynamics.parameter_names(gan)
    inner = [name.replace("[", f"[{label},") if "[" in name else f"{name}[{label}]"
             for name in dynamics.parameter_names(gan.of(label))]  # fmt: skip
    return [names.index(own.replace(f"{label},", "") if own[0] == "W" else own) for own in inner]


def test_classes_are_games_of_their_own_but_for_the_generators_weights():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    matrix = dynamics.jacobian(gan, data, latents, labels=LABELS)
    expected = np.zeros_like(matrix)
    for label in CLASSES:
        own, rows = places_of(label), label == LABELS
        share = rows.sum() / 5
        expected[np.ix_(own, own)] += share * dynamics.jacobian(gan.of(label), data[rows], latents)
    np.testing.assert_allclose(matrix, expected, rtol=1e-14, atol=0)
    shared = set.intersection(*(set(places_of(label)) for label in CLASSES))
    own = {label: sorted(set(places_of(label)) - shared) for label in CLASSES}
    assert len(shared) == 6
    for one, other in ((-2, 4), (4, 7), (7, -2)):
        assert not matrix[np.ix_(own[one], own[other])].any()


@pytest.mark.parametrize("loss", ["minimax", "wasserstein"])
def test_what_one_wins_in_a_zero_sum_game_the_other_loses(loss):
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    matrix = dynamics.jacobian(gan, data, latents, labels=LABELS, loss=loss)
    np.testing.assert_array_equal(matrix[:12, 12:], -matrix[12:, :12].T)


def test_a_class_without_rows_stays_where_it_is():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    names = dynamics.parameter_names(gan)
    absent = [i for i, name in enumerate(names) if "[4" in name]
    assert len(absent) == 7
    field = dynamics.gradient_field(gan, data, latents, labels=[7, -2, 7, -2, 7], r1_weight=1.0)
    matrix = dynamics.jacobian(gan, data, latents, labels=[7, -2, 7, -2, 7], r1_weight=1.0)
    assert not field[absent].any()
    assert not matrix[absent].any()
    assert not matrix[:, absent].any()
    assert np.delete(field, absent).all()


def test_one_label_is_that_of_all_rows():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    for function in FUNCTIONS:
        assert_same_bits(
            function(gan, data, latents, labels=4), function(gan, data, latents, labels=[4] * 5)
        )


def test_the_gradient_penalty_has_no_derivative_where_a_class_is_blind():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    theta = dynamics.parameter_vector(gan)
    theta[3:6] = 0  # weights of the class with label 4
    blind = dynamics.with_parameters(gan, theta)
    with pytest.raises(ValueError, match="gradient_penalty_weight must be 0 where all of D's"):
        dynamics.jacobian(blind, data, latents, labels=LABELS, gradient_penalty_weight=0.1)
    dynamics.jacobian(blind, data, latents, labels=[7, -2, 7, -2, 7], gradient_penalty_weight=0.1)


def test_a_slice_is_the_field_over_a_grid():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    across, up = np.linspace(-2, 2, 5), np.array([-1.0, 0.0, 3.0])
    found = dynamics.field_slice(
        gan, data, latents, labels=LABELS, x="w_D[7,1]", y="W_G[1,2]", x_values=across, y_values=up
    )
    theta = dynamics.parameter_vector(gan)
    names = dynamics.parameter_names(gan)
    column, row = names.index("w_D[7,1]"), names.index("W_G[1,2]")
    for i, j in np.ndindex(3, 5):
        theta[column], theta[row] = across[j], up[i]
        point = dynamics.with_parameters(gan, theta)
        field = dynamics.gradient_field(point, data, latents, labels=LABELS)
        assert (found.u[i, j], found.v[i, j]) == (field[column], field[row])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("gan", "labels", "error"),
    [
        (random_conditional_gan(3, 2, CLASSES), None, ValueError),
        (random_conditional_gan(3, 2, CLASSES), [7, -2, 7, 4, 5], ValueError),
        (random_conditional_gan(3, 2, CLASSES), [7, -2, 7, 4, 8], ValueError),
        (random_conditional_gan(3, 2, CLASSES), 0, ValueError),
        (random_conditional_gan(3, 2, CLASSES), [7, -2, 7, 4], ValueError),
        (random_conditional_gan(3, 2, CLASSES), [0.5] * 5, TypeError),
        (random_conditional_gan(3, 2, CLASSES), [True] * 5, TypeError),
        (random_conditional_gan(3, 2, CLASSES), "7", TypeError),
        (random_gan(3, 2), LABELS, ValueError),
    ],
)
def test_labels_that_do_not_fit_are_refused(function, gan, labels, error):
    with pytest.raises(error, match=r"^labels must be "):
        function(gan, *random_rows(3, 2), labels=labels)


def test_alternating_steps_know_the_discriminators_rows():
    gan, (data, latents) = random_conditional_gan(3, 2, CLASSES), random_rows(3, 2)
    matrix = dynamics.jacobian(gan, data, latents, labels=LABELS)
    of_d = np.arange(len(matrix))[:, np.newaxis] < 12
    options = {"schedule": "alternating", "features": 3, "n_classes": 3}
    d_move = np.eye(len(matrix)) + 0.1 * np.where(of_d, matrix, 0)
    g_move = np.eye(len(matrix)) + 0.1 * np.where(of_d, 0, matrix)
    np.testing.assert_allclose(dynamics.step_matrix(matrix, 0.1, **options), g_move @ d_move)
    assert dynamics.step_spectral_radius(matrix, 0.1, **options) == pytest.approx(
        np.abs(np.linalg.eigvals(g_move @ d_move)).max()
    )
    with pytest.raises(ValueError, match="features must leave rows for G, got 3, for each of 9"):
        dynamics.step_matrix(matrix, 0.1, **{**options, "n_classes": 9})
    with pytest.raises(ValueError, match="n_classes must be at least 1"):
        dynamics.step_matrix(matrix, 0.1, **{**options, "n_classes": 0})


# Hash of `bits` below, on every machine, like that of a GAN in test_derivatives.py.
FIELD_HASH = "9eb7a990316b55835d4ca97f2b10254919267220823da99902d1aa9e149934bb"
JACOBIAN_HASH = "dde46fc6e341a7de017bd6983c87666c24ef1836fe47efecbbfe81c02747f0ab"


def bits(function):
    digest = hashlib.sha256()
    for (d, k), game in ((size, game) for size in SIZES for game in GAMES):
        rng = np.random.default_rng([d, k])
        theta = rng.integers(-64, 64, 3 * (2 * d + 1) + k * d) / 32
        data, latents = rng.integers(0, 64, (5, d)) / 64, rng.integers(0, 64, (7, k)) / 64
        gan = dynamics.with_parameters(random_conditional_gan(d, k, CLASSES), theta)
        found = function(gan, data, latents, labels=LABELS, **game)
        digest.update((found + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()


def test_field_and_jacobian_have_the_same_bits_everywhere():
    assert bits(dynamics.gradient_field) == FIELD_HASH
    assert bits(dynamics.jacobian) == JACOBIAN_HASH


def test_a_float32_gan_is_taken_as_the_float64_numbers_that_it_has():
    data, _ = random_rows(4, 1)
    gan = fastgan.train(data, labels=LABELS, epochs=3, rng=0, dtype=np.float32).gan
    wide = dynamics.with_parameters(gan, dynamics.parameter_vector(gan))
    assert isinstance(wide, ConditionalGAN)
    assert wide.dtype == np.float64
    assert_same_bits(
        dynamics.gradient_field(gan, data, labels=LABELS),
        dynamics.gradient_field(wide, data, labels=LABELS),
    )
