"""Time of the peers over that of `fastgan.train`, as Markdown tables.

    python bench/ratios.py [--size slanted-land] [--dtype float64] [--quick]

Everything runs in one process on one core, and the two sides of a ratio alternate. fastgan's time
includes drawing its latent vectors; the peers receive theirs.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import NamedTuple

import one_core  # import before any library that counts cores

# isort: split
import peers
import trainings
from cases import DTYPES, SIZES, Size, Work, work
from timing import QUICK, THOROUGH, Run, cells, print_machine, ratio

from fastgan import backends


class Row(NamedTuple):
    """Row of the table: a name, and a function that returns the two runs to compare."""

    name: str
    runs: Callable[[Work, bool], tuple[Run, Run]]


def rows(size: Size, dtype: str, epochs: int) -> Iterator[Row | str]:
    """Yield every comparison that is possible here, after checking that the results agree.

    For those that are impossible, yield a line with the reason.
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
    """Measure one size in one dtype, and print each row as soon as it is measured."""
    timed = work(size, dtype, size.epochs)
    checked_epochs = size.short_epochs if quick else size.identity_epochs
    print(
        f"\n**{size.name}** (d={size.side**2}, k={size.latent_dim}, batch {size.batch_size}), "
        f"{dtype}, {timed.steps} steps\n"
    )
    print("| time over `fastgan.train` | with history | ns per step | without | ns per step |")
    print("| --- | --- | --- | --- | --- |")
    left_out = []
    for row in rows(size, dtype, checked_epochs):
        if isinstance(row, str):
            left_out.append(row)
            continue
        columns = [
            cells(ratio(*row.runs(timed, history), timed.steps, QUICK if quick else THOROUGH))
            for history in (True, False)
        ]
        print(f"| {row.name} | {' | '.join(columns)} |", flush=True)
    for reason in left_out:
        print(f"\nLeft out: {reason}.")


def main() -> None:
    """Read the command line, and print a table for each size and dtype."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [size.name for size in SIZES]
    parser.add_argument("--size", choices=names, action="append", help="only this size")
    parser.add_argument("--dtype", choices=DTYPES, action="append", help="only this dtype")
    parser.add_argument("--quick", action="store_true", help="less precise, but faster")
    arguments = parser.parse_args()
    print_machine("not bound to a core" if one_core.CORE is None else "one core")
    for size in SIZES:
        for dtype in arguments.dtype or DTYPES:
            if size.name in (arguments.size or names):
                print_table(size, dtype, arguments.quick)


if __name__ == "__main__":
    main()
