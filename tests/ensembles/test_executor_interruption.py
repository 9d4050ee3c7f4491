"""Ctrl-C ends a crowd on an executor at once, wherever its blocks run."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import fastgan
from fastgan.ensembles import block_sizes, executors, worker
from helpers import crowd_cases
from helpers.executor_doubles import Watching
from helpers.interruption import assert_ends_at_once

KEY = ("slanted land, more than two groups", "float64")


CROWD = crowd_cases.crowds(KEY[1])[KEY[0]]


@pytest.fixture(autouse=True)
def _small_blocks_and_nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 3)
    monkeypatch.setattr(executors, "PAUSE", 0.001)
    monkeypatch.setattr(worker, "_kept", worker._Kept())


CHILD = """
import threading, time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
import numpy as np
import fastgan

class Never(Executor):
    futures = []
    def submit(self, *_):
        self.futures.append(Future())
        return self.futures[-1]
    def shutdown(self, *_, **__):
        assert len(self.futures) == 8 and all(f.cancelled() for f in self.futures)

if __name__ == "__main__":
    options = {options!r}
    with {executor} as executor:
        fastgan.train_many(np.full((5, 4), 0.5), 100, epochs=1, **options)
        if {warm}:
            list(executor.map(time.sleep, [0.2] * 2))
        threads = set(threading.enumerate())
        print("ready", flush=True)
        try:
            fastgan.train_many(
                np.full((5, 4), 0.5), 10**7, epochs=100, executor=executor, **options)
        except KeyboardInterrupt:
            print("ended", time.monotonic(), flush=True)
            # Blocks running in this process have been told to stop.
            deadline = time.monotonic() + {grace}
            while time.monotonic() < deadline and set(threading.enumerate()) != threads:
                time.sleep(0.01)
            assert set(threading.enumerate()) == threads, threading.enumerate()
    print("clean", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
@pytest.mark.parametrize("options", [{}, {"threads": 2}], ids=str)
@pytest.mark.parametrize("executor", ["ThreadPoolExecutor(2)", "ProcessPoolExecutor(2)", "Never()"])
def test_ctrl_c(executor: str, options: dict[str, Any]) -> None:
    code = CHILD.format(
        executor=executor,
        options=options,
        warm="Never" not in executor,
        grace=2 if "Thread" in executor else 0,
    )
    assert_ends_at_once(f"{executor}, {options}", code, after=1.0)


def test_blocks_in_this_process_are_stopped_too() -> None:
    """If one block fails, those running in other threads of an executor are stopped."""
    begun = threading.Barrier(2)

    def meddle(number: int) -> None:
        if number == 1:
            begun.wait(5)
            raise OSError("no more")

    def train_crowd(*arguments: Any) -> str:
        begun.wait(5)
        while not arguments[-1][0]:
            pass
        raise InterruptedError

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(worker, "train_crowd", train_crowd)
        watching = Watching(pool, meddle)
        with pytest.raises(OSError, match="no more"):
            fastgan.train_many(CROWD["data"], 9, epochs=1, executor=watching)
