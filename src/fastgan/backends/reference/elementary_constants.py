"""The numbers that define the project's own exp, log1p and sigmoid, for NumPy and Numba alike.

``tools/elementary_coefficients.py`` computes them and explains how;
``csrc/arithmetic/elementary_constants.h`` holds the same numbers for C. The tests recompute them
and compare all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt


class ElementaryConstants(NamedTuple):
    """The constants of the elementary functions for one dtype.

    A plain tuple of scalars and arrays, so that Numba accepts it without conversion. Every real
    scalar has this dtype; the integers are unsigned and of the same width.
    """

    one: Any
    two: Any
    half: Any
    zero: Any
    rounder: Any  # adding it rounds to an integer, left in the low bits of the sum
    steps_per_unit: Any  # 2**table_bits / ln 2
    step_high: Any  # ln 2 / 2**table_bits, rounded to a few digits: its multiples are exact
    step_low: Any  # ln 2 / 2**table_bits - step_high
    table_high: npt.NDArray[Any]  # 2**(-j / 2**table_bits), rounded to a few digits
    table_low: npt.NDArray[Any]  # 2**(-j / 2**table_bits) - table_high
    exp_coefficients: npt.NDArray[Any]  # c_2, c_3, ... of e^r = 1 + r + r^2 (c_2 + c_3 r + ...)
    log1p_coefficients: npt.NDArray[Any]  # l_1, l_2, ... of R(z) = z (l_1 + l_2 z + ...)
    sigmoid_limit: Any  # up to this |x|, the sigmoid's common path neither overflows nor underflows
    lowest_exp: Any  # exp is 0 below
    highest_exp: Any  # exp is infinite above
    table_mask: Any
    table_bits: Any
    significand_bits: Any  # those stored
    exponent_mask: Any  # the biased exponent as `rounder` leaves it, without the table index
    exponent_origin: Any  # the value of these bits for the exponent 0
    exponent_bias: Any  # of the floating-point format


def _constants(
    dtype: type[np.floating[Any]],
    unsigned: type[np.unsignedinteger[Any]],
    *,
    table_bits: int,
    exponent_origin: int,
    reduction: Sequence[str],
    table_high: Sequence[str],
    table_low: Sequence[str],
    exp_coefficients: Sequence[str],
    log1p_coefficients: Sequence[str],
    limits: tuple[float, float, float],
) -> ElementaryConstants:
    def array(texts: Sequence[str]) -> npt.NDArray[Any]:
        values = np.array([float.fromhex(text) for text in texts], dtype=dtype)
        values.flags.writeable = False
        return values

    significand_bits = np.finfo(dtype).nmant
    # The low bits of the sum hold (M + 2**table_bits * origin); the origin is the bias of the
    # format plus a multiple of twice its exponent range, which a left shift drops.
    rounder = 1.5 * 2.0**significand_bits + 2**table_bits * exponent_origin
    return ElementaryConstants(
        one=dtype(1.0),
        two=dtype(2.0),
        half=dtype(0.5),
        zero=dtype(0.0),
        rounder=dtype(rounder),
        steps_per_unit=dtype(float.fromhex(reduction[0])),
        step_high=dtype(float.fromhex(reduction[1])),
        step_low=dtype(float.fromhex(reduction[2])),
        table_high=array(table_high),
        table_low=array(table_low),
        exp_coefficients=array(exp_coefficients),
        log1p_coefficients=array(log1p_coefficients),
        sigmoid_limit=dtype(limits[0]),
        lowest_exp=dtype(limits[1]),
        highest_exp=dtype(limits[2]),
        table_mask=unsigned(2**table_bits - 1),
        table_bits=unsigned(table_bits),
        significand_bits=unsigned(significand_bits),
        exponent_mask=unsigned(2 ** (exponent_origin.bit_length()) - 1),
        exponent_origin=unsigned(exponent_origin),
        exponent_bias=unsigned(np.finfo(dtype).maxexp - 1),
    )


FLOAT64 = _constants(
    np.float64,
    np.uint64,
    table_bits=4,
    exponent_origin=5119,
    reduction=(
        "0x1.71547652b82fep+4",
        "0x1.62e42fefa0000p-5",
        "0x1.cf79abc9e3b3ap-44",
    ),
    table_high=(
        "0x1.0000000000000p+0",
        "0x1.e000000000000p-1",
        "0x1.e000000000000p-1",
        "0x1.c000000000000p-1",
        "0x1.a000000000000p-1",
        "0x1.a000000000000p-1",
        "0x1.8000000000000p-1",
        "0x1.8000000000000p-1",
        "0x1.6000000000000p-1",
        "0x1.6000000000000p-1",
        "0x1.4000000000000p-1",
        "0x1.4000000000000p-1",
        "0x1.4000000000000p-1",
        "0x1.2000000000000p-1",
        "0x1.2000000000000p-1",
        "0x1.0000000000000p-1",
    ),
    table_low=(
        "0x0.0p+0",
        "0x1.495f454921b31p-6",
        "-0x1.4fce4608b6f1bp-6",
        "0x1.99bdd85529c22p-9",
        "0x1.d13f32b5a75acp-6",
        "-0x1.db73eae07b7f2p-8",
        "0x1.59ca845541b6bp-6",
        "-0x1.7bae3053f9e4ap-7",
        "0x1.413cccfe77992p-6",
        "-0x1.53e08adeaf5aap-7",
        "0x1.7fb5aa6c544e4p-6",
        "-0x1.0acd9f6e5eee5p-8",
        "-0x1.f203eb9c91d5ap-6",
        "0x1.c3d373ab11c33p-8",
        "-0x1.1a8f87055d0a4p-6",
        "0x1.6ab0d9f3121ecp-6",
    ),
    exp_coefficients=(
        "0x1.fffffffffffb9p-2",
        "0x1.555555548ec20p-3",
        "0x1.55555558f9fe4p-5",
        "0x1.11123b43e4ba3p-7",
        "0x1.6c14ca11f7942p-10",
    ),
    log1p_coefficients=(
        "0x1.5555555555535p-1",
        "0x1.99999999a06c1p-2",
        "0x1.24924920910f8p-2",
        "0x1.c71c741a08580p-3",
        "0x1.745cb45969f6ap-3",
        "0x1.3b1dd3b3426bap-3",
        "0x1.10682e7ec8bc1p-3",
        "0x1.efd19304f878ap-4",
        "0x1.55cf3e8701341p-4",
        "0x1.5c5c3b601021fp-3",
    ),
    limits=(700.0, -746.0, 710.0),
)

FLOAT32 = _constants(
    np.float32,
    np.uint32,
    table_bits=3,
    exponent_origin=639,
    reduction=(
        "0x1.7154760000000p+3",
        "0x1.62e0000000000p-4",
        "0x1.0bfbe80000000p-18",
    ),
    table_high=(
        "0x1.0000000000000p+0",
        "0x1.d800000000000p-1",
        "0x1.b000000000000p-1",
        "0x1.8800000000000p-1",
        "0x1.6800000000000p-1",
        "0x1.4800000000000p-1",
        "0x1.3000000000000p-1",
        "0x1.1800000000000p-1",
    ),
    table_low=(
        "0x0.0p+0",
        "-0x1.3f39180000000p-8",
        "-0x1.76066a0000000p-9",
        "0x1.672a120000000p-8",
        "0x1.04f3340000000p-8",
        "0x1.fed6aa0000000p-8",
        "0x1.bf828c0000000p-11",
        "-0x1.a8f8700000000p-10",
    ),
    exp_coefficients=(
        "0x1.0000000000000p-1",
        "0x1.555c7a0000000p-3",
        "0x1.5548380000000p-5",
    ),
    log1p_coefficients=(
        "0x1.5555580000000p-1",
        "0x1.9996b00000000p-2",
        "0x1.2508b00000000p-2",
        "0x1.b6e6cc0000000p-3",
        "0x1.f173440000000p-3",
    ),
    limits=(80.0, -104.0, 89.0),
)


def constants_for(dtype: npt.DTypeLike) -> ElementaryConstants:
    """Return the constants for float64 or float32."""
    return FLOAT64 if np.dtype(dtype) == np.float64 else FLOAT32
