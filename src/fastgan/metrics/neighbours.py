"""What can be said of items from their neighbours: duplicates, density and coverage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.metrics.items import Float64Array, pair_of_rows, rows_of

Indices = npt.NDArray[np.intp]

BLOCK = 2**18  # numbers of a block of distances, two megabytes; one row of them at least


def duplicate_share(fake: npt.ArrayLike, tolerance: float = 1e-6) -> float:
    """Count the items that another item repeats: collapse.

    Parameters
    ----------
    fake : array_like, shape (n, ...)
    tolerance : float, optional
        The largest difference, in the unit of the data, of any feature of two items that count as
        the same: their distance in the maximum norm. For grey values in [0, 1], 1/255 makes
        duplicates of what no screen tells apart.

    Returns
    -------
    float
        The share of items i for which there is another item l with
        max over j of abs(x_ij - x_lj) <= `tolerance`; in [0, 1]. Of a single item it is 0.

    Raises
    ------
    TypeError, ValueError
        If `fake` does not hold items, or `tolerance` is not a finite number of at least 0.

    Notes
    -----
    Duplicates among few samples betray a generator of few pictures, as two birthdays on one day
    among 23 people betray a year of 365 days [1]_. So the share grows with the number of items,
    and can be compared only for the same number. The pictures of one latent number lie on a
    curve, which a thousand of them fill densely: with a tolerance that the eye would choose, most
    are then duplicates without any collapse.

    Items are sorted by the feature that varies most and compared within the tolerance of one
    another only, which takes about n log n steps, and n^2 at worst; memory is a few times that of
    the items.

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
    """Those of `first` whose row is near to the row of `second` beside it."""
    near = np.empty(len(first), np.bool_)
    at_once = max(1, BLOCK // rows.shape[1])
    for start in range(0, len(first), at_once):
        part = slice(start, start + at_once)
        near[part] = np.abs(rows[first[part]] - rows[second[part]]).max(axis=1) <= tolerance
    return first[near]


@dataclass(frozen=True)
class DensityAndCoverage:
    """How near fakes are to real items, and real items to fakes; see `density_and_coverage`."""

    density: float
    coverage: float


def density_and_coverage(
    real: npt.ArrayLike, fake: npt.ArrayLike, n_neighbours: int = 5
) -> DensityAndCoverage:
    """Ask whether fakes lie where real items do, and real items where fakes do.

    Around each real item X_i lies the ball B_i of all that is nearer to it than its k-th nearest
    other real item, by Euclidean distance.

    Parameters
    ----------
    real : array_like, shape (n, ...)
    fake : array_like, shape (m, ...)
    n_neighbours : int, optional
        k, at least 1 and below n.

    Returns
    -------
    DensityAndCoverage
        ``density`` = 1 / (k m) x the sum over real items i and fakes j of [Y_j in B_i]: fidelity.
        At least 0, 1 to be expected if fakes have the distribution of the real items; above 1
        where fakes crowd between many real ones.
        ``coverage`` = 1 / n x the number of real items i with a fake in B_i: diversity. In [0, 1];
        near 1 - 2^-k to be expected for the same distribution and n = m large: 0.97 for k = 5.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, the two do not hold items of one shape, or
        `n_neighbours` is not such an int.

    Notes
    -----
    The formulas are those of [1]_, and the balls are open, as in the program of its authors. An
    item of which the real data hold k further copies has a ball of radius 0, in which nothing
    lies: of data with many equal items both numbers are too small.

    All n (n + m) distances are taken, each as the sum of the squared differences in the order of
    the features: a nanosecond or two a feature and distance. They are never held together: beside
    the data, memory is that of a few blocks of 2^18 distances or, of more items, of one row.

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
        # The smallest distance is that of an item to itself, 0.
        to_others = squared_distances(part, real_columns)
        to_others.partition(k, axis=1)
        inside = squared_distances(part, fake_columns) < to_others[:, k, np.newaxis]
        pairs += int(np.count_nonzero(inside))
        covered += int(np.count_nonzero(inside.any(axis=1)))
    return DensityAndCoverage(density=pairs / (k * m), coverage=covered / n)


def squared_distances(rows: Float64Array, columns: Float64Array) -> Float64Array:
    """Of each of (r, d) to each of (d, n): (r, n)."""
    total = np.zeros((len(rows), columns.shape[1]))
    difference = np.empty_like(total)
    for x, y in zip(rows.T, columns, strict=True):
        np.subtract(x[:, np.newaxis], y, out=difference)
        difference *= difference
        total += difference
    return total
