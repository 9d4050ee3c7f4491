"""Train a crowd on the workers of any executor: processes, Dask, MPI.

Only `submit` of the executor is used, and of its futures only what `concurrent.futures.Future`
has. Results are stored as they arrive, and their futures are dropped. The number of blocks under
way at a time grows with the number of workers that have answered.
"""

from __future__ import annotations

import contextlib
import pickle
import queue
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass
from typing import Any

import numpy as np

from fastgan._support import validation
from fastgan._support.interruption import SECONDS_BETWEEN_CHECKS
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from fastgan.ensembles.worker import SMALL, Answer, Block, Worker, bytes_of, digest_of, train_block

# While a worker trains one block, others wait in line, so that it never waits for the caller. The
# number of blocks under way grows with the workers that have answered (8, then 24, then 72). More
# than three per worker would mean more to cancel, and more blocks returned because a worker lacks
# the data.
UNDER_WAY_AT_FIRST = 8
UNDER_WAY_A_WORKER = 3

TRIES = 4
PAUSE = 0.1  # seconds before a block is sent again, doubled each time
LONGEST_PAUSE = 1.0
CANCELLING = 0.05  # seconds to spend on cancelling: with Dask each takes a message there and back
LARGE = 2**20  # bytes above which Dask may warn of the size of a message

_KINDS = (
    "a concurrent.futures.Executor, such as a ProcessPoolExecutor, a dask.distributed "
    "Client.get_executor() or an mpi4py.futures.MPIPoolExecutor"
)


def train_on_executor(
    crowd: Crowd,
    shared: SharedData,
    results: CrowdResults,
    executor: Any,
    threads: int,
    block: int,
    update: Callable[[int], object],
) -> str:
    """Train a crowd in blocks of `block` models, on `threads` threads in each worker.

    Calls `update` with the number of models completed since its last call. Returns the names of
    the backends, joined by "+" if there are several.

    Raises
    ------
    RuntimeError
        If the numerics version of a worker is not that of the caller.
    """
    run = _Dispatch(crowd, shared, results, executor, threads, block)
    try:
        while not run.is_done():
            run.send_what_is_due()
            update(run.hear())
    except BaseException:
        run.abandon()
        raise
    return "+".join(sorted(run.backends))


def check_executor(executor: object) -> None:
    """Refuse an object that cannot be an executor."""
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise TypeError(f"executor must be {_KINDS}, got {validation.describe(executor)}")


@dataclass(eq=False)
class _Part:
    """Models from `start` up to, but not including, `stop`, and the attempts to train them."""

    start: int
    stop: int
    failures: int = 0
    pauses: int = 0
    due: float = 0.0  # monotonic time at which to send the block again
    # The machine and process that need the data sent along with this block, if any.
    supplied: tuple[str, int] | None = None


class _Dispatch:
    """The blocks of a crowd: unsent, under way, or waiting to be sent again."""

    def __init__(
        self,
        crowd: Crowd,
        shared: SharedData,
        results: CrowdResults,
        executor: Any,
        threads: int,
        block: int,
    ) -> None:
        self._crowd, self._shared, self._results = crowd, shared, results
        self._executor, self._threads = executor, threads
        self._small = bytes_of(shared) <= SMALL
        self._digest = digest_of(shared)
        self._name = uuid.uuid4().hex
        self._sent = 0
        self._unsent: Iterator[_Part] = iter(
            _Part(start, min(start + block, len(crowd))) for start in range(0, len(crowd), block)
        )
        self._waiting: list[_Part] = []
        self._under_way: dict[Future[Answer], _Part] = {}
        self._ended: queue.SimpleQueue[Future[Answer]] = queue.SimpleQueue()
        self._workers: set[Worker] = set()
        self._supplied: set[tuple[str, int]] = set()  # processes to which data are on their way
        self._left = len(crowd)  # models
        self._stop = np.zeros(1, np.int32)
        self.backends: set[str] = set()

    def is_done(self) -> bool:
        """Return whether every model is trained."""
        return not self._left

    def send_what_is_due(self) -> None:
        """Send blocks until as many are under way as allowed."""
        now = time.monotonic()
        for part in [part for part in self._waiting if part.due <= now]:
            self._waiting.remove(part)
            self._send(part)
        most = max(UNDER_WAY_AT_FIRST, UNDER_WAY_A_WORKER * len(self._workers))
        while len(self._under_way) + len(self._waiting) < most:
            unsent = next(self._unsent, None)
            if unsent is None:
                return
            self._send(unsent)

    def hear(self) -> int:
        """Wait a moment for an answer, and return the number of models that it completes."""
        try:
            future = self._ended.get(timeout=SECONDS_BETWEEN_CHECKS)
        except queue.Empty:
            return 0
        part = self._under_way.pop(future)
        if part.supplied is not None:
            self._supplied.discard(part.supplied)
            part.supplied = None
        error = CancelledError() if future.cancelled() else future.exception()
        if error is not None:
            self._fail(part, error)
            return 0
        return self._take(part, future.result())

    def abandon(self) -> None:
        """Stop the training, and cancel blocks that have not begun, the last one sent first."""
        self._stop[0] = 1
        deadline = time.monotonic() + CANCELLING
        for future in reversed(list(self._under_way)):
            future.cancel()
            if time.monotonic() > deadline:
                return

    def _send(self, part: _Part) -> None:
        with_data = self._small or part.supplied is not None
        block = Block(
            run=self._name,
            number=self._sent,
            numerics_version=NUMERICS_VERSION,
            crowd=pickle.dumps(self._crowd.part(part.start, part.stop), pickle.HIGHEST_PROTOCOL),
            digest=self._digest,
            shared=self._shared if with_data else None,
            keep=not self._small,
            threads=self._threads,
            stop=self._stop,
        )
        self._sent += 1
        try:
            future = _submit(self._executor, block)
        except (BrokenExecutor, RuntimeError) as error:  # a RuntimeError if it is shut down
            raise _explained(error, part) from None
        self._under_way[future] = part
        future.add_done_callback(self._ended.put)

    def _take(self, part: _Part, answer: Answer) -> int:
        if not isinstance(answer, Answer):
            raise TypeError(
                f"executor must be {_KINDS}; a future of {validation.describe(self._executor)} "
                f"gave {validation.describe(answer)}, not what its task returned"
            )
        self._workers.add(answer.worker)
        if answer.failure is not None:
            raise answer.failure
        if answer.results is None:
            self._supply(part, (answer.worker.machine, answer.worker.process))
            return 0
        room = self._results.part(part.start, part.stop)
        if answer.results.parameters.shape != room.parameters.shape:
            raise TypeError(
                f"executor must be {_KINDS}; a future of {validation.describe(self._executor)} "
                f"gave {len(answer.results.parameters)} models for a task of "
                f"{part.stop - part.start}"
            )
        for to, array in zip(room.arrays(), answer.results.arrays(), strict=True):
            to[...] = array
        self.backends.add(answer.backend)
        self._left -= part.stop - part.start
        return part.stop - part.start

    def _supply(self, part: _Part, process: tuple[str, int]) -> None:
        """Send the data to a process that lacks them, unless they are already on their way."""
        if process in self._supplied:
            self._pause(part)
            return
        self._supplied.add(process)
        part.supplied = process
        self._send(part)

    def _fail(self, part: _Part, error: BaseException) -> None:
        if not isinstance(error, Exception):  # a worker's KeyboardInterrupt also ends the caller
            raise error
        part.failures += 1
        if isinstance(error, BrokenExecutor) or part.failures == TRIES:
            raise _explained(error, part)
        self._pause(part)

    def _pause(self, part: _Part) -> None:
        part.due = time.monotonic() + min(PAUSE * 2**part.pauses, LONGEST_PAUSE)
        part.pauses += 1
        self._waiting.append(part)


def _submit(executor: Any, block: Block) -> Future[Answer]:
    size = len(block.crowd) + (0 if block.shared is None else bytes_of(block.shared))
    with warnings.catch_warnings() if size > LARGE else contextlib.nullcontext():
        if size > LARGE:  # Dask warns against large data in every task; most blocks carry none
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        future = executor.submit(train_block, block)
    if not isinstance(future, Future):
        raise TypeError(
            f"executor must be {_KINDS}; the submit of {validation.describe(executor)} gives "
            f"a {type(future).__name__}, not a concurrent.futures.Future"
        )
    return future


def _explained(error: BaseException, part: _Part) -> BaseException:
    """Return an error of the executor with a note that names the models concerned."""
    which = f"models {part.start} to {part.stop - 1}"
    if isinstance(error, RuntimeError):  # a BrokenExecutor is one
        error.add_note(
            f"fastgan: the executor stopped accepting work, with {which} under way; create "
            "a new executor, and train again"
        )
    else:
        error.add_note(
            f"fastgan: {which} were sent to the executor {part.failures} times and failed each time"
        )
    return error
