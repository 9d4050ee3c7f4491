"""Train a crowd in the caller's thread, in several threads, or on the workers of an executor.

Thread and executor code is imported on demand, to keep `import fastgan` fast.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

from fastgan import backends
from fastgan._support import validation
from fastgan.ensembles import block_sizes
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from fastgan.ensembles.crowd_training import train_crowd

# A crowd that takes less is trained in the caller's thread: starting and joining threads would add
# about 10 %.
SHORT = 0.001  # seconds


def backend_names(backend: str | None, executor: object) -> tuple[str | None, str]:
    """Return the requested backend, or None, and the backend that will probably be used.

    An executor's workers may have backends that this installation lacks, and choose for themselves.
    """
    if executor is None:
        name = backends.choose(backend).name
        backends.require_ieee_arithmetic(name)
        return backend, name
    asked = backend if backend is not None else os.environ.get(backends.VARIABLE) or None
    try:
        return asked, backends.choose(asked).name
    except RuntimeError:
        return asked, asked or "c"


def thread_count(threads: int | None, executor: object) -> int:
    """Check the executor, and return the number of threads, here or in each of its workers."""
    if executor is not None:
        from fastgan.ensembles.executors import check_executor

        check_executor(executor)
    if threads is not None:
        return validation.count("threads", threads)
    if executor is not None:
        return 1
    from fastgan._support.usable_cores import usable_cores

    return usable_cores()


def train_where(
    crowd: Crowd,
    shared: SharedData,
    results: CrowdResults,
    cost: block_sizes.ModelCost,
    threads: int,
    executor: Any,
    update: Callable[[int], object],
) -> str:
    """Train a crowd in the requested place, and return the name of the backend.

    The crowd is cut into blocks by `cost`, the cost of one model.
    """
    count = len(crowd)
    if executor is not None:
        from fastgan.ensembles.executors import train_on_executor

        at_once = block_sizes.models_in_task(count, cost, threads, _bytes_of_a_model(results))
        return train_on_executor(crowd, shared, results, executor, threads, at_once, update)
    if count * cost.seconds < SHORT:
        name = train_crowd(crowd, shared, results, np.zeros(1, np.int32))
        update(count)
        return name
    from fastgan.ensembles.threads import train_in_threads

    at_once = block_sizes.models_in_block(count, cost, threads)
    return train_in_threads(crowd, shared, results, threads, at_once, update)


def _bytes_of_a_model(results: CrowdResults) -> int:
    return sum(array[0].nbytes for array in results.arrays())
