"""Train a crowd on the cores of this machine: blocks of models in threads, with the GIL released.

The threads end with the call. The caller's thread waits in a way that Ctrl-C can interrupt. An
interrupt, or any other exception during the wait, asks the kernels to stop and is raised once they
have stopped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from fastgan._support.interruption import (
    SECONDS_BETWEEN_CHECKS,
    DeferredInterrupt,
    End,
    wait_for_its_end,
)
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from fastgan.ensembles.crowd_training import train_crowd


def train_in_threads(
    crowd: Crowd,
    shared: SharedData,
    results: CrowdResults,
    threads: int,
    block: int,
    update: Callable[[int], object],
    stop: npt.NDArray[np.int32] | None = None,
) -> str:
    """Train a crowd in blocks of `block` models, on at most `threads` threads.

    Calls `update` with the number of models completed since its last call. Returns the name of the
    backend.

    Raises
    ------
    InterruptedError
        If another thread has set ``stop[0]``.
    """
    work = _Work(crowd, shared, results, block)
    if stop is not None and stop[0]:
        work.stop[0] = 1
    count = min(threads, -(-len(crowd) // block))
    with DeferredInterrupt(work.stop):
        reported = _run_in_threads(work, count, update, stop)
    if work.failures:
        raise work.failures.pop()
    if work.done < len(crowd):  # every thread was between two blocks when asked to stop
        raise InterruptedError("the training was asked to stop")
    update(len(crowd) - reported)
    return work.backend


def _run_in_threads(
    work: _Work,
    count: int,
    update: Callable[[int], object],
    stop: npt.NDArray[np.int32] | None,
) -> int:
    """Do the work on `count` threads, and return the number of models reported to `update`."""
    begun: list[tuple[threading.Thread, End]] = []
    reported = 0
    try:
        for _ in range(count):
            end = End()
            # A daemon, so that the interpreter need not wait for it at exit: the caller waits.
            thread = threading.Thread(
                target=work.run, args=(end,), name="fastgan-crowd", daemon=True
            )
            begun.append((thread, end))
            thread.start()
        for _, end in begun:
            while not end.wait(SECONDS_BETWEEN_CHECKS):
                if stop is not None and stop[0]:
                    work.stop[0] = 1
                done = work.done
                update(done - reported)
                reported = done
    except BaseException:
        work.stop[0] = 1
        for thread, end in begun:
            wait_for_its_end(thread, end)
        raise
    for thread, _ in begun:
        thread.join()
    return reported


class _Work:
    """Blocks to be trained, each by whichever thread is free, and the progress so far."""

    def __init__(
        self,
        crowd: Crowd,
        shared: SharedData,
        results: CrowdResults,
        block: int,
    ) -> None:
        self.crowd, self.shared, self.results, self.block = crowd, shared, results, block
        # Separate from the caller's flag: a failure here must not stop others who share that flag.
        self.stop = np.zeros(1, np.int32)
        self.done = 0  # models completed
        self.backend = ""
        self.failures: list[BaseException] = []  # at most one, the first
        self._starts = iter(range(0, len(crowd), block))
        self._lock = threading.Lock()

    def run(self, end: End) -> None:
        """Train blocks until none are left, a thread has failed, or a stop is requested."""
        try:
            while (start := self._next()) is not None:
                models = start, min(start + self.block, len(self.crowd))
                part = self.crowd.part(*models), self.shared, self.results.part(*models)
                backend = train_crowd(*part, self.stop)
                with self._lock:
                    self.backend = backend
                    self.done += models[1] - models[0]
        except BaseException as error:  # raised in the caller's thread
            with self._lock:
                if not self.failures:
                    self.failures.append(error)
            self.stop[0] = 1
        finally:
            end.reach()

    def _next(self) -> int | None:
        with self._lock:
            return None if self.stop[0] else next(self._starts, None)
