"""Metrics that compare items with their neighbours: duplicates, density and coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.metrics.items import Float64Array, pair_of_rows, rows_of

Indices = npt.NDArray[np.intp]

BLOCK = 2**18  # distances in a block, two megabytes; a block has at least one row of them


def duplicate_share(fake: npt.ArrayLike, tolerance: float = 1e-6) -> float:
    """Measure the share of items that another item repeats, which reveals collapse.

    Parameters
    ----------
    fake : array_like, shape (n, ...)
    tolerance : float, optional
        The largest distance, in the maximum norm, at which two items count as equal: no feature of
        them differs by more. In the unit of the data. For grey values in [0, 1], 1/255 makes
        duplicates of items that no screen shows differently.

    Returns
    -------
    float
        The share of items i for which there is another item l with
        max over j of abs(x_ij - x_lj) <= `tolerance`; in [0, 1]. It is 0 for a single item.

    Raises
    ------
    TypeError, ValueError
        If `fake` does not hold items, or `tolerance` is not a finite number of at least 0.

    Notes
    -----
    Duplicates among few samples reveal a generator that makes few different pictures, just as two
    equal birthdays among 23 people reveal a year of 365 days [1]_. The share therefore grows with
    the number of items: compare it only for equal numbers. The pictures of a generator with one
    latent number lie on a curve, which a thousand of them fill densely: with a tolerance that the
    eye would choose, most are then duplicates without any collapse.

    Items are sorted by the feature with the widest range. Only items within the tolerance of each
    other in that feature are compared. This takes about n log n steps, n^2 at worst, and a few
    times the memory of the items.

    References
    ----------
    .. [1] S. Arora and Y. Zhang, "Do GANs actually learn the distribution? An empirical study",
       arXiv:1706.08224, 2017.
    """
    rows, _ = rows_of("fake", fake)
    tolerance = validation.rate("tolerance", tolerance, np.dtype(np.float64))
    widest = int(np.argmax(rows.max(axis=0) - rows.min(axis=0)))
    rows = rows[np.argsort(rows[:, widest], kind="stable")]
    key = rows[:, widest].copy()
    unique = np.ones(len(rows), np.bool_)
    above = below = np.arange(len(rows))
    distance = 1
    while len(above) or len(below):
        above = above[above + distance < len(rows)]
        above = above[unique[above] & (key[above + distance] - key[above] <= tolerance)]
        below = below[below >= distance]
        below = below[unique[below] & (key[below] - key[below - distance] <= tolerance)]
        unique[_near(rows, above, above + distance, tolerance)] = False
        unique[_near(rows, below, below - distance, tolerance)] = False
        distance += 1
    return float(np.count_nonzero(~unique) / len(rows))


def _near(rows: Float64Array, first: Indices, second: Indices, tolerance: float) -> Indices:
    """Return the entries of `first` whose row is within `tolerance` of the paired `second` row."""
    near = np.empty(len(first), np.bool_)
    at_once = max(1, BLOCK // rows.shape[1])
    for start in range(0, len(first), at_once):
        part = slice(start, start + at_once)
        near[part] = np.abs(rows[first[part]] - rows[second[part]]).max(axis=1) <= tolerance
    return first[near]


@dataclass(frozen=True)
class DensityAndCoverage:
    """The density and the coverage of fakes among real items; see `density_and_coverage`."""

    density: float
    coverage: float


def density_and_coverage(
    real: npt.ArrayLike, fake: npt.ArrayLike, n_neighbours: int = 5
) -> DensityAndCoverage:
    """Measure whether fakes lie where real items do, and real items where fakes do.

    Around each real item X_i lies the ball B_i of all points that are nearer to it than its k-th
    nearest other real item, by Euclidean distance.

    Parameters
    ----------
    real : array_like, shape (n, ...)
    fake : array_like, shape (m, ...)
    n_neighbours : int, optional
        k, at least 1 and below n.

    Returns
    -------
    DensityAndCoverage
        ``density`` = 1 / (k m) x the sum over real items i and fakes j of [Y_j in B_i] measures
        fidelity. At least 0; 1 is expected if fakes have the distribution of the real items; above
        1 if fakes crowd between many real items.
        ``coverage`` = 1 / n x the number of real items i with a fake in B_i measures diversity. In
        [0, 1]; about 1 - 2^-k is expected for the same distribution and large n = m: 0.97 for
        k = 5.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, the two hold items of different shapes, or
        `n_neighbours` is not an int of at least 1 and below n.

    Notes
    -----
    The formulas are those of [1]_, and the balls are open, as in the program of its authors. A
    real item with k or more further copies in the data has an empty ball, of radius 0: if the data
    hold many equal items, both numbers are too small.

    All n (n + m) distances are computed, each as the sum of the squared differences in the order
    of the features, which takes a nanosecond or two for each feature of each distance. They are
    never held all at once: on top of the data, memory is that of a few blocks of 2^18 distances,
    or of one row of distances if a row is longer.

    References
    ----------
    .. [1] M. F. Naeem, S. J. Oh, Y. Uh, Y. Choi and J. Yoo, "Reliable Fidelity and Diversity
       Metrics for Generative Models", ICML 2020.
    """
    real_rows, fake_rows, _ = pair_of_rows(real, fake)
    n, m = len(real_rows), len(fake_rows)
    k = validation.count("n_neighbours", n_neighbours)
    if k >= n:
        raise ValueError(f"n_neighbours must be below the number of real items, {n}, got {k}")
    real_columns = np.ascontiguousarray(real_rows.T)
    fake_columns = np.ascontiguousarray(fake_rows.T)
    pairs = covered = 0
    at_once = max(1, BLOCK // max(n, m))
    for start in range(0, n, at_once):
        part = real_rows[start : start + at_once]
        # Index 0 is the distance of an item to itself, so index k is its k-th nearest other item.
        to_others = squared_distances(part, real_columns)
        to_others.partition(k, axis=1)
        inside = squared_distances(part, fake_columns) < to_others[:, k, np.newaxis]
        pairs += int(np.count_nonzero(inside))
        covered += int(np.count_nonzero(inside.any(axis=1)))
    return DensityAndCoverage(density=pairs / (k * m), coverage=covered / n)


def squared_distances(rows: Float64Array, columns: Float64Array) -> Float64Array:
    """Return the squared distances (r, n) of each row (r, d) to each column (d, n)."""
    total = np.zeros((len(rows), columns.shape[1]))
    difference = np.empty_like(total)
    for x, y in zip(rows.T, columns, strict=True):
        np.subtract(x[:, np.newaxis], y, out=difference)
        difference *= difference
        total += difference
    return total
