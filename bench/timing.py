"""Measure and print the ratio of the times of two runs.

Machines are shared and clocks change, so the two sides of a ratio alternate, A B A B, in one
process. The result is the median of the pairwise ratios, with their quartiles.
"""

from __future__ import annotations

import gc
import math
import platform
import time
import timeit
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

Run = Callable[[], Any]


class Effort(NamedTuple):
    """Amount of time to spend on measuring one ratio."""

    seconds: float
    fewest_pairs: int


THOROUGH, QUICK = Effort(5, 7), Effort(0.3, 3)

# A side runs for at least this long before the other's turn, so that the contents of the caches
# that the other side leaves do not matter.
BLOCK_SECONDS = 0.02


class Ratio(NamedTuple):
    """Ratio of two runs' times per step: quartiles, and the two medians in ns per step."""

    lower: float
    median: float
    upper: float
    ns: float
    ns_other: float


def ratio(
    run: Run, other: Run, steps: int, effort: Effort, other_steps: int | None = None
) -> Ratio:
    """Time two runs alternately, in blocks of one or more."""
    blocks = [_block(run), _block(other)]
    pairs: list[list[float]] = []
    end = time.perf_counter() + effort.seconds
    gc.disable()
    try:
        while len(pairs) < effort.fewest_pairs or time.perf_counter() < end:
            pairs.append([block() for block in blocks])
    finally:
        gc.enable()
    times = np.array(pairs) / (steps, other_steps or steps)
    quartiles = np.quantile(times[:, 0] / times[:, 1], (0.25, 0.5, 0.75))
    return Ratio(*quartiles, *(np.median(times, axis=0) * 1e9))


def _block(run: Run) -> Callable[[], float]:
    """Warm up a run; return a function that repeats it for long enough and returns its seconds."""
    timer = timeit.Timer(run)
    timer.timeit(1)
    repeats = math.ceil(BLOCK_SECONDS / timer.timeit(1))
    return lambda: timer.timeit(repeats) / repeats


def cells(measured: Ratio) -> str:
    """Return two cells of a Markdown table: the ratio, and its two times."""
    quartiles = f"{short(measured.lower)} to {short(measured.upper)}"
    nanoseconds = f"{short(measured.ns)} over {short(measured.ns_other)}"
    return f"**{short(measured.median)}** ({quartiles}) | {nanoseconds}"


def short(number: float) -> str:
    """Format a number with three digits, or as a whole number."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def print_machine(where: str) -> None:
    """Print the date, the machine, `where` on it the ratios are measured, and the versions."""
    cpu = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    packages = ["fastgan", "numpy", "numba", "jax", "torch"]
    versions = []
    for package in packages:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    print(
        f"{date.today()}, {cpu}, {platform.system()}, {where}; Python {platform.python_version()},"
    )
    print(f"{', '.join(versions)}. Median of pairwise ratios, with their quartiles in brackets.")
