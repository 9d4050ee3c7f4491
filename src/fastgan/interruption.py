"""Ctrl-C within a tenth of a second, however long a kernel's call takes.

Python hears of a signal between two of its own instructions. Short calls are simply made; while a
long one runs in a thread of its own with the GIL released, the caller waits where it can hear,
and on any exception asks the kernel to stop and waits for it to have done so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

HEARING_EVERY = 0.02  # seconds


def call_interruptibly(call: Callable[[], None], stop: npt.NDArray[np.int32]) -> None:
    """Make a long call that ends early once ``stop[0]`` is not 0."""
    failure: list[BaseException] = []

    def work() -> None:
        try:
            call()
        except BaseException as error:  # handed over to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=work, name="fastgan-kernel", daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(HEARING_EVERY)
    except BaseException:
        stop[0] = 1
        while thread.is_alive():
            try:
                thread.join()
            except KeyboardInterrupt:  # impatience does not make it faster
                continue
        raise
    if failure:
        raise failure[0]
