"""Metrics of the networks: the discriminator's accuracy and the generator's gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.networks import logits, pre_activations
from fastgan.backends.reference.objectives import generator_slopes
from fastgan.backends.reference.sums import sum_over_rows
from fastgan.metrics.items import Float64Array, items_of, latents_of
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan, class_of_rows, each_class
from fastgan.options.algorithm_options import AlgorithmOptions
from fastgan.options.objectives import LOSSES

ROWS = 2**10  # latent vectors in a block; fixed, since the order of the sums depends on it


@dataclass(frozen=True)
class DiscriminatorAccuracy:
    """The shares of items that D classifies correctly; see `discriminator_accuracy`."""

    real: float
    fake: float

    @property
    def balanced(self) -> float:
        """The mean of both, in [0, 1]; guessing gives 1/2."""
        return (self.real + self.fake) / 2


def discriminator_accuracy(
    gan: GAN | ConditionalGAN,
    real: npt.ArrayLike,
    fake: npt.ArrayLike,
    *,
    real_label: npt.ArrayLike | None = None,
    fake_label: npt.ArrayLike | None = None,
) -> DiscriminatorAccuracy:
    """Measure the shares of real items and of fakes that the discriminator classifies correctly.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks with this discriminator.
    real, fake : array_like, shape ``(n, *item_shape)`` or (n, d)
        Preferably items that D was not trained on: held-out items, and fresh samples.
    real_label, fake_label : int, or array_like of int, shape (n,), optional
        The class of all items, or of each item, as which D judges them; needed with a
        ConditionalGAN, and only then.

    Returns
    -------
    DiscriminatorAccuracy
        ``real``, the share of real items with a logit above 0; ``fake``, the share of fakes with a
        logit of 0 or below; ``balanced``, the mean of both. In [0, 1]. A balanced accuracy near
        1/2 means that D cannot tell them apart: either the fakes are good or D is poor. Near 1, D
        has won; with the minimax loss, G then stops learning.

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither a GAN nor a ConditionalGAN, `real` or `fake` do not hold items of its
        shape, or their labels are not among its classes or are missing.

    Notes
    -----
    A logit above 0 is a probability D(x) above 1/2. For the optimal discriminator of [1]_, and
    equally many fakes and real items, this threshold is the best one. The critic of a Wasserstein
    GAN is not trained to be above 0 for real items; only the difference of its means counts.

    References
    ----------
    .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014, proposition 1.
    """
    networks = checked_gan(gan)
    real_scores = _scores(networks, "real", real, real_label)
    fake_scores = _scores(networks, "fake", fake, fake_label)
    return DiscriminatorAccuracy(
        real=float(np.count_nonzero(real_scores > 0) / len(real_scores)),
        fake=float(np.count_nonzero(fake_scores <= 0) / len(fake_scores)),
    )


def _scores(
    gan: GAN | ConditionalGAN, name: str, items: npt.ArrayLike, label: npt.ArrayLike | None
) -> Float64Array:
    rows, _ = items_of(gan, name, items)
    scores = np.empty(len(rows))
    for own, where in each_class(gan, class_of_rows(gan, f"{name}_label", label, len(rows))):
        scores[where] = own.score(rows[where])
    return scores


def generator_gradient_norm(
    gan: GAN | ConditionalGAN,
    z: npt.ArrayLike,
    loss: str = "non-saturating",
    *,
    label: npt.ArrayLike | None = None,
) -> float:
    """Measure the norm of the gradient that the generator learns from, to see if it has vanished.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
    z : array_like, shape (m, k); as for `GAN.generate`
        Latent vectors, over which the loss is averaged.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}, optional
        The generator's loss, which the notes of `fastgan.train` state.
    label : int, or array_like of int, shape (m,), optional
        The class of all pictures, or of each picture; needed with a ConditionalGAN, and only then.

    Returns
    -------
    float
        Euclidean norm of the gradient of the mean loss by W_G and b_G together; at least 0. It
        vanishes where D is so certain that the derivative by s vanishes (minimax: D near 0), where
        G's sigmoids are saturated, with x (1 - x) near 0, and at a stationary point.

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither a GAN nor a ConditionalGAN, `z` does not hold latent vectors for it,
        `loss` is none of these, or `label` is not one of its classes or is missing.

    Notes
    -----
    By the chain rule through s = b_D + w . x, x = sigmoid(a) and a = b_G + z W_G, where delta_i is
    the derivative of the loss of picture i by its logit s:

        d/da_ij = delta_i / m  w_j  x_ij (1 - x_ij)
        d/db_j  = sum over i of d/da_ij
        d/dW_kj = sum over i of z_ik d/da_ij

    With classes, w_j and b_D are those of the picture's class, and the sum for each b_j of a class
    is over the pictures of that class. Everything is computed in float64, from the parameters as
    they are.

    """
    networks = checked_gan(gan)
    vectors = latents_of(networks, "z", z).astype(np.float64)
    classes = class_of_rows(networks, "label", label, len(vectors))
    derivative = _derivative(loss)
    backends.require_ieee_arithmetic("numpy")
    with np.errstate(all="ignore"):
        gradients = [
            _summed_gradient(own, vectors[where], derivative, len(vectors))
            for own, where in each_class(networks, classes)
        ]
        by_biases = [gradient[0] for gradient in gradients]
        by_weights = sum_over_rows(np.stack([gradient[1:] for gradient in gradients]))
        return _norm(np.concatenate([*by_biases, by_weights.reshape(-1)]))


def _summed_gradient(
    gan: GAN,
    vectors: Float64Array,
    derivative: Callable[[Float64Array], Float64Array],
    count: int,
) -> Float64Array:
    """Return the share (k + 1, d) of these vectors (m, k) in a mean gradient over `count` of them.

    Row 0 is the gradient by b_G, the others are that by W_G.
    """
    weights, biases, w = (
        array.astype(np.float64)
        for array in (gan.generator.weights, gan.generator.biases, gan.discriminator.weights)
    )
    bias = np.array([gan.discriminator.bias], np.float64)
    gradient = np.zeros((len(weights) + 1, len(biases)))
    for start in range(0, len(vectors), ROWS):
        part = vectors[start : start + ROWS]
        x, one_minus_x = sigmoid(pre_activations(part, weights, biases))
        delta = derivative(logits(x, w, bias)) / count
        by_a = delta[:, np.newaxis] * (w * (x * one_minus_x))
        gradient[0] += sum_over_rows(by_a)
        for row, column in zip(gradient[1:], part.T, strict=True):
            row += sum_over_rows(column[:, np.newaxis] * by_a)
    return gradient


def checked_loss(loss: object) -> str:
    """Return the name of a loss of the generator, checked."""
    if not isinstance(loss, str):
        raise TypeError(f"loss must be a str, got {validation.describe(loss)}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
    return loss


def _derivative(loss: object) -> Callable[[Float64Array], Float64Array]:
    algorithm = AlgorithmOptions(loss=checked_loss(loss)).algorithm(
        (0.0, 0.0), np.dtype(np.float64)
    )
    return lambda scores: generator_slopes(scores, algorithm)


def _norm(gradient: Float64Array) -> float:
    """Return the Euclidean norm, scaled so that no square overflows or underflows to 0 early."""
    largest = float(np.abs(gradient).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = gradient / largest
    return largest * math.sqrt(float(np.add.accumulate((scaled * scaled).reshape(-1))[-1]))
