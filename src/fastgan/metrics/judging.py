"""Compute all metrics at once: draw fakes, and compare them with real items in every way."""

from __future__ import annotations

import math
from typing import NamedTuple, overload

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan.backends.reference.sums import sum_over_rows
from fastgan.metrics.anomaly import anomaly_score
from fastgan.metrics.distributions import jensen_shannon_distance, mean_gap, spread_ratio
from fastgan.metrics.evaluation import ConditionalEvaluation, Evaluation
from fastgan.metrics.items import Array, items_of, latents_of
from fastgan.metrics.learning_signal import (
    checked_loss,
    discriminator_accuracy,
    generator_gradient_norm,
)
from fastgan.metrics.neighbours import density_and_coverage, duplicate_share
from fastgan.networks import inference
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan, class_of_rows
from fastgan.options.training_options import EXPLICIT
from fastgan.randomness.source import RandomInput

Labels = npt.NDArray[np.int64]

FAKES = 1000
NEIGHBOURS = 5


class _Rows(NamedTuple):
    """Items, latent vectors or scores, and the class of each if there are classes."""

    rows: Array
    labels: Labels | None

    def of(self, label: int) -> _Rows:
        """Return the rows of one class, which need no labels any more."""
        return _Rows(self.rows[self.labels == label], None)


@overload
def evaluate(
    gan: GAN | ConditionalGAN,
    real: npt.ArrayLike,
    *,
    labels: None = None,
    n: int | None = None,
    rng: RandomInput = None,
    latents: npt.ArrayLike | None = None,
    held_out: npt.ArrayLike | None = None,
    held_out_labels: npt.ArrayLike | None = None,
    loss: str = "non-saturating",
) -> Evaluation: ...


@overload
def evaluate(
    gan: GAN | ConditionalGAN,
    real: npt.ArrayLike,
    *,
    labels: npt.ArrayLike,
    n: int | None = None,
    rng: RandomInput = None,
    latents: npt.ArrayLike | None = None,
    held_out: npt.ArrayLike | None = None,
    held_out_labels: npt.ArrayLike | None = None,
    loss: str = "non-saturating",
) -> ConditionalEvaluation: ...


def evaluate(
    gan: GAN | ConditionalGAN,
    real: npt.ArrayLike,
    *,
    labels: npt.ArrayLike | None = None,
    n: int | None = None,
    rng: RandomInput = None,
    latents: npt.ArrayLike | None = None,
    held_out: npt.ArrayLike | None = None,
    held_out_labels: npt.ArrayLike | None = None,
    loss: str = "non-saturating",
) -> Evaluation | ConditionalEvaluation:
    """Compare fresh fakes with real items in every way of `fastgan.metrics`.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
    real : array_like, shape ``(n_real, *item_shape)`` or (n_real, d)
        The items that the fakes are compared with.
    labels : array_like of int, shape (n_real,), or an int for all, optional
        The classes of `real`; needed with a ConditionalGAN, and only then. Only classes that occur
        among them are evaluated.
    n : int, optional
        Number of fakes to draw, over all classes; 1000 by default.
    rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
        Source of the fakes' latent vectors: the fakes are those of ``gan.sample(n, rng=rng)``.
        Each class has the same share of the fakes as of the real items, up to rounding, and its
        fakes are spread evenly among the others.
    latents : array_like, shape (n, k), optional
        The latent vectors themselves, in place of `n` and `rng`. Needed for a GAN trained on
        explicit latent vectors; the search of the anomaly score then starts from them too.
    held_out : array_like, shape ``(m, *item_shape)`` or (m, d), optional
        Real items that were not trained on, for D's accuracy and the anomaly score; `real` by
        default.
    held_out_labels : array_like of int, shape (m,), or an int for all, optional
        The classes of `held_out`, which must be the same as those in `labels`; needed if both
        `held_out` and `labels` are given.
    loss : str, optional
        The generator's loss, whose gradient is measured; see `generator_gradient_norm`.

    Returns
    -------
    Evaluation, or ConditionalEvaluation with labels
        A ConditionalEvaluation has one Evaluation for each class, of its GAN, its items and its
        fakes, and one over all items and fakes, each judged as one of its own class.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; the message names it.

    Notes
    -----
    Most of the time goes into n_real (n_real + n) distances and about 500 pictures for each item
    whose anomaly is scored: one second or a few for a thousand pictures of 16x16, up to twice that
    with classes. Of larger data, pass a part.
    """
    networks = checked_gan(gan)
    items = _labelled(networks, "real", real, "labels", labels)
    others = items
    if held_out is not None:
        others = _labelled(networks, "held_out", held_out, "held_out_labels", held_out_labels)
        _require_equal_classes(items.labels, others.labels)
    elif held_out_labels is not None:
        raise ValueError("held_out_labels must not be given without held_out, which they label")
    loss = checked_loss(loss)
    vectors = _vectors(networks, items.labels, n, rng, latents)
    searched = vectors.rows if networks.latent == EXPLICIT else None
    found = anomaly_score(networks, others.rows, label=others.labels, latents=searched)
    scores = _Rows(np.atleast_1d(found), others.labels)
    overall = _evaluation(networks, items, others, scores, vectors, loss)
    if isinstance(networks, GAN) or items.labels is None:
        return overall
    classes = tuple(np.unique(items.labels).tolist())
    by_class = tuple(
        _evaluation(
            networks.of(label),
            items.of(label),
            others.of(label),
            scores.of(label),
            vectors.of(label),
            loss,
        )
        for label in classes
    )
    return ConditionalEvaluation(overall, classes, by_class)


def _labelled(
    gan: GAN | ConditionalGAN, name: str, items: object, of_labels: str, label: npt.ArrayLike | None
) -> _Rows:
    rows, _ = items_of(gan, name, items)
    classes = class_of_rows(gan, of_labels, label, len(rows))
    return _Rows(rows, gan.classes[classes] if isinstance(gan, ConditionalGAN) else None)


def _require_equal_classes(labels: Labels | None, held_out_labels: Labels | None) -> None:
    if labels is None or held_out_labels is None:
        return
    class_labels.same_classes("held_out_labels", np.unique(held_out_labels), np.unique(labels))


def _vectors(
    gan: GAN | ConditionalGAN,
    labels: Labels | None,
    n: int | None,
    rng: RandomInput,
    latents: npt.ArrayLike | None,
) -> _Rows:
    if latents is not None:
        if n is not None or rng is not None:
            raise ValueError("latents cannot be given together with n or rng, which draw them")
        rows = latents_of(gan, "latents", latents)
        return _Rows(rows, _in_proportion("latents", labels, len(rows)))
    n = validation.count("n", FAKES if n is None else n)
    with validation.room_for("n", n, gan.generator.weights.size + gan.generator.biases.size):
        of_fakes = _in_proportion("n", labels, n)  # before anything is drawn
        return _Rows(inference.draw_latents(n, gan.latent_dim, gan.latent, rng), of_fakes)


def _in_proportion(name: str, labels: Labels | None, n: int) -> Labels | None:
    """Return labels for n fakes, well mixed and, up to rounding, as frequent as the real ones.

    The sorted real labels are read at n midpoints, which gives each class its number of fakes. The
    fakes of each class are then spread evenly over all positions, so that latent vectors given in
    some order go to every class alike.
    """
    if labels is None:
        return None
    classes, counts = np.unique(labels, return_counts=True)
    midpoints = (2 * np.arange(n) + 1) * len(labels) // (2 * n)
    of_class = np.searchsorted(np.cumsum(counts), midpoints, side="right")
    numbers = np.bincount(of_class, minlength=len(classes))
    if not numbers.all():
        raise ValueError(
            f"{name} must give every class at least one fake, got {n}, of which class "
            f"{classes[numbers == 0][0]} gets none"
        )
    spread = np.concatenate([(np.arange(number) + 0.5) / number for number in numbers])
    mixed: Labels = np.repeat(classes, numbers)[np.argsort(spread, kind="stable")]
    return mixed


def _evaluation(
    gan: GAN | ConditionalGAN,
    real: _Rows,
    others: _Rows,
    scores: _Rows,
    vectors: _Rows,
    loss: str,
) -> Evaluation:
    """Compute all metrics, of one class or over all classes."""
    z, of_fakes = vectors
    gradient_norm = generator_gradient_norm(gan, z, loss, label=of_fakes)
    made = gan.generate(z) if isinstance(gan, GAN) else gan.generate(z, label=of_fakes)
    fakes = np.reshape(made, (len(z), -1))
    n_neighbours = min(NEIGHBOURS, len(real.rows) - 1)
    density = coverage = math.nan
    if n_neighbours:
        near = density_and_coverage(real.rows, fakes, n_neighbours)
        density, coverage = near.density, near.coverage
    accuracy = discriminator_accuracy(
        gan, others.rows, fakes, real_label=others.labels, fake_label=of_fakes
    )
    return Evaluation(
        n_real=len(real.rows),
        n_fake=len(fakes),
        mean_gap=mean_gap(real.rows, fakes),
        spread_ratio=spread_ratio(real.rows, fakes),
        duplicate_share=duplicate_share(fakes),
        density=density,
        coverage=coverage,
        n_neighbours=n_neighbours,
        jensen_shannon_distance=jensen_shannon_distance(real.rows, fakes),
        discriminator_accuracy=accuracy.balanced,
        accuracy_on_real=accuracy.real,
        accuracy_on_fake=accuracy.fake,
        generator_gradient_norm=gradient_norm,
        anomaly_score=float(sum_over_rows(scores.rows)) / len(scores.rows),
    )
