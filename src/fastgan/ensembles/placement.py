"""Where a crowd is results: in the caller's thread, in threads, or by the workers of an executor.

What shares out the work is imported where there is some: `import fastgan` is to be quick.
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

# A crowd that takes so little is trained in the caller's thread: others would take a tenth of it
# to begin and to end.
SHORT = 0.001  # seconds


def backend_names(backend: str | None, executor: object) -> tuple[str | None, str]:
    """The backend that was asked for, here or by the environment, and the one that is likely.

    An executor's workers may have what this installation lacks, and choose for themselves.
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
    """How many threads there shall be, here or in each worker of an executor that can be one."""
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
    """Train a crowd where it was asked for, and return the name of the backend.

    `cost` is what a model takes, by which the crowd is cut into blocks.
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
