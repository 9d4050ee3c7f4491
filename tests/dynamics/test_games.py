"""The field over a plane; invalid games are rejected with the argument's name."""

from __future__ import annotations

import numpy as np
import pytest

import fastgan
from fastgan import GAN, dynamics
from fastgan.backends.reference import objectives
from fastgan.options.algorithm_options import AlgorithmOptions
from fastgan.options.objectives import LOSSES
from helpers.dynamics_cases import game_name, random_gan, random_rows


@pytest.mark.parametrize("game", [{"loss": "wasserstein", "r1_weight": 0.1}], ids=game_name)
def test_a_slice_is_the_field_over_a_grid(game, monkeypatch):
    gan, (data, latents) = random_gan(3, 2), random_rows(3, 2)
    across, up = np.linspace(-2, 2, 5), np.array([-1.0, 0.0, 3.0])
    grid = {"x": "w_D[1]", "y": "W_G[1,2]", "x_values": across, "y_values": up}
    found = dynamics.field_slice(gan, data, latents, **grid, **game)
    theta = dynamics.parameter_vector(gan)
    names = dynamics.parameter_names(gan)
    column, row = names.index("w_D[1]"), names.index("W_G[1,2]")
    for i, j in np.ndindex(3, 5):
        theta[column], theta[row] = across[j], up[i]
        point = dynamics.with_parameters(gan, theta)
        field = dynamics.gradient_field(point, data, latents, **game)
        assert (found.u[i, j], found.v[i, j]) == (field[column], field[row])
    assert repr(found) == "FieldSlice(w_D[1] x W_G[1,2], 5 x 3 points)"
    assert not found.u.flags.writeable
    monkeypatch.setattr("fastgan.dynamics.fields.NUMBERS_AT_ONCE", 50)
    in_parts = dynamics.field_slice(gan, data, latents, **grid, **game)
    np.testing.assert_array_equal(in_parts.u, found.u)
    np.testing.assert_array_equal(in_parts.v, found.v)


SLICE = {"x": "w_D[0]", "y": "b_D", "x_values": [0, 1], "y_values": [0, 1]}


@pytest.mark.parametrize(
    ("error", "name", "value"),
    [
        (ValueError, "x", "w"),
        (TypeError, "y", 3),
        (ValueError, "y", "w_D[0]"),
        (ValueError, "x_values", [0.0]),
        (ValueError, "x_values", 1.0),
        (ValueError, "x_values", [[0, 1], [1, 2]]),
        (ValueError, "y_values", [0, 0]),
        (ValueError, "y_values", [1, 0]),
        (ValueError, "y_values", [0, np.inf]),
        (TypeError, "y_values", "01"),
    ],
)
def test_bad_slices_are_refused(error, name, value):
    with pytest.raises(error, match=rf"^{name} must"):
        dynamics.field_slice(random_gan(4, 1), np.zeros((1, 4)), **{**SLICE, name: value})


GAME = {"gan": random_gan(4, 1), "data": np.zeros((1, 4)), "latents": 4}


@pytest.mark.parametrize("function", [dynamics.gradient_field, dynamics.jacobian])
@pytest.mark.parametrize(
    ("error", "name", "value", "others"),
    [
        (TypeError, "gan", "x", {}),
        (TypeError, "gan", random_gan(4, 1).generator, {}),
        (TypeError, "data", "x", {}),
        (ValueError, "data", np.zeros((2, 3)), {}),
        (ValueError, "data", np.zeros((0, 4)), {}),
        (ValueError, "data", [[np.nan] * 4], {}),
        (TypeError, "latents", True, {}),
        (TypeError, "latents", "uniform", {}),
        (TypeError, "latents", None, {}),
        (ValueError, "latents", 0, {}),
        (ValueError, "latents", 0.5, {}),
        (ValueError, "latents", [], {}),
        (ValueError, "latents", np.zeros((3, 2)), {}),
        (ValueError, "latents", 4, {"gan": GAN(*random_gan(4, 1)._values()[:2], None, "explicit")}),
        (ValueError, "loss", "hinge", {}),
        (TypeError, "loss", None, {}),
        *((error, name, value, {})
          for name in ("label_smoothing", "gradient_penalty_weight", "r1_weight")
          for error, value in ((ValueError, -0.1), (ValueError, np.nan), (TypeError, "1"),
                               (TypeError, None), (TypeError, True))),
        (ValueError, "label_smoothing", 1.0, {}),
        (ValueError, "label_smoothing", 0.1, {"loss": "wasserstein"}),
    ],
)  # fmt: skip
def test_bad_games_are_refused(function, error, name, value, others):
    with pytest.raises(error, match=rf"\b{name}\b") as caught:
        function(**{**GAME, **others, name: value})
    assert type(caught.value) is error


def test_a_jacobian_that_no_memory_holds_is_refused():
    zeros = np.zeros(2_000_000)  # its Jacobian would need more bytes than there are addresses
    wide = GAN(fastgan.Generator([zeros], zeros), fastgan.Discriminator(zeros, 0.0))
    with pytest.raises(MemoryError, match="gan: the Jacobian of 6000001 parameters needs 288,"):
        dynamics.jacobian(wide, zeros, [[0.5]])


@pytest.mark.parametrize("loss", LOSSES)
def test_slopes_and_curvatures_are_the_derivatives_of_the_losses(loss: str) -> None:
    scores = np.random.default_rng(1).normal(size=50) * 4
    smoothing = 0.0 if loss == "wasserstein" else 0.25
    algorithm = AlgorithmOptions(loss=loss, label_smoothing=smoothing).algorithm(
        (0, 0), np.dtype(np.float64)
    )
    of_d = objectives.discriminator_curvatures(scores, algorithm)
    of_g = objectives.generator_curvatures(of_d, algorithm)
    for value, slope, curvature in (
        (objectives.real_losses, objectives.real_slopes, of_d),
        (objectives.fake_losses, objectives.fake_slopes, of_d),
        (objectives.generator_losses, objectives.generator_slopes, of_g),
    ):
        for function, derivative in ((value, slope(scores, algorithm)), (slope, curvature)):
            h = 1e-5
            rise = function(scores + h, algorithm) - function(scores - h, algorithm)
            np.testing.assert_allclose(derivative, rise / (2 * h), rtol=0, atol=1e-9)
