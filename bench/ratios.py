"""How many times longer the peers take than `fastgan.train`, as Markdown tables.

    python bench/ratios.py [--size slanted-land] [--dtype float64] [--quick]

Machines are shared, and clocks change: so the two sides of a ratio run in turn, A B A B, in one
process on one core, and what is given is the median of the pairwise ratios with its quartiles.
fastgan draws its latent vectors in the time measured, the peers are handed theirs.
"""

from __future__ import annotations

import argparse
import gc
import math
import platform
import time
import timeit
from collections.abc import Callable, Iterator
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import one_core  # before any library that counts cores

# isort: split
import numpy as np
import peers
import trainings
from cases import DTYPES, SIZES, Size, Work, work

from fastgan import backends

Run = Callable[[], Any]


class Effort(NamedTuple):
    """How long to measure one ratio."""

    seconds: float
    fewest_pairs: int


THOROUGH, QUICK = Effort(5, 7), Effort(0.3, 3)

# A side runs for at least so long before it is the other's turn, so that what the other left in
# the caches, or pushed out of them, does not count.
BLOCK_SECONDS = 0.02


class Ratio(NamedTuple):
    """Of one run's time to another's: quartiles, and the two medians in ns a step."""

    lower: float
    median: float
    upper: float
    ns: float
    ns_other: float


def ratio(run: Run, other: Run, steps: int, effort: Effort) -> Ratio:
    """Time two runs in turn, in blocks of one or more."""
    blocks = [_block(run), _block(other)]
    pairs: list[list[float]] = []
    end = time.perf_counter() + effort.seconds
    gc.disable()
    try:
        while len(pairs) < effort.fewest_pairs or time.perf_counter() < end:
            pairs.append([block() for block in blocks])
    finally:
        gc.enable()
    times = np.array(pairs)
    quartiles = np.quantile(times[:, 0] / times[:, 1], (0.25, 0.5, 0.75))
    return Ratio(*quartiles, *(np.median(times, axis=0) / steps * 1e9))


def _block(run: Run) -> Callable[[], float]:
    """Warm a run up; give a function that repeats it for long enough and returns its seconds."""
    timer = timeit.Timer(run)
    timer.timeit(1)
    repeats = math.ceil(BLOCK_SECONDS / timer.timeit(1))
    return lambda: timer.timeit(repeats) / repeats


class Row(NamedTuple):
    """A line of the table: a name, and what makes the two runs to be compared."""

    name: str
    runs: Callable[[Work, bool], tuple[Run, Run]]


def rows(size: Size, dtype: str, epochs: int) -> Iterator[Row | str]:
    """Every comparison that can be made here, once it is known to be one of equals.

    Those that cannot come as a line that says why.
    """
    for backend in ("c", "numba"):
        for record_every in (1, 0):
            if backends.available()[backend].usable:
                trainings.require_identity(size, dtype, backend, record_every, epochs)
    for name in peers.NAMES:
        reason = peers.why_not(name, size, dtype)
        if reason:
            yield f"{name}: {reason}"
            continue
        for history in (True, False):
            peers.require_agreement(name, size, dtype, history, epochs)
        yield Row(
            name,
            lambda work, history, name=name: (_peer(name, work, history), _ours(work, history)),
        )
    usable, reason = backends.available()["numba"]
    if usable:
        yield Row(
            "fastgan's own numba backend",
            lambda work, history: (_ours(work, history, "numba"), _ours(work, history)),
        )
    else:
        yield f"numba backend: {reason}"
    yield Row(
        "`fastgan.train` itself, over its kernel alone",
        lambda work, history: (
            _ours(work, history),
            trainings.kernel_alone(work, "c", int(history)),
        ),
    )


def _peer(name: str, work: Work, history: bool) -> Run:
    return peers.load(name).prepare(work, history)


def _ours(work: Work, history: bool, backend: str = "c") -> Run:
    return trainings.end_to_end(work, backend, int(history))


def print_table(size: Size, dtype: str, quick: bool) -> None:
    """Measure and print one size in one dtype, line by line as they come."""
    timed = work(size, dtype, size.epochs)
    checked_epochs = size.short_epochs if quick else size.identity_epochs
    print(
        f"\n**{size.name}** (d={size.side**2}, k={size.latent_dim}, batch {size.batch_size}), "
        f"{dtype}, {timed.steps} steps\n"
    )
    print("| time over that of `fastgan.train` | with history | ns a step | without | ns a step |")
    print("| --- | --- | --- | --- | --- |")
    left_out = []
    for row in rows(size, dtype, checked_epochs):
        if isinstance(row, str):
            left_out.append(row)
            continue
        cells = [
            _cells(ratio(*row.runs(timed, history), timed.steps, QUICK if quick else THOROUGH))
            for history in (True, False)
        ]
        print(f"| {row.name} | {' | '.join(cells)} |", flush=True)
    for reason in left_out:
        print(f"\nLeft out: {reason}.")


def _cells(measured: Ratio) -> str:
    quartiles = f"{_short(measured.lower)} to {_short(measured.upper)}"
    nanoseconds = f"{_short(measured.ns)} over {_short(measured.ns_other)}"
    return f"**{_short(measured.median)}** ({quartiles}) | {nanoseconds}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def print_machine() -> None:
    """Say when, where and with what the ratios were measured."""
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
    core = "not bound to a core" if one_core.CORE is None else "one core"
    print(
        f"{date.today()}, {cpu}, {platform.system()}, {core}; Python {platform.python_version()},"
    )
    print(f"{', '.join(versions)}. Median of pairwise ratios, in brackets their quartiles.")


def main() -> None:
    """Read the command line, and print a table for each size and dtype."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [size.name for size in SIZES]
    parser.add_argument("--size", choices=names, action="append", help="only this one")
    parser.add_argument("--dtype", choices=DTYPES, action="append", help="only this one")
    parser.add_argument("--quick", action="store_true", help="rough numbers, soon")
    arguments = parser.parse_args()
    print_machine()
    for size in SIZES:
        for dtype in arguments.dtype or DTYPES:
            if size.name in (arguments.size or names):
                print_table(size, dtype, arguments.quick)


if __name__ == "__main__":
    main()
