"""Ctrl-C within a tenth of a second, however long a kernel's call takes.

Python hears of a signal between two of its own instructions. Short calls are simply made; while a
long one runs in a thread of its own with the GIL released, the caller waits where it can hear,
and on any exception asks the kernel to stop and waits for it to have done so.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

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
