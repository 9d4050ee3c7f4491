"""React to Ctrl-C within a tenth of a second, however long a call of a kernel takes.

Python handles a signal only between two of its own instructions. Short calls are therefore made
directly. A long call runs in a thread of its own with the GIL released, while the caller waits in
Python, where signals are handled. Ctrl-C, or any other exception, then asks the kernel to stop, and
is raised once it has stopped.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType

import numpy as np
import numpy.typing as npt

SECONDS_BETWEEN_CHECKS = 0.02


class End:
    """The end of a thread's work, which another thread can wait for even if it is interrupted.

    This is not a `threading.Event`: an exception between two of its instructions can leave its
    internal lock locked, and then whoever sets the event waits forever.
    """

    def __init__(self) -> None:
        self.reached = False
        self._lock = threading.Lock()
        self._lock.acquire()

    def reach(self) -> None:
        """Mark the end as reached; to be called only once."""
        self.reached = True
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        """Wait for at most `seconds`, and return whether the end is reached."""
        if not self.reached:
            self._lock.acquire(timeout=seconds)
        return self.reached


class DeferredInterrupt:
    """A block in which Ctrl-C only sets ``stop[0]``; KeyboardInterrupt is raised at its end.

    This holds however often the keys are pressed. An exception while waiting for a thread could
    not be caught reliably, since the next one may arrive while the first is being handled. Like
    `asyncio.run`, the block replaces only Python's own handler, and only in the main thread, where
    handlers are called. A handler that the caller installed stays, and an exception that it raises
    ends the wait like any other.
    """

    def __init__(self, stop: npt.NDArray[np.int32]) -> None:
        self._stop = stop
        self._heard = self._in_place = False

    def __enter__(self) -> None:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            with contextlib.suppress(ValueError):  # raised outside the main thread
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
    """Wait for a thread that was asked to stop, even if the wait is interrupted.

    Its join() alone does not suffice: before Python 3.13, a join that is interrupted takes a
    running thread for one that has ended. A thread whose start was interrupted may never run; if
    it does, it finds that it was asked to stop.
    """
    while not end.reached:
        try:
            if not end.wait(SECONDS_BETWEEN_CHECKS) and thread.ident is None:
                return
        except KeyboardInterrupt:  # pressing Ctrl-C again does not stop it any faster
            continue
    with contextlib.suppress(KeyboardInterrupt):
        thread.join()


def call_interruptibly(call: Callable[[], None], stop: npt.NDArray[np.int32]) -> None:
    """Make a long call, which must end early once ``stop[0]`` is not 0; Ctrl-C sets it."""
    failure: list[BaseException] = []
    end = End()

    def work() -> None:
        try:
            call()
        except BaseException as error:  # to be raised in the caller's thread
            failure.append(error)
        finally:
            end.reach()

    thread = threading.Thread(target=work, name="fastgan-kernel", daemon=True)
    with DeferredInterrupt(stop):
        try:
            thread.start()
            while not end.wait(SECONDS_BETWEEN_CHECKS):
                pass
        except BaseException:
            stop[0] = 1
            wait_for_its_end(thread, end)
            raise
        thread.join()
    if failure:
        raise failure[0]
