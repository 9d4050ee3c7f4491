"""Whether the two networks still have something to tell each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan.backends.reference.elementary import sigmoid
from fastgan.backends.reference.objectives import generator_slopes
from fastgan.backends.reference.slanted_land import logits, pre_activations, sum_over_rows
from fastgan.metrics.items import Float64Array, items_of, latents_of
from fastgan.networks.class_rows import checked_gan, class_of_rows, each_class
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.algorithm import LOSSES, Algorithm

ROWS = 2**10  # latent vectors at once; a constant, since the order of a sum depends on it


@dataclass(frozen=True)
class DiscriminatorAccuracy:
    """The shares of items that a discriminator judges rightly; see `discriminator_accuracy`."""

    real: float
    fake: float

    @property
    def balanced(self) -> float:
        """The mean of both, in [0, 1]; 1/2 is what guessing gives."""
        return (self.real + self.fake) / 2


def discriminator_accuracy(
    gan: GAN | ConditionalGAN,
    real: npt.ArrayLike,
    fake: npt.ArrayLike,
    *,
    real_label: npt.ArrayLike | None = None,
    fake_label: npt.ArrayLike | None = None,
) -> DiscriminatorAccuracy:
    """Count what the discriminator judges rightly.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        Whose discriminator is asked.
    real, fake : array_like, shape ``(n, *item_shape)`` or (n, d)
        Best such as it was not trained on: held-out items, and fresh samples.
    real_label, fake_label : int, or array_like of int, shape (n,), optional
        The class of all of them, or of each, as which D is asked about them; needed with a
        ConditionalGAN, and with no other.

    Returns
    -------
    DiscriminatorAccuracy
        ``real``, the share of real items with a logit above 0; ``fake``, the share of fakes with a
        logit of 0 or below; ``balanced``, the mean of both. In [0, 1]. A balanced accuracy near
        1/2 says that D no longer tells them apart: the fakes are good, or D is not. Near 1, D has
        won; with the minimax loss G then learns nothing any more.

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither, `real` or `fake` do not hold items of its shape, or their labels are
        not of its classes or are needed and not given.

    Notes
    -----
    A logit above 0 is a probability D(x) above 1/2, the best decision for the optimal
    discriminator of [1]_ and as many fakes as real items. The critic of a Wasserstein GAN is not
    trained to be above 0 for real items; only the difference of its means counts.

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
    """Measure the gradient that the generator learns from: whether it has vanished.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
    z : array_like, shape (m, k); as for `GAN.generate`
        Latent vectors, over which the loss is averaged.
    loss : {"non-saturating", "minimax", "least-squares", "wasserstein"}, optional
        The generator's loss of a picture x = G(z) with the logit s and D = sigmoid(s), and its
        derivative by s:

        ====================  =================  ==========  ======
        non-saturating        -log D             -(1 - D)    [1]_
        minimax               log(1 - D)         -D          [1]_
        least-squares         (s - 1)^2 / 2      s - 1       [2]_
        wasserstein           -s                 -1          [3]_
        ====================  =================  ==========  ======
    label : int, or array_like of int, shape (m,), optional
        The class of all pictures, or of each; needed with a ConditionalGAN, and with no other.

    Returns
    -------
    float
        Euclidean norm of the gradient of the mean loss by all of W_G and b_G together; at least
        0. It vanishes where D is so sure of itself that the derivative does (minimax: D near 0),
        where G's sigmoids are saturated, x (1 - x) near 0, and at a stationary point.

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither, `z` does not hold latent vectors of its, `loss` is none of these, or
        `label` is not of its classes or is needed and not given.

    Notes
    -----
    By the chain rule through s = b_D + w . x, x = sigmoid(a) and a = b_G + z W_G, with the
    derivative delta_i of picture i:

        d/da_ij = delta_i / m  w_j  x_ij (1 - x_ij)
        d/db_j  = sum over i of d/da_ij
        d/dW_kj = sum over i of z_ik d/da_ij

    With classes, w_j and b_D are those of the picture's, and the sum for its b_j is over the
    pictures of the class. The parameters are taken as they are and all else is computed in float64.

    References
    ----------
    .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014.
    .. [2] X. Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017.
    .. [3] M. Arjovsky, S. Chintala and L. Bottou, "Wasserstein Generative Adversarial Networks",
       ICML 2017.
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
    """What these vectors (m, k) add to a mean over `count`, (k + 1, d): by b_G, then by W_G."""
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
    """The name of a loss of the generator."""
    if not isinstance(loss, str):
        raise TypeError(f"loss must be a str, got {validation.describe(loss)}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
    return loss


def _derivative(loss: object) -> Callable[[Float64Array], Float64Array]:
    recipe = Algorithm(loss=checked_loss(loss)).recipe((0.0, 0.0), np.dtype(np.float64))
    return lambda scores: generator_slopes(scores, recipe)


def _norm(gradient: Float64Array) -> float:
    """Without squares that overflow, or vanish before the gradient does."""
    largest = float(np.abs(gradient).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = gradient / largest
    return largest * math.sqrt(float(np.add.accumulate((scaled * scaled).reshape(-1))[-1]))
