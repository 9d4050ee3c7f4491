"""Bind this process to one core and its libraries to one thread, so that ratios are meaningful.

Import this before NumPy and the peers: their thread pools are sized when they are loaded.
"""

from __future__ import annotations

import os

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def _bind() -> int | None:
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


CORE = _bind()  # None if the operating system cannot bind a process
