"""Sums for Numba: the twin of `reference.sums`."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from fastgan.backends.jit.compiler import compiled
from fastgan.backends.reference.sums import PARTIAL_SUMS

Array = npt.NDArray[Any]


@compiled
def sum_of_row(x: Array, w: Array, partial: Array) -> Any:
    """Sum x (d,) times w (d,) in the order of sums over features; overwrite `partial` (16,)."""
    d = len(x)
    partial[:] = -0.0
    whole = d // PARTIAL_SUMS * PARTIAL_SUMS
    for j in range(0, whole, PARTIAL_SUMS):
        for i in range(PARTIAL_SUMS):
            partial[i] += x[j + i] * w[j + i]
    for j in range(whole, d):
        partial[j - whole] += x[j] * w[j]
    half = PARTIAL_SUMS // 2
    while half:
        for i in range(half):
            partial[i] += partial[i + half]
        half //= 2
    return partial[0]


@compiled
def add_multiple(to: Array, factor: Any, values: Array) -> None:
    """Add factor * values to `to`."""
    for j in range(len(to)):
        to[j] += factor * values[j]
