"""Blocks of a crowd: sent to a worker of an executor, trained there, and answered.

The result does not depend on the worker that trains a block, or on how often the block is sent. A
block refers to shared data by digest. A worker without that data replies accordingly and receives
it with a later block. Within bounds, a worker keeps the data it has received for further blocks.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import platform
import threading
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.ensembles.block_sizes import cost_of_a_model, models_in_block
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from fastgan.ensembles.crowd_training import train_crowd
from fastgan.ensembles.threads import train_in_threads
from fastgan.options.training_options import table_for

# Data of at most this many bytes are sent with every block. On a slow network this takes a tenth of
# a millisecond, while a block takes half a second to train.
SMALL = 2**14

MOST_KEPT = 8  # sets of data kept by a worker
MOST_BYTES_KEPT = 2**28  # bytes of these together, except that the newest is always kept


@dataclass(frozen=True, eq=False)
class Block:
    """Some models of a crowd, to be trained by a worker."""

    run: str  # unique to a crowd, and the same for all of its blocks
    number: int  # of blocks of this run that were sent before this one
    numerics_version: int
    crowd: bytes  # pickled, so that only a worker of the same version unpickles it
    digest: str
    shared: SharedData | None  # None if the worker is expected to have it already
    keep: bool  # whether the worker should keep `shared` for other blocks
    threads: int
    stop: npt.NDArray[np.int32]  # has an effect only if worker and caller share memory

    def __dask_tokenize__(self) -> tuple[str, int]:
        """Return a unique token for Dask, so that a block that is sent again is run again."""
        return self.run, self.number


class Worker(NamedTuple):
    """A worker: one thread in a process on a machine."""

    machine: str
    process: int
    thread: int


class Answer(NamedTuple):
    """A worker's answer to a block: the trained models, a failure, or neither if it lacks data."""

    worker: Worker
    backend: str = ""
    results: CrowdResults | None = None
    failure: Exception | None = None


def digest_of(shared: SharedData) -> str:
    """Return a digest of data, which depends on their content alone."""
    digest = hashlib.sha256()
    for array in shared:
        digest.update(b"none\n" if array is None else b"")
        if array is not None:
            digest.update(f"{array.dtype.str} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def bytes_of(shared: SharedData) -> int:
    """Return the size of data in bytes."""
    return sum(array.nbytes for array in shared if array is not None)


def train_block(block: Block) -> Answer:
    """Train a block; this function runs in the worker."""
    worker = Worker(platform.node(), os.getpid(), threading.get_ident())
    try:
        if block.numerics_version != NUMERICS_VERSION:
            raise RuntimeError(
                f"the caller's fastgan has numerics version {block.numerics_version}, that of "
                f"process {worker.process} on {worker.machine} has {NUMERICS_VERSION}, and their "
                "results differ: install the same version everywhere"
            )
        shared = block.shared
        if shared is None:
            shared = _kept.get(block.digest)
        elif block.keep:
            shared = _kept.keep(block.digest, shared)
        if shared is None:
            return Answer(worker)
        crowd: Crowd = pickle.loads(block.crowd)
        backend, results = _train(crowd, shared, block)
        return Answer(worker, backend, results)
    # Another worker may have more memory, so this surfaces as an executor failure and is retried.
    except MemoryError:
        raise
    except Exception as error:
        error.add_note(f"In process {worker.process} on {worker.machine}:")
        error.add_note(traceback.format_exc())
        return Answer(worker, failure=error)


def _train(crowd: Crowd, shared: SharedData, block: Block) -> tuple[str, CrowdResults]:
    n, d = shared.data.shape
    options = crowd.options
    parameters = table_for(options, d).size
    results = CrowdResults.empty(len(crowd), parameters, options, n)
    # An executor may pass a read-only copy of the flag, which the caller cannot set.
    stop = block.stop if block.stop.flags.writeable else np.zeros(1, np.int32)
    if block.threads == 1:
        return train_crowd(crowd, shared, results, stop), results
    cost = cost_of_a_model(crowd, n, d, crowd.backend or "c")
    at_once = models_in_block(len(crowd), cost, block.threads)
    backend = train_in_threads(
        crowd, shared, results, block.threads, at_once, lambda _: None, stop=stop
    )
    return backend, results


class _Kept:
    """Data that this process has received, the least recently used first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_digest: OrderedDict[str, SharedData] = OrderedDict()

    def get(self, digest: str) -> SharedData | None:
        with self._lock:
            if digest in self._by_digest:
                self._by_digest.move_to_end(digest)
            return self._by_digest.get(digest)

    def keep(self, digest: str, shared: SharedData) -> SharedData:
        """Keep a copy, since with an executor of threads these are the caller's own arrays."""
        copies = (None if array is None else array.copy() for array in shared)
        copy = SharedData._make(copies)
        with self._lock:
            self._by_digest[digest] = copy
            self._by_digest.move_to_end(digest)
            while len(self._by_digest) > 1 and self._is_too_much():
                self._by_digest.popitem(last=False)
        return copy

    def _is_too_much(self) -> bool:
        kept = self._by_digest.values()
        return len(kept) > MOST_KEPT or sum(map(bytes_of, kept)) > MOST_BYTES_KEPT


# This global outlives a call, since a worker's blocks have nothing else in common.
_kept = _Kept()


def _forget() -> None:
    """Start empty in a forked process, since another thread may have held the lock."""
    global _kept
    _kept = _Kept()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
