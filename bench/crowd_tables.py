"""Rows of the tables of `crowd_ratios.py`, each part in its own process on one core.

A part may depend on settings that are fixed when a process starts: the instruction set of fastgan's
kernel, or XLA's options. `crowd_ratios.py` starts the processes and prints the heads of the tables.
"""

from __future__ import annotations

import argparse
import timeit
from collections.abc import Callable, Iterator

import one_core  # noqa: F401  import before any library that counts cores

# isort: split
import crowd_peers
from cases import DTYPES
from crowd_work import (
    LATENT_AND_BATCH,
    MODELS_COMPARED,
    SLANTED_LAND,
    Shape,
    crowd,
    crowd_work,
    require_identity,
    solo,
)
from recipe_work import RECIPES
from timing import QUICK, THOROUGH, Effort, Ratio, cells, ratio, short

from fastgan.backends.native import backend
from fastgan.options.cost import work_of_a_row

EPOCHS = 1000
MODELS = 4096
MODELS_WITH_HISTORY = 256  # their histories take 51 MB
MODELS_BY_RECIPE = 512
MODELS_OF_PEERS = 1024  # a multiple of every peer's batch; their latent numbers take 41 MB


def print_row(name: str, columns: Iterator[Ratio]) -> None:
    """Print a row of a table as soon as it is measured."""
    print(f"| {name} | {' | '.join(cells(measured) for measured in columns)} |", flush=True)


def print_solo(dtypes: list[str], effort: Effort, _: str | None) -> None:
    """Print the time of one model alone over one in a crowd."""

    def measured(record_every: int, models: int) -> Iterator[Ratio]:
        for dtype in dtypes:
            require_identity(
                SLANTED_LAND, dtype, MODELS_COMPARED, EPOCHS, record_every=record_every
            )
            alone = solo(SLANTED_LAND, dtype, EPOCHS, record_every=record_every)
            together = crowd(SLANTED_LAND, dtype, models, EPOCHS, record_every=record_every)
            steps = SLANTED_LAND.steps(EPOCHS)
            yield ratio(alone, together, steps, effort, models * steps)

    variant = backend.chosen_variant()
    print_row(f"{variant}, no history", measured(0, MODELS))
    print_row(f"{variant}, history of every step", measured(1, MODELS_WITH_HISTORY))


def print_peer(dtypes: list[str], effort: Effort, peer: str | None) -> None:
    """Print a peer over a crowd, also drawing its own latent numbers if it can."""
    kinds = (True, False) if crowd_peers.PEERS[peer].draws else (False,)
    for drawn in kinds:

        def measured(drawn: bool) -> Iterator[Ratio]:
            for dtype in dtypes:
                require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, EPOCHS)
                crowd_peers.require_agreement(peer, dtype, 2 * MODELS_WITH_HISTORY, EPOCHS)
                work = crowd_work(dtype, MODELS_OF_PEERS, EPOCHS)
                theirs = crowd_peers.load(peer).prepare(work, drawn)
                ours = crowd(SLANTED_LAND, dtype, MODELS, EPOCHS)
                ours_steps = MODELS * SLANTED_LAND.steps(EPOCHS)
                yield ratio(theirs, ours, work.model_steps, effort, ours_steps)

        kind = "draws its latent numbers" if drawn else "is given its latent numbers"
        print_row(f"{crowd_peers.PEERS[peer].says}; {kind}", measured(drawn))


BATCHES = (32, 64, 128, 256, 1024, 4096, 16_384, 65_536)


def print_batches(dtypes: list[str], effort: Effort, peer: str | None) -> None:
    """Print JAX's minimum time per model-step, by the number of models in one call."""
    for batch in BATCHES:
        columns = []
        for dtype in dtypes:
            work = crowd_work(dtype, batch, max(400_000 // batch, 10))
            for drawn in (False, True):
                train = crowd_peers.load(peer).prepare(work, drawn, batch)
                seconds = min(timeit.repeat(train, number=1, repeat=3 * effort.fewest_pairs))
                columns.append(short(seconds / work.model_steps * 1e9))
        says = crowd_peers.PEERS[peer].says
        print(f"| {says}, {batch:,} models | {' | '.join(columns)} |", flush=True)


USUAL = 10_000
SIZES = {100: (1_000, 100_000, 1_000_000), 1000: (1_000, 100_000)}  # models, by epochs


def print_sizes(dtypes: list[str], effort: Effort, _: str | None) -> None:
    """Print crowds of other sizes over one of the usual size."""

    def measured(models: int, epochs: int) -> Iterator[Ratio]:
        for dtype in dtypes:
            require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, epochs)
            runs = [crowd(SLANTED_LAND, dtype, count, epochs) for count in (models, USUAL)]
            steps = SLANTED_LAND.steps(epochs)
            yield ratio(*runs, models * steps, effort, USUAL * steps)

    for epochs, sizes in SIZES.items():
        for models in sizes:
            if effort is QUICK and models * epochs > 10_000_000:
                continue
            name = f"{models:,} models over {USUAL:,}, {epochs:,} epochs"
            print_row(name, measured(models, epochs))


FEATURES = (1, 4, 9, 16, 64, 256)
ROWS = 80  # a multiple of each batch size
MODELS_OF_SHAPES = 256
WORK_OF_SHAPES = 4e6  # work per model in units of `work_of_a_row`: 1 to 2 ms when trained alone


def print_shapes(dtypes: list[str], effort: Effort, _: str | None) -> None:
    """Print one model alone over one in a crowd, by the shape of the problem."""
    for dtype in dtypes:
        for d in FEATURES:
            columns = []
            for k, m in LATENT_AND_BATCH:
                shape = Shape(ROWS, d, k, m)
                require_identity(shape, dtype, MODELS_COMPARED, 2)
                epochs = max(round(WORK_OF_SHAPES / (ROWS * work_of_a_row(d, k))), 1)
                steps = shape.steps(epochs)
                measured = ratio(
                    solo(shape, dtype, epochs),
                    crowd(shape, dtype, MODELS_OF_SHAPES, epochs),
                    steps,
                    Effort(effort.seconds / 10, 3),
                    steps * MODELS_OF_SHAPES,
                )
                columns.append(f"**{short(measured.median)}** ({short(measured.ns_other)})")
            print(f"| {d}, {dtype} | {' | '.join(columns)} |", flush=True)


def print_calls(dtypes: list[str], effort: Effort, _: str | None) -> None:
    """Print a call that trains a few models for one epoch over a call of `train`."""

    def measured(models: int) -> Iterator[Ratio]:
        for dtype in dtypes:
            require_identity(SLANTED_LAND, dtype, models, 1)
            few = crowd(SLANTED_LAND, dtype, models, 1)
            yield ratio(few, solo(SLANTED_LAND, dtype, 1), 1, effort)

    for models in (1, 8, 64):
        print_row(f"{models} models, 1 epoch", measured(models))


def print_recipes(dtypes: list[str], effort: Effort, _: str | None) -> None:
    """Print one model alone over one in a crowd, for each recipe."""

    def measured(recipe: str) -> Iterator[Ratio]:
        for dtype in dtypes:
            require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, 10, 1, 1, recipe)
            alone = solo(SLANTED_LAND, dtype, EPOCHS, recipe=recipe)
            together = crowd(SLANTED_LAND, dtype, MODELS_BY_RECIPE, EPOCHS, recipe=recipe)
            steps = SLANTED_LAND.steps(EPOCHS)
            yield ratio(alone, together, steps, effort, MODELS_BY_RECIPE * steps)

    for recipe in RECIPES:
        print_row(recipe, measured(recipe))


PARTS: dict[str, Callable[[list[str], Effort, str | None], None]] = {
    "solo": print_solo,
    "peer": print_peer,
    "batches": print_batches,
    "sizes": print_sizes,
    "shapes": print_shapes,
    "calls": print_calls,
    "recipes": print_recipes,
}


def main() -> None:
    """Read the command line, and print the rows of one part."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--peer", choices=crowd_peers.PEERS)
    parser.add_argument("--dtype", choices=DTYPES, action="append", help="only this dtype")
    parser.add_argument("--quick", action="store_true", help="less precise, but faster")
    arguments = parser.parse_args()
    effort = QUICK if arguments.quick else THOROUGH
    PARTS[arguments.part](arguments.dtype or list(DTYPES), effort, arguments.peer)


if __name__ == "__main__":
    main()
