"""Lost blocks are trained again; permanent failures are reported with the affected models."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import block_sizes, executors, threads, worker
from fastgan.ensembles.worker import Answer, Block, train_block
from helpers import crowd_cases
from helpers.executor_doubles import AtOnce, Watching

KEY = ("slanted land, more than two groups", "float64")
CROWD = crowd_cases.crowds(KEY[1])[KEY[0]]
LARGE = crowd_cases.crowds("float64")["many faces, in batches"]  # its data needs a message


@pytest.fixture(autouse=True)
def _small_blocks_and_nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 3)
    monkeypatch.setattr(executors, "PAUSE", 0.001)
    monkeypatch.setattr(worker, "_kept", worker._Kept())


def failing(how: str, future: Future[Answer]) -> None:
    if how == "cancelled":
        future.cancel()
    elif how == "lost":
        future.set_exception(ConnectionError("the worker is gone"))
    else:
        future.set_exception(MemoryError())


@pytest.mark.parametrize("how", ["cancelled", "lost", "out of memory"])
def test_what_is_lost_is_trained_again(how: str) -> None:
    """Each block is lost three times, the most that is tolerated."""
    lost: dict[bytes, int] = {}

    def instead(block: Block, future: Future[Answer]) -> bool:
        lost[block.crowd] = lost.get(block.crowd, 0) + 1
        if lost[block.crowd] < executors.TRIES:
            failing(how, future)
            return True
        return False

    stacked = crowd_cases.together(CROWD, KEY[1], executor=AtOnce(instead))
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[KEY]
    assert set(lost.values()) == {executors.TRIES}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("cancelled", "CancelledError"),
        ("lost", "ConnectionError"),
        ("out of memory", "MemoryError"),
    ],
)
def test_what_is_lost_again_and_again_is_an_error(how: str, error: str) -> None:
    pending: list[Future[Answer]] = []

    def instead(block: Block, future: Future[Answer]) -> bool:
        if block.crowd == fifth[0]:
            failing(how, future)
        else:
            pending.append(future)
        return True

    fifth: list[bytes] = []
    with ThreadPoolExecutor(1) as pool:
        fastgan.train_many(**CROWD, executor=(watching := Watching(pool)))
    fifth.append(watching.blocks[5].crowd)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        fastgan.train_many(**CROWD, executor=AtOnce(instead))
    assert type(caught.value).__name__ == error
    assert caught.value.__notes__ == [
        "fastgan: models 15 to 17 were sent to the executor 4 times and failed each time"
    ]
    assert len(pending) == 7
    assert all(future.cancelled() for future in pending)


def test_data_that_were_lost_on_their_way_are_sent_again() -> None:
    lost = []

    def instead(block: Block, future: Future[Answer]) -> bool:
        if block.shared is not None and len(lost) < 2:
            lost.append(block.number)
            future.set_exception(ConnectionError())
            return True
        return False

    found = fastgan.train_many(**LARGE, executor=AtOnce(instead))
    assert len(lost) == 2
    assert (found.parameters == fastgan.train_many(**LARGE).parameters).all()


def test_a_broken_executor_is_not_tried_again() -> None:
    """A worker that is killed breaks a ProcessPoolExecutor for good."""
    with ProcessPoolExecutor(2) as pool:

        def meddle(number: int) -> None:
            if number == 20:
                pool.submit(os._exit, 1).exception(timeout=60)  # or the other might work alone

        watching = Watching(pool, meddle)
        with pytest.raises(BrokenProcessPool) as caught:
            fastgan.train_many(**CROWD, executor=watching)
        [note] = caught.value.__notes__
        assert re.match(
            r"fastgan: the executor stopped accepting work, with models \d+ to \d+ under way; ",
            note,
        )
        with pytest.raises(BrokenExecutor) as caught:
            fastgan.train_many(**CROWD, executor=pool)
        assert "models 0 to 2 under way" in caught.value.__notes__[0]


def test_an_executor_that_was_shut_down() -> None:
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        fastgan.train_many(**CROWD, executor=pool)


def test_other_numbers_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "NUMERICS_VERSION", 2)
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(RuntimeError, match=r"numerics version 1, .* has 2, .* install the same"),
    ):
        fastgan.train_many(**CROWD, executor=pool)


def test_a_failure_of_a_blocks_own_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block is a pure function and would fail again. The error notes its worker and traceback."""

    def train_crowd(*_: object) -> str:
        raise FloatingPointError("no such numbers here")

    monkeypatch.setattr(worker, "train_crowd", train_crowd)
    with ThreadPoolExecutor(1) as pool:
        watching = Watching(pool)
        with pytest.raises(FloatingPointError, match="no such numbers here") as caught:
            fastgan.train_many(CROWD["data"], 3, epochs=1, executor=watching)
    assert len(watching.blocks) == 1
    notes = "\n".join(caught.value.__notes__)
    assert f"In process {os.getpid()}" in notes
    assert "in train_crowd" in notes


def test_a_backend_that_the_workers_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller may lack the backend: only the worker is asked."""
    lacking = fastgan.backends.Availability(False, "not here")
    monkeypatch.setattr(fastgan.backends, "_availability", lambda _: lacking)
    with (
        ThreadPoolExecutor(1) as pool,
        pytest.raises(RuntimeError, match="backend='numba' cannot be used: not here") as caught,
    ):
        fastgan.train_many(**CROWD, executor=pool, backend="numba")
    assert "In process" in caught.value.__notes__[0]
    with pytest.raises(ValueError, match="backend must be one of"):
        fastgan.train_many(**CROWD, executor=ThreadPoolExecutor(1), backend="cuda")


def test_the_seed_is_as_it_was_after_a_failure() -> None:
    def instead(block: Block, future: Future[Answer]) -> bool:
        future.set_exception(KeyboardInterrupt())  # raised in the worker
        return True

    rng = np.random.SeedSequence(1)
    with pytest.raises(KeyboardInterrupt):
        fastgan.train_many(CROWD["data"], 9, rng=rng, executor=AtOnce(instead))
    assert rng.n_children_spawned == 0


def test_a_lack_of_memory_stops_no_other_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """In threads of this process, one flag stops all blocks."""
    train_crowd, calls = threads.train_crowd, itertools.count()

    def fail_once(*arguments: Any) -> str:
        if next(calls) == 3:
            raise MemoryError
        return train_crowd(*arguments)

    monkeypatch.setattr(threads, "train_crowd", fail_once)
    monkeypatch.setattr(worker, "models_in_block", lambda *_: 1)
    with ThreadPoolExecutor(2) as pool:
        stacked = crowd_cases.together(CROWD, KEY[1], executor=pool, threads=2)
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[KEY]


WITHOUT_FASTGAN = """
import sys
from concurrent.futures import ProcessPoolExecutor
import multiprocessing

def forget():
    sys.modules["fastgan"] = None

if __name__ == "__main__":
    import fastgan
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, initializer=forget) as executor:
        try:
            fastgan.train_many([[0.5]], 2, epochs=1, executor=executor)
        except Exception as error:
            print(type(error).__name__, *error.__notes__)
"""


def test_workers_without_the_package(tmp_path: Any) -> None:
    script = tmp_path / "script.py"
    script.write_text(WITHOUT_FASTGAN)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith(
        "BrokenProcessPool fastgan: the executor stopped accepting work"
    ), done.stderr


@pytest.mark.parametrize("result", [None, 5, "done"])
def test_a_future_that_gives_something_else(result: object) -> None:
    def instead(_: Block, future: Future[Answer]) -> bool:
        future.set_result(result)  # type: ignore[arg-type]
        return True

    with pytest.raises(TypeError, match=r"^executor must be .* not what its task returned"):
        fastgan.train_many(**CROWD, executor=AtOnce(instead))


def test_a_future_that_gives_too_few_models() -> None:
    """The result must not be broadcast from one model to all."""

    def instead(block: Block, future: Future[Answer]) -> bool:
        answer = train_block(block)
        assert answer.results is not None
        future.set_result(answer._replace(results=answer.results.part(0, 1)))
        return True

    with pytest.raises(TypeError, match=r"^executor must be .* gave 1 models for a task of"):
        fastgan.train_many(**CROWD, executor=AtOnce(instead))


def test_an_executor_that_is_shut_down() -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown") as caught:
        fastgan.train_many(**CROWD, executor=executor)
    assert "stopped accepting work" in caught.value.__notes__[0]
