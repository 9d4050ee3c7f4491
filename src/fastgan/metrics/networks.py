"""Whether the two networks still have something to tell each other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan import arrays, backends
from fastgan.algorithms import LOSSES, Algorithm
from fastgan.backends.numpy_elementary import sigmoid
from fastgan.backends.numpy_objectives import generator_slopes
from fastgan.backends.numpy_reference import logits, pre_activations, sum_over_rows
from fastgan.gan import GAN
from fastgan.metrics.items import Float64Array, checked_gan, items_of, latents_of

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
    gan: GAN, real: npt.ArrayLike, fake: npt.ArrayLike
) -> DiscriminatorAccuracy:
    """Count what the discriminator judges rightly.

    Parameters
    ----------
    gan : GAN
        Whose discriminator is asked.
    real, fake : array_like, shape (n, *item_shape) or (n, d)
        Best such as it was not trained on: held-out items, and fresh samples.

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
        If `gan` is no GAN, or the others do not hold items of its shape.

    Notes
    -----
    A logit above 0 is a probability D(x) above 1/2, the best decision for the optimal
    discriminator of [1]_ and as many fakes as real items. The critic of a Wasserstein GAN is not
    trained to be above 0 for real items; only the difference of its means counts.

    References
    ----------
    .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014, proposition 1.
    """
    gan = checked_gan(gan)
    real_rows, _ = items_of(gan, "real", real)
    fake_rows, _ = items_of(gan, "fake", fake)
    return DiscriminatorAccuracy(
        real=float(np.count_nonzero(gan.score(real_rows) > 0) / len(real_rows)),
        fake=float(np.count_nonzero(gan.score(fake_rows) <= 0) / len(fake_rows)),
    )


def generator_gradient_norm(gan: GAN, z: npt.ArrayLike, loss: str = "non-saturating") -> float:
    """Measure the gradient that the generator learns from: whether it has vanished.

    Parameters
    ----------
    gan : GAN
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

    Returns
    -------
    float
        Euclidean norm of the gradient of the mean loss by all of W_G and b_G together; at least
        0. It vanishes where D is so sure of itself that the derivative does (minimax: D near 0),
        where G's sigmoids are saturated, x (1 - x) near 0, and at a stationary point.

    Raises
    ------
    TypeError, ValueError
        If `gan` is no GAN, `z` does not hold latent vectors of its, or `loss` is none of these.

    Notes
    -----
    By the chain rule through s = b_D + w . x, x = sigmoid(a) and a = b_G + z W_G, with the
    derivative delta_i of picture i:

        d/da_ij = delta_i / m  w_j  x_ij (1 - x_ij)
        d/db_j  = sum over i of d/da_ij
        d/dW_kj = sum over i of z_ik d/da_ij

    The parameters are taken as they are and all else is computed in float64.

    References
    ----------
    .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NeurIPS 2014.
    .. [2] X. Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017.
    .. [3] M. Arjovsky, S. Chintala and L. Bottou, "Wasserstein Generative Adversarial Networks",
       ICML 2017.
    """
    gan = checked_gan(gan)
    vectors = latents_of(gan, "z", z).astype(np.float64)
    derivative = _derivative(loss)
    backends.require_ieee_arithmetic("numpy")
    weights, biases, w = (
        array.astype(np.float64)
        for array in (gan.generator.weights, gan.generator.biases, gan.discriminator.weights)
    )
    bias = np.array([gan.discriminator.bias], np.float64)
    gradient = np.zeros((len(weights) + 1, len(biases)))  # of b_G, then of W_G row by row
    with np.errstate(all="ignore"):
        for start in range(0, len(vectors), ROWS):
            part = vectors[start : start + ROWS]
            x, one_minus_x = sigmoid(pre_activations(part, weights, biases))
            delta = derivative(logits(x, w, bias)) / len(vectors)
            by_a = delta[:, np.newaxis] * (w * (x * one_minus_x))
            gradient[0] += sum_over_rows(by_a)
            for row, column in zip(gradient[1:], part.T, strict=True):
                row += sum_over_rows(column[:, np.newaxis] * by_a)
        return _norm(gradient)


def _derivative(loss: object) -> Callable[[Float64Array], Float64Array]:
    if not isinstance(loss, str):
        raise TypeError(f"loss must be a str, got {arrays.describe(loss)}")
    if loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(map(repr, LOSSES))}, got {loss!r}")
    recipe = Algorithm(loss=loss).recipe((0.0, 0.0), np.dtype(np.float64))
    return lambda scores: generator_slopes(scores, recipe)


def _norm(gradient: Float64Array) -> float:
    """Without squares that overflow, or vanish before the gradient does."""
    largest = float(np.abs(gradient).max())
    if largest == 0 or not math.isfinite(largest):
        return largest
    scaled = gradient / largest
    return largest * math.sqrt(float(np.add.accumulate((scaled * scaled).reshape(-1))[-1]))
