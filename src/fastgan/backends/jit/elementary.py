"""exp, log1p, sigmoid and softplus for Numba: twins of `reference.elementary`, number by number.

Importing this module imports Numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from fastgan.backends.jit.compiler import compiled
from fastgan.backends.jit.lanes import GROUP, Lanes, all_hold, choose, load_group, store
from fastgan.backends.jit.look_up import constant_in, table_look_up
from fastgan.backends.reference.elementary_constants import FLOAT32, FLOAT64, ElementaryConstants

Array = npt.NDArray[Any]


def _as_bits(typingctx: Any, x: Any) -> Any:
    """Reinterpret the bits of a real number, or of a vector of them, as unsigned integers."""
    real = x.dtype if isinstance(x, Lanes) else x
    unsigned = types.uint64 if real == types.float64 else types.uint32
    result = Lanes(unsigned, x.count) if isinstance(x, Lanes) else unsigned

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(result))

    return result(x), generate


def _as_real(typingctx: Any, bits: Any, like: Any) -> Any:
    """Reinterpret the low bits of unsigned integers as real numbers of the type of `like`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        integer = arguments[0]
        if not isinstance(bits, Lanes) and bits.bitwidth > like.bitwidth:
            integer = builder.trunc(integer, ir.IntType(like.bitwidth))  # Numba widens
        return builder.bitcast(integer, context.get_value_type(like))

    return like(bits, like), generate


as_bits: Any = intrinsic(_as_bits)
as_real: Any = intrinsic(_as_real)


def _constants_of(x: Any) -> ElementaryConstants:
    real = x.dtype if isinstance(x, Lanes) else x
    return FLOAT64 if real == types.float64 else FLOAT32


def constants_like(x: Any) -> ElementaryConstants:
    """Return the constants for the dtype of `x`, which are known when a kernel is compiled."""
    raise RuntimeError("only for compiled code")


def _constants_like(x: Any) -> Any:
    # Arrays in a tuple would cost reference counting within a kernel.
    known = _constants_of(x)
    changes: dict[str, Any] = {
        "table_high": None,
        "table_low": None,
        "exp_coefficients": tuple(known.exp_coefficients),
        "log1p_coefficients": None,
    }
    scalars = known._replace(**changes)

    def implementation(x: Any) -> Any:
        return scalars

    return implementation


overload(constants_like)(_constants_like)


def _table_high(typingctx: Any, x: Any, at: Any) -> Any:
    """Look up `table_high` for the dtype of `x`, at one index or at one per lane."""
    return table_look_up(x, at, _constants_of(x).table_high)


def _table_low(typingctx: Any, x: Any, at: Any) -> Any:
    """Look up `table_low` likewise."""
    return table_look_up(x, at, _constants_of(x).table_low)


def _log1p_series(typingctx: Any, z: Any) -> Any:
    """Compute l_1 + z (l_2 + z (l_3 + ...)), for a number or a vector."""
    coefficients = _constants_of(z).log1p_coefficients

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        result, *others = (constant_in(z, float(c)) for c in coefficients[::-1])
        for coefficient in others:
            result = builder.fadd(coefficient, builder.fmul(arguments[0], result))
        return result

    return z(z), generate


table_high: Any = intrinsic(_table_high)
table_low: Any = intrinsic(_table_low)
log1p_series: Any = intrinsic(_log1p_series)


def _exp_tail(r: Any, r2: Any) -> Any:
    raise RuntimeError("only for compiled code")


@overload(_exp_tail)  # type: ignore[untyped-decorator]
def _exp_tail_for(r: Any, r2: Any) -> Any:
    """Choose c_4 + c_5 r + c_6 r^2 for float64, and c_4 alone for float32."""

    def short(r: Any, r2: Any) -> Any:
        return constants_like(r).exp_coefficients[2]

    def long(r: Any, r2: Any) -> Any:
        c = constants_like(r)
        first = c.exp_coefficients[2] + c.exp_coefficients[3] * r
        return first + c.exp_coefficients[4] * r2

    return short if len(_constants_of(r).exp_coefficients) == 3 else long


@compiled
def split_exp(x: Any) -> Any:
    """Return (M's bits, table_high[j], w) with e^-x = 2^-e (table_high[j] + w), as specified."""
    c = constants_like(x)
    shifted = x * c.steps_per_unit + c.rounder
    bits = as_bits(shifted)
    multiple = shifted - c.rounder
    r = (multiple * c.step_high - x) + multiple * c.step_low
    j = bits & c.table_mask
    high = table_high(x, j)
    low = table_low(x, j)
    table = high + low
    r2 = r * r
    table_r = table * r
    table_r2 = table * r2
    a = c.exp_coefficients[0] + c.exp_coefficients[1] * r
    return bits, high, ((table_r + low) + table_r2 * a) + (r2 * table_r2) * _exp_tail(r, r2)


@compiled
def exp_1(x: Any) -> Any:
    """Compute e^x."""
    c = constants_like(x)
    x = choose(x < c.lowest_exp, c.lowest_exp, x)
    x = choose(x > c.highest_exp, c.highest_exp, x)
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
    """Compute log(1 + y) for y in [0, 1]."""
    c = constants_like(y)
    f = y / (c.two + y)
    z = f * f
    half_square = c.half * y * y
    return y - (half_square - f * (half_square + z * log1p_series(z)))


@compiled
def softplus_1(x: Any) -> Any:
    """Compute log(1 + e^x)."""
    c = constants_like(x)
    positive = choose(x > c.zero, x, c.zero)
    return positive + log1p_1(exp_1(-abs(x)))


@compiled
def common_sigmoid(x: Any) -> Any:
    """Compute the pair (p, 1 - p) for |x| up to `sigmoid_limit`, without a branch."""
    c = constants_like(x)
    bits, high, w = split_exp(x)
    s = as_real((bits >> c.table_bits) << c.significand_bits, x)
    reciprocal = c.one / ((s + high) + w)
    return s * reciprocal, (high + w) * reciprocal


@compiled
def is_common(x: Any) -> Any:
    """Return whether `common_sigmoid` is valid."""
    return abs(x) <= constants_like(x).sigmoid_limit


@compiled
def saturated_sigmoid(x: Any) -> Any:
    """Compute the pair (p, 1 - p) where `common_sigmoid` is not valid."""
    c = constants_like(x)
    smaller = exp_1(-abs(x))
    larger = c.one - smaller
    if x > c.zero:
        return larger, smaller
    return smaller, larger


@compiled
def sigmoid_1(x: Any) -> Any:
    """Compute the pair (p, 1 - p) with p = 1 / (1 + e^-x)."""
    if is_common(x):
        return common_sigmoid(x)
    return saturated_sigmoid(x)


@compiled
def exp(x: Array, result: Array) -> None:
    """Fill `result` with e^x of each number of `x`."""
    whole = len(x) // GROUP * GROUP
    for i in range(0, whole, GROUP):
        store(result, i, exp_1(load_group(x, i)))
    for i in range(whole, len(x)):
        result[i] = exp_1(x[i])


@compiled
def log1p(x: Array, result: Array) -> None:
    """Fill `result` with log(1 + x) of each number of `x`, in [0, 1]."""
    whole = len(x) // GROUP * GROUP
    for i in range(0, whole, GROUP):
        store(result, i, log1p_1(load_group(x, i)))
    for i in range(whole, len(x)):
        result[i] = log1p_1(x[i])


@compiled
def sigmoid(x: Array, p: Array, one_minus_p: Array) -> None:
    """Fill `p` and `one_minus_p` with the pair (p, 1 - p) of each number of `x`."""
    for start in range(0, len(x), GROUP):
        end = min(start + GROUP, len(x))
        common = False
        if end - start == GROUP:
            group = load_group(x, start)
            common = all_hold(is_common(group))
            if common:
                p_group, q_group = common_sigmoid(group)
                store(p, start, p_group)
                store(one_minus_p, start, q_group)
        if not common:
            for i in range(start, end):
                p[i], one_minus_p[i] = sigmoid_1(x[i])
