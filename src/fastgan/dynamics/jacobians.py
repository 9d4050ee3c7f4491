"""The Jacobian of the joint gradient field, block by block; derived in docs/dynamics.md."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.objectives import (
    discriminator_curvatures,
    fake_slopes,
    generator_curvatures,
    generator_slopes,
)
from fastgan.dynamics.games import Game, Part, checked_parts, generated, logits, norm
from fastgan.dynamics.parameters import parameter_vector
from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.randomness.even_latents import EVEN_LATENTS

Float64Array = npt.NDArray[np.float64]


def jacobian(
    gan: GAN | ConditionalGAN,
    data: npt.ArrayLike,
    latents: npt.ArrayLike | int = EVEN_LATENTS,
    *,
    labels: npt.ArrayLike | None = None,
    loss: str = "non-saturating",
    label_smoothing: float = 0.0,
    gradient_penalty_weight: float = 0.0,
    r1_weight: float = 0.0,
) -> Float64Array:
    """Compute the Jacobian of the joint gradient field, exact up to rounding.

    Parameters
    ----------
    gan, data, latents, labels, loss, label_smoothing, gradient_penalty_weight, r1_weight
        As for `gradient_field`. Smoothing moves equilibria, but does not enter these formulas.

    Returns
    -------
    ndarray of float64, shape (P, P)
        Row p, column q: the derivative of v_p by theta_q, in the order of `parameter_vector`. 0
        where p and q belong to different classes, which share nothing but W_G.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value. ValueError also with a gradient penalty if
        w_D = 0, for any class with rows, since the gradient of the penalty jumps there.
    MemoryError
        If there is not enough memory for P^2 numbers.

    Notes
    -----
    The blocks are those of [1]_, written out for networks of one layer.

    References
    ----------
    .. [1] V. Nagarajan and J. Z. Kolter, "Gradient descent GAN optimization is locally stable",
       NIPS 2017.

    Examples
    --------
    >>> import fastgan
    >>> faces = fastgan.datasets.slanted_land()
    >>> run = fastgan.train(faces, epochs=100, rng=42)
    >>> fastgan.dynamics.jacobian(run.gan, faces).shape
    (13, 13)
    """
    parts = checked_parts(
        gan, data, latents, labels, loss, label_smoothing, gradient_penalty_weight, r1_weight
    )
    theta = parameter_vector(gan)
    for part in parts:
        _require_slope(theta, part)
    by_theta = _allocated(len(theta))
    with np.errstate(all="ignore"):
        if len(parts[0].places) == len(theta):
            _fill(by_theta, theta, parts[0].game)
            return by_theta
        by_theta.fill(0)
        for share, places, game in parts:
            own = _allocated(len(places))
            _fill(own, theta[places], game)
            own *= share
            by_theta[np.ix_(places, places)] += own
    return by_theta


def _require_slope(theta: Float64Array, part: Part) -> None:
    w = theta[part.places[: part.game.rows.shape[1]]]
    if part.game.algorithm.gradient_penalty_weight and not w.any():
        raise ValueError(
            "gradient_penalty_weight must be 0 where all of D's weights are 0 (with classes: those "
            "of any one class), since the gradient of the penalty jumps there, "
            f"got {part.game.algorithm.gradient_penalty_weight}"
        )


def _allocated(parameters: int) -> Float64Array:
    try:
        return np.empty((parameters, parameters))
    except (MemoryError, ValueError):
        raise MemoryError(
            f"gan: the Jacobian of {parameters} parameters needs {8 * parameters**2:,} bytes"
        ) from None


class _Pictures(NamedTuple):
    """The m pictures and their derivatives, from which the blocks are computed."""

    latents: Float64Array  # (m, k + 1): z and a 1, by which the biases are multiplied
    pictures: Float64Array  # (m, d + 1): x and a 1
    slopes: Float64Array  # (m, d): x (1 - x), the derivative of x by its pre-activation
    bends: Float64Array  # (m, d): x (1 - x) (1 - 2 x), the derivative of the slopes by it
    w: Float64Array  # (d,)


def _fill(by_theta: Float64Array, theta: Float64Array, game: Game) -> None:
    d, k = game.rows.shape[1], game.latents.shape[1]
    table = one_layer_table(k, d)
    of_d, of_g = table.network("discriminator"), table.network("generator")
    w, b, _, _ = table.split_one_class(theta)
    x, one_minus_x = (a[:, 0] for a in generated(game.latents, theta[of_g].reshape(1, k + 1, d)))
    slopes = x * one_minus_x
    bends = slopes * (one_minus_x - x)
    fakes = _Pictures(_and_one(game.latents), _and_one(x), slopes, bends, w)

    real_scores = logits(game.rows[:, np.newaxis], w[np.newaxis], b)[:, 0]
    scores = logits(x[:, np.newaxis], w[np.newaxis], b)[:, 0]
    n = len(game.rows)
    curvatures = discriminator_curvatures(np.concatenate([real_scores, scores]), game.algorithm)
    d_slope, d_curvature = fake_slopes(scores, game.algorithm) / len(x), curvatures[n:] / len(x)
    by_d = _by_weights(_and_one(game.rows), curvatures[:n] / n)
    by_d += _by_weights(fakes.pictures, d_curvature)
    by_d[:d, :d] += _penalty_hessian(w, game)
    by_theta[of_d, of_d] = by_d
    by_theta[of_d, of_g] = _across(fakes, d_slope, d_curvature)

    g_slope = generator_slopes(scores, game.algorithm) / len(x)
    g_curvature = generator_curvatures(d_curvature, game.algorithm)
    by_theta[of_g, of_d] = _across(fakes, g_slope, g_curvature).T
    by_theta[of_g, of_g] = _by_layers(fakes, g_slope, g_curvature)
    np.negative(by_theta, out=by_theta)


def _and_one(rows: Float64Array) -> Float64Array:
    return np.concatenate([rows, np.ones((len(rows), 1))], axis=1)


def _by_weights(rows: Float64Array, curvature: Float64Array) -> Float64Array:
    """Compute the second derivative by (w, b) twice, (d + 1, d + 1): sum of l'' x x^T."""
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for x, c in zip(rows, curvature, strict=True):
        total += c * np.multiply.outer(x, x)
    return total


def _across(fakes: _Pictures, slope: Float64Array, curvature: Float64Array) -> Float64Array:
    """Compute the second derivative by (w, b) and (W_G, b_G), (d + 1, (k + 1) d).

    Row p, column (i, j): sum of z_i (l'' x_p w_j h_j + l' h_j [p = j]), where h are the slopes.
    """
    d, layers = len(fakes.w), fakes.latents.shape[1]
    diagonal = np.arange(d)
    total = np.zeros((d + 1, layers, d))
    for r, z in enumerate(fakes.latents):
        h = fakes.slopes[r]
        term = curvature[r] * np.multiply.outer(fakes.pictures[r], fakes.w * h)
        term[diagonal, diagonal] += slope[r] * h
        total += z[:, np.newaxis] * term[:, np.newaxis, :]
    return total.reshape(d + 1, layers * d)


def _by_layers(fakes: _Pictures, slope: Float64Array, curvature: Float64Array) -> Float64Array:
    """Compute the second derivative by (W_G, b_G) twice, ((k + 1) d, (k + 1) d).

    Row (i, j), column (i', j'): sum of z_i z_i' (l'' w_j h_j w_j' h_j' + l' w_j g_j [j = j']),
    where h are the slopes and g the bends.
    """
    d, layers = len(fakes.w), fakes.latents.shape[1]
    diagonal = np.arange(d)
    total = np.zeros((layers, d, layers, d))
    for r, z in enumerate(fakes.latents):
        pull = fakes.w * fakes.slopes[r]
        term = curvature[r] * np.multiply.outer(pull, pull)
        term[diagonal, diagonal] += slope[r] * (fakes.w * fakes.bends[r])
        twice = np.multiply.outer(z, z)
        total += twice[:, np.newaxis, :, np.newaxis] * term[:, np.newaxis, :]
    return total.reshape(layers * d, layers * d)


def _penalty_hessian(w: Float64Array, game: Game) -> Float64Array:
    """Compute the Hessian (d, d) of r1_weight |w|^2 + gradient_penalty_weight (|w| - 1)^2."""
    hessian: Float64Array = 2 * game.algorithm.r1_weight * np.eye(len(w))
    if game.algorithm.gradient_penalty_weight:
        length = norm(w[np.newaxis])[0]
        unit = w / length
        curved = ((length - 1) / length) * np.eye(len(w)) + np.multiply.outer(unit, unit) / length
        hessian += 2 * game.algorithm.gradient_penalty_weight * curved
    return hessian
