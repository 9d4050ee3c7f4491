"""Crowds in threads: no thread keeps running, whatever ends the training."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan._support import usable_cores
from fastgan.ensembles import block_sizes, placement, threads
from fastgan.ensembles.crowd import Crowd, CrowdResults, SharedData
from helpers import crowd_cases
from helpers.paths import TESTS


@pytest.fixture
def many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_sizes, "models_in_block", lambda *_: 2)
    monkeypatch.setattr(placement, "SHORT", 0.0)


class Working:
    """A `train_crowd` that only records who calls it, and waits until there are enough threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.names: list[str] = []
        self.at_once = 0

    def __call__(
        self, crowd: Crowd, shared: SharedData, trained: CrowdResults, stop: np.ndarray
    ) -> str:
        self.names.append(threading.current_thread().name)
        deadline = time.monotonic() + 60
        while self.at_once < self.threads and time.monotonic() < deadline:
            time.sleep(0.001)  # a busy machine may start threads late
            self.look()
        self.look()
        trained.diverged_at[:] = -1
        return "c"

    def look(self) -> None:
        alive = sum(thread.name == "fastgan-crowd" for thread in threading.enumerate())
        self.at_once = max(self.at_once, alive)


@pytest.mark.usefixtures("many_blocks")
def test_as_many_threads_as_were_asked_for(
    monkeypatch: pytest.MonkeyPatch, faces: np.ndarray
) -> None:
    work = Working(3)
    monkeypatch.setattr(threads, "train_crowd", work)
    before = set(threading.enumerate())
    fastgan.train_many(faces, 39, threads=3)
    assert set(threading.enumerate()) == before
    assert len(work.names) == 20
    assert set(work.names) == {"fastgan-crowd"}
    assert work.at_once == 3


@pytest.mark.usefixtures("many_blocks")
def test_no_more_threads_than_blocks(monkeypatch: pytest.MonkeyPatch, faces: np.ndarray) -> None:
    work = Working(2)
    monkeypatch.setattr(threads, "train_crowd", work)
    fastgan.train_many(faces, 3, threads=10**6)
    assert work.at_once == 2


def test_as_many_threads_as_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, faces: np.ndarray
) -> None:
    asked = []

    def train(*arguments: Any, **_: Any) -> str:
        asked.append(arguments[3])
        return "c"

    monkeypatch.setattr(threads, "train_in_threads", train)
    monkeypatch.setattr(usable_cores, "usable_cores", lambda: 5)
    fastgan.train_many(faces, 1000)
    fastgan.train_many(faces, 1000, threads=2)
    assert asked == [5, 2]


def test_a_crowd_that_takes_a_moment_needs_no_thread(
    monkeypatch: pytest.MonkeyPatch, faces: np.ndarray
) -> None:
    def start(_: threading.Thread) -> None:
        raise AssertionError("a thread was started")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert len(fastgan.train_many(faces, 8, epochs=100, backend=None)) == 8


@pytest.mark.usefixtures("many_blocks")
def test_the_progress_bar_hears_of_every_model() -> None:
    heard: list[int] = []
    crowd, shared, trained = crowd_of(133)
    threads.train_in_threads(crowd, shared, trained, 3, 2, heard.append)
    assert sum(heard) == 133


def crowd_of(count: int) -> tuple[Crowd, SharedData, CrowdResults]:
    """Return a crowd as `fastgan.train_many` passes it on."""
    found = []

    def train(crowd: Crowd, shared: SharedData, trained: CrowdResults, *_: Any) -> str:
        found.append((crowd, shared, trained))
        return "c"

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(placement, "train_where", train)
        fastgan.train_many(fastgan.datasets.slanted_land(), count, epochs=20, rng=1)
    [(crowd, shared, _)] = found
    return crowd, shared, CrowdResults.empty(count, 13, crowd.options, len(shared.data))


def test_the_first_failure_is_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are asked to stop, and waited for; their errors are ignored."""
    stopped = []

    def train_crowd(
        crowd: Crowd, shared: SharedData, trained: CrowdResults, stop: np.ndarray
    ) -> str:
        if crowd.children.first == 4:
            time.sleep(0.05)
            raise FloatingPointError("the first")
        while not stop[0]:
            time.sleep(0.001)
        time.sleep(0.05)
        stopped.append(crowd.children.first)
        raise InterruptedError("stopped")

    monkeypatch.setattr(threads, "train_crowd", train_crowd)
    before = set(threading.enumerate())
    with pytest.raises(FloatingPointError, match="the first"):
        threads.train_in_threads(*crowd_of(30), 3, 2, lambda _: None)
    assert sorted(stopped) == [0, 2], "not exactly the running ones"
    assert set(threading.enumerate()) == before


def test_a_failure_of_the_progress_bar_ends_it() -> None:
    before = set(threading.enumerate())

    def update(_: int) -> None:
        raise OSError("stderr is closed")

    crowd, shared, trained = crowd_of(50_000)
    with pytest.raises(OSError, match="stderr is closed"):
        threads.train_in_threads(crowd, shared, trained, 2, 64, update)
    assert set(threading.enumerate()) == before


def test_a_thread_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    start = threading.Thread.start
    started = []

    def start_two(thread: threading.Thread) -> None:
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_two)
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="can't start new thread"):
        threads.train_in_threads(*crowd_of(50_000), 4, 64, lambda _: None)
    assert len(started) == 2
    assert set(threading.enumerate()) == before


def test_an_interrupt_while_a_thread_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def start_and_be_interrupted(thread: threading.Thread) -> None:
        monkeypatch.undo()
        thread.start()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start_and_be_interrupted)
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        threads.train_in_threads(*crowd_of(50_000), 2, 64, lambda _: None)
    assert set(threading.enumerate()) == before


def test_another_thread_may_stop_it() -> None:
    stop = np.zeros(1, np.int32)
    timer = threading.Timer(0.05, lambda: stop.__setitem__(0, 1))
    timer.start()
    crowd, shared, trained = crowd_of(10**6)
    with pytest.raises(InterruptedError):
        threads.train_in_threads(crowd, shared, trained, 2, 64, lambda _: None, stop)
    timer.join()


def test_stopped_before_it_begins() -> None:
    crowd, shared, trained = crowd_of(64)
    with pytest.raises(InterruptedError):
        threads.train_in_threads(crowd, shared, trained, 2, 8, lambda _: None, np.ones(1, np.int32))


@pytest.mark.usefixtures("many_blocks")
def test_called_from_several_threads_at_once() -> None:
    key = ("slanted land, more than two groups", "float64")
    found = []

    def work() -> None:
        found.append(crowd_cases.digest(crowd_cases.together(crowd_cases.crowds(key[1])[key[0]],
                                                             key[1], threads=2)))  # fmt: skip

    callers = [threading.Thread(target=work) for _ in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert found == [crowd_cases.GOLDEN[key]] * 4


FORKING = """
import os, warnings
from helpers import crowd_cases
from fastgan.ensembles import placement
warnings.simplefilter("ignore", DeprecationWarning)  # about NumPy's own threads
placement.SHORT = 0.0
crowd_cases.check(threads=2)
child = os.fork()
if not child:
    crowd_cases.check(threads=2)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork"
)
def test_a_fork_trains_like_its_parent() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=TESTS,
    )
    assert done.stdout == "7\n", done.stderr


@pytest.mark.parametrize(
    ("threads", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError), (True, TypeError)]
)
def test_threads_is_a_positive_int(faces: np.ndarray, threads: Any, error: type) -> None:
    with pytest.raises(error, match=r"^threads must be"):
        fastgan.train_many(faces, 2, epochs=1, threads=threads)
