"""The outcome of each model of an ensemble, and the measurements that decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan.networks import inference
from fastgan.networks.stacked import StackedNetworks
from fastgan.randomness.even_latents import EVEN_LATENTS, even_latents
from fastgan.training.endings import NEVER

Array = npt.NDArray[Any]
Float64Array = npt.NDArray[np.float64]

OUTCOMES = ("learned", "saturated", "diverged", "unfinished")

DISTANCE = 0.1
SATURATION = 0.99
ROWS_AT_ONCE = 4096  # rows of data added to a mean at once


@dataclass(frozen=True, eq=False, repr=False)
class Outcomes:
    """The outcome of each model of an ensemble, and the measurements that decide it.

    The outcome of a model is the first of these that applies:

    diverged
        A parameter stopped being finite. Since sigmoids are bounded, this takes absurd rates or
        data; with rates that are merely too large, models saturate.
    learned
        The mean picture of G is no further from the mean item than `largest_distance`. Nothing
        else is checked: neither whether the pictures vary as the items do, nor whether this
        outcome lasts, for the two networks may keep circling each other.
    saturated
        G's pre-activations are so large that its sigmoids pass on hardly any gradient [1]_:
        `saturation` is at least `least_saturation`. G's pictures are black and white, and nearly
        the same for all latent vectors: G has collapsed.
    unfinished
        None of the above: the model is still learning, or the networks circle each other.

    Attributes
    ----------
    label : ndarray of str, shape (models,)
        ``"learned"``, ``"saturated"``, ``"diverged"`` or ``"unfinished"``.
    distance : ndarray of float64, shape (models,)
        Square root of the mean over the features of (mean picture - mean item) squared.
    saturation : ndarray of float64, shape (models,)
        1 minus the mean over pictures and features of 4 x (1 - x), where x is a number of a
        picture and x (1 - x), at most 1/4, the slope of its sigmoid: 0 if all is grey, 1 if all
        is black or white.
    diverged_at : ndarray of int64, shape (models,)
        The step after which a parameter was not finite; -1 for none. Distance and saturation are
        then those of the last finite parameters.
    largest_distance, least_saturation : float
        The thresholds.

    Notes
    -----
    All models make their pictures from the same latent vectors, so that the pictures differ only
    by the models' parameters. By default these are 64 midpoints of a Latin hypercube [2]_: along
    each latent dimension the numbers (i + 1/2)/64, in a different random order for each dimension;
    for normal latents, the quantiles of the normal distribution at these numbers. They are spread
    more evenly than random vectors; in one dimension, the mean over them is the midpoint rule.

    The default thresholds, 0.1 and 0.99, were chosen where few models lie. Of 20,000 GANs of
    Slanted Land, trained over 1,000 epochs at 20 learning rates from 1e-4 to 100, one in a hundred
    has a distance within 0.005 of 0.1. That threshold lies between the models that make faces and
    the nearest black-and-white picture, at 0.12. Of the models that were saturated after 1,000
    epochs, 98 % were saturated after 2,000 epochs and 99 % after 10,000; of those that had
    learned, 97 % and 90 % were still labelled so. Data of another range or spread need another
    distance.

    References
    ----------
    .. [1] X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
       neural networks", AISTATS 2010.
    .. [2] M. D. McKay, R. J. Beckman and W. J. Conover, "A Comparison of Three Methods for
       Selecting Values of Input Variables in the Analysis of Output from a Computer Code",
       Technometrics 21, 1979.
    """

    label: npt.NDArray[np.str_]
    distance: Float64Array
    saturation: Float64Array
    diverged_at: npt.NDArray[np.int64]
    largest_distance: float
    least_saturation: float

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.label)

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={number}" for name, number in self.counts().items())
        return f"Outcomes({counts})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the restored arrays are read-only."""
        thresholds = self.largest_distance, self.least_saturation
        return _decided, (self.distance, self.saturation, self.diverged_at, *thresholds)

    def counts(self) -> dict[str, int]:
        """Count the models of each outcome.

        Returns
        -------
        dict of str to int
            The number of models for each of the four outcomes, in the order of `OUTCOMES`.
        """
        return {name: int(np.count_nonzero(self.label == name)) for name in OUTCOMES}


def outcomes_of(
    networks: StackedNetworks,
    data_mean: Float64Array,
    diverged_at: npt.NDArray[np.int64],
    data: npt.ArrayLike | None,
    distance: float,
    saturation: float,
    latents: npt.ArrayLike | None,
    labels: npt.ArrayLike | None,
) -> Outcomes:
    """Measure the models of an ensemble and decide their outcomes; see `Ensemble.outcome`."""
    largest = validation.rate("distance", distance, np.dtype(np.float64))
    least = validation.rate("saturation", saturation, np.dtype(np.float64))
    dtype, options = networks.options.dtype, networks.options
    mean = data_mean
    if data is not None:
        mean = _mean_of(data, labels, networks)
    elif labels is not None:
        raise ValueError("labels must not be given without data, whose rows they label")
    if latents is None:
        vectors = even_latents(EVEN_LATENTS, options.latent_dim, options.latent).astype(dtype)
    else:
        vectors, _ = inference.latent_rows("latents", latents, options.latent_dim, dtype)
        if not len(vectors):
            raise ValueError("latents must not be empty")
    measured = _measure(networks, mean, vectors)
    return _decided(*measured, diverged_at, largest, least)


def mean_items(rows: Array, labels: npt.NDArray[np.int64] | None, n_classes: int) -> Float64Array:
    """Return the mean row of each class of rows (n, d), one after the other: (classes d,)."""
    if labels is None:
        return mean_item(rows)
    return np.concatenate([mean_item(rows[labels == c]) for c in range(n_classes)])


def _mean_of(
    data: npt.ArrayLike, labels: npt.ArrayLike | None, networks: StackedNetworks
) -> Float64Array:
    rows = _rows_of_data(data, networks.item_shape, networks.options.dtype)
    classes = networks.options.classes
    if not class_labels.needs_label("labels", labels, classes):
        return mean_item(rows)
    of_rows, found = class_labels.classes_of_rows("labels", labels, len(rows))
    class_labels.same_classes("labels", found, classes)
    return mean_items(rows, of_rows, len(classes))


def mean_item(rows: Array) -> Float64Array:
    """Return the mean (d,) of rows (n, d), added in float64 in the order of their index."""
    total = np.zeros(rows.shape[1])
    with np.errstate(all="ignore"):  # an infinite mean is still a valid one, far from any picture
        for start in range(0, len(rows), ROWS_AT_ONCE):
            block = rows[start : start + ROWS_AT_ONCE].astype(np.float64)
            # A cumulative sum adds in order, while sum() adds pairwise.
            total = np.cumsum(np.concatenate([total[np.newaxis], block]), axis=0)[-1]
        mean: Float64Array = total / len(rows)
    return mean


def _rows_of_data(data: npt.ArrayLike, item_shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    rows, shape = validation.rows_of_items("data", data, dtype)
    if shape not in (item_shape, rows.shape[1:]) or rows.shape[1] != np.prod(item_shape, dtype=int):
        raise ValueError(
            f"data must hold items of shape {item_shape}, as in the training, got {shape}"
        )
    return rows


def _measure(networks: StackedNetworks, mean: Float64Array, latents: Array) -> tuple[Array, Array]:
    """Compute distance and saturation of each model, in float64 and in a fixed order of sums."""
    from fastgan.networks import batched_inference  # slower to import than most of the package

    distance, saturation = np.empty(len(networks)), np.empty(len(networks))
    d = len(mean)
    # Generators of c classes are one generator with c times the features.
    c, biases = networks.options.n_classes, networks.generator_biases
    generators = np.tile(networks.generator_weights, (1, 1, c)), biases.reshape(len(networks), d)
    for part, row_pieces in batched_inference.pieces(*generators, latents):
        total = np.zeros((d, part.stop - part.start))
        squares = np.zeros_like(total)
        for _, pictures in row_pieces:
            for picture in pictures.transpose(0, 2, 1):  # features first, for sum_in_blocks
                x = picture.astype(np.float64)
                total += x
                squares += (2 * x - 1) ** 2  # 1 - 4 x (1 - x)
        with np.errstate(all="ignore"):
            far = (total / len(latents) - mean[:, np.newaxis]) ** 2
        distance[part] = np.sqrt(batched_inference.sum_in_blocks(far) / d)
        saturation[part] = batched_inference.sum_in_blocks(squares) / (len(latents) * d)
    return distance, saturation


def _decided(
    distance: Float64Array,
    saturation: Float64Array,
    diverged_at: npt.NDArray[np.int64],
    largest_distance: float,
    least_saturation: float,
) -> Outcomes:
    label = np.select(
        [diverged_at != NEVER, distance <= largest_distance, saturation >= least_saturation],
        ["diverged", "learned", "saturated"],
        "unfinished",
    )
    for array in (label, distance, saturation, diverged_at):
        array.flags.writeable = False
    numbers = distance.view(), saturation.view(), diverged_at.view()
    return Outcomes(label.view(), *numbers, largest_distance, least_saturation)
