"""Time of a crowd on one thread over two threads: rows of a table of `crowd_ratios.py`.

    python bench/crowd_threads.py [--dtype float64] [--quick]

The process is not bound to a core. The numbers mean something only on an otherwise idle machine.
"""

from __future__ import annotations

import argparse

from cases import DTYPES
from crowd_work import MODELS_COMPARED, SLANTED_LAND, crowd, require_identity
from timing import QUICK, THOROUGH, cells, ratio, short

from fastgan._support.usable_cores import usable_cores

EPOCHS = 1000
SIZES = (1_000, 10_000)
THREADS = 2


def main() -> None:
    """Read the command line, and print a line for each number of models."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dtype", choices=DTYPES, action="append", help="only this dtype")
    parser.add_argument("--quick", action="store_true", help="less precise, but faster")
    arguments = parser.parse_args()
    if usable_cores() < THREADS:
        print(f"\nLeft out: this process cannot run on {THREADS} cores.")
        return
    for models in SIZES:
        columns = []
        for dtype in arguments.dtype or DTYPES:
            require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, EPOCHS, THREADS)
            steps = models * SLANTED_LAND.steps(EPOCHS)
            measured = ratio(
                crowd(SLANTED_LAND, dtype, models, EPOCHS, threads=1),
                crowd(SLANTED_LAND, dtype, models, EPOCHS, threads=THREADS),
                steps,
                QUICK if arguments.quick else THOROUGH,
            )
            columns.append(f"{cells(measured)} | {short(100 * measured.median / THREADS)} %")
        print(f"| {models:,} models, {EPOCHS:,} epochs | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
