"""Ctrl-C within a tenth of a second, however long a kernel's call takes.

Python hears of a signal between two of its own instructions. Short calls are simply made; while a
long one runs in a thread of its own with the GIL released, the caller waits where it can hear. What
Ctrl-C or any exception then does is to ask the kernel to stop; it is raised when the kernel has.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

import numpy as np
import numpy.typing as npt

HEARING_EVERY = 0.02  # seconds


class End:
    """The end of a thread's work, which another thread waits for, whatever interrupts it.

    Not a `threading.Event`: an exception between two of its instructions can leave its own lock
    locked, and whoever sets it afterwards waits for ever.
    """

    def __init__(self) -> None:
        self.reached = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def reach(self) -> None:
        """Say so, once."""
        self.reached = True
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; tell whether it is reached."""
        if not self.reached:
            self._lock.acquire(timeout=seconds)
        return self.reached


class DeferredInterrupt:
    """Within it Ctrl-C sets ``stop[0]``, and KeyboardInterrupt is raised where it ends.

    However often the key is pressed: an exception in the midst of waiting for a thread cannot be
    caught for certain, since the next may come while the first is being dealt with. As
    `asyncio.run` does, it takes the place of Python's own handler only, and only in the main
    thread, where handlers are called. A handler of the caller's stays, and what it raises ends the
    wait as any exception does.
    """

    def __init__(self, stop: npt.NDArray[np.int32]) -> None:
        self._stop = stop
        self._heard = self._in_place = False

    def __enter__(self) -> None:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with contextlib.suppress(ValueError):  # this is not the main thread
                signal.signal(signal.SIGINT, self._hear)
                self._in_place = True

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._heard = True
        self._stop[0] = 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._in_place and signal.getsignal(signal.SIGINT) == self._hear:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._heard:
            raise KeyboardInterrupt from None


def wait_for_its_end(thread: threading.Thread, end: End) -> None:
    """Wait for a thread that was asked to stop, whatever interrupts it.

    Not by its join() alone: before Python 3.13 one that is interrupted takes a thread that still
    runs for one that has ended. A thread whose start was interrupted may never run; if it does, it
    finds that it was asked to stop.
    """
    while not end.reached:
        try:
            if not end.wait(HEARING_EVERY) and thread.ident is None:
                return
        except KeyboardInterrupt:  # impatience does not make it faster
            continue
    with contextlib.suppress(KeyboardInterrupt):
        thread.join()


def call_interruptibly(call: Callable[[], None], stop: npt.NDArray[np.int32]) -> None:
    """Make a long call that ends early once ``stop[0]`` is not 0."""
    failure: list[BaseException] = []
    end = End()

    def work() -> None:
        try:
            call()
        except BaseException as error:  # handed over to the caller's thread
            failure.append(error)
        finally:
            end.reach()

    thread = threading.Thread(target=work, name="fastgan-kernel", daemon=True)
    with DeferredInterrupt(stop):
        try:
            thread.start()
            while not end.wait(HEARING_EVERY):
                pass
        except BaseException:
            stop[0] = 1
            wait_for_its_end(thread, end)
            raise
        thread.join()
    if failure:
        raise failure[0]
