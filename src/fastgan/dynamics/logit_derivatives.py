"""First and second derivatives of the losses by the logit, which are all that dynamics need.

With D = sigmoid(s), and eps for the one-sided label smoothing:

    loss             on real rows: l', l''       on pictures: l', l''   of G: l', l''
    non-saturating   -(1 - D) + eps, D (1 - D)   D, D (1 - D)           -(1 - D), D (1 - D)
    minimax          the same                    the same               -D, -D (1 - D)
    least-squares    s - (1 - eps), 1            s, 1                   s - 1, 1
    wasserstein      -1, 0                       1, 0                   -1, 0

Sources: for the first two losses, I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014;
for smoothing, T. Salimans et al., "Improved Techniques for Training GANs", NIPS 2016. For least
squares, X. Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017, with a = 0 and
b = c = 1 on the logit and the factor 1/2. For Wasserstein, M. Arjovsky, S. Chintala and L. Bottou,
"Wasserstein GAN", ICML 2017, without clipping.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.elementary import sigmoid

Float64Array = npt.NDArray[np.float64]
Derivatives = tuple[Float64Array, Float64Array]


def of_real(logits: Float64Array, loss: str, label_smoothing: float) -> Derivatives:
    """Compute (l', l'') of D's loss on real rows."""
    if loss == "wasserstein":
        return np.full_like(logits, -1), np.zeros_like(logits)
    if loss == "least-squares":
        return logits - (1 - label_smoothing), np.ones_like(logits)
    d, one_minus_d = sigmoid(logits)
    return -one_minus_d + label_smoothing, d * one_minus_d


def of_fake(logits: Float64Array, loss: str) -> Derivatives:
    """Compute (l', l'') of D's loss on G's pictures."""
    if loss == "wasserstein":
        return np.ones_like(logits), np.zeros_like(logits)
    if loss == "least-squares":
        return logits, np.ones_like(logits)
    d, one_minus_d = sigmoid(logits)
    return d, d * one_minus_d


def of_generator(logits: Float64Array, loss: str) -> Derivatives:
    """Compute (l', l'') of G's loss on its pictures."""
    if loss == "wasserstein":
        return np.full_like(logits, -1), np.zeros_like(logits)
    if loss == "least-squares":
        return logits - 1, np.ones_like(logits)
    d, one_minus_d = sigmoid(logits)
    if loss == "minimax":
        return -d, -(d * one_minus_d)
    return -one_minus_d, d * one_minus_d
