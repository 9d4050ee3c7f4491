"""Every backend gives the reference's bits, for any shapes, options, data, chunks and layouts."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import fastgan
from fastgan.backends import choose
from fastgan.options.step_counts import Steps
from fastgan.randomness import chunk_sizes, draws, source
from helpers.bits import assert_same_bits, assert_same_run, outcome
from helpers.strategies import FEATURES, KINDS, numbers, trainings


@given(training=trainings())
def test_random_trainings(kernel: str, training: dict[str, Any]) -> None:
    step, run = outcome(**training, backend=kernel)
    expected_step, expected = outcome(**training, backend="numpy")
    event("diverged" if step is not None else "ended")
    assert step == expected_step
    assert_same_run(run, expected)
    assert run.backend == kernel


@given(seed=st.integers(0, 2**32), d=FEATURES, k=st.integers(1, 5), rows=st.integers(1, 6),
       kind=KINDS, dtype=st.sampled_from([np.float64, np.float32]))  # fmt: skip
def test_pictures_and_scores(
    kernel: str, seed: int, d: int, k: int, rows: int, kind: str, dtype: Any
) -> None:
    rng = np.random.default_rng(seed)
    z, weights, biases, w, b = (
        numbers(rng, kind, shape, dtype) for shape in ((rows, k), (k, d), (d,), (d,), (1,))
    )
    results = []
    for name in (kernel, "numpy"):
        module, stop = choose(name).module, np.zeros(1, np.int32)
        pictures, scores = np.empty((rows, d), dtype), np.empty(rows, dtype)
        module.generate(z, weights, biases, pictures, stop)
        module.score(pictures, w, b, scores, stop)
        results.append((pictures, scores, module.probabilities(scores)))
    for got, expected in zip(*results, strict=True):
        assert_same_bits(got, expected)


@cache
def many_steps_of_one_row(backend: str, d: int, dtype: np.dtype) -> fastgan.TrainingRun:
    data = np.random.default_rng(d).random((3, d))
    return fastgan.train(data, epochs=180, rng=d, dtype=dtype, shuffle=d % 2 == 0, backend=backend)


@pytest.mark.parametrize("d", [1, 3, 4, 5, 8, 13, 16, 17])
def test_many_steps_of_one_row(kernel: str, d: int, dtype: np.dtype) -> None:
    """More recorded steps than a kernel may buffer before it fills the history."""
    expected = many_steps_of_one_row("numpy", d, dtype)
    assert_same_run(many_steps_of_one_row(kernel, d, dtype), expected)


@pytest.mark.parametrize("d", [1, 4, 5, 16, 40])
@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_same_step_is_found_to_diverge(
    kernel: str, d: int, batch_size: int, dtype: np.dtype
) -> None:
    data = np.random.default_rng(d).random((200, d))
    huge = float(np.finfo(dtype).max) / 2
    data[120], data[121] = huge, -huge  # D is sure that one is false, and is corrected
    options = {"epochs": 1, "learning_rate": 10.0, "batch_size": batch_size, "rng": 5,
               "dtype": dtype, "record_every": 2}  # fmt: skip
    step, run = outcome(data, **options, backend="numpy")
    assert step in (120 // batch_size, 121 // batch_size)
    assert len(run.history) == -(-step // 2)  # up to the step before
    got_step, got = outcome(data, **options, backend=kernel)
    assert got_step == step
    assert_same_run(got, run)
    assert np.isfinite(run.gan.discriminator.weights).all()


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("d", [1, 4, 7, 16, 17, 50])
def test_every_instruction_set(
    kernel_variants: list[str], d: int, batch_size: int, dtype: np.dtype
) -> None:
    native = importlib.import_module("fastgan.backends.native.backend")
    data = np.random.default_rng(d).random((9, d))
    options = {"epochs": 30, "rng": d, "dtype": dtype, "learning_rate": 3.0,
               "batch_size": batch_size}  # fmt: skip
    _, expected = outcome(data, **options, backend="numpy")
    for name in kernel_variants:
        assert native.choose_variant(name) == name
        assert_same_run(outcome(data, **options, backend="c")[1], expected)


@settings(max_examples=40)
@given(training=trainings(), size=st.integers(1, 40), work=st.integers(1, 20_000))
def test_chunks_of_any_size_change_nothing(
    backend: str, training: dict[str, Any], size: int, work: int
) -> None:
    expected_step, expected = outcome(**training, backend=backend)
    with (
        mock.patch.object(chunk_sizes, "CHUNK_NUMBERS", size),
        mock.patch.object(chunk_sizes, "CHUNK_WORK", work),
    ):
        step, run = outcome(**training, backend=backend)
    assert step == expected_step
    assert_same_run(run, expected)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("record_every", [1, 2, 3, 5])
def test_chunks_that_begin_within_an_epoch(
    backend: str, record_every: int, shuffle: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"epochs": 4, "batch_size": 3, "record_every": record_every, "shuffle": shuffle,
               "rng": 8, "latent_dim": 2, "backend": backend}  # fmt: skip
    data = np.random.default_rng(8).random((11, 6))
    expected = fastgan.train(data, **options)
    plan, first_rows = Steps.of(expected.options, len(data)), set()
    for size in (1, 13):
        monkeypatch.setattr(chunk_sizes, "CHUNK_NUMBERS", size)
        chunks = draws.draw_chunks(
            source.random_source(8), "uniform", expected.options, plan, data.shape[1]
        )
        first_rows |= {plan.rows_before(chunk.first_step) % len(data) for chunk in chunks}
        assert_same_run(fastgan.train(data, **options), expected)
    assert first_rows == {0, 3, 6, 9}  # otherwise this would not test what it claims


def read_only(data: np.ndarray) -> np.ndarray:
    copy = data.copy()
    copy.flags.writeable = False
    return copy


def strided(data: np.ndarray) -> np.ndarray:
    wide = np.full((len(data) * 2, data.shape[1] * 3), np.nan)
    wide[::-2, 1::3] = data
    return wide[::-2, 1::3]


def unaligned(data: np.ndarray) -> np.ndarray:
    return np.frombuffer(b"\0" + data.tobytes(), np.float64, offset=1).reshape(data.shape)


LAYOUTS = {
    "read-only": read_only,
    "strided": strided,
    "unaligned": unaligned,
    "Fortran": np.asfortranarray,
    "byte-swapped": lambda data: data.astype(">f8"),
    "little-endian": lambda data: data.astype("<f8"),
    "float32": lambda data: data.astype(np.float32),
    "float16": lambda data: data.astype(np.float16),
    "integer": lambda data: data.astype(np.int8),
    "unsigned": lambda data: data.astype(np.uint64),
    "byte-swapped integer": lambda data: data.astype(">i4"),
    "bool": lambda data: data.astype(bool),
    "subclass": lambda data: data.view(np.ma.MaskedArray),
    "nested lists": lambda data: data.tolist(),
    "memory": lambda data: memoryview(data),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("d", [4, 16, 19])
def test_the_layout_of_the_data_changes_nothing(
    backend: str, layout: str, batch_size: int, d: int, dtype: np.dtype
) -> None:
    data = np.random.default_rng(2).integers(0, 2, (7, d)).astype(float)  # exact in every dtype
    options = {"epochs": 3, "rng": 1, "dtype": dtype, "batch_size": batch_size,
               "shuffle": True, "backend": backend}  # fmt: skip
    expected = fastgan.train(data, **options)
    given_data = LAYOUTS[layout](data)
    before = np.array(given_data).tobytes()
    assert_same_run(fastgan.train(given_data, **options), expected)
    assert np.array(given_data).tobytes() == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_latents_and_parameters_changes_nothing(backend: str, layout: str) -> None:
    rng = np.random.default_rng(2)
    data, bits = rng.random((5, 3)), rng.integers(0, 2, (10, 3)).astype(float)
    options = {"epochs": 2, "latent_dim": 3, "backend": backend, "rng": 4}
    runs = []
    for change in (np.copy, LAYOUTS[layout]):
        init = fastgan.GAN(
            fastgan.Generator(change(bits[:3]), bits[3]), fastgan.Discriminator(bits[4], 0)
        )
        runs.append(fastgan.train(data, latent=change(bits), init=init, **options))
    assert_same_run(*runs)
