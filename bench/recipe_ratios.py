"""Cost of other schedules, losses and optimizers relative to the default, as Markdown tables.

    python bench/recipe_ratios.py [--size slanted-land] [--dtype float64] [--quick]

Everything runs in one process on one core; each recipe alternates with the default, without a
history.
"""

from __future__ import annotations

import argparse

import one_core  # import before any library that counts cores

# isort: split
from cases import DTYPES, SIZES, Size
from recipe_work import RECIPES, require_identity, training
from timing import QUICK, THOROUGH, cells, print_machine, ratio


def print_table(size: Size, dtype: str, quick: bool) -> None:
    """Print one row per recipe; each recipe is checked before it is timed."""
    steps = size.epochs * size.rows // size.batch_size
    default = training(size, dtype, size.epochs, "the default")
    print(f"\n**{size.name}, {dtype}**: time over that of the default, with random draws\n")
    print("| | ratio | ns per step |\n| --- | --- | --- |", flush=True)
    for recipe in RECIPES:
        require_identity(size, dtype, recipe)
        run = training(size, dtype, size.epochs, recipe)
        print(f"| {recipe} | {cells(ratio(run, default, steps, QUICK if quick else THOROUGH))} |",
              flush=True)  # fmt: skip


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
