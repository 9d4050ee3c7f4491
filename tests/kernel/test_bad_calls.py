"""The compiled module, called without the package's checks, raises and never crashes.

A failure here would be a segmentation fault, so each case must raise.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from helpers.backends import require_backend

N, D, K, ROWS = 3, 5, 2, 6


@pytest.fixture
def kernel_module() -> ModuleType:
    require_backend("c")
    return importlib.import_module("fastgan.backends.native._kernel")


def arguments(dtype: np.dtype) -> dict[str, Any]:
    """Return the arguments of a training over two epochs, in order."""
    rng = np.random.default_rng(0)
    return {
        "data": rng.random((N, D)).astype(dtype),
        "order": np.array([0, 1, 2, 2, 1, 0]),
        "latents": rng.random((ROWS, K)).astype(dtype),
        "discriminator_weights": np.zeros(D, dtype),
        "discriminator_bias": np.zeros(1, dtype),
        "generator_weights": np.zeros((K, D), dtype),
        "generator_biases": np.zeros(D, dtype),
        "discriminator_learning_rate": 0.1,
        "generator_learning_rate": 0.1,
        "batch_size": 2,
        "first_row": 0,
        "history": np.zeros((5, 4), dtype),
        "record_every": 1,
        "steps_to_record": 0,
        "stop": np.zeros(1, np.int32),
        "copies": np.zeros((2, D + 1 + K * D + D), dtype),
        "copy_after": np.array([1, 2]),
    }


OUTPUTS = ("discriminator_weights", "discriminator_bias", "generator_weights", "generator_biases",
           "history", "copies")  # fmt: skip
ARRAYS = ("data", "latents", *OUTPUTS)
NAMES = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}


def misuses(dtype: np.dtype) -> dict[str, dict[str, Any]]:
    other = np.float32 if dtype == np.float64 else np.float64
    right = arguments(dtype)
    wrong: dict[str, dict[str, Any]] = {}
    for name in ARRAYS:
        array = right[name]
        wrong[f"{name}: other dtype"] = {name: array.astype(other)}
        wrong[f"{name}: byte-swapped"] = {name: array.astype(array.dtype.newbyteorder())}
        wrong[f"{name}: complex"] = {name: array.astype(complex)}
        wrong[f"{name}: one dimension more"] = {name: array[np.newaxis]}
        wrong[f"{name}: shorter"] = {name: array[..., :-1].copy()}
        wrong[f"{name}: empty"] = {name: array[..., :0].copy()}
        wrong[f"{name}: None"] = {name: None}
        wrong[f"{name}: a list"] = {name: array.tolist()}
        if array.ndim == 2:
            wrong[f"{name}: fewer rows"] = {name: array[:-1].copy()}
        if name != "history" and array.size > 1:
            wrong[f"{name}: strided"] = {name: np.repeat(array, 2, axis=-1)[..., ::2]}
    for name in OUTPUTS:
        array = right[name].copy()
        array.flags.writeable = False
        wrong[f"{name}: read-only"] = {name: array}
    del wrong["data: fewer rows"]  # makes the order wrong, which is a case below
    for order in ([0, 1, 2, 2, 1, 3], [0, 1, 2, 2, 1, -1], [2**62] * 6, [-(2**62)] * 6, [0] * 5,
                  [0] * 7):  # fmt: skip
        wrong[f"order: {order}"] = {"order": np.array(order)}
    wrong["order: int32"] = {"order": right["order"].astype(np.int32)}
    wrong["order: float"] = {"order": right["order"].astype(float)}
    for batch_size in (0, -1, 2**63, -(2**63), 1.5, None):
        wrong[f"batch_size: {batch_size}"] = {"batch_size": batch_size}
    for first_row in (-1, N, 2**62, "0"):
        wrong[f"first_row: {first_row}"] = {"first_row": first_row}
    # A call with 6 rows that begins here would end within a batch.
    wrong["first_row: within a batch"] = {"first_row": 1}
    for record_every in (-1, 2**63):
        wrong[f"record_every: {record_every}"] = {"record_every": record_every}
    wrong["steps_to_record: -1"] = {"steps_to_record": -1}
    for after in ([0, 1], [-1, 1], [1, 1], [2, 1], [1, 5], [1, 2**62], [1], [1, 2, 3], []):
        wrong[f"copy_after: {after}"] = {"copy_after": np.array(after, np.int64)}
    wrong["copy_after: int32"] = {"copy_after": np.array([1, 2], np.int32)}
    wrong["copy_after: None"] = {"copy_after": None}
    wrong["history: four rows"] = {"history": np.zeros((4, 4), dtype)}
    wrong["history: strided columns"] = {"history": np.zeros((5, 8), dtype)[:, ::2]}
    wrong["history: transposed"] = {"history": np.zeros((4, 5), dtype).T}
    wide = np.zeros(5 * 5 * 8, np.uint8).view(dtype)
    wrong["history: rows between numbers"] = {
        "history": np.lib.stride_tricks.as_strided(
            wide, (5, 4), (4 * dtype.itemsize + 1, dtype.itemsize)
        )
    }
    wrong["stop: two"] = {"stop": np.zeros(2, np.int32)}
    wrong["stop: none"] = {"stop": np.zeros(0, np.int32)}
    wrong["stop: int64"] = {"stop": np.zeros(1, np.int64)}
    wrong["rate: text"] = {"generator_learning_rate": "0.1"}
    return wrong


def test_the_arguments_would_do(kernel_module: ModuleType, dtype: np.dtype) -> None:
    right = arguments(dtype)
    assert kernel_module.train[NAMES[dtype]](*right.values()) == kernel_module.OK
    assert right["generator_weights"].any()
    assert right["history"].all()
    assert right["copies"].all()


@pytest.mark.parametrize("misuse", misuses(np.dtype(np.float64)))
def test_train_refuses(kernel_module: ModuleType, dtype: np.dtype, misuse: str) -> None:
    call = {**arguments(dtype), **misuses(dtype)[misuse]}
    before = {name: np.copy(call[name]) for name in OUTPUTS if call[name] is not None}
    with pytest.raises((TypeError, ValueError, OverflowError)):
        kernel_module.train[NAMES[dtype]](*call.values())
    for name, array in before.items():
        np.testing.assert_array_equal(call[name], array)


def test_a_history_of_just_enough_columns_is_filled_and_no_more(
    kernel_module: ModuleType, dtype: np.dtype
) -> None:
    for every, to_record, columns in [(1, 0, 4), (1, 3, 1), (2, 0, 2), (3, 0, 2), (3, 1, 1),
                                      (7, 0, 1), (2**62, 2**62, 0), (0, 0, 0)]:  # fmt: skip
        call = {**arguments(dtype), "record_every": every, "steps_to_record": to_record}
        whole = np.full((5, columns + 2), np.nan, dtype)
        call["history"] = whole[:, 1 : columns + 1]
        assert kernel_module.train[NAMES[dtype]](*call.values()) == kernel_module.OK
        assert np.isfinite(call["history"]).all()
        assert np.isnan(whole[:, [0, -1]]).all()
        if columns:
            call["history"] = np.zeros((5, columns - 1), dtype)
            with pytest.raises(ValueError, match="shapes"):
                kernel_module.train[NAMES[dtype]](*call.values())


@pytest.mark.parametrize("batch_size", [2, 2**63 - 1])
def test_a_stop_leaves_the_parameters_alone(
    kernel_module: ModuleType, dtype: np.dtype, batch_size: int
) -> None:
    call = {**arguments(dtype), "stop": np.ones(1, np.int32), "batch_size": batch_size}
    assert kernel_module.train[NAMES[dtype]](*call.values()) == kernel_module.STOPPED
    assert not any(call[name].any() for name in OUTPUTS)


def test_generate_and_score_refuse(kernel_module: ModuleType, dtype: np.dtype) -> None:
    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype)

    stop = np.zeros(1, np.int32)
    right = {
        "generate": [zeros(4, 2), zeros(2, 3), zeros(3), zeros(4, 3), stop],
        "score": [zeros(4, 3), zeros(3), zeros(1), zeros(4), stop],
    }
    for name, call in right.items():
        function = getattr(kernel_module, name)[NAMES[dtype]]
        assert function(*call) == kernel_module.OK
        for i in range(5):
            for wrong in (None, call[i][..., :0].copy(), np.zeros((9, 9), dtype), zeros(7),
                          call[i].astype(np.int64), call[i].tolist()):  # fmt: skip
                with pytest.raises((TypeError, ValueError)):
                    function(*call[:i], wrong, *call[i + 1 :])


@pytest.mark.parametrize("name", ["exp", "log1p", "sigmoid"])
def test_elementary_functions_refuse(kernel_module: ModuleType, dtype: np.dtype, name: str) -> None:
    function = getattr(kernel_module, name)[NAMES[dtype]]
    results = 2 if name == "sigmoid" else 1
    read_only = np.zeros(3, dtype)
    read_only.flags.writeable = False
    for wrong in (np.zeros(2, dtype), np.zeros(4, dtype), None, np.zeros((3, 1), dtype), [0.0] * 3,
                  read_only, np.zeros(3, int), np.zeros(6, dtype)[::2]):  # fmt: skip
        for i in range(results):
            call = [np.zeros(3, dtype) for _ in range(results + 1)]
            call[i + 1] = wrong
            with pytest.raises((TypeError, ValueError)):
                function(*call)
    function(*(np.zeros(0, dtype) for _ in range(results + 1)))
