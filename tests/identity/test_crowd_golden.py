"""Golden hashes of crowds, however their work is cut, ordered and distributed.

The hashes are those of models trained alone by the NumPy reference; see `crowd_cases`.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import block_sizes, placement
from fastgan.ensembles.crowd_training import train_crowd
from helpers import crowd_cases
from helpers.backends import require_backend
from helpers.paths import TESTS

KEYS = list(crowd_cases.GOLDEN)


def assert_golden(key: tuple[str, str], **how: Any) -> None:
    name, dtype = key
    stacked = crowd_cases.together(crowd_cases.crowds(dtype)[name], dtype, **how)
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[key]


@pytest.fixture
def blocks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Divide crowds that would be one block into many blocks, on several threads."""
    monkeypatch.setattr(block_sizes, "models_in_block", lambda *_: 3)
    monkeypatch.setattr(block_sizes, "models_in_task", lambda *_: 3)
    monkeypatch.setattr(placement, "SHORT", 0.0)


def test_there_is_a_golden_hash_of_each() -> None:
    assert {(name, dtype) for name in crowd_cases.NAMES for dtype in crowd_cases.DTYPES} == set(
        KEYS
    )
    assert len(set(crowd_cases.GOLDEN.values())) == len(KEYS)


def test_some_diverge_and_some_do_not() -> None:
    for dtype in crowd_cases.DTYPES:
        stacked = crowd_cases.together(crowd_cases.crowds(dtype)["some diverge"], dtype)
        assert len(set(stacked.diverged_at)) > 10
        assert (stacked.diverged_at < 0).sum() > 10
        assert np.isfinite(stacked.parameters).all()


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_every_backend(key: tuple[str, str], backend: str) -> None:
    assert_golden(key, backend=backend)


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_models_trained_alone(key: tuple[str, str], kernel: str) -> None:
    name, dtype = key
    stacked = crowd_cases.alone(crowd_cases.crowds(dtype)[name], dtype, kernel)
    assert crowd_cases.digest(stacked) == crowd_cases.GOLDEN[key]


@pytest.mark.parametrize("threads", range(1, 17))
@pytest.mark.usefixtures("blocks_of_three")
def test_every_number_of_threads(threads: int) -> None:
    for key in KEYS:
        assert_golden(key, threads=threads)


@pytest.mark.usefixtures("blocks_of_three")
def test_threads_with_every_backend(backend: str) -> None:
    assert_golden(("seventeen features, shuffled batches", "float64"), threads=3, backend=backend)


def cut(count: int, sizes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield blocks of the given sizes, cyclically."""
    start = 0
    while True:
        for size in sizes:
            if start >= count:
                return
            yield start, min(start + size, count)
            start += size


@pytest.mark.parametrize(
    "sizes", [[1], [2, 7, 1, 11], [8], [31, 5], [63], [64], [65], [10**6]], ids=str
)
@pytest.mark.parametrize("order", ["forwards", "backwards", "shuffled", "twice"])
def test_every_partition_and_order(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], order: str
) -> None:
    def train(crowd: Any, shared: Any, trained: Any, *_: Any) -> str:
        parts = list(cut(len(crowd), sizes))
        if order == "backwards":
            parts.reverse()
        elif order == "shuffled":
            random.Random(1).shuffle(parts)
        elif order == "twice":
            parts += parts
        for part in parts:
            stop = np.zeros(1, np.int32)
            name = train_crowd(crowd.part(*part), shared, trained.part(*part), stop)
        return name

    monkeypatch.setattr(placement, "train_where", train)
    for key in KEYS:
        assert_golden(key)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
@pytest.mark.usefixtures("blocks_of_three")
def test_processes(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this operating system cannot start processes by {method}")
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, context) as executor:
        for key in KEYS:
            assert_golden(key, executor=executor)
        assert_golden(KEYS[0], executor=executor, threads=3)


@pytest.mark.usefixtures("blocks_of_three")
def test_threads_of_the_callers() -> None:
    with ThreadPoolExecutor(3) as executor:
        for key in KEYS:
            assert_golden(key, executor=executor)


@pytest.mark.parametrize("variant", ["generic", "avx2", "avx512"])
def test_each_instruction_set(variant: str) -> None:
    require_backend("c")
    from fastgan.backends.native import _kernel

    if not _kernel.variants().get(variant):
        pytest.skip(f"{variant} is not supported by both this kernel and this processor")
    done = subprocess.run(
        [sys.executable, "-c", "from helpers import crowd_cases; crowd_cases.check(backend='c')"],
        env={**os.environ, "FASTGAN_CPU": variant},
        capture_output=True,
        text=True,
        cwd=TESTS,
    )
    assert done.returncode == 0, done.stderr


def test_the_golden_hashes_are_those_of_this_version() -> None:
    assert fastgan.NUMERICS_VERSION == crowd_cases.VERSION
