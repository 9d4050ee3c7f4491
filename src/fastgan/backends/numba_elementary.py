"""exp, log1p, sigmoid and softplus for Numba: twins of `numpy_elementary`, number by number.

Importing this module imports Numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from fastgan.backends.elementary_constants import FLOAT32, FLOAT64, ElementaryConstants
from fastgan.backends.numba_compiler import compiled

Array = npt.NDArray[Any]


def _as_bits(typingctx: Any, x: Any) -> Any:
    """Reinterpret a real number's bits as an unsigned integer."""
    unsigned = types.uint64 if x == types.float64 else types.uint32

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(x.bitwidth))

    return unsigned(x), generate


def _as_real(typingctx: Any, bits: Any, like: Any) -> Any:
    """Reinterpret the low bits of an unsigned integer as a real number of the type of `like`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        integer = arguments[0]
        if bits.bitwidth > like.bitwidth:  # Numba widens small integers
            integer = builder.trunc(integer, ir.IntType(like.bitwidth))
        return builder.bitcast(integer, context.get_value_type(like))

    return like(bits, like), generate


as_bits: Any = intrinsic(_as_bits)
as_real: Any = intrinsic(_as_real)


def constants_like(x: Any) -> ElementaryConstants:
    """The constants for the dtype of `x`; known when a kernel is compiled."""
    raise RuntimeError("only for compiled code")


def _constants_like(x: Any) -> Any:
    constants = FLOAT64 if x == types.float64 else FLOAT32

    def implementation(x: Any) -> Any:
        return constants

    return implementation


overload(constants_like)(_constants_like)


@compiled
def split_exp(x: Any) -> Any:
    """(M's bits, table_high[j], w) with e^-x = 2^-e (table_high[j] + w); see the specification."""
    c = constants_like(x)
    shifted = x * c.steps_per_unit + c.rounder
    bits = as_bits(shifted)
    multiple = shifted - c.rounder
    r = (multiple * c.step_high - x) + multiple * c.step_low
    j = bits & c.table_mask
    high = c.table_high[j]
    low = c.table_low[j]
    table = high + low
    r2 = r * r
    table_r = table * r
    table_r2 = table * r2
    a = c.exp_coefficients[0] + c.exp_coefficients[1] * r
    if len(c.exp_coefficients) == 3:  # known when this is compiled
        b = c.exp_coefficients[2]
    else:
        b = (c.exp_coefficients[2] + c.exp_coefficients[3] * r) + c.exp_coefficients[4] * r2
    return bits, high, ((table_r + low) + table_r2 * a) + (r2 * table_r2) * b


@compiled
def exp_1(x: Any) -> Any:
    """e^x."""
    c = constants_like(x)
    if x < c.lowest_exp:
        x = c.lowest_exp
    if x > c.highest_exp:
        x = c.highest_exp
    bits, high, w = split_exp(-x)
    exponent = (bits >> c.table_bits) & c.exponent_mask
    first = exponent >> np.uint64(1)
    second = exponent - first
    middle = c.exponent_origin >> np.uint64(1)
    first_bits = (middle + np.uint64(1) + c.exponent_bias) - first
    second_bits = (middle + c.exponent_bias) - second
    first_factor = as_real(first_bits << c.significand_bits, x)
    second_factor = as_real(second_bits << c.significand_bits, x)
    return ((high + w) * first_factor) * second_factor


@compiled
def log1p_1(y: Any) -> Any:
    """log(1 + y) for y in [0, 1]."""
    c = constants_like(y)
    f = y / (c.two + y)
    z = f * f
    term = len(c.log1p_coefficients) - 1
    r = c.log1p_coefficients[term]
    while term > 0:
        term -= 1
        r = c.log1p_coefficients[term] + z * r
    half_square = c.half * y * y
    return y - (half_square - f * (half_square + z * r))


@compiled
def softplus_1(x: Any) -> Any:
    """log(1 + e^x)."""
    c = constants_like(x)
    positive = x if x > c.zero else c.zero
    return positive + log1p_1(exp_1(-abs(x)))


@compiled
def common_sigmoid(x: Any) -> Any:
    """The pair (p, 1 - p) where |x| is at most `sigmoid_limit`; without a branch."""
    c = constants_like(x)
    bits, high, w = split_exp(x)
    s = as_real((bits >> c.table_bits) << c.significand_bits, x)
    reciprocal = c.one / ((s + high) + w)
    return s * reciprocal, (high + w) * reciprocal


@compiled
def is_common(x: Any) -> Any:
    """Whether `common_sigmoid` serves."""
    return abs(x) <= constants_like(x).sigmoid_limit


@compiled
def saturated_sigmoid(x: Any) -> Any:
    """The pair (p, 1 - p) where `common_sigmoid` does not serve."""
    c = constants_like(x)
    smaller = exp_1(-abs(x))
    larger = c.one - smaller
    if x > c.zero:
        return larger, smaller
    return smaller, larger


@compiled
def sigmoid_1(x: Any) -> Any:
    """The pair (p, 1 - p) with p = 1 / (1 + e^-x)."""
    if is_common(x):
        return common_sigmoid(x)
    return saturated_sigmoid(x)


@compiled
def exp(x: Array, result: Array) -> None:
    """e^x of each number of `x`."""
    for i in range(len(x)):
        result[i] = exp_1(x[i])


@compiled
def log1p(x: Array, result: Array) -> None:
    """log(1 + x) of each number of `x`, in [0, 1]."""
    for i in range(len(x)):
        result[i] = log1p_1(x[i])


@compiled
def sigmoid(x: Array, p: Array, one_minus_p: Array) -> None:
    """The pair (p, 1 - p) of each number of `x`; a first pass without branches, for vectors."""
    for i in range(len(x)):
        p[i], one_minus_p[i] = common_sigmoid(x[i])
    for i in range(len(x)):
        if not is_common(x[i]):
            p[i], one_minus_p[i] = saturated_sigmoid(x[i])
