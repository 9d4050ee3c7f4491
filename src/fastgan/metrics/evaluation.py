"""All numbers of a trained GAN together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan import arrays, inference
from fastgan.backends.numpy_reference import sum_over_rows
from fastgan.gan import GAN
from fastgan.latents import RandomInput
from fastgan.metrics.anomaly import anomaly_score
from fastgan.metrics.distributions import jensen_shannon_distance, mean_gap, spread_ratio
from fastgan.metrics.items import Array, checked_gan, items_of, latents_of
from fastgan.metrics.neighbours import density_and_coverage, duplicate_share
from fastgan.metrics.networks import discriminator_accuracy, generator_gradient_norm
from fastgan.options import EXPLICIT

FAKES = 1000
NEIGHBOURS = 5


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measured; each number is defined by the function of its name.

    Attributes
    ----------
    n_real, n_fake : int
        The items that were compared.
    mean_gap : float
        0 if the mean fake is the mean item.
    spread_ratio : float
        Near 0: collapsed. Near 1: fakes vary as much as real items.
    duplicate_share : float
        The share of fakes that another fake repeats.
    density, coverage : float
        Whether fakes lie where real items do, and the other way round; NaN for one real item.
    n_neighbours : int
        That these two looked at: 5, or as many others as there are; 0 for one real item.
    jensen_shannon_distance : float
        In [0, 1]: 0 if all histograms agree.
    discriminator_accuracy : float
        Balanced, in [0, 1]: 1/2 if D is at a loss.
    accuracy_on_real, accuracy_on_fake : float
        Its two parts; on real items that were held out, if there are any.
    generator_gradient_norm : float
        Near 0: the gradient has vanished.
    anomaly_score : float
        Mean over the real items, or those held out: 0 if G can draw them all.
    """

    n_real: int
    n_fake: int
    mean_gap: float
    spread_ratio: float
    duplicate_share: float
    density: float
    coverage: float
    n_neighbours: int
    jensen_shannon_distance: float
    discriminator_accuracy: float
    accuracy_on_real: float
    accuracy_on_fake: float
    generator_gradient_norm: float
    anomaly_score: float


def evaluate(
    gan: GAN,
    real: npt.ArrayLike,
    *,
    n: int | None = None,
    rng: RandomInput = None,
    latents: npt.ArrayLike | None = None,
    held_out: npt.ArrayLike | None = None,
    loss: str = "non-saturating",
) -> Evaluation:
    """Compare fresh fakes with real items in every way of `fastgan.metrics`.

    Parameters
    ----------
    gan : GAN
    real : array_like, shape (n_real, *item_shape) or (n_real, d)
        What the fakes are compared with.
    n : int, optional
        How many fakes are drawn; 1000 by default.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Where their latent vectors come from; the fakes are those of ``gan.sample(n, rng=rng)``.
    latents : array_like, shape (n, k), optional
        The latent vectors themselves, in place of `n` and `rng`; to be given for a GAN trained
        on explicit ones, for which the anomaly score is sought among them too.
    held_out : array_like, shape (m, *item_shape) or (m, d), optional
        Real items that were not trained on, for D's accuracy and the anomaly score; `real` by
        default.
    loss : str, optional
        The generator's loss, whose gradient is measured; see `generator_gradient_norm`.

    Returns
    -------
    Evaluation

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; the message names it.

    Notes
    -----
    The time is that of n_real (n_real + n) distances and about 500 pictures for each item that is
    scored: a second or a few for a thousand pictures of 16x16. Give a part of larger data.
    """
    gan = checked_gan(gan)
    real_rows, _ = items_of(gan, "real", real)
    others, _ = (real_rows, False) if held_out is None else items_of(gan, "held_out", held_out)
    vectors = _vectors(gan, n, rng, latents)
    gradient_norm = generator_gradient_norm(gan, vectors, loss)
    fakes = np.reshape(gan.generate(vectors), (len(vectors), -1))
    n_neighbours = min(NEIGHBOURS, len(real_rows) - 1)
    density = coverage = math.nan
    if n_neighbours:
        near = density_and_coverage(real_rows, fakes, n_neighbours)
        density, coverage = near.density, near.coverage
    accuracy = discriminator_accuracy(gan, others, fakes)
    searched = vectors if gan.latent == EXPLICIT else None
    scores = anomaly_score(gan, others, latents=searched)
    return Evaluation(
        n_real=len(real_rows),
        n_fake=len(fakes),
        mean_gap=mean_gap(real_rows, fakes),
        spread_ratio=spread_ratio(real_rows, fakes),
        duplicate_share=duplicate_share(fakes),
        density=density,
        coverage=coverage,
        n_neighbours=n_neighbours,
        jensen_shannon_distance=jensen_shannon_distance(real_rows, fakes),
        discriminator_accuracy=accuracy.balanced,
        accuracy_on_real=accuracy.real,
        accuracy_on_fake=accuracy.fake,
        generator_gradient_norm=gradient_norm,
        anomaly_score=float(sum_over_rows(np.atleast_1d(scores))) / len(others),
    )


def _vectors(gan: GAN, n: int | None, rng: RandomInput, latents: npt.ArrayLike | None) -> Array:
    if latents is not None:
        if n is not None or rng is not None:
            raise ValueError("latents cannot be given together with n or rng, which draw them")
        return latents_of(gan, "latents", latents)
    n = arrays.count("n", FAKES if n is None else n)
    arrays.total("n", n, gan.generator.weights.size + gan.generator.biases.size)
    return inference.draw_latents(n, gan.latent_dim, gan.latent, rng)
