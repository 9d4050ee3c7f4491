"""The energy score: one number, for choosing among models, of how well fakes predict real items."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.sums import sum_over_features
from fastgan.metrics.items import Float64Array, pair_of_rows
from fastgan.metrics.neighbours import BLOCK, squared_distances


def energy_score(real: npt.ArrayLike, fake: npt.ArrayLike) -> float:
    """Score fakes as a forecast of real items; lower is better.

    Parameters
    ----------
    real : array_like, shape (n, ...)
        Real items X_i. To choose among models, pass items that were held out of the training.
    fake : array_like, shape (m, ...)
        Fakes Y_j, at least 2.

    Returns
    -------
    float
        1 / (n m) x the sum over real items i and fakes j of norm(Y_j - X_i), minus
        1 / (2 m (m - 1)) x the sum over ordered pairs of fakes j, l of norm(Y_j - Y_l), where norm
        is the Euclidean norm; in the unit of the data.

    Raises
    ------
    TypeError, ValueError
        If an argument does not hold items, the two hold items of different shapes, or there is
        only one fake.

    Notes
    -----
    The energy score is strictly proper [1]_: its expected value is lowest when fakes have the
    distribution of the real items, and larger for every other distribution. Like the
    log-likelihood it is a mean over the items, but it needs no density, which a generator with
    fewer latent numbers than features does not have. The second term, which rewards variety, is
    divided by m (m - 1) rather than m^2, so that its expected value does not depend on the number
    of fakes [2]_.

    The lowest expected value is not 0 but half the mean distance between two real items, so
    compare scores only for the same real items. All m (n + m) distances are computed, which takes
    a nanosecond or two for each feature of each distance.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
       Estimation", Journal of the American Statistical Association 102, 2007, section 4.3.
    .. [2] C. A. T. Ferro, "Fair scores for ensemble forecasts", Quarterly Journal of the Royal
       Meteorological Society 140, 2014.
    """
    real_rows, fake_rows, _ = pair_of_rows(real, fake)
    n, m = len(real_rows), len(fake_rows)
    if m < 2:
        raise ValueError("fake must hold at least 2 items, got 1: one has no variety")
    columns = np.ascontiguousarray(fake_rows.T)
    apart = _sum_of_distances(real_rows, columns) / (n * m)
    return apart - _sum_of_distances(fake_rows, columns) / (2 * m * (m - 1))


def _sum_of_distances(rows: Float64Array, columns: Float64Array) -> float:
    """Sum the distances of every row of (n, d) to every column of (d, m)."""
    of_each = np.empty(len(rows))
    at_once = max(1, BLOCK // columns.shape[1])
    for start in range(0, len(rows), at_once):
        part = slice(start, start + at_once)
        of_each[part] = sum_over_features(np.sqrt(squared_distances(rows[part], columns)))
    return float(sum_over_features(of_each[np.newaxis])[0])
