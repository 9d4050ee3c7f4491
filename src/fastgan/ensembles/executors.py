"""A crowd on an executor's workers, whatever and wherever they are: processes, Dask, MPI.

Of the executor nothing is used but `submit`, and of its futures what
`concurrent.futures.Future` has. Results are written as they come, and their futures dropped; how
many blocks are under way at a time follows the number of workers that have answered.
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
from fastgan._support.interruption import HEARING_EVERY
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.ensembles.crowd import Crowd, Shared, Trained
from fastgan.ensembles.worker import SMALL, Answer, Block, Worker, bytes_of, digest_of, train_block

# One block is trained by a worker while others wait in line, so that it never waits for the
# caller. A cluster is found by as many as it answers: eight workers, 24, 72. More than three would
# be more to cancel, and more to come back for want of data.
UNDER_WAY_AT_FIRST = 8
UNDER_WAY_A_WORKER = 3

TRIES = 4
PAUSE = 0.1  # seconds before a block is sent again, doubled with each time
LONGEST_PAUSE = 1.0
CANCELLING = 0.05  # seconds spent on it: with Dask each takes a message there and back
LARGE = 2**20  # bytes of a message from which on Dask may warn of its size

_KINDS = (
    "a concurrent.futures.Executor, such as a ProcessPoolExecutor, a dask.distributed "
    "Client.get_executor() or an mpi4py.futures.MPIPoolExecutor"
)


def train_on_executor(
    crowd: Crowd,
    shared: Shared,
    trained: Trained,
    executor: Any,
    threads: int,
    block: int,
    update: Callable[[int], object],
) -> str:
    """Train a crowd in blocks of so many models, on so many threads in each worker.

    `update` hears how many more models are done. Gives the names of the backends, joined by "+"
    if there are several.

    Raises
    ------
    RuntimeError
        If a worker's numbers are of another version.
    """
    run = _Run(crowd, shared, trained, executor, threads, block)
    try:
        while not run.is_done():
            run.send_what_is_due()
            update(run.hear())
    except BaseException:
        run.abandon()
        raise
    return "+".join(sorted(run.backends))


def check_executor(executor: object) -> None:
    """Refuse what cannot be one."""
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise TypeError(f"executor must be {_KINDS}, got {validation.describe(executor)}")


@dataclass(eq=False)
class _Part:
    """Models from `start` up to, and without, `stop`, and what it took so far to have them."""

    start: int
    stop: int
    failures: int = 0
    pauses: int = 0
    due: float = 0.0  # when to send it again
    # The process for which the data go along, if they do.
    supplied: tuple[str, int] | None = None


class _Run:
    """The blocks of a crowd: to be sent, under way, waiting to be sent again."""

    def __init__(
        self,
        crowd: Crowd,
        shared: Shared,
        trained: Trained,
        executor: Any,
        threads: int,
        block: int,
    ) -> None:
        self._crowd, self._shared, self._trained = crowd, shared, trained
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
        self._supplied: set[tuple[str, int]] = set()  # processes that data are on their way to
        self._left = len(crowd)  # models
        self._stop = np.zeros(1, np.int32)
        self.backends: set[str] = set()

    def is_done(self) -> bool:
        """Whether every model is trained."""
        return not self._left

    def send_what_is_due(self) -> None:
        """Send blocks as long as there is room on the way."""
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
        """Wait a moment for an answer; give how many models it has brought."""
        try:
            future = self._ended.get(timeout=HEARING_EVERY)
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
        """Let nothing more be trained that has not begun, the last that was sent first."""
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
        except (BrokenExecutor, RuntimeError) as error:  # the second where it is shut down
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
        if answer.trained is None:
            self._supply(part, (answer.worker.machine, answer.worker.process))
            return 0
        room = self._trained.part(part.start, part.stop)
        if answer.trained.parameters.shape != room.parameters.shape:
            raise TypeError(
                f"executor must be {_KINDS}; a future of {validation.describe(self._executor)} "
                f"gave {len(answer.trained.parameters)} models for a task of "
                f"{part.stop - part.start}"
            )
        for to, array in zip(room.arrays(), answer.trained.arrays(), strict=True):
            to[...] = array
        self.backends.add(answer.backend)
        self._left -= part.stop - part.start
        return part.stop - part.start

    def _supply(self, part: _Part, process: tuple[str, int]) -> None:
        """Send the data to a process that lacks them, unless they are on their way to it."""
        if process in self._supplied:
            self._pause(part)
            return
        self._supplied.add(process)
        part.supplied = process
        self._send(part)

    def _fail(self, part: _Part, error: BaseException) -> None:
        if not isinstance(error, Exception):  # a worker's KeyboardInterrupt is the caller's too
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
        if size > LARGE:  # the advice is not to send such with every task, which is not done
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
        future = executor.submit(train_block, block)
    if not isinstance(future, Future):
        raise TypeError(
            f"executor must be {_KINDS}; the submit of {validation.describe(executor)} gives "
            f"a {type(future).__name__}, not a concurrent.futures.Future"
        )
    return future


def _explained(error: BaseException, part: _Part) -> BaseException:
    """An error of the executor's, with a note of what it was about."""
    which = f"models {part.start} to {part.stop - 1}"
    if isinstance(error, RuntimeError):  # a BrokenExecutor is one
        error.add_note(
            f"fastgan: the executor took no more work, with {which} under way; make "
            "another, and train again"
        )
    else:
        error.add_note(f"fastgan: {which} were sent to the executor {part.failures} times in vain")
    return error
