"""The specification of losses and penalties: values, slopes and curvatures by the logit.

A loss enters a training only as its derivative by the logit s, which the moves carry on to the
parameters; its values are for the history alone, and its second derivatives for the dynamics. All
are written for arrays of logits, in the dtype of the run. With D = sigmoid(s),
t = 1 - label_smoothing and softplus(s) = log(1 + e^s), the loss, its slope and its curvature are

    loss              on real rows               on G's pictures           of G
    non-saturating    -t log D - (1-t) log(1-D)  -log(1 - D)               -log D
                      -(1 - D) + (1 - t)         D                         -(1 - D)
                      D (1 - D)                  D (1 - D)                 D (1 - D)
    minimax           the same                   the same                  log(1 - D)
                                                                           -D
                                                                           -D (1 - D)
    least-squares     (s - t)^2 / 2              s^2 / 2                   (s - 1)^2 / 2
                      s - t                      s                         s - 1
                      1                          1                         1
    wasserstein       -s                         s                         -s
                      -1                         1                         -1
                      0                          0                         0

The first two: I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014; one-sided smoothing:
T. Salimans et al., "Improved Techniques for Training GANs", NIPS 2016. Least squares: X. Mao et
al., "Least Squares Generative Adversarial Networks", ICCV 2017, with a = 0 and b = c = 1 on the
logit. Wasserstein: M. Arjovsky, S. Chintala and L. Bottou, "Wasserstein GAN", ICML 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import LEAST_SQUARES, MINIMAX, WASSERSTEIN, Algorithm
from fastgan.backends.reference.elementary import sigmoid, softplus
from fastgan.backends.reference.sums import sum_over_features

Array = npt.NDArray[Any]


def real_slopes(scores: Array, algorithm: Algorithm) -> Array:
    """Return the derivative of D's loss on real rows by the logit."""
    if algorithm.loss == LEAST_SQUARES:
        differences: Array = scores - (1 - algorithm.label_smoothing)
        return differences
    if algorithm.loss == WASSERSTEIN:
        return np.full_like(scores, -1)
    slopes = -sigmoid(scores)[1]
    return slopes + algorithm.label_smoothing if algorithm.label_smoothing else slopes


def fake_slopes(scores: Array, algorithm: Algorithm) -> Array:
    """Return the derivative of D's loss on G's pictures by the logit."""
    if algorithm.loss == LEAST_SQUARES:
        return scores
    if algorithm.loss == WASSERSTEIN:
        return np.ones_like(scores)
    return sigmoid(scores)[0]


def generator_slopes(scores: Array, algorithm: Algorithm) -> Array:
    """Return the derivative of G's loss by the logit."""
    if algorithm.loss == LEAST_SQUARES:
        return scores - 1
    if algorithm.loss == WASSERSTEIN:
        return np.full_like(scores, -1)
    d, one_minus_d = sigmoid(scores)
    return -d if algorithm.loss == MINIMAX else -one_minus_d


def discriminator_curvatures(scores: Array, algorithm: Algorithm) -> Array:
    """Return the second derivative of D's loss by the logit: equal on real rows and pictures."""
    if algorithm.loss == LEAST_SQUARES:
        return np.ones_like(scores)
    if algorithm.loss == WASSERSTEIN:
        return np.zeros_like(scores)
    d, one_minus_d = sigmoid(scores)
    return d * one_minus_d


def generator_curvatures(discriminator: Array, algorithm: Algorithm) -> Array:
    """Return the second derivative of G's loss, given that of D's loss on the same pictures."""
    return -discriminator if algorithm.loss == MINIMAX else discriminator


def real_losses(scores: Array, algorithm: Algorithm) -> Array:
    """Return D's loss on each real row."""
    if algorithm.loss == LEAST_SQUARES:
        return _half_square(scores - (1 - algorithm.label_smoothing))
    if algorithm.loss == WASSERSTEIN:
        return -scores
    values = softplus(-scores)
    # -t log D - (1 - t) log(1 - D) = softplus(-s) + (1 - t) s
    return values + algorithm.label_smoothing * scores if algorithm.label_smoothing else values


def fake_losses(scores: Array, algorithm: Algorithm) -> Array:
    """Return D's loss on each of G's pictures."""
    if algorithm.loss == LEAST_SQUARES:
        return _half_square(scores)
    if algorithm.loss == WASSERSTEIN:
        return scores
    return softplus(scores)


def generator_losses(scores: Array, algorithm: Algorithm) -> Array:
    """Return G's loss on each of its pictures."""
    if algorithm.loss == LEAST_SQUARES:
        return _half_square(scores - 1)
    if algorithm.loss == WASSERSTEIN:
        return -scores
    return -softplus(scores) if algorithm.loss == MINIMAX else softplus(-scores)


def _half_square(differences: Array) -> Array:
    half: Array = differences.dtype.type(0.5) * (differences * differences)
    return half


def r1_coefficients(shares: Array, algorithm: Algorithm) -> Array:
    """Return the factors (c,) of w (c, d) that R1 adds to the gradient by w.

    R1 is r1_weight times the mean over real rows of |grad_x s|^2, which is |w_y|^2 for a
    linear D [1]_; `shares` (c,) are the fractions of the rows that belong to each class.

    .. [1] L. Mescheder, A. Geiger and S. Nowozin, "Which Training Methods for GANs do actually
       Converge?", ICML 2018, whose gamma is twice this weight.
    """
    coefficients: Array = (2 * algorithm.r1_weight) * shares
    return coefficients


def gradient_penalty_coefficients(w: Array, shares: Array, algorithm: Algorithm) -> Array:
    """Return the factors (c,) of w (c, d) that the gradient penalty adds to the gradient by w.

    The penalty is its weight times the mean of (|grad_x s| - 1)^2, which is (|w_y| - 1)^2 at
    every x [1]_. At w = 0, where it has no derivative, it adds nothing.

    .. [1] I. Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017.
    """
    norms = np.sqrt(sum_over_features(w * w))
    stretch = np.where(norms == 0, 0, (norms - 1) / norms)
    coefficients: Array = ((2 * algorithm.gradient_penalty_weight) * shares) * stretch
    return coefficients
