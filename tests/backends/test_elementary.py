"""exp, log1p and sigmoid: the same bits in NumPy, C and Numba, and close to the truth.

An error is measured in ulp of the true value: the distance between the true and the computed value,
divided by the spacing of the dtype's numbers near the true value.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from fastgan.backends.reference import elementary
from fastgan.backends.reference.elementary_constants import constants_for
from helpers.backends import require_backend
from helpers.bits import UNSIGNED, assert_same_bits

Array = np.ndarray
Function = Callable[[Array], tuple[Array, ...]]

# In ulp, above the measured errors: exp 0.72, or 0.84 if the result is subnormal and rounds twice;
# log1p 1.29; sigmoid 2.9. The float32 errors were measured for every float32.
EXP_BOUND, SUBNORMAL_EXP_BOUND, LOG1P_BOUND, SIGMOID_BOUND = 0.75, 0.9, 1.5, 3.0

SPECIFIED: dict[str, Function] = {
    "exp": lambda x: (elementary.exp(x),),
    "log1p": lambda x: (elementary.log1p(x),),
    "sigmoid": elementary.sigmoid,
}
NAMES = list(SPECIFIED)
RESULTS = {"exp": 1, "log1p": 1, "sigmoid": 2}


def filled_by(fill: Callable[..., None], results: int) -> Function:
    """Wrap a function that fills arrays as one that returns them."""

    def function(x: Array) -> tuple[Array, ...]:
        filled = tuple(np.empty_like(x) for _ in range(results))
        fill(x, *filled)
        return filled

    return function


def implementations(kernel: str, name: str, dtype: np.dtype) -> Iterator[tuple[str, Function]]:
    """Yield the implementations of a function: one per instruction set in C, one in Numba."""
    if kernel == "numba":
        module = importlib.import_module("fastgan.backends.jit.elementary")
        yield "numba", filled_by(getattr(module, name), RESULTS[name])
        return
    compiled = importlib.import_module("fastgan.backends.native._kernel")
    chosen = compiled.chosen_variant()
    fill = getattr(compiled, name)["double" if dtype == np.float64 else "float"]
    try:
        for variant, supported in compiled.variants().items():
            if supported:
                assert compiled.choose_variant(variant)
                yield variant, filled_by(fill, RESULTS[name])
    finally:
        compiled.choose_variant(chosen)


def special_numbers(dtype: np.dtype) -> Array:
    """Return every edge of the algorithms, with the adjacent numbers, in both signs."""
    info, c = np.finfo(dtype), constants_for(dtype)
    limits = [c.sigmoid_limit, c.lowest_exp, c.highest_exp]
    limits += [700, 708.396, 709.782, 745.133, 80, 87, 87.336, 88.7, 88.722, 103.97, 36.7, 16.6, 1]
    limits += [0, info.tiny, info.smallest_subnormal, info.max, info.eps, np.inf]
    # At half a step of the table exp changes from one entry to the next.
    steps = np.arange(-2 * 16 * 1100, 2 * 16 * 1100) / c.steps_per_unit.astype(np.float64) / 2
    with np.errstate(over="ignore"):
        edges = np.concatenate([np.array(limits, np.float64), steps]).astype(dtype)
        near = [edges]
        for direction in (np.inf, -np.inf):
            near.append(np.nextafter(edges, dtype.type(direction)))
            near.append(np.nextafter(near[-1], dtype.type(direction)))
    numbers = np.concatenate(near)
    bits = UNSIGNED[dtype]
    infinity = np.array(np.inf, dtype).view(bits)
    payloads = np.array([1, 2, 12345, 1 << (info.nmant - 1), (1 << info.nmant) - 1], bits)
    nans = (infinity + payloads).view(dtype)
    return np.concatenate([numbers, -numbers, nans, -nans])


def random_numbers(dtype: np.dtype, count: int) -> Array:
    """Return numbers uniform in relevant ranges, and numbers with uniform bits (all exponents)."""
    rng = np.random.default_rng(1)
    widest = 750 if dtype == np.float64 else 105
    parts = [rng.uniform(-width, width, count) for width in (0.1, 1, 10, 40, widest)]
    parts.append(np.exp(rng.uniform(-45, np.log(widest), count)) * rng.choice([-1, 1], count))
    bits = rng.integers(0, 2 ** (8 * dtype.itemsize), count, UNSIGNED[dtype])
    return np.concatenate([*(part.astype(dtype) for part in parts), bits.view(dtype)])


def unit_interval(dtype: np.dtype, count: int) -> Array:
    rng = np.random.default_rng(2)
    parts = [rng.random(count), rng.random(count) * 0.1, np.exp(-rng.uniform(0, 60, count))]
    ends = [0.0, 1.0, np.nextafter(dtype.type(1), dtype.type(0)), np.finfo(dtype).tiny]
    return np.concatenate([*parts, ends]).astype(dtype)


def arguments(name: str, dtype: np.dtype, count: int) -> Array:
    if name == "log1p":
        return unit_interval(dtype, count)
    return np.concatenate([special_numbers(dtype), random_numbers(dtype, count)])


@pytest.mark.parametrize("name", NAMES)
def test_same_bits_in_every_implementation(name: str, kernel: str, dtype: np.dtype) -> None:
    # log1p is only specified on [0, 1], but implementations must agree elsewhere too.
    x = np.concatenate([arguments(name, dtype, 100_000), special_numbers(dtype)])
    with np.errstate(all="ignore"):
        expected = SPECIFIED[name](x)
    for variant, function in implementations(kernel, name, dtype):
        for got, wanted in zip(function(x), expected, strict=True):
            try:
                assert_same_bits(got, wanted)
            except AssertionError as error:
                raise AssertionError(f"{variant}: {error}") from None


@pytest.mark.parametrize("name", NAMES)
def test_same_bits_at_every_place_in_an_array(name: str, kernel: str, dtype: np.dtype) -> None:
    # Kernels compute whole vectors first, then the remaining numbers one by one.
    x = np.linspace(0, 1, 40).astype(dtype) if name == "log1p" else special_numbers(dtype)[:40]
    with np.errstate(all="ignore"):
        expected = SPECIFIED[name](x)
    for _, function in implementations(kernel, name, dtype):
        for count in range(41):
            for got, wanted in zip(function(x[:count]), expected, strict=True):
                assert_same_bits(got, wanted[:count])


def ulp_of(true: Array, dtype: np.dtype) -> Array:
    """Return the spacing of the dtype's numbers near true values of a wider dtype."""
    info = np.finfo(dtype)
    _, exponent = np.frexp(true)
    return np.ldexp(np.ones_like(true), np.maximum(exponent - 1, info.minexp) - info.nmant)


def largest_errors(computed: Array, true: Array) -> tuple[float, float]:
    """Return the largest errors in ulp, for normal and for subnormal true values."""
    info = np.finfo(computed.dtype)
    # Near the largest number, both that number and infinity are correctly rounded.
    finite = true <= info.max
    assert (computed[~finite] >= info.max).all()
    true, computed = true[finite], computed[finite]
    error = np.abs(computed.astype(true.dtype) - true) / ulp_of(true, computed.dtype)
    normal = true >= info.tiny
    return float(error[normal].max(initial=0)), float(error[~normal].max(initial=0))


def true_values(name: str, x: Array) -> tuple[Array, ...]:
    """Return the true values in the dtype of `x`, which is wider than the tested one."""
    with np.errstate(over="ignore", under="ignore"):
        if name == "sigmoid":
            return 1 / (1 + np.exp(-x)), 1 / (1 + np.exp(x))
        return (np.exp(x) if name == "exp" else np.log1p(x),)


def assert_within_bounds(name: str, computed: Array, true: Array, slack: float) -> None:
    normal, subnormal = largest_errors(computed, true)
    bounds = {
        "exp": (EXP_BOUND, SUBNORMAL_EXP_BOUND),
        "log1p": (LOG1P_BOUND, LOG1P_BOUND),
        "sigmoid": (SIGMOID_BOUND, SIGMOID_BOUND),
    }[name]
    assert normal <= bounds[0] + slack
    assert subnormal <= bounds[1] + slack


@pytest.mark.parametrize("name", NAMES)
def test_float32_is_as_accurate_as_stated(name: str) -> None:
    # NumPy's float64 functions serve as the truth: an error of 8 ulp of float64 would be
    # 8 * 2^-29 ulp of float32.
    x = arguments(name, np.dtype(np.float32), 300_000)
    x = x[np.isfinite(x)]
    true = true_values(name, x.astype(np.float64))
    for computed, expected in zip(SPECIFIED[name](x), true, strict=True):
        assert_within_bounds(name, computed, expected, slack=8 * 2**-29)


@pytest.mark.skipif(
    np.finfo(np.longdouble).nmant < 63, reason="longdouble has no spare digits on this platform"
)
@pytest.mark.parametrize("name", NAMES)
def test_float64_is_as_accurate_as_stated(name: str) -> None:
    # The C library's functions of 64 digits and more are not proven, but one ulp of theirs is 2^-11
    # ulp of float64. mpmath is proven, but too slow for more than the sample of the next test.
    x = arguments(name, np.dtype(np.float64), 150_000)
    x = x[np.isfinite(x)]
    true = true_values(name, x.astype(np.longdouble))
    for computed, expected in zip(SPECIFIED[name](x), true, strict=True):
        assert_within_bounds(name, computed, expected, slack=4 * 2**-11)


def mpmath_values(name: str, x: float) -> tuple[Any, ...]:
    if name == "sigmoid":
        return 1 / (1 + mp.exp(-mp.mpf(x))), 1 / (1 + mp.exp(mp.mpf(x)))
    return (mp.exp(x) if name == "exp" else mp.log1p(x),)


@pytest.mark.parametrize("name", NAMES)
def test_float64_is_as_accurate_as_stated_by_mpmath(name: str) -> None:
    rng = np.random.default_rng(3)
    x = arguments(name, np.dtype(np.float64), 20_000)
    x = x[np.isfinite(x)]
    if name != "log1p":
        x = x[np.abs(x) < 750]
    # The worst arguments found by a search, always part of the sample.
    hard = {
        "exp": [-708.4208369253374, -708.4207507495137, -17.352444899797828],
        "log1p": [0.997541350481917],
        "sigmoid": [float.fromhex("0x1.dd443aedac673p+4"), 4.148614955119802, -36.748423830238366],
    }[name]
    x = np.concatenate([rng.choice(x, 6_000, replace=False), hard])
    computed = SPECIFIED[name](x)
    with mp.workprec(140):
        for i, argument in enumerate(x):
            for result, true in zip(computed, mpmath_values(name, float(argument)), strict=True):
                value = float(result[i])
                if not np.isfinite(value):
                    assert true > np.finfo(np.float64).max
                    continue
                exponent = max(mp.frexp(true)[1] - 1, -1022) if true else -1022
                error = abs(value - true) / mp.ldexp(1, exponent - 52)
                bound = {"log1p": LOG1P_BOUND, "sigmoid": SIGMOID_BOUND}.get(
                    name, SUBNORMAL_EXP_BOUND if exponent == -1022 else EXP_BOUND
                )
                assert error <= bound, (name, float(argument).hex())


def test_special_values(dtype: np.dtype) -> None:
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan], dtype)
    assert_same_bits(elementary.exp(x), np.array([1, 1, np.inf, 0, np.nan], dtype))
    p, q = elementary.sigmoid(x)
    assert_same_bits(p, np.array([0.5, 0.5, 1, 0, np.nan], dtype))
    assert_same_bits(q, np.array([0.5, 0.5, 0, 1, np.nan], dtype))
    assert_same_bits(elementary.log1p(x[:1]), np.zeros(1, dtype))


def test_sigmoid_is_finite_and_its_halves_sum_to_one(dtype: np.dtype) -> None:
    x = arguments("sigmoid", dtype, 200_000)
    x = x[np.isfinite(x)]
    p, q = elementary.sigmoid(x)
    assert ((p >= 0) & (p <= 1) & (q >= 0) & (q <= 1)).all()
    larger, smaller = np.maximum(p, q), np.minimum(p, q)
    # The difference from 1 is exact, so the error of the sum is that of p and 1 - p.
    assert (np.abs((larger - 1) + smaller) <= 4 * np.finfo(dtype).eps).all()


@pytest.mark.parametrize("name", NAMES)
def test_never_falls_where_it_should_rise(name: str, dtype: np.dtype) -> None:
    """Checked over steps of many ulp, not from each number to the next."""
    ends = {"exp": (-110, 80), "log1p": (0, 1), "sigmoid": (-110, 0)}[name]
    x = np.linspace(*ends, 20_001).astype(dtype)
    assert (np.diff(SPECIFIED[name](x)[0]) >= 0).all()
    if name == "sigmoid":
        assert (np.diff(SPECIFIED[name](-x)[1]) >= 0).all()


def test_shapes_are_kept(dtype: np.dtype) -> None:
    x = np.zeros((2, 3), dtype)
    assert elementary.exp(x).shape == (2, 3)
    assert [half.shape for half in elementary.sigmoid(x)] == [(2, 3), (2, 3)]


def test_every_instruction_set_is_in_the_kernel() -> None:
    require_backend("c")
    compiled = importlib.import_module("fastgan.backends.native._kernel")
    variants = compiled.variants()
    assert next(iter(variants.items())) == ("generic", True)
    assert variants[compiled.chosen_variant()]
    assert not compiled.choose_variant("no such thing")
