"""The game of two networks: its rows, latent vectors and losses, checked once.

With labels, the networks play a mixture of games, one for each class. Each class has its own D
weights, D bias and G biases, so a class is a GAN of its own, except that all classes share W_G.
The losses are means over all rows: the sum over the classes of the loss of the class times its
share of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan.backends.algorithm import Algorithm
from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.sums import sum_over_features
from fastgan.dynamics.parameters import FLOAT64
from fastgan.dynamics.vector_layout import Places, layout_of
from fastgan.networks import inference
from fastgan.networks.row_labels import checked_gan, class_of_rows
from fastgan.options.algorithm_options import AlgorithmOptions
from fastgan.options.objectives import LOSSES
from fastgan.randomness.even_latents import even_latents

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Game:
    """The losses, and the real rows and latent vectors over which they are averaged."""

    rows: Float64Array  # (n, d)
    latents: Float64Array  # (m, k)
    algorithm: Algorithm  # of which only the loss, its smoothing and the penalties count


class Part(NamedTuple):
    """The game of one class in a mixture; without labels there is only one, with all rows."""

    share: float  # of this class in all rows, in (0, 1]
    places: Places  # (p,): indices of the parameters of this game among all P
    game: Game


def checked_parts(
    gan: object,
    data: npt.ArrayLike,
    latents: npt.ArrayLike | int,
    labels: npt.ArrayLike | None,
    loss: object,
    label_smoothing: object,
    gradient_penalty_weight: object,
    r1_weight: object,
) -> tuple[Part, ...]:
    """Check a user's arguments (see `gradient_field`) and leave out classes without rows."""
    networks = checked_gan(gan)
    rows, _ = inference.item_rows("data", data, networks.item_shape, FLOAT64)
    if not len(rows):
        raise ValueError("data must not be empty")
    vectors = _latents(latents, networks.latent_dim, networks.latent)
    if not isinstance(loss, str):
        raise TypeError(f"loss must be one of {LOSSES}, got {validation.describe(loss)}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {LOSSES}, got {loss!r}")
    smoothing = validation.rate("label_smoothing", label_smoothing, FLOAT64)
    if smoothing >= 1:
        raise ValueError(f"label_smoothing must be below 1, got {smoothing}")
    if smoothing and loss == "wasserstein":
        raise ValueError(
            f"label_smoothing must be 0 with loss='wasserstein', which has no labels, "
            f"got {smoothing}"
        )
    options = AlgorithmOptions(
        loss=loss,
        label_smoothing=smoothing,
        gradient_penalty_weight=validation.rate(
            "gradient_penalty_weight", gradient_penalty_weight, FLOAT64
        ),
        r1_weight=validation.rate("r1_weight", r1_weight, FLOAT64),
    )
    backends.require_ieee_arithmetic("numpy")
    algorithm = options.algorithm((0.0, 0.0), FLOAT64)
    of_rows = class_of_rows(networks, "labels", labels, len(rows))
    parts = []
    for c, places in enumerate(layout_of(networks).of_classes()):
        own = rows if of_rows is None else rows[of_rows == c]
        if len(own):
            game = Game(own, vectors, algorithm)
            parts.append(Part(len(own) / len(rows), places, game))
    return tuple(parts)


def _latents(latents: Any, k: int, distribution: str) -> Float64Array:
    if isinstance(latents, bool | np.bool_):
        raise TypeError(f"latents must be an int or an array, got {validation.describe(latents)}")
    if isinstance(latents, int | np.integer):
        return even_latents(validation.count("latents", latents), k, distribution)
    if np.ndim(validation.real_array("latents", latents, FLOAT64)) == 0:
        raise ValueError(
            f"latents must be an int or have shape (m, {k}), got {validation.describe(latents)}"
        )
    vectors, _ = inference.latent_rows("latents", latents, k, FLOAT64)
    if not len(vectors):
        raise ValueError("latents must not be empty")
    return vectors


def logits(pictures: Float64Array, weights: Float64Array, bias: Float64Array) -> Float64Array:
    """Compute s = b + sum over j of x_j w_j, summed in the order of the kernels: (rows, points).

    Takes pictures (rows, points or 1, d), weights (points, d) and bias (points,).
    """
    terms = pictures * weights
    sums = sum_over_features(terms.reshape(-1, terms.shape[-1]))
    scores: Float64Array = bias + sums.reshape(terms.shape[:-1])
    return scores


def generated(latents: Float64Array, layers: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Compute pictures x and 1 - x, (rows, points, d).

    Takes latents (rows, k) and layers (points, k + 1, d), whose last row holds the biases.
    """
    total = np.repeat(layers[np.newaxis, :, -1], len(latents), axis=0)
    for i, column in enumerate(latents.T):
        total += column[:, np.newaxis, np.newaxis] * layers[:, i]
    return sigmoid(total)


def norm(weights: Float64Array) -> Float64Array:
    """Compute |w| of weights (points, d): (points,)."""
    length: Float64Array = np.sqrt(sum_over_features(weights * weights))
    return length
