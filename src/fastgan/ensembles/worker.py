"""A block of a crowd as it is sent to a worker of an executor, trained there, and answered.

Whether it is sent once or many times, and whoever trains it: what comes back is the same. It knows
the data that its models share by their digest; a worker that has not got them says so, and is sent
them with another block. What a worker has been sent it keeps, within bounds, for the next.
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
from fastgan.ensembles.block_sizes import models_in_block, seconds_of_a_model
from fastgan.ensembles.crowd import Crowd, Shared, Trained, train_crowd
from fastgan.ensembles.threads import train_in_threads
from fastgan.layers.parameter_table import one_layer_table

# Data of so many bytes go with every block. That is a tenth of a millisecond of a slow network,
# where a block takes half a second to train.
SMALL = 2**14

MOST_KEPT = 8
MOST_BYTES_KEPT = 2**28  # but the newest is kept whatever its size


@dataclass(frozen=True, eq=False)
class Block:
    """Some models of a crowd, to be trained by a worker."""

    run: str  # the same for all blocks of a crowd, and for those of no other
    number: int  # how many blocks this run had sent before
    numerics_version: int
    crowd: bytes  # pickled: to be opened by a worker of the same version only
    digest: str
    shared: Shared | None  # None where the worker is hoped to have it
    keep: bool  # whether it shall be kept for other blocks
    threads: int
    stop: npt.NDArray[np.int32]  # heard where worker and caller share their memory

    def __dask_tokenize__(self) -> tuple[str, int]:
        """What Dask names the task by: it runs again whenever it is sent again."""
        return self.run, self.number


class Worker(NamedTuple):
    """A thread of a process of a machine."""

    machine: str
    process: int
    thread: int


class Answer(NamedTuple):
    """What a worker makes of a block: it is trained, or failed, or its data are lacking."""

    worker: Worker
    backend: str = ""
    trained: Trained | None = None
    failure: Exception | None = None


def digest_of(shared: Shared) -> str:
    """A name for data, by their content alone."""
    digest = hashlib.sha256()
    for array in shared:
        digest.update(b"none\n" if array is None else b"")
        if array is not None:
            digest.update(f"{array.dtype.str} {array.shape}\n".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def bytes_of(shared: Shared) -> int:
    """The size of data."""
    return sum(array.nbytes for array in shared if array is not None)


def train_block(block: Block) -> Answer:
    """Train a block, in a worker."""
    worker = Worker(platform.node(), os.getpid(), threading.get_ident())
    try:
        if block.numerics_version != NUMERICS_VERSION:
            raise RuntimeError(
                f"the caller's fastgan has numerics version {block.numerics_version}, that of the "
                f"worker {worker.process} on {worker.machine} has {NUMERICS_VERSION}, which gives "
                "other bits: install the same version everywhere"
            )
        shared = block.shared
        if shared is None:
            shared = _kept.get(block.digest)
        elif block.keep:
            shared = _kept.keep(block.digest, shared)
        if shared is None:
            return Answer(worker)
        crowd: Crowd = pickle.loads(block.crowd)
        backend, trained = _train(crowd, shared, block)
        return Answer(worker, backend, trained)
    except MemoryError:  # another worker may have more: for the executor's failures to be retried
        raise
    except Exception as error:
        error.add_note(f"In process {worker.process} on {worker.machine}:")
        error.add_note(traceback.format_exc())
        return Answer(worker, failure=error)


def _train(crowd: Crowd, shared: Shared, block: Block) -> tuple[str, Trained]:
    n, d = shared.data.shape
    options = crowd.options
    parameters = one_layer_table(options.latent_dim, d, options.n_classes).size
    trained = Trained.empty(len(crowd), parameters, options, n)
    # An executor may hand it over as something that cannot be written, and so never be heard.
    stop = block.stop if block.stop.flags.writeable else np.zeros(1, np.int32)
    if block.threads == 1:
        return train_crowd(crowd, shared, trained, stop), trained
    likely = crowd.backend or "c"
    alone = crowd.is_one_by_one(n, d) or likely != "c"
    each = seconds_of_a_model(options, n, d, likely, alone)
    at_once = models_in_block(len(crowd), each, block.threads, alone)
    backend = train_in_threads(
        crowd, shared, trained, block.threads, at_once, lambda _: None, stop=stop
    )
    return backend, trained


class _Kept:
    """Data that this process was sent, the least recently used first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_digest: OrderedDict[str, Shared] = OrderedDict()

    def get(self, digest: str) -> Shared | None:
        with self._lock:
            if digest in self._by_digest:
                self._by_digest.move_to_end(digest)
            return self._by_digest.get(digest)

    def keep(self, digest: str, shared: Shared) -> Shared:
        """Keep a copy, since in an executor of threads these are the caller's own arrays."""
        copies = (None if array is None else array.copy() for array in shared)
        copy = Shared._make(copies)
        with self._lock:
            self._by_digest[digest] = copy
            self._by_digest.move_to_end(digest)
            while len(self._by_digest) > 1 and self._is_too_much():
                self._by_digest.popitem(last=False)
        return copy

    def _is_too_much(self) -> bool:
        kept = self._by_digest.values()
        return len(kept) > MOST_KEPT or sum(map(bytes_of, kept)) > MOST_BYTES_KEPT


# The one thing that outlives a call, since a worker's blocks have nothing else in common.
_kept = _Kept()


def _forget() -> None:
    """In a fork: another thread may have held the lock."""
    global _kept
    _kept = _Kept()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
