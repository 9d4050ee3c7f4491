"""Distances between fakes and real items as a whole: by means, by spread and by histograms."""

from __future__ import annotations

import math
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.backends.reference.sums import sum_over_features, sum_over_rows
from fastgan.metrics.items import Float64Array, pair_of_rows


def mean_gap(real: npt.ArrayLike, fake: npt.ArrayLike) -> float:
    """Measure how far the mean fake is from the mean real item: all that a linear D can see.

    Parameters
    ----------
    real : array_like, shape (n, ...)
    fake : array_like, shape (m, ...)

    Returns
    -------
    float
        sqrt(mean over j of (mean of fake_j - mean of real_j)^2) for the features j, in the unit of
        the data; at least 0, and at most 1 for items within [0, 1].

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, or the two hold items of different shapes.

    Notes
    -----
    The logit of a discriminator of one layer is w . x + b. Its mean over the fakes differs from
    its mean over the real items by exactly w . (difference of the means): at a gap of 0 no weights
    tell the two apart on average. `fastgan.Outcomes` decides by this distance.

    The gap says nothing about how much fakes differ from one another: see `spread_ratio`.
    """
    real_rows, fake_rows, _ = pair_of_rows(real, fake)
    gap = sum_over_rows(fake_rows) / len(fake_rows) - sum_over_rows(real_rows) / len(real_rows)
    return math.sqrt(_sum(gap * gap) / len(gap))


def spread_ratio(real: npt.ArrayLike, fake: npt.ArrayLike) -> float:
    """Compare how much fakes vary with how much real items vary, which reveals collapse.

    Parameters
    ----------
    real : array_like, shape (n, ...)
    fake : array_like, shape (m, ...)

    Returns
    -------
    float
        sqrt(sum over j of Var fake_j) / sqrt(sum over j of Var real_j) for the features j, with
        variances divided by the number of items; at least 0, without unit. Near 0, the generator
        draws one picture over and over: it has collapsed. Near 1, fakes vary as much as real
        items, though perhaps in other directions. If all real items are equal, the ratio is 1 if
        all fakes are equal too, and infinite otherwise.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, or the two hold items of different shapes.

    Notes
    -----
    The sum of the variances is the trace of the covariance matrix, the "total variance" of
    principal component analysis [1]_, which does not change when features are rotated. A single
    item has no spread, so pass many.

    References
    ----------
    .. [1] I. T. Jolliffe, "Principal Component Analysis", 2nd edition, 2002.
    """
    real_rows, fake_rows, _ = pair_of_rows(real, fake)
    of_real, of_fake = _spread(real_rows), _spread(fake_rows)
    if of_real == 0:
        return 1.0 if of_fake == 0 else math.inf
    return of_fake / of_real


def _spread(rows: Float64Array) -> float:
    # Subtract the first row, so that a constant feature has a variance of exactly 0.
    centred = rows - rows[0]
    centred -= sum_over_rows(centred) / len(rows)
    centred *= centred
    return math.sqrt(_sum(sum_over_rows(centred)) / len(rows))


@overload
def jensen_shannon_distance(
    real: npt.ArrayLike, fake: npt.ArrayLike, bins: int = 32, *, per_feature: Literal[False] = False
) -> float: ...


@overload
def jensen_shannon_distance(
    real: npt.ArrayLike, fake: npt.ArrayLike, bins: int = 32, *, per_feature: Literal[True]
) -> Float64Array: ...


def jensen_shannon_distance(
    real: npt.ArrayLike, fake: npt.ArrayLike, bins: int = 32, *, per_feature: bool = False
) -> Any:
    """Compare the histograms of real items and fakes, feature by feature.

    Parameters
    ----------
    real : array_like, shape (n, ...)
    fake : array_like, shape (m, ...)
    bins : int, optional
        Number of bins. They have equal width and reach from the smallest to the largest number of
        the feature in both sets. Each bin includes its lower edge, the last one both edges.
        Rounding decides where a number very close to an edge belongs.
    per_feature : bool, optional
        Return the distance of each feature instead of their mean.

    Returns
    -------
    float, or ndarray of float64 of the shape of an item
        sqrt((KL(p || m) + KL(q || m)) / 2), where p and q are the shares of real items and of
        fakes in each bin, m = (p + q) / 2 and KL(p || m) = sum of p log2(p / m) [1]_, [2]_. In
        [0, 1]: 0 for equal histograms, 1 for histograms with no bin in common.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, the two hold items of different shapes, `bins` is not
        a positive int, or `per_feature` is not a bool.

    Notes
    -----
    Histograms of few items are rough, and the distance is above 0 even if both sets come from one
    distribution: compare distances only for the same numbers of items and bins. Dependence
    between features is not measured: see `density_and_coverage`.

    The logarithm is NumPy's; its last bits differ between processors.

    References
    ----------
    .. [1] J. Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on
       Information Theory 37, 1991.
    .. [2] D. M. Endres and J. E. Schindelin, "A New Metric for Probability Distributions", IEEE
       Transactions on Information Theory 49, 2003.
    """
    real_rows, fake_rows, shape = pair_of_rows(real, fake)
    bins = validation.count("bins", bins)
    per_feature = validation.flag("per_feature", per_feature)
    with validation.room_for("bins", bins, real_rows.shape[1]):
        distances = np.array(
            [_distance(x, y, bins) for x, y in zip(real_rows.T, fake_rows.T, strict=True)]
        )
    return distances.reshape(shape) if per_feature else _sum(distances) / len(distances)


def _distance(real: Float64Array, fake: Float64Array, bins: int) -> float:
    low = min(real.min(), fake.min())
    width = max(real.max(), fake.max()) - low
    if width == 0:
        return 0.0
    p, q = (
        np.bincount(
            np.minimum((numbers - low) / width * bins, bins - 1).astype(np.int64), minlength=bins
        )
        / len(numbers)
        for numbers in (real, fake)
    )
    divergence = (_divergence(p, p + q) + _divergence(q, p + q)) / 2
    return math.sqrt(min(max(divergence, 0.0), 1.0))  # rounding may exceed these bounds


def _divergence(p: Float64Array, twice_the_mean: Float64Array) -> float:
    p, twice_the_mean = p[p > 0], twice_the_mean[p > 0]
    return _sum(p * np.log2(2 * p / twice_the_mean))


def _sum(terms: Float64Array) -> float:
    return float(sum_over_features(terms[np.newaxis, :])[0])
