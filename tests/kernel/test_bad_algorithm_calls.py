"""Training by an algorithm in the compiled module, called without the package's checks: it raises.

As in `test_bad_calls`, each case must raise, and must leave every array as it was.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from fastgan.backends.algorithm import ADAM, ALTERNATING, MOMENTS, MOMENTUM, SGD, Algorithm
from fastgan.layers.parameter_table import one_layer_table
from helpers.backends import require_backend

N, D, K, CLASSES, BATCH = 5, 3, 2, 2, 2
FIRST_STEP, STEPS = 1, 4  # batches of 2, 1, 2, 2 rows; G has its turn after the first and the third
ROWS, LATENTS = 7, 2 + 2 * 3 + 1 + 2 + 2 * 3 + 2
TABLE = one_layer_table(K, D, CLASSES)
COUNT = TABLE.size
ALGORITHM = Algorithm(ALTERNATING, 2, 3, 0, ADAM, 0.1, 0.1, 0.0, np.inf, 0.0, 0.0, 0.9, 0.999, 1e-8)
NAMES = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}


def arguments(dtype: np.dtype) -> dict[str, Any]:
    """Return the arguments of four steps, in order."""
    rng = np.random.default_rng(0)
    return {
        "algorithm": ALGORITHM,
        "places": TABLE.places,
        "data": rng.random((N, D)).astype(dtype),
        "labels": np.arange(N) % CLASSES,
        "order": np.arange(ROWS) % N,
        "latents": rng.random((LATENTS, K)).astype(dtype),
        "parameters": np.zeros(COUNT, dtype),
        "moments": np.zeros((MOMENTS[ADAM], COUNT), dtype),
        "powers": np.ones(4, dtype),
        "batch_size": BATCH,
        "first_row": 2,
        "first_step": FIRST_STEP,
        "steps": STEPS,
        "history": np.zeros((5, STEPS), dtype),
        "record_every": 1,
        "steps_to_record": 0,
        "stop": np.zeros(1, np.int32),
        "copies": np.zeros((2, COUNT), dtype),
        "copy_after": np.array([1, STEPS]),
    }


OUTPUTS = ("parameters", "moments", "powers", "history", "copies")


def train(dtype: np.dtype, call: dict[str, Any]) -> None:
    require_backend("c")
    kernel = importlib.import_module("fastgan.backends.native._kernel")
    assert kernel.train_by_algorithm[NAMES[dtype]](*call.values()) == kernel.OK


def misuses(dtype: np.dtype) -> dict[str, dict[str, Any]]:
    right = arguments(dtype)
    wrong: dict[str, dict[str, Any]] = {}
    for name in ("data", "labels", "order", "latents", "stop", "copy_after", *OUTPUTS):
        array = right[name]
        for what, value in {
            "shorter": array[..., :-1].copy(),
            "fewer rows": array[:-1].copy(),
            "empty": array[:0].copy(),
            "another dtype": array.astype(np.int16),
            "one dimension more": array[np.newaxis],
        }.items():
            wrong[f"{name}: {what}"] = {name: value}
    for name in ("batch_size", "first_row", "first_step", "steps", "record_every",
                 "steps_to_record"):  # fmt: skip
        wrong[f"{name}: -1"] = {name: -1}
        wrong[f"{name}: 2**63"] = {name: 2**63}
    for name, value in (("batch_size", 0), ("first_row", N), ("steps", 0), ("steps", STEPS + 1),
                        ("steps", 2**63 - 1)):  # fmt: skip
        wrong[f"{name}: {value}"] = {name: value}
    for label in (-1, CLASSES, 2**62):
        wrong[f"label {label}"] = {"labels": np.array([0, 1, label, 0, 1])}
    for field, value in (("schedule", 3), ("loss", -1), ("optimizer", 3), ("generator_steps", 0),
                         ("generator_steps", 4), ("generator_steps", 2**62),
                         ("generator_steps", 2**63), ("discriminator_steps", 0),
                         ("discriminator_steps", 1), ("optimizer", MOMENTUM),
                         ("optimizer", SGD)):  # fmt: skip
        wrong[f"{field} {value}"] = {"algorithm": ALGORITHM._replace(**{field: value})}
    places = TABLE.places
    for place, start in places._asdict().items():
        for other in (start - 1, start + 1, 0 if start else 7, -1, 2**62, 2**63, 2**64):
            wrong[f"{place} at {other}"] = {"places": places._replace(**{place: other})}
    wrong["places too few"] = {"places": places[:-1]}
    wrong["places of fewer classes"] = {"places": one_layer_table(K, D, CLASSES - 1).places}
    wrong["places of more latents"] = {"places": one_layer_table(K + 1, D, CLASSES).places}
    wrong["an algorithm too short"] = {"algorithm": ALGORITHM[:-1]}
    # Which is not misuse: rows come in the order of the data.
    del wrong["order: empty"]
    return wrong


def test_the_arguments_would_do(dtype: np.dtype) -> None:
    right = arguments(dtype)
    train(dtype, right)
    assert all(right[name].any() for name in OUTPUTS)


@pytest.mark.parametrize("misuse", misuses(np.dtype(np.float64)))
def test_train_by_algorithm_refuses(dtype: np.dtype, misuse: str) -> None:
    call = {**arguments(dtype), **misuses(dtype)[misuse]}
    before = {name: np.copy(call[name]) for name in OUTPUTS}
    with pytest.raises((TypeError, ValueError, OverflowError)):
        train(dtype, call)
    for name, array in before.items():
        np.testing.assert_array_equal(call[name], array)


@pytest.mark.parametrize("optimizer", [SGD, MOMENTUM, ADAM])
def test_an_optimizer_has_the_moments_that_python_gives_it(dtype: np.dtype, optimizer: int) -> None:
    for moments in range(4):
        call = arguments(dtype)
        call["algorithm"] = ALGORITHM._replace(optimizer=optimizer)
        call["moments"] = np.zeros((moments, COUNT), dtype)
        if moments == MOMENTS[optimizer]:
            train(dtype, call)
        else:
            with pytest.raises(ValueError, match="shapes"):
                train(dtype, call)
