"""The anomaly score: how far an item is from everything that a generator can draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.backends.reference.sums import sum_over_features
from fastgan.metrics.items import Array, Float64Array, items_of, latents_of
from fastgan.networks import inference
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan, class_of_rows, each_class
from fastgan.options.training_options import EXPLICIT
from fastgan.randomness.even_latents import even_latents

STARTS = 512  # evenly spread latent vectors tried for every item, at most
TRIALS = 8  # latent vectors tried around the best one in each round
ROUNDS = 60
NARROWER, WIDER = 0.6, 1.2  # factors of the cube's side after a round without and with success
FARTHEST = 4.0  # standard deviations: all but 1 in 15,000 normal latents are smaller in size
PIECE = 2**17  # numbers of the pictures compared at once, so that they stay in the cache


def anomaly_score(
    gan: GAN | ConditionalGAN,
    x: npt.ArrayLike,
    *,
    label: npt.ArrayLike | None = None,
    discriminator_weight: float = 0.1,
    latents: npt.ArrayLike | None = None,
) -> Any:
    """Measure how far items are from everything that the generator can draw.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
    x : array_like, shape ``(n, *item_shape)`` or (n, d); item_shape or (d,) for a single item
        Rounded to the dtype of the parameters.
    label : int, or array_like of int, shape (n,), optional
        The class of all items, or of each item, within which it is scored; needed with a
        ConditionalGAN, and only then.
    discriminator_weight : float, optional
        lambda, in [0, 1]: the weight of the discriminator term L relative to the residual R.
    latents : array_like, shape (m, k), optional
        Latent vectors to start from; the search covers the box that they span. Needed for a GAN
        trained on explicit latent vectors. By default the box is that of the distribution the GAN
        was trained on: [0, 1] in each dimension or, for normal latents, [-4, 4].

    Returns
    -------
    ndarray of float64, shape (n,), or a number for a single item
        A(x) = min over z of (1 - lambda) R(z) + lambda L(z), where
        R(z) = sum over j of abs(x_j - G_j(z)) is the residual and L(z) = abs(s(x) - s(G(z)))
        the difference of D's logits. At least 0; 0 for an item that G can draw. There is no upper
        bound, since logits have none, but (1 - lambda) R is at most (1 - lambda) d for items
        within [0, 1].

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither a GAN nor a ConditionalGAN, `x` does not hold items of its shape,
        `label` is not one of its classes or is missing, `discriminator_weight` is not in [0, 1],
        or `latents` do not hold latent vectors or are missing.

    Notes
    -----
    This is the score of AnoGAN [1]_ for networks of one layer. In AnoGAN, L compares the features
    of the last hidden layer of D, and gradient descent searches for z from a random start. Here D
    has no hidden layer, and its logit is its only feature. Since the minimum need not be unique
    and abs has kinks, the search uses no gradients. It starts from the best of a set of evenly
    spread vectors (a grid of at most 512 in up to three dimensions, the midpoints of a Latin
    hypercube in more; or `latents`). In each of 60 rounds it tries 8 vectors around the best one
    so far, in a cube that shrinks after each round without improvement and grows after each one
    with it. These 8 are drawn with a fixed seed and are the same for all items.

    The score is the smallest value that was found. It is never below the true minimum: for one
    latent number it mostly equals it, for two or three it is mostly within 0.01 of it, and for
    many it is above it.

    Each item takes 480 pictures on top of those of the evenly spread vectors, which all items
    share. Memory does not grow with the number of items. The score has the same bits on every
    backend.

    References
    ----------
    .. [1] T. Schlegl et al., "Unsupervised Anomaly Detection with Generative Adversarial Networks
       to Guide Marker Discovery", IPMI 2017.
    """
    networks = checked_gan(gan)
    items, single = items_of(networks, "x", x)
    classes = class_of_rows(networks, "label", label, len(items))
    weight = validation.rate("discriminator_weight", discriminator_weight, np.dtype(np.float64))
    if weight > 1:
        raise ValueError(
            f"discriminator_weight must be at most 1, got {validation.describe(weight)}"
        )
    starts, low, high = _starts(networks, latents)
    scores = np.empty(len(items))
    for own, where in each_class(networks, classes):
        scores[where] = _scores(own, items[where], starts, (low, high), weight)
    return scores[0] if single else scores


def _starts(
    gan: GAN | ConditionalGAN, latents: npt.ArrayLike | None
) -> tuple[Float64Array, Array, Array]:
    """Return vectors (m, k) to start from, and the low and high corner (k,) of the search box."""
    if latents is not None:
        given = latents_of(gan, "latents", latents).astype(np.float64)
        return given, given.min(axis=0), given.max(axis=0)
    if gan.latent == EXPLICIT:
        raise ValueError(
            "latents must be given: the GAN was trained on explicit latent vectors, whose "
            "distribution is not known"
        )
    corners = (0.0, 1.0) if gan.latent == "uniform" else (-FARTHEST, FARTHEST)
    low, high = (np.full(gan.latent_dim, corner) for corner in corners)
    return low + _evenly(gan.latent_dim) * (high - low), low, high


def _evenly(k: int) -> Float64Array:
    """Return at most STARTS evenly spread vectors in [0, 1]^k."""
    side = {1: STARTS, 2: 22, 3: 8}.get(k)
    if side is None:
        return even_latents(STARTS, k, "uniform")
    midpoints = (np.arange(side) + 0.5) / side
    return np.stack(np.meshgrid(*[midpoints] * k, indexing="ij"), axis=-1).reshape(-1, k)


def _scores(
    gan: GAN, items: Array, starts: Float64Array, box: tuple[Array, Array], weight: float
) -> Float64Array:
    """Return the scores (n,) of items (n, d) of one class."""
    best, found = _best_starts(gan, items, starts, weight)
    at_once = max(1, PIECE // (TRIALS * items.shape[1]))
    for first in range(0, len(items), at_once):
        part = slice(first, first + at_once)
        found[part] = _refined(gan, items[part], starts[best[part]], found[part], box, weight)
    return found


def _best_starts(
    gan: GAN, items: Array, starts: Float64Array, weight: float
) -> tuple[npt.NDArray[np.intp], Float64Array]:
    """Return the index of the best start for each item (n, d), and its cost: (n,) and (n,)."""
    pictures, scores = _pictures(gan, starts)
    best, lowest = np.empty(len(items), np.intp), np.empty(len(items))
    at_once = max(1, PIECE // pictures.size)
    for first in range(0, len(items), at_once):
        part = slice(first, first + at_once)
        costs = _costs(gan, items[part], pictures[np.newaxis], scores[np.newaxis], weight)
        best[part], lowest[part] = costs.argmin(axis=1), costs.min(axis=1)
    return best, lowest


def _refined(
    gan: GAN,
    items: Array,
    z: Float64Array,
    lowest: Float64Array,
    box: tuple[Array, Array],
    weight: float,
) -> Float64Array:
    """Search around the z (r, k) of each item for lower costs, and return these, (r,)."""
    low, high = box
    r, k = z.shape
    around = np.random.default_rng(0).random((ROUNDS, TRIALS, k)) * 2 - 1
    side = np.full((r, 1, 1), 2.0 ** -(9 // k))  # about the spacing of the STARTS = 2^9 vectors
    rows = np.arange(r)
    for cube in around * (high - low):
        trials = np.clip(z[:, np.newaxis] + side * cube, low, high)
        pictures, scores = _pictures(gan, trials.reshape(-1, k))
        costs = _costs(
            gan, items, pictures.reshape(r, TRIALS, -1), scores.reshape(r, TRIALS), weight
        )
        best = costs.argmin(axis=1)
        better = costs[rows, best] < lowest
        z = np.where(better[:, np.newaxis], trials[rows, best], z)
        lowest = np.where(better, costs[rows, best], lowest)
        side *= np.where(better, WIDER, NARROWER)[:, np.newaxis, np.newaxis]
    return lowest


def _pictures(gan: GAN, z: Float64Array) -> tuple[Array, Float64Array]:
    """Return the pictures (m, d) that G makes of z (m, k), and D's logits (m,) of them."""
    vectors = np.ascontiguousarray(z, gan.dtype)
    weights, biases = gan.generator.weights, gan.generator.biases
    pictures = np.empty((len(vectors), len(biases)), gan.dtype)
    inference.call(len(vectors) * weights.size, "generate", vectors, weights, biases, pictures)
    return pictures, _logits(gan, pictures)


def _logits(gan: GAN, rows: Array) -> Float64Array:
    return np.atleast_1d(gan.score(rows)).astype(np.float64)


@np.errstate(all="ignore")
def _costs(
    gan: GAN, items: Array, pictures: Array, scores: Float64Array, weight: float
) -> Float64Array:
    """Return (1 - lambda) R + lambda L of items (r, d) and pictures (r or 1, m, d): (r, m)."""
    differences = np.abs(np.subtract(items[:, np.newaxis], pictures, dtype=np.float64))
    residuals = sum_over_features(differences.reshape(-1, items.shape[1]))
    far = np.abs(_logits(gan, items)[:, np.newaxis] - scores)
    costs: Float64Array = (1 - weight) * residuals.reshape(far.shape) + weight * far
    return costs
