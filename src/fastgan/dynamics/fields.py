"""The joint gradient field, at the parameters of a GAN or over a plane through them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.backends.reference.objectives import (
    fake_slopes,
    generator_slopes,
    gradient_penalty_coefficients,
    r1_coefficients,
    real_slopes,
)
from fastgan.backends.reference.sums import sum_over_rows
from fastgan.dynamics.games import Game, Part, checked_parts, generated, logits
from fastgan.dynamics.parameters import FLOAT64, parameter_vector
from fastgan.dynamics.vector_layout import layout_of
from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.randomness.even_latents import EVEN_LATENTS

Float64Array = npt.NDArray[np.float64]

NUMBERS_AT_ONCE = 2**21  # 16 MiB: beyond it, the points are evaluated in parts


def gradient_field(
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
    """Compute the direction in which gradient descent moves both networks.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks at whose parameters the field is evaluated.
    data : array_like, shape ``(n, *item_shape)`` or (n, d), or one such item
        The real rows, over which D's loss on real rows is averaged.
    latents : int or array_like, shape (m, k)
        The latent vectors, over whose pictures the losses are averaged. An int is a number of
        evenly spread vectors that stand for the GAN's own distribution, as described at
        `Outcomes`. With classes, each vector makes a picture of every class.
    labels : array_like of int, shape (n,), or an int for all rows, optional
        The classes of the rows; needed with a ConditionalGAN, and only then. The pictures of a
        class have the same weight as its rows.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}
        The losses, whose formulas and sources are in the notes of `fastgan.train`.
    label_smoothing : float
        D's target for real rows is the probability (for least squares: the logit)
        1 - label_smoothing; must be 0 with ``"wasserstein"``.
    gradient_penalty_weight : float
        Weight of the gradient penalty [2]_ in D's loss; for a linear D the penalty is
        (norm(w_D) - 1)^2. At w_D = 0, where it has no derivative, it adds nothing to the field.
        With classes, this penalty and R1 are means over the rows, each with the w_D of its class.
    r1_weight : float
        Weight of the penalty R1 [3]_, norm(w_D)^2, in D's loss; the gamma of R1 is twice this.

    Returns
    -------
    ndarray of float64, shape (P,)
        v = (-grad by w_D and b_D of L_D, -grad by W_G and b_G of L_G) [1]_, in the order of
        `parameter_vector`. L_D is the sum of D's losses on real and on generated rows, and of the
        penalties. Not finite where parameters are so large that logits are not; 0 along the
        parameters that belong to a class without rows.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.

    References
    ----------
    .. [1] L. Mescheder, S. Nowozin and A. Geiger, "The Numerics of GANs", NIPS 2017.
    .. [2] I. Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017.
    .. [3] L. Mescheder, A. Geiger and S. Nowozin, "Which Training Methods for GANs do actually
       Converge?", ICML 2018.

    Examples
    --------
    >>> import fastgan
    >>> faces = fastgan.datasets.slanted_land()
    >>> run = fastgan.train(faces, epochs=100, rng=42)
    >>> fastgan.dynamics.gradient_field(run.gan, faces).shape
    (13,)
    """
    parts = checked_parts(
        gan, data, latents, labels, loss, label_smoothing, gradient_penalty_weight, r1_weight
    )
    field: Float64Array = field_at(parameter_vector(gan)[np.newaxis], parts)[0]
    return field


@dataclass(frozen=True, eq=False, repr=False)
class FieldSlice:
    """The joint gradient field over a plane of two parameters, with all others held fixed.

    Attributes
    ----------
    x_name, y_name : str
        The names of the two parameters.
    x, y : ndarray of float64, shapes (columns,) and (rows,)
        Their values.
    u, v : ndarray of float64, shape (rows, columns)
        The components of the field along these two parameters. The components along the others
        are left out, though they need not be 0.
    """

    x_name: str
    y_name: str
    x: Float64Array
    y: Float64Array
    u: Float64Array
    v: Float64Array

    def __repr__(self) -> str:
        return f"FieldSlice({self.x_name} x {self.y_name}, {len(self.x)} x {len(self.y)} points)"


def field_slice(
    gan: GAN | ConditionalGAN,
    data: npt.ArrayLike,
    latents: npt.ArrayLike | int = EVEN_LATENTS,
    *,
    labels: npt.ArrayLike | None = None,
    x: str,
    y: str,
    x_values: npt.ArrayLike,
    y_values: npt.ArrayLike,
    loss: str = "non-saturating",
    label_smoothing: float = 0.0,
    gradient_penalty_weight: float = 0.0,
    r1_weight: float = 0.0,
) -> FieldSlice:
    """Evaluate the joint gradient field over a grid of two parameters.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks; all parameters except `x` and `y` keep their values.
    data, latents, labels, loss, label_smoothing, gradient_penalty_weight, r1_weight
        As for `gradient_field`.
    x, y : str
        The names of two parameters, as for `trajectory`.
    x_values, y_values : array_like, shapes (columns,) and (rows,)
        The values of each, two or more, strictly increasing.

    Returns
    -------
    FieldSlice
        Can be drawn with `fastgan.plotting.gradient_field`.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.
    """
    parts = checked_parts(
        gan, data, latents, labels, loss, label_smoothing, gradient_penalty_weight, r1_weight
    )
    layout = layout_of(gan)
    columns, rows = layout.index("x", x), layout.index("y", y)
    if columns == rows:
        raise ValueError(f"y must be another parameter than x, got {y!r} for both")
    across, up = _rising("x_values", x_values), _rising("y_values", y_values)
    points = np.tile(parameter_vector(gan), (len(up), len(across), 1))
    points[:, :, columns] = across
    points[:, :, rows] = up[:, np.newaxis]
    field = field_at(points.reshape(-1, points.shape[-1]), parts).reshape(points.shape)
    values = (across, up, field[:, :, columns], field[:, :, rows])
    return FieldSlice(x, y, *(validation.read_only(array) for array in values))


def _rising(name: str, values: npt.ArrayLike) -> Float64Array:
    numbers = validation.real_array(name, values, FLOAT64)
    if numbers.ndim != 1 or len(numbers) < 2:
        raise ValueError(f"{name} must have shape (2,) or more, got {numbers.shape}")
    if not (np.diff(numbers) > 0).all():
        raise ValueError(
            f"{name} must be strictly increasing, got {validation.describe(numbers.tolist())}"
        )
    return numbers


def field_at(points: Float64Array, parts: tuple[Part, ...]) -> Float64Array:
    """Compute the field (points, P) of a mixture of games at parameter vectors (points, P)."""
    if len(parts[0].places) == points.shape[1]:
        return _field_of(points, parts[0].game)
    field = np.zeros_like(points)
    for share, places, game in parts:
        with np.errstate(all="ignore"):
            field[:, places] += share * _field_of(points[:, places], game)
    return field


def _field_of(points: Float64Array, game: Game) -> Float64Array:
    field = np.empty_like(points)
    rows = max(len(game.rows), len(game.latents))
    at_once = max(1, NUMBERS_AT_ONCE // (rows * game.rows.shape[1]))
    for start in range(0, len(points), at_once):
        part = slice(start, start + at_once)
        with np.errstate(all="ignore"):
            field[part] = _field_at(points[part], game)
    return field


def _field_at(points: Float64Array, game: Game) -> Float64Array:
    d, k = game.rows.shape[1], game.latents.shape[1]
    table = one_layer_table(k, d)
    parts = table.split(points)
    w, b = parts.discriminator_weights[:, 0], parts.discriminator_biases[:, 0]
    layers = points[:, table.network("generator")].reshape(-1, k + 1, d)

    real = game.rows[:, np.newaxis]
    delta = real_slopes(logits(real, w, b), game.algorithm) / len(real)
    by_w = sum_over_rows(delta[..., np.newaxis] * real)
    by_b = sum_over_rows(delta)

    fake, one_minus_fake = generated(game.latents, layers)
    scores = logits(fake, w, b)
    delta = fake_slopes(scores, game.algorithm) / len(fake)
    by_w += sum_over_rows(delta[..., np.newaxis] * fake)
    by_b += sum_over_rows(delta)
    by_w += _penalty_coefficients(w, game)[:, np.newaxis] * w

    delta = generator_slopes(scores, game.algorithm) / len(fake)
    by_a = delta[..., np.newaxis] * (w * (fake * one_minus_fake))
    by_layers = [sum_over_rows(z[:, np.newaxis, np.newaxis] * by_a) for z in game.latents.T]
    by_layers.append(sum_over_rows(by_a))

    return -np.concatenate([by_w, by_b[:, np.newaxis], *by_layers], axis=1)


def _penalty_coefficients(w: Float64Array, game: Game) -> Float64Array:
    """Return the factors (points,) of w (points, d) in the gradient of the penalties by w."""
    each = np.ones(len(w))
    coefficients: Float64Array = r1_coefficients(each, game.algorithm)
    if game.algorithm.gradient_penalty_weight:  # otherwise an infinite w would give NaN
        coefficients += gradient_penalty_coefficients(w, each, game.algorithm)
    return coefficients
