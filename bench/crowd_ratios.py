"""Cost of a model in a crowd, compared with a single model, other libraries and other crowds.

    python bench/crowd_ratios.py [--only solo] [--dtype float64] [--quick]

Prints Markdown tables. Every part runs in its own processes, since instruction sets, XLA's options
and cores are fixed when a process starts. The two sides of a ratio alternate in one process, on one
core except in the part about threads. Costs are per model-step, that is one step of one of the
models, and always include fastgan's random draws.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import crowd_peers
from cases import DTYPES
from crowd_work import LATENT_AND_BATCH
from timing import print_machine

from fastgan.backends.native import _kernel

HERE = Path(__file__).parent


class Rows(NamedTuple):
    """Process that prints some rows of a table."""

    script: str
    arguments: Sequence[str] = ()
    cpu: str | None = None  # instruction set; None means the best one


class Table(NamedTuple):
    """Head of a table, and the processes that print its rows."""

    title: str
    first: str  # head of the column of row names
    columns: Sequence[str]  # heads of the other columns, for each dtype or for both
    for_each_dtype: bool
    rows: Sequence[Rows]


def _of_peers(part: str, names: Sequence[str]) -> list[Rows]:
    return [Rows("crowd_tables.py", (part, "--peer", name)) for name in names]


def tables() -> dict[str, Table]:
    """Return every part, by its name for `--only`."""
    variants = [name for name, usable in _kernel.variants().items() if usable]
    here = [name for name in crowd_peers.PEERS if not crowd_peers.why_not(name)]
    jax = [name for name in here if crowd_peers.PEERS[name].draws]
    times = ("{}", "ns per model-step")
    shapes = [f"k={k}, batch {m}" for k, m in LATENT_AND_BATCH]
    return {
        "solo": Table(
            "`train` over `train_many`, Slanted Land, 1000 epochs",
            "instruction set",
            times,
            True,
            [Rows("crowd_tables.py", ("solo",), cpu) for cpu in variants],
        ),
        "peers": Table(
            "Other libraries over `train_many`, Slanted Land, 1000 epochs",
            "",
            times,
            True,
            _of_peers("peer", here),
        ),
        "threads": Table(
            "One thread over two",
            "",
            (*times, "efficiency"),
            True,
            [Rows("crowd_threads.py")],
        ),
        "sizes": Table(
            "Crowds of other sizes", "", times, True, [Rows("crowd_tables.py", ("sizes",))]
        ),
        "shapes": Table(
            "`train` over `train_many` by shape (ns per model-step of `train_many`), 256 models",
            "d",
            shapes,
            False,
            [Rows("crowd_tables.py", ("shapes",))],
        ),
        "calls": Table(
            "A call of `train_many` over one of `train`",
            "",
            ("{}", "ns per call"),
            True,
            [Rows("crowd_tables.py", ("calls",))],
        ),
        "recipes": Table(
            "`train` over `train_many` by recipe, Slanted Land, 1000 epochs",
            "",
            times,
            True,
            [Rows("crowd_tables.py", ("recipes",))],
        ),
        "batches": Table(
            "JAX by the models in one call, ns per model-step",
            "",
            ("{}, given", "{}, drawn"),
            True,
            _of_peers("batches", jax),
        ),
    }


def print_table(table: Table, dtypes: Sequence[str], quick: bool) -> None:
    """Print the head of a table, and start the processes that print the rows."""
    columns = list(table.columns)
    if table.for_each_dtype:
        columns = [column.format(dtype) for dtype in dtypes for column in table.columns]
    print(f"\n**{table.title}**\n")
    print(f"| {' | '.join([table.first, *columns])} |")
    print("| --- " * (len(columns) + 1) + "|", flush=True)
    options = [word for dtype in dtypes for word in ("--dtype", dtype)]
    for rows in table.rows:
        command = [sys.executable, HERE / rows.script, *rows.arguments, *options]
        environment = {**os.environ, "FASTGAN_CPU": rows.cpu} if rows.cpu else None
        subprocess.run(command + ["--quick"] * quick, check=True, env=environment)


def main() -> None:
    """Read the command line, and print the tables."""
    known = tables()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=known, action="append", help="only this part")
    parser.add_argument("--dtype", choices=DTYPES, action="append", help="only this dtype")
    parser.add_argument("--quick", action="store_true", help="less precise, but faster")
    arguments = parser.parse_args()
    print_machine("one core, except for threads")
    for name in arguments.only or known:
        print_table(known[name], arguments.dtype or DTYPES, arguments.quick)
        if name == "peers":
            for reason in filter(None, map(crowd_peers.why_not, crowd_peers.PEERS)):
                print(f"\nLeft out: {reason}.")


if __name__ == "__main__":
    main()
