"""Crowds on executors: messages, their number, and results."""

from __future__ import annotations

import multiprocessing
import pickle
import weakref
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import block_sizes, executors, worker
from fastgan.ensembles.crowd import SharedData
from fastgan.ensembles.worker import Answer, Block
from helpers import crowd_cases
from helpers.bits import assert_same_bits
from helpers.executor_doubles import AtOnce, Watching

KEY = ("slanted land, more than two groups", "float64")
CROWD = crowd_cases.crowds(KEY[1])[KEY[0]]
LARGE = crowd_cases.crowds("float64")["many faces, in batches"]  # its data needs a message


def assert_golden(executor: Any, **how: Any) -> None:
    stacked = crowd_cases.together(CROWD, KEY[1], executor=executor, **how)
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[KEY]


@pytest.fixture(autouse=True)
def _small_blocks_and_nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 3)
    monkeypatch.setattr(worker, "_kept", worker._Kept())


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        yield executor


def test_what_is_large() -> None:
    assert CROWD["data"].nbytes <= worker.SMALL < LARGE["data"].nbytes


def test_small_data_go_with_every_block() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert_golden(watching := Watching(pool))
    assert len(watching.blocks) == len(watching.trained) == 45
    assert watching.sent == 45
    assert not worker._kept._by_digest


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_data_are_sent_once_a_worker(kind: str, processes: Executor) -> None:
    expected = fastgan.train_many(**LARGE)
    sent = []
    with ThreadPoolExecutor(2) as threads:
        for _ in range(3):  # from the second time on the workers have the data
            watching = Watching(threads if kind == "threads" else processes)
            found = fastgan.train_many(**LARGE, executor=watching)
            assert_same_bits(found.parameters, expected.parameters)
            assert len(watching.trained) == 14
            sent.append(watching.sent)
    if kind == "threads":  # in one process
        assert sent == [1, 0, 0]
    else:
        # A fast worker may take the data meant for the other, which then asks again, or do all
        # the work of the first time alone. But the data is never sent once per block.
        assert 1 <= sent[0] <= sum(sent) <= 7


def test_given_latents_are_sent_no_further_than_they_are_used() -> None:
    options = {"epochs": 2, "latent": np.linspace(0, 1, 10**6), "rng": 1}
    with ThreadPoolExecutor(1) as pool:
        watching = Watching(pool)
        found = fastgan.train_many(CROWD["data"], 5, executor=watching, **options)
    assert_same_bits(found.parameters, fastgan.train_many(CROWD["data"], 5, **options).parameters)
    assert {block.shared.latents.size for block in watching.blocks} == {10}


def test_what_is_kept_is_not_the_callers_own() -> None:
    data = LARGE["data"].copy()
    options = {**LARGE, "n_models": 3}
    with ThreadPoolExecutor(1) as pool:
        before = fastgan.train_many(**{**options, "data": data}, executor=pool)
        data /= 2
        halved = fastgan.train_many(**{**options, "data": data}, executor=pool)
        again = fastgan.train_many(**{**options, "data": LARGE["data"].copy()}, executor=pool)
    assert_same_bits(again.parameters, before.parameters)
    assert_same_bits(
        halved.parameters, fastgan.train_many(**{**options, "data": LARGE["data"] / 2}).parameters
    )


def test_results_are_the_callers_own() -> None:
    """Workers in this process keep no reference to their results or to the ensemble."""
    with ThreadPoolExecutor(2) as pool:
        watching = Watching(pool)
        ensemble = fastgan.train_many(**LARGE, executor=watching)
    for answer in watching.trained:
        assert not np.shares_memory(answer.results.parameters, ensemble.parameters)


def test_every_submission_is_another_one() -> None:
    """Dask treats two calls with equal arguments as one; it names our calls by this token."""
    with ThreadPoolExecutor(1) as pool:
        watching = Watching(pool)
        for _ in range(2):
            fastgan.train_many(**LARGE, executor=watching)
    tokens = {block.__dask_tokenize__() for block in watching.blocks}
    assert len(tokens) == len(watching.blocks) > 28


def test_no_more_is_under_way_than_the_workers_can_take() -> None:
    futures: list[weakref.ref[Future[Answer]]] = []
    most = 0

    class Counting(Watching):
        def submit(self, function: Any, block: Block) -> Future[Answer]:
            nonlocal most
            future = super().submit(function, block)
            futures.append(weakref.ref(future))
            most = max(most, sum(ref() is not None and not ref().done() for ref in futures))
            # Answers that were processed are dropped, so only a few are held.
            assert sum(ref() is not None for ref in futures) <= 2 * executors.UNDER_WAY_AT_FIRST
            return future

    with ThreadPoolExecutor(2) as pool:
        fastgan.train_many(CROWD["data"], 3000, epochs=1, executor=Counting(pool))
    assert most <= executors.UNDER_WAY_AT_FIRST
    assert len(futures) == 1000


def test_more_is_under_way_where_there_are_more_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "UNDER_WAY_AT_FIRST", 2)
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 1)
    under_way: list[tuple[Any, Block, Future[Answer]]] = []
    most = 0

    class Cluster(Executor):
        """Ten workers that answer only when the caller has nothing else to do."""

        def submit(self, function: Any, block: Block) -> Future[Answer]:
            nonlocal most
            future: Future[Answer] = Future()
            under_way.append((function, block, future))
            most = max(most, len(under_way))
            return future

    hear = executors._Dispatch.hear

    def answer_all_and_hear(run: executors._Dispatch) -> int:
        if run._ended.empty():
            for i, (function, block, future) in enumerate(under_way):
                answer = function(block)
                future.set_result(answer._replace(worker=answer.worker._replace(thread=i % 10)))
            under_way.clear()
        return hear(run)

    monkeypatch.setattr(executors._Dispatch, "hear", answer_all_and_hear)
    assert_golden(Cluster())
    assert most == 10 * executors.UNDER_WAY_A_WORKER


def test_the_progress_bar_counts_models() -> None:
    heard: list[int] = []

    class Bar:
        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None: ...

        def update(self, n: int) -> None:
            heard.append(n)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr("fastgan.ensembles.train_many.progress_bar", lambda *_: Bar())
        assert_golden(pool, progress=True)
    assert sum(heard) == 133
    assert max(heard) == 3


class DaemonsPool(Executor):
    """The daemonic processes of `multiprocessing.Pool`, which may not have children."""

    def __init__(self) -> None:
        self.pool = multiprocessing.get_context("spawn").Pool(2)

    def submit(self, function: Any, block: Block) -> Future[Answer]:
        future: Future[Answer] = Future()
        self.pool.apply_async(
            function, (block,), callback=future.set_result, error_callback=future.set_exception
        )
        return future


def test_daemonic_workers_with_threads() -> None:
    executor = DaemonsPool()
    with executor.pool:
        assert_golden(executor, threads=2)
        executor.pool.close()
        executor.pool.join()


def test_the_backend_is_the_workers_choice_or_as_it_was_asked_for(backend: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        options: dict[str, Any] = {
            "data": CROWD["data"],
            "n_models": 9,
            "epochs": 2,
            "executor": pool,
        }
        assert fastgan.train_many(**options, backend=backend).backend == backend
        best = next(name for name, what in fastgan.backends.available().items() if what.usable)
        assert fastgan.train_many(**options).backend == best


def test_the_callers_environment_is_obeyed_by_the_workers(
    monkeypatch: pytest.MonkeyPatch, processes: Executor
) -> None:
    processes.submit(int).result()  # starts the processes without the variable
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    watching = Watching(processes)
    ensemble = fastgan.train_many(CROWD["data"], 5, epochs=1, executor=watching)
    assert ensemble.backend == "numpy"
    assert {pickle.loads(block.crowd).backend for block in watching.blocks} == {"numpy"}


def test_several_backends() -> None:
    def instead(block: Block, future: Future[Answer]) -> bool:
        answer = worker.train_block(block)
        future.set_result(answer._replace(backend=["numba", "c"][block.number % 2]))
        return True

    ensemble = fastgan.train_many(CROWD["data"], 9, epochs=1, executor=AtOnce(instead))
    assert ensemble.backend == "c+numba"


@pytest.mark.parametrize("executor", [3, "processes", object(), ThreadPoolExecutor, max])
def test_what_is_no_executor(executor: Any) -> None:
    with pytest.raises(TypeError, match=r"^executor must be a concurrent\.futures\.Executor"):
        fastgan.train_many(CROWD["data"], 2, epochs=1, executor=executor)


def test_futures_of_another_kind() -> None:
    """A `distributed.Client` also has a submit, but returns futures of a different kind."""

    class Client:
        def submit(self, *_: object) -> object:
            return object()

    with pytest.raises(TypeError, match=r"gives a object, not a concurrent\.futures\.Future"):
        fastgan.train_many(CROWD["data"], 2, epochs=1, executor=Client())


def shared(number: float, size: int = 100) -> SharedData:
    return SharedData(np.full((size, 1), number), None, None)


def test_a_digest_tells_data_apart() -> None:
    wide = np.arange(6.0).reshape(2, 3)
    different = [
        SharedData(wide, None, None), SharedData(wide.reshape(3, 2), None, None),
        SharedData(wide.astype("f4"), None, None), SharedData(wide, np.zeros(2, np.int64), None),
        SharedData(wide, np.ones(2, np.int64), None), SharedData(wide, None, np.zeros(2, np.int64)),
        SharedData(wide, None, wide), SharedData(wide + 0.0 * wide.T.sum() + 1, None, None),
        SharedData(-wide, None, None),
    ]  # fmt: skip
    digests = [worker.digest_of(each) for each in different]
    assert len(set(digests)) == len(digests)
    assert worker.digest_of(SharedData(wide.copy(), None, None)) == digests[0]


def test_what_a_worker_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = worker._Kept()
    for i in range(20):
        kept.keep(str(i), shared(i))
        assert kept.get("0") is not None  # recently used, so kept
    assert list(kept._by_digest) == ["13", "14", "15", "16", "17", "18", "19", "0"]
    monkeypatch.setattr(worker, "MOST_BYTES_KEPT", 2000)
    kept.keep("large", shared(1.0, size=150))
    assert list(kept._by_digest) == ["0", "large"]
    kept.keep("too large", shared(1.0, size=1000))
    assert list(kept._by_digest) == ["too large"]
