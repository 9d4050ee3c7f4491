"""A real Dask cluster of separate processes, one of whose workers is killed during the run."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import block_sizes
from fastgan.ensembles.worker import Answer, Block
from helpers import crowd_cases
from helpers.executor_doubles import Watching
from helpers.interruption import assert_ends_at_once

dask = pytest.importorskip("dask", reason="needs Dask: pip install 'fastgan[dask]'")
distributed = pytest.importorskip("distributed", reason="needs Dask: pip install 'fastgan[dask]'")

# Its data is too large to be sent with every block; the NumPy reference takes some seconds for it.
KEY = ("many faces, in batches", "float64")
CROWD = crowd_cases.crowds(KEY[1])[KEY[0]]
COUNT = CROWD["n_models"]
WORKERS = 3


@contextmanager
def cluster_client(
    directory: Path, security: Any = None, **config: Any
) -> Iterator[distributed.Client]:
    """Yield a client of a cluster of worker processes that listen to this machine alone."""
    options = {
        "n_workers": WORKERS,
        "threads_per_worker": 1,
        "processes": True,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "local_directory": str(directory),
        "silence_logs": logging.CRITICAL,  # it would report the killed worker
    }
    with (
        dask.config.set(config),
        distributed.LocalCluster(**options, security=security) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[distributed.Client]:
    with cluster_client(tmp_path_factory.mktemp("dask")) as client:
        yield client


@pytest.fixture(autouse=True)
def _blocks_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 1)


def assert_golden(executor: Any, **how: Any) -> None:
    stacked = crowd_cases.together(CROWD, KEY[1], executor=executor, **how)
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[KEY]


class Killing(Watching):
    """Kills the first worker that has trained three blocks, with SIGKILL."""

    victim: int | None = None
    trained_then: int
    errors: list[BaseException]

    def take(self, future: Future[Answer]) -> None:
        super().take(future)
        if not future.cancelled() and future.exception() is not None:
            self.errors.append(future.exception())
        most = Counter(answer.worker.process for answer in self.trained).most_common(1)
        if self.victim is None and most and most[0][1] == 3:
            self.victim, self.trained_then = most[0][0], len(self.trained)
            os.kill(self.victim, signal.SIGKILL)


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("allowed_failures", [3, 0], ids=["Dask runs it again", "it is sent again"])
def test_a_worker_is_killed_in_mid_run(tmp_path: Path, allowed_failures: int) -> None:
    config = {"distributed.scheduler.allowed-failures": allowed_failures}
    with cluster_client(tmp_path, **config) as client:
        workers = {info["pid"] for info in client.run(lambda: {"pid": os.getpid()}).values()}
        assert len(workers) == WORKERS
        assert os.getpid() not in workers
        killing = Killing(client.get_executor())
        killing.errors = []
        # The reference is slow enough for the kill to come in the middle of the run.
        assert_golden(killing, backend="numpy")
        assert killing.victim in workers
        assert 3 <= killing.trained_then < COUNT / 2
        assert len(killing.trained) == COUNT
        deadline = time.monotonic() + 10
        while not is_gone(killing.victim) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert is_gone(killing.victim)
        by_worker = Counter(answer.worker.process for answer in killing.trained)
        # The victim was working on a block, and had answered at most one more just before.
        assert 3 <= by_worker[killing.victim] <= 4
        lost = [error for error in killing.errors if isinstance(error, distributed.KilledWorker)]
        assert (len(lost) > 0) == (allowed_failures == 0)
        assert killing.errors == lost
        # Sent to three workers and the victim's replacement, and occasionally to a worker that
        # another one overtook.
        assert killing.sent <= WORKERS + 3


def test_data_are_sent_once_a_worker(client: distributed.Client) -> None:
    executor = client.get_executor()
    first, second = Watching(executor), Watching(executor)
    assert_golden(first, backend="numpy")
    assert WORKERS <= first.sent <= WORKERS + 2
    assert len({answer.worker.process for answer in first.trained}) == WORKERS
    assert_golden(second)
    assert second.sent == 0


def test_what_is_sent_again_runs_again(client: distributed.Client) -> None:
    """Dask treats equal calls as one, so it would report the missing data for ever."""
    options = {"pure": True, "retries": 2}
    watching = Watching(client.get_executor(**options))
    assert_golden(watching)
    assert len(watching.answers) == len(watching.blocks)
    assert len(watching.trained) == COUNT


def test_blocks_that_were_cancelled_are_sent_again(client: distributed.Client) -> None:
    class Cancelling(Watching):
        cancelled = 0

        def submit(self, function: Any, block: Block) -> Future[Answer]:
            future = super().submit(function, block)
            if block.number % 10 == 5:
                self.cancelled += future.cancel()
            return future

    cancelling = Cancelling(client.get_executor())
    assert_golden(cancelling)
    assert cancelling.cancelled > 0


def test_threads_of_a_worker(client: distributed.Client) -> None:
    assert_golden(client.get_executor(), threads=2)


def test_large_data_bring_no_warning(client: distributed.Client) -> None:
    """Dask warns about large arguments, since it expects them in every task."""
    data = np.random.default_rng(0).random((2000, 800))
    ensemble = fastgan.train_many(
        data, 2, epochs=1, batch_size=2000, rng=1, executor=client.get_executor()
    )
    expected = fastgan.train_many(data, 2, epochs=1, batch_size=2000, rng=1)
    assert (ensemble.parameters == expected.parameters).all()


def test_a_client_is_no_executor_but_has_one(client: distributed.Client) -> None:
    with pytest.raises(TypeError, match=r"executor must be .* Client\.get_executor\(\)"):
        assert_golden(client)


def test_no_thread_is_left(client: distributed.Client) -> None:
    before = set(threading.enumerate())
    assert_golden(client.get_executor())
    assert not {thread for thread in set(threading.enumerate()) - before
                if "fastgan" in thread.name}  # fmt: skip


def test_encrypted(tmp_path: Path) -> None:
    pytest.importorskip("cryptography", reason="needs cryptography for temporary certificates")
    security = distributed.Security.temporary()
    with cluster_client(tmp_path, security=security) as client:
        assert client.scheduler.address.startswith("tls://127.0.0.1")
        assert_golden(client.get_executor())


CHILD = """
import logging, time
import numpy as np
from distributed import Client, LocalCluster
import fastgan
import fastgan.ensembles.block_sizes

fastgan.ensembles.block_sizes.SECONDS_IN_A_WORKER = 0.1

if __name__ == "__main__":
    options = dict(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                   dashboard_address="127.0.0.1:0", local_directory={directory!r},
                   silence_logs=logging.CRITICAL)
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        executor = client.get_executor()
        fastgan.train_many(np.full((5, 4), 0.5), 100, epochs=1, executor=executor)
        print("ready", flush=True)
        try:
            fastgan.train_many(np.full((5, 4), 0.5), 10**7, epochs=100, executor=executor)
        except KeyboardInterrupt:
            print("ended", time.monotonic(), flush=True)
        # What remains of it does not block the next call.
        fastgan.train_many(np.full((5, 4), 0.5), 100, epochs=1, executor=executor)
    print("clean", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_ctrl_c(tmp_path: Path) -> None:
    assert_ends_at_once("Dask", CHILD.format(directory=str(tmp_path)), after=2.0)
