"""Tables of the cost of a crowd as models, data and workers grow.

python bench/scaling.py [--quick]

Takes four minutes, or half a minute with `--quick`. Rows for Dask appear if it is installed. A
crowd is trained on Slanted Land's five faces for 1,000 epochs in float64, unless stated otherwise;
its bits are compared before it is timed.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest import mock

import numpy as np

import fastgan
from fastgan._support.usable_cores import usable_cores
from fastgan.ensembles import block_sizes

FACES = fastgan.datasets.slanted_land()
EPOCHS = 1000
STEPS = EPOCHS * len(FACES)
REPEATS = 3
COUNTS = tuple(sorted({1, usable_cores()}))  # numbers of threads and of workers
BILLION = 10**9

Kind = Callable[[int], Any]  # makes an executor with the given number of workers


def train(models: int, data: Any = FACES, epochs: int = EPOCHS, **how: Any) -> fastgan.Ensemble:
    """Train a crowd."""
    return fastgan.train_many(data, models, epochs=epochs, rng=42, **how)


def seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median time of a few calls."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return median(times)


def head(*cells: str) -> None:
    """Print the head of a table."""
    print()
    row(*cells)
    row(*("---" for _ in cells))


def row(*cells: object) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def models_grow(largest: int) -> float:
    """Train more and more models, on one thread and on all cores; return core-seconds per model."""
    head(
        "models",
        *(f"{unit}, `threads={count}`" for count in COUNTS for unit in ("s", "ns per step")),
    )
    models = 100
    while models <= largest:
        times = [seconds(lambda m=models, c=count: train(m, threads=c)) for count in COUNTS]
        cells = [(f"{taken:.3f}", f"{1e9 * taken / models / STEPS:.2f}") for taken in times]
        row(f"{models:,}", *(cell for pair in cells for cell in pair))
        models *= 10
    return times[0] * 10 / models


def data_grow(models: int) -> None:
    """Train on more and more rows for the same number of steps, with one row per step."""
    head("rows", "bytes", f"s, `threads={COUNTS[-1]}`", "ns per model-step")
    for rows in (5, 50, 500, 5000):
        data = np.resize(FACES, (rows, *FACES.shape[1:]))
        taken = seconds(lambda d=data: train(models, d, STEPS // len(d)))
        row(f"{rows:,}", f"{data.nbytes:,}", f"{taken:.3f}", f"{1e9 * taken / models / STEPS:.2f}")


@contextmanager
def dask_executor(workers: int) -> Iterator[Executor]:
    """Yield the executor of a Dask cluster of worker processes on this machine."""
    from distributed import Client, LocalCluster

    with (
        tempfile.TemporaryDirectory() as directory,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            local_directory=directory,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor()


def kinds() -> dict[str, Kind]:
    """Return the executors that are available here."""
    spawning = multiprocessing.get_context("spawn")
    found: dict[str, Kind] = {
        "`ThreadPoolExecutor`": ThreadPoolExecutor,
        "`ProcessPoolExecutor`": lambda workers: ProcessPoolExecutor(workers, spawning),
    }
    if importlib.util.find_spec("distributed"):
        found["Dask, `LocalCluster`"] = dask_executor
    return found


def workers_grow(models: int) -> None:
    """Train the same crowd on one worker and on one worker per core."""
    head(f"{models:,} models", *(f"s, workers: {count}" for count in COUNTS), "times as fast")
    expected = train(models).parameters.tobytes()
    times = [seconds(lambda c=count: train(models, threads=c)) for count in COUNTS]
    row("`threads=`", *(f"{taken:.2f}" for taken in times), f"{times[0] / times[-1]:.2f}")
    for name, kind in kinds().items():
        times = []
        for count in COUNTS:
            with kind(count) as executor:  # its workers have started once they have answered
                assert train(models, executor=executor).parameters.tobytes() == expected
                times.append(seconds(lambda e=executor: train(models, executor=e)))
        row(name, *(f"{taken:.2f}" for taken in times), f"{times[0] / times[-1]:.2f}")


def blocks_cost(count: int) -> float:
    """Measure the cost of a block on top of its training; return the largest, in seconds."""
    data = np.resize(FACES, (125_000, *FACES.shape[1:]))
    head("one worker", "ms per block", f"ms to send it {data.nbytes / 1e6:.0f} MB of data, once")
    costs = []
    for name, kind in kinds().items():
        with kind(1) as executor, mock.patch.object(block_sizes, "models_in_task", return_value=1):
            train(10, epochs=1, executor=executor)
            costs.append(seconds(lambda e=executor: train(count, epochs=1, executor=e)) / count)
            batch = {"epochs": 1, "batch_size": len(data), "executor": executor}
            sending, having = (
                seconds(lambda b=batch: train(1, data, **b), repeats=1) for _ in range(2)
            )
        row(name, f"{1e3 * costs[-1]:.2f}", f"{1e3 * (sending - having):.0f}")
    return max(costs)


def a_billion(model: float, block: float) -> None:
    """Print what 10^9 models need, if a model and a block take `model` and `block` seconds."""
    options = train(1).options
    ensemble = train(1000, epochs=1)
    sent = ensemble.parameters, ensemble.diverged_at, ensemble.steps, ensemble.ending_codes
    back = sum(array[0].nbytes for array in sent)
    rates = options.learning_rate, options.discriminator_learning_rate
    there = sum(rate.nbytes for rate in rates)
    kept = back + there + ensemble.index[0].nbytes
    likely = block_sizes.seconds_of_a_model(options, len(FACES), FACES[0].size, "c")
    models = block_sizes.models_in_task(BILLION, likely, 1, back)
    head(f"{BILLION:,} models need", "")
    row("core-hours", f"{BILLION * model / 3600:,.1f}")
    row("blocks", f"{BILLION / models:,.0f}, of {models:,} models and {models * model:.2f} s each")
    row("hours of a scheduler, if nothing else took time", f"{BILLION / models * block / 3600:.2f}")
    row("GB over the network, there and back", f"{BILLION * (there + back) / 1e9:,.0f}")
    row("GB in the caller, if it keeps them all", f"{BILLION * kept / 1e9:,.0f}")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the models")
    size = 1 if parser.parse_args().quick else 10
    train(10)  # so that the backend is loaded
    model = models_grow(10_000 * size)
    data_grow(1000 * size)
    workers_grow(4000 * size)
    block = blocks_cost(40 * size)
    a_billion(model, block)


if __name__ == "__main__":
    main()
