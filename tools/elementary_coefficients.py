"""Compute the constants of the project's own exp, log1p and sigmoid.

    python tools/elementary_coefficients.py

prints every constant of ``csrc/arithmetic/elementary_constants.h`` and of
``src/fastgan/backends/reference/elementary_constants.py``, once per dtype, as hexadecimal floats.
The tests run the same functions and compare their results with both files, so neither can drift.

Polynomials are minimax in the relative error of the whole function. They are found with the
exchange algorithm of Remez (E. W. Cheney, *Introduction to Approximation Theory*, 1966, chapter 3)
at 60 decimal digits, and then rounded to the dtype, coefficient by coefficient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath as mp

mp.mp.dps = 60

Function = Callable[[mp.mpf], mp.mpf]


@dataclass(frozen=True)
class Precision:
    """Numbers on which the constants of one dtype depend."""

    name: str
    digits: int  # binary digits of the significand, including the hidden one
    table_bits: int  # the exponential's table has 2**table_bits entries
    table_digits: int  # binary digits of the short, high part of an entry
    exp_terms: int  # number of c_2, c_3, ... in e^r = 1 + r + r^2 (c_2 + c_3 r + ...)
    log1p_terms: int  # number of l_1, l_2, ... in R(z) = z (l_1 + l_2 z + ...)
    multiple_digits: int  # binary digits of the largest multiple of ln2 / 2**table_bits subtracted


FLOAT64 = Precision(
    "float64",
    digits=53,
    table_bits=4,
    table_digits=4,
    exp_terms=5,
    log1p_terms=10,
    multiple_digits=15,
)
FLOAT32 = Precision(
    "float32",
    digits=24,
    table_bits=3,
    table_digits=6,
    exp_terms=3,
    log1p_terms=5,
    multiple_digits=11,
)


def rounded(value: mp.mpf, digits: int) -> mp.mpf:
    """Round to `digits` binary digits, to nearest and to even."""
    if value == 0:
        return mp.mpf(0)
    _, exponent = mp.frexp(value)
    scale = mp.mpf(2) ** (digits - exponent)
    return mp.nint(value * scale) / scale


def minimax(
    basis: Sequence[Function], target: Function, weight: Function, low: mp.mpf, high: mp.mpf
) -> list[mp.mpf]:
    """Return the coefficients of `basis` that minimise max |weight (sum - target)|."""
    n = len(basis)
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle - half * mp.cos(mp.pi * (2 * i + 1) / (2 * (n + 1))) for i in range(n + 1)]
    coefficients: list[mp.mpf] = []
    for _ in range(30):
        matrix = mp.matrix(n + 1, n + 1)
        right = mp.matrix(n + 1, 1)
        for i, node in enumerate(nodes):
            for j, function in enumerate(basis):
                matrix[i, j] = weight(node) * function(node)
            matrix[i, n] = (-1) ** i
            right[i] = weight(node) * target(node)
        solution = mp.lu_solve(matrix, right)
        coefficients = [solution[j] for j in range(n)]

        def error(x: mp.mpf, c: Sequence[mp.mpf] = tuple(coefficients)) -> mp.mpf:
            fitted = sum((cj * f(x) for cj, f in zip(c, basis, strict=True)), mp.mpf(0))
            return weight(x) * (fitted - target(x))

        nodes, level = extrema(error, low, high, n + 1)
        if level - abs(solution[n]) <= level * mp.mpf("1e-6"):
            break
    return coefficients


def extrema(error: Function, low: mp.mpf, high: mp.mpf, count: int) -> tuple[list[mp.mpf], mp.mpf]:
    """Return the `count` alternating extrema of `error` on a grid of cosines, and the largest."""
    points = 60 * count
    grid = [
        (low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / points) for i in range(points + 1)
    ]
    values = [error(x) for x in grid]
    runs: list[int] = []  # the largest point of each run of one sign
    for i, value in enumerate(values):
        if abs(value) < mp.mpf(10) ** -45:  # the double root at r = 0
            continue
        if runs and mp.sign(value) == mp.sign(values[runs[-1]]):
            if abs(value) > abs(values[runs[-1]]):
                runs[-1] = i
        else:
            runs.append(i)
    while len(runs) > count:  # drop the weaker end: the signs still alternate
        runs.pop(0 if abs(values[runs[0]]) < abs(values[runs[-1]]) else -1)
    if len(runs) < count:
        raise ArithmeticError(f"found {len(runs)} extrema where {count} were expected")
    return [grid[i] for i in runs], max(abs(values[i]) for i in runs)


def exp_reduction(p: Precision) -> dict[str, mp.mpf]:
    """Split ln2 / 2**table_bits for x = (M / 2**table_bits) ln2 - r; M * high is exact."""
    step = mp.log(2) / 2**p.table_bits
    high = rounded(step, p.digits - p.multiple_digits)
    return {
        "steps_per_unit": rounded(1 / step, p.digits),
        "step_high": high,
        "step_low": rounded(step - high, p.digits),
    }


def exp_table(p: Precision) -> tuple[list[mp.mpf], list[mp.mpf]]:
    """Return 2**(-j / 2**table_bits) as a short high part and a low part.

    A power of two plus the high part is exact over a wide range, and the low part is added to the
    polynomial.
    """
    size = 2**p.table_bits
    entries = [mp.mpf(2) ** (-mp.mpf(j) / size) for j in range(size)]
    high = [rounded(entry, p.table_digits) for entry in entries]
    low = [rounded(entry - h, p.digits) for entry, h in zip(entries, high, strict=True)]
    return high, low


def exp_polynomial(p: Precision) -> list[mp.mpf]:
    """Return c_2, c_3, ... of e^r = 1 + r + r^2 (c_2 + c_3 r + ...) for |r| up to half a step."""
    high = mp.log(2) / 2 ** (p.table_bits + 1) * (1 + mp.mpf(2) ** -10)  # M may be rounded
    powers = [lambda r, n=n: r ** (n + 2) for n in range(p.exp_terms)]
    fitted = minimax(powers, lambda r: mp.expm1(r) - r, lambda r: mp.exp(-r), -high, high)
    return [rounded(c, p.digits) for c in fitted]


def log1p_polynomial(p: Precision) -> list[mp.mpf]:
    """Return l_1, l_2, ...: log((1 + f) / (1 - f)) = 2 f + f R(f^2), R(z) = z (l_1 + l_2 z + ...).

    With f = y / (2 + y) this is log(1 + y); for y in [0, 1], z = f^2 lies in [0, 1/9].
    """
    low, high = mp.mpf("1e-12"), mp.mpf(1) / 9

    def series(z: mp.mpf) -> mp.mpf:
        f = mp.sqrt(z)
        return (mp.log((1 + f) / (1 - f)) - 2 * f) / f

    def relative(z: mp.mpf) -> mp.mpf:
        f = mp.sqrt(z)
        return f / mp.log((1 + f) / (1 - f))

    powers = [lambda z, n=n: z ** (n + 1) for n in range(p.log1p_terms)]
    return [rounded(c, p.digits) for c in minimax(powers, series, relative, low, high)]


def hexadecimal(value: mp.mpf) -> str:
    """Format the exact value as a hexadecimal float literal for C and Python's float.fromhex."""
    return float(value).hex()


def main() -> None:
    """Print every constant of both dtypes."""
    for p in (FLOAT64, FLOAT32):
        print(p.name)
        for name, value in exp_reduction(p).items():
            print(f"  {name:<16}{hexadecimal(value)}")
        for name, values in (
            ("exp table, high", exp_table(p)[0]),
            ("exp table, low", exp_table(p)[1]),
            ("exp polynomial", exp_polynomial(p)),
            ("log1p polynomial", log1p_polynomial(p)),
        ):
            print(f"  {name}")
            for value in values:
                print(f"    {hexadecimal(value)}")


if __name__ == "__main__":
    main()
