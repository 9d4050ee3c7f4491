"""Eigenvalues, step sizes and linearised steps, against closed forms and real steps."""

from __future__ import annotations

import math

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator, dynamics
from helpers.dynamics_cases import SIZES, point_game, random_gan, random_rows

FACES = fastgan.datasets.slanted_land()
GREYS = [0.1, 0.5, 0.8]
R1_WEIGHTS = [0.0, 0.01, 0.2, 3.0]


def sorted_roots(coefficients):
    """Return the roots of a polynomial, in the order of `eigenvalues`."""
    return np.array(sorted(np.roots(coefficients), key=lambda z: (-z.real, -z.imag)))


def same_sets(found, expected, tolerance=1e-7):
    """Assert that two sets of eigenvalues agree, in any order."""
    left = list(found)
    for value in expected:
        nearest = min(left, key=lambda other: abs(other - value))
        assert abs(nearest - value) < tolerance, (found, expected)
        left.remove(nearest)
    assert not left


def equilibrium(loss):
    """Return Slanted Land's equilibrium: G makes the mean face from any latent, and D is blind."""
    mean = FACES.reshape(5, 4).mean(axis=0)
    generator = Generator(np.zeros((1, 4)), np.log(mean / (1 - mean)))
    bias = 0.5 if loss == "least-squares" else 0.0
    return GAN(generator, Discriminator(np.zeros(4), bias), (2, 2))


def step(gan, theta, rate, schedule, **game):
    """Return the parameters after one step of gradient descent on all faces."""
    for of_d in (True, False) if schedule == "alternating" else (None,):
        field = dynamics.gradient_field(dynamics.with_parameters(gan, theta), FACES, 8, **game)
        moves = np.ones(13, bool) if of_d is None else (np.arange(13) < 5) == of_d
        theta = theta + rate * np.where(moves, field, 0)
    return theta


def test_eigenvalues_fall_by_real_part_then_by_imaginary_part():
    blocks = np.zeros((6, 6))
    blocks[:2, :2] = [[-1, 2], [-2, -1]]
    blocks[2:4, 2:4] = [[0.5, -3], [3, 0.5]]
    blocks[4, 4], blocks[5, 5] = -4, 7
    values = dynamics.eigenvalues(blocks)
    assert values.dtype == np.complex128
    np.testing.assert_allclose(values, [7, 0.5 + 3j, 0.5 - 3j, -1 + 2j, -1 - 2j, -4])


@pytest.mark.parametrize("c", GREYS)
@pytest.mark.parametrize("r", R1_WEIGHTS)
def test_wasserstein_turns_at_the_slope_of_the_sigmoid_and_r1_damps_it(c, r):
    gan, data, latents = point_game(c, bias=0.3)
    values = dynamics.eigenvalues(
        dynamics.jacobian(gan, data, latents, loss="wasserstein", r1_weight=r)
    )
    root = np.emath.sqrt(r**2 - (c * (1 - c)) ** 2)
    same_sets(values, [0, 0, -r + root, -r - root])


@pytest.mark.parametrize("c", GREYS)
@pytest.mark.parametrize("r", R1_WEIGHTS)
@pytest.mark.parametrize(
    ("loss", "bias", "curvature"),
    [("non-saturating", 0, 0.25), ("minimax", 0, 0.25), ("least-squares", 0.5, 1)],
)
def test_other_losses_are_damped_by_the_curvature_of_their_discriminator(
    loss, bias, curvature, c, r
):
    gan, data, latents = point_game(c, bias)
    np.testing.assert_allclose(
        dynamics.gradient_field(gan, data, latents, loss=loss, r1_weight=r), 0, atol=1e-15
    )
    values = dynamics.eigenvalues(dynamics.jacobian(gan, data, latents, loss=loss, r1_weight=r))
    turn = (0.5 * c * (1 - c)) ** 2
    polynomial = [
        1,
        2 * curvature * (1 + c * c) + 2 * r,
        4 * curvature * r + turn,
        2 * curvature * turn,
    ]
    same_sets(values, [0, *sorted_roots(polynomial)])
    assert dynamics.largest_stable_step(
        dynamics.jacobian(gan, data, latents, loss=loss, r1_weight=r), ignore_neutral=True
    ).learning_rate == pytest.approx(
        min(-2 * z.real / abs(z) ** 2 for z in sorted_roots(polynomial)), rel=1e-6
    )


@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
def test_at_a_dark_pixel_the_dirac_gan_appears(loss):
    c = 1e-5
    gan, data, latents = point_game(c)
    values = dynamics.eigenvalues(dynamics.jacobian(gan, data, latents, loss=loss))
    same_sets(values[:3] / c, [0, 0.5j, -0.5j], tolerance=1e-4)
    assert values[3] == pytest.approx(-0.5)


@pytest.mark.parametrize("c", GREYS)
@pytest.mark.parametrize("rate", [0.1, 3.0, 20.0])
@pytest.mark.parametrize(("n_d", "n_g"), [(1, 1), (3, 1), (2, 5)])
def test_wasserstein_steps_are_those_of_the_dirac_gan(c, rate, n_d, n_g):
    gan, data, latents = point_game(c)
    matrix = dynamics.jacobian(gan, data, latents, loss="wasserstein")
    slope = c * (1 - c)
    assert dynamics.step_spectral_radius(matrix, rate) == pytest.approx(
        math.sqrt(1 + (rate * slope) ** 2)
    )
    half = 1 - n_d * n_g * (rate * slope) ** 2 / 2
    root = np.emath.sqrt(half**2 - 1)
    options = {"features": 1, "discriminator_steps": n_d, "generator_steps": n_g}
    alternating = dynamics.step_matrix(matrix, rate, schedule="alternating", **options)
    same_sets(dynamics.eigenvalues(alternating), [1, 1, half + root, half - root])
    assert dynamics.step_spectral_radius(
        matrix, rate, schedule="alternating", **options
    ) == pytest.approx(max(1, abs(half - root)), abs=1e-6)


@pytest.mark.parametrize("loss", dynamics.LOSSES)
@pytest.mark.parametrize("r1_weight", [0.0, 0.1])
def test_the_limit_is_where_the_linearised_step_stops_shrinking(loss, r1_weight):
    matrix = dynamics.jacobian(equilibrium(loss), FACES, loss=loss, r1_weight=r1_weight)
    unlimited = dynamics.largest_stable_step(matrix)
    assert unlimited.learning_rate == 0
    found = dynamics.largest_stable_step(matrix, ignore_neutral=True)
    if loss == "wasserstein" and not r1_weight:
        assert found.learning_rate == 0
        assert found.eigenvalue.imag != 0
        assert "no step is stable" in found.explanation
        return
    assert found.neutral == (5 if loss == "wasserstein" else 4)
    assert abs(1 + found.learning_rate * found.eigenvalue) == pytest.approx(1)
    assert f"{found.learning_rate:.4g}" in found.explanation
    start = matrix @ np.linspace(-1, 1, 13)  # has no component along directions that do not move
    for factor, shrinks in ((0.5, True), (1.5, False)):
        step_by = dynamics.step_matrix(matrix, factor * found.learning_rate)
        with np.errstate(all="ignore"):
            distance = np.linalg.norm(np.linalg.matrix_power(step_by, 400_000) @ start)
        assert (distance < 1e-2 * np.linalg.norm(start)) == shrinks


def test_real_steps_near_an_equilibrium_do_as_the_limit_says():
    game = {"loss": "non-saturating", "r1_weight": 0.1}
    gan = equilibrium("non-saturating")
    found = dynamics.largest_stable_step(
        dynamics.jacobian(gan, FACES, 8, **game), ignore_neutral=True
    )
    for factor, near in ((0.97, True), (1.03, False)):
        theta = dynamics.parameter_vector(gan) + 1e-4 * np.linspace(-1, 1, 13)
        for _ in range(1500):
            theta = step(gan, theta, factor * found.learning_rate, "simultaneous", **game)
        left = np.abs(
            dynamics.gradient_field(dynamics.with_parameters(gan, theta), FACES, 8, **game)
        )
        assert (left.max() < 1e-6) == near


@pytest.mark.parametrize("schedule", ["simultaneous", "alternating"])
@pytest.mark.parametrize("loss", dynamics.LOSSES)
def test_step_matrices_are_the_derivatives_of_steps(schedule, loss):
    gan, rate = equilibrium(loss), 0.7
    matrix = dynamics.jacobian(gan, FACES, 8, loss=loss)
    theta = dynamics.parameter_vector(gan)
    differences = (
        np.stack(
            [
                step(gan, theta + e, rate, schedule, loss=loss)
                - step(gan, theta - e, rate, schedule, loss=loss)
                for e in 1e-5 * np.eye(13)
            ],
            axis=1,
        )
        / 2e-5
    )
    found = dynamics.step_matrix(matrix, rate, schedule=schedule, features=4)
    np.testing.assert_allclose(found, differences, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("d", "k"), SIZES)
def test_two_rates_scale_the_rows_of_each(d, k):
    matrix = dynamics.jacobian(random_gan(d, k), *random_rows(d, k))
    rates = np.repeat([0.3, 0.05], [d + 1, (k + 1) * d])
    scaled = rates[:, np.newaxis] * matrix
    options = {"features": d, "discriminator_learning_rate": 0.3}
    np.testing.assert_allclose(
        dynamics.step_matrix(matrix, 0.05, **options), np.eye(len(matrix)) + scaled
    )
    of_d = np.arange(len(matrix))[:, np.newaxis] <= d
    d_move, g_move = (np.eye(len(matrix)) + np.where(rows, scaled, 0) for rows in (of_d, ~of_d))
    np.testing.assert_allclose(
        dynamics.step_matrix(matrix, 0.05, schedule="alternating", **options), g_move @ d_move
    )


def test_where_nothing_moves_any_step_will_do():
    found = dynamics.largest_stable_step(np.zeros((3, 3)), ignore_neutral=True)
    assert (found.learning_rate, found.eigenvalue, found.neutral) == (math.inf, None, 3)
    assert "nothing moves" in found.explanation
    assert dynamics.largest_stable_step(np.zeros((3, 3))).learning_rate == 0
    assert dynamics.step_spectral_radius(np.zeros((3, 3)), 0.5, ignore_neutral=True) == 1


@pytest.mark.parametrize(
    ("loss", "simultaneous", "alternating"),
    [("non-saturating", 0.387, 3.17), ("least-squares", 0.0998, 0.7995)],
)
def test_alternating_steps_bear_higher_rates_than_simultaneous_ones(
    loss, simultaneous, alternating
):
    gan, data, latents = point_game(0.5, bias=0.5 if loss == "least-squares" else 0.0)
    matrix = dynamics.jacobian(gan, data, latents, loss=loss)
    for schedule, limit in (("simultaneous", simultaneous), ("alternating", alternating)):
        options = {"schedule": schedule, "features": 1, "ignore_neutral": True}
        below, above = (
            dynamics.step_spectral_radius(matrix, factor * limit, **options)
            for factor in (0.99, 1.01)
        )
        assert below < 1 < above


def test_an_explanation_names_a_real_eigenvalue_as_such():
    found = dynamics.largest_stable_step([[-0.5, 0.0], [0.0, -4.0]])
    assert (found.learning_rate, found.eigenvalue) == (0.5, -4)
    assert found.explanation.endswith("is 1 for the eigenvalue -4")


def test_radius_without_what_does_not_move():
    matrix = np.diag([0.0, -0.5, -3.0])
    assert dynamics.step_spectral_radius(matrix, 0.5) == 1
    assert dynamics.step_spectral_radius(matrix, 0.5, ignore_neutral=True) == 0.75
    found = dynamics.largest_stable_step(matrix, ignore_neutral=True)
    assert dynamics.step_spectral_radius(
        matrix, found.learning_rate, ignore_neutral=True
    ) == pytest.approx(1)


def test_tolerance_says_what_counts_as_zero():
    matrix = np.diag([-1e-9, -1.0])
    assert dynamics.largest_stable_step(matrix).learning_rate == 2
    assert dynamics.largest_stable_step(matrix, tolerance=1e-8).learning_rate == 0
    found = dynamics.largest_stable_step(matrix, tolerance=1e-8, ignore_neutral=True)
    assert (found.learning_rate, found.eigenvalue, found.neutral) == (2, -1, 1)


MATRIX = -np.eye(13)


@pytest.mark.parametrize(
    ("error", "name", "function", "options"),
    [
        *((error, "jacobian", function, {"jacobian": value})
          for function in ("eigenvalues", "largest_stable_step", "step_matrix",
                           "step_spectral_radius")
          for error, value in ((TypeError, "x"), (TypeError, None), (ValueError, np.zeros((2, 3))),
                               (ValueError, np.zeros(3)), (ValueError, np.zeros((0, 0))),
                               (ValueError, [[np.nan]]), (TypeError, [[1j]]))),
        (TypeError, "ignore_neutral", "largest_stable_step", {"ignore_neutral": 1}),
        (TypeError, "ignore_neutral", "step_spectral_radius", {"ignore_neutral": None}),
        (ValueError, "tolerance", "largest_stable_step", {"tolerance": -1.0}),
        (TypeError, "tolerance", "largest_stable_step", {"tolerance": "0"}),
        *((error, name, function, {name: value, **others})
          for function in ("step_matrix", "step_spectral_radius")
          for error, name, value, others in (
              (ValueError, "learning_rate", -1.0, {}),
              (TypeError, "learning_rate", None, {}),
              (ValueError, "discriminator_learning_rate", np.inf, {}),
              (ValueError, "schedule", "sequential", {}),
              (TypeError, "schedule", None, {}),
              (ValueError, "features", None, {"schedule": "alternating"}),
              (ValueError, "features", None, {"discriminator_learning_rate": 0.2}),
              (TypeError, "features", 1.5, {"schedule": "alternating"}),
              (ValueError, "features", 12, {"schedule": "alternating"}),
              (ValueError, "discriminator_steps", 2, {}),
              (ValueError, "generator_steps", 2, {}),
              (ValueError, "generator_steps", 0, {"schedule": "alternating"}),
              (TypeError, "discriminator_steps", 1.0, {"schedule": "alternating"}))),
    ],
)  # fmt: skip
def test_bad_input_is_refused(error, name, function, options):
    arguments = {"jacobian": MATRIX}
    if function.startswith("step_"):
        arguments["learning_rate"] = 0.1
    with pytest.raises(error, match=rf"\b{name}\b") as caught:
        getattr(dynamics, function)(**{**arguments, **options})
    assert type(caught.value) is error
