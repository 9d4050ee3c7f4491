"""The project's own exp, log1p, sigmoid and log-loss: the specification, in NumPy.

NumPy's and libm's exp and log differ between CPUs by an ulp here and there, which is enough to
change every bit of a training. These functions consist of comparisons, bit operations and + - * /,
which IEEE 754 rounds correctly, so C, Numba and NumPy give the same bits everywhere.
Bounds in both dtypes, checked against mpmath in the tests: `exp` 0.75 ulp (0.9 where the result
is subnormal), `log1p` 1.5 ulp, both halves of `sigmoid` 3 ulp.

Arguments and results are float64 or float32 arrays of the same shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.reference.elementary_constants import ElementaryConstants, constants_for

Array = npt.NDArray[Any]


def _exp_parts(x: Array, c: ElementaryConstants) -> tuple[Array, Array, Array, Array]:
    """Split e^-x into P 2^-e, with P = table_high[j] + w in (0.49, 1.03).

    x is written as (M / 2^table_bits) ln 2 - r with an integer M and |r| up to half a step, and M
    as 2^table_bits e + j. Then e^-x = 2^-e 2^(-j / 2^table_bits) e^r.
    Returns (M's bits, table_high[j], w, P).
    """
    shifted = x * c.steps_per_unit + c.rounder
    bits = shifted.view(c.table_mask.dtype)
    multiple = shifted - c.rounder
    r = (multiple * c.step_high - x) + multiple * c.step_low
    j = (bits & c.table_mask).astype(np.intp)
    high, low = c.table_high[j], c.table_low[j]
    table = high + low
    # e^r - 1 = r + r^2 A(r) + r^4 B(r), times the table's entry. The order of the operations is
    # part of the definition: this one has the shortest chain of dependent operations.
    r2 = r * r
    table_r, table_r2 = table * r, table * r2
    a = c.exp_coefficients[0] + c.exp_coefficients[1] * r
    if len(c.exp_coefficients) == 3:
        b = np.broadcast_to(c.exp_coefficients[2], r.shape)
    else:
        b = (c.exp_coefficients[2] + c.exp_coefficients[3] * r) + c.exp_coefficients[4] * r2
    w = ((table_r + low) + table_r2 * a) + (r2 * table_r2) * b
    return bits, high, w, high + w


def _power_of_two(biased_exponent: Array, c: ElementaryConstants) -> Array:
    power: Array = (biased_exponent << c.significand_bits).view(c.one.dtype)
    return power


def exp(x: Array) -> Array:
    """Compute e^x, with gradual underflow to 0 and overflow to infinity; NaN for NaN."""
    c = constants_for(x.dtype)
    x = np.where(x < c.lowest_exp, c.lowest_exp, x)
    x = np.where(x > c.highest_exp, c.highest_exp, x)
    bits, _, _, p = _exp_parts(-x, c)
    # 2^-e may lie outside the range of normal numbers, so it is applied in two factors. Only the
    # second product can round.
    exponent = (bits >> c.table_bits) & c.exponent_mask
    first = exponent >> c.one.astype(exponent.dtype)
    second = exponent - first
    middle = c.exponent_origin // 2
    first_factor = _power_of_two((middle + 1 + c.exponent_bias) - first, c)
    second_factor = _power_of_two((middle + c.exponent_bias) - second, c)
    with np.errstate(over="ignore", under="ignore"):
        result: Array = (p * first_factor) * second_factor
    return result


def log1p(y: Array) -> Array:
    """Compute log(1 + y) for y in [0, 1], the range that a log-loss needs; NaN for NaN.

    With f = y / (2 + y): log(1 + y) = y - (y^2/2 - f (y^2/2 + R(f^2))), where
    log((1 + f) / (1 - f)) = 2 f + f R(f^2).
    """
    c = constants_for(y.dtype)
    with np.errstate(under="ignore"):
        f = y / (c.two + y)
        z = f * f
        r = np.broadcast_to(c.log1p_coefficients[-1], y.shape)
        for coefficient in c.log1p_coefficients[-2::-1]:
            r = coefficient + z * r
        half_square = c.half * y * y
        result: Array = y - (half_square - f * (half_square + z * r))
    return result


def sigmoid(x: Array) -> tuple[Array, Array]:
    """Compute the pair (p, 1 - p) with p = 1 / (1 + e^-x), both accurate; NaN for NaN.

    With e^-x = P / s and s = 2^e: p = s / (s + P) and 1 - p = P / (s + P). Where s would leave
    the range of normal numbers, the smaller of the two is e^-|x| and the larger 1 - e^-|x|.
    """
    c = constants_for(x.dtype)
    common = np.abs(x) <= c.sigmoid_limit
    bits, high, w, numerator = _exp_parts(np.where(common, x, c.zero), c)
    s = _power_of_two(bits >> c.table_bits, c)
    reciprocal = c.one / ((s + high) + w)
    p, q = s * reciprocal, numerator * reciprocal
    if common.all():
        return p, q
    smaller = exp(-np.abs(x))
    larger = c.one - smaller
    p = np.where(common, p, np.where(x > 0, larger, smaller))
    q = np.where(common, q, np.where(x > 0, smaller, larger))
    return p, q


def softplus(x: Array) -> Array:
    """Compute log(1 + e^x) = max(x, 0) + log1p(e^-|x|), the log-loss as a function of the logit.

    -log D = softplus(-s) and -log(1 - D) = softplus(s) for the logit s of D.
    """
    c = constants_for(x.dtype)
    return np.where(x > 0, x, c.zero) + log1p(exp(-np.abs(x)))
