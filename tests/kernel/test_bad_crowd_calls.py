"""Crowds in the compiled module, called without the package's checks: it raises, never crashes.

As in `test_bad_calls`, each case must raise. The sanitizers' builds of `kernel_program` show reads
and writes past the end of an array.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from fastgan.backends.algorithm import ADAM, ALTERNATING, Algorithm
from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.step_counts import Steps
from helpers.backends import require_backend

N, D, K, MODELS, EPOCHS, BATCH = 5, 3, 2, 6, 7, 2
CLASSES = 2
TABLE = one_layer_table(K, D, CLASSES)
STEPS = EPOCHS * -(-N // BATCH)
ALGORITHM = Algorithm(ALTERNATING, 2, 3, 0, ADAM, 0.0, 0.0, 0.0, np.inf, 0.0, 0.0, 0.9, 0.999, 1e-8)
NAMES = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}


def latents_needed(discriminator_steps: int, generator_steps: int) -> int:
    """Return the number of latents, as counted by the Python code."""
    return Steps(N, BATCH, discriminator_steps, generator_steps).latents_before(STEPS)


def arguments(dtype: np.dtype) -> dict[str, Any]:
    """Return the arguments of a crowd by an algorithm, with labels and given latents, in order."""
    rng = np.random.default_rng(0)
    parameters = TABLE.size
    return {
        "algorithm": ALGORITHM,
        "places": TABLE.places,
        "data": rng.random((N, D)).astype(dtype),
        "labels": np.arange(N) % CLASSES,
        "seeds": rng.integers(0, 2**63, (MODELS, 4), np.uint64),
        "draws_parameters": False,
        "parameters": np.zeros((MODELS, parameters), dtype),
        "discriminator_learning_rates": np.full(MODELS, 0.125),
        "generator_learning_rates": np.full(MODELS, 0.125),
        "k": K,
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "latent": 2,
        "latents": rng.random((latents_needed(2, 3), K)).astype(dtype),
        "shuffle": False,
        "normals": None,  # nothing is drawn
        "history": np.zeros((MODELS, 5, STEPS), dtype),
        "record_every": 1,
        "snapshots": np.zeros((MODELS, STEPS // 4 + 1, parameters), dtype),
        "snapshot_every": 4,
        "tolerance": 0.0,
        "patience": 2,
        "settled_at": np.zeros(MODELS, np.int64),
        "diverged_at": np.zeros(MODELS, np.int64),
        "stop": np.zeros(1, np.int32),
    }


OUTPUTS = ("parameters", "history", "snapshots", "settled_at", "diverged_at")
RATES = ("discriminator_learning_rates", "generator_learning_rates")


def train(dtype: np.dtype, call: dict[str, Any]) -> None:
    require_backend("c")
    kernel = importlib.import_module("fastgan.backends.native._kernel")
    assert kernel.train_crowd[NAMES[dtype]](*call.values()) == kernel.OK


def misuses(dtype: np.dtype) -> dict[str, dict[str, Any]]:
    right = arguments(dtype)
    wrong: dict[str, dict[str, Any]] = {}
    for name in ("data", "labels", "seeds", "latents", "stop", *RATES, *OUTPUTS):
        array = right[name]
        for what, value in {
            "shorter": array[..., :-1].copy(),
            "fewer rows": array[:-1].copy(),
            "empty": array[:0].copy(),
            "another dtype": array.astype(np.int16),
            "one dimension more": array[np.newaxis],
        }.items():
            wrong[f"{name}: {what}"] = {name: value}
    for name in ("k", "epochs", "batch_size", "snapshot_every", "record_every", "patience"):
        wrong[f"{name}: -1"] = {name: -1}
        wrong[f"{name}: 2**62"] = {name: 2**62}
    for label in (-1, CLASSES, 2**62):
        wrong[f"label {label}"] = {"labels": np.array([0, 1, label, 0, 1])}
    wrong["labels of a crowd that shuffles"] = {"shuffle": True}
    wrong["labels without an algorithm"] = {"algorithm": None}
    for field, value in (("schedule", 3), ("loss", -1), ("optimizer", 3), ("generator_steps", 0),
                         ("discriminator_steps", 0), ("generator_steps", 2**62),
                         ("generator_steps", 2**63)):  # fmt: skip
        wrong[f"{field} {value}"] = {"algorithm": ALGORITHM._replace(**{field: value})}
    wrong["an algorithm too short"] = {"algorithm": ALGORITHM[:-1]}
    wrong["latent 3"] = {"latent": 3}
    places = TABLE.places
    for place, start in places._asdict().items():
        for other in (start - 1, start + 1, 0 if start else 7, -1, 2**62, 2**63, 2**64):
            wrong[f"{place} at {other}"] = {"places": places._replace(**{place: other})}
    wrong["places too few"] = {"places": places[:-1]}
    wrong["places of fewer classes"] = {"places": one_layer_table(K, D, CLASSES - 1).places}
    wrong["places of more latents"] = {"places": one_layer_table(K + 1, D, CLASSES).places}
    # These are not misuse: such a model never gets there, or waits for ever.
    del wrong["patience: 2**62"], wrong["batch_size: 2**62"], wrong["record_every: 2**62"]
    del wrong["snapshot_every: 2**62"]
    return wrong


def test_the_arguments_would_do(dtype: np.dtype) -> None:
    right = arguments(dtype)
    train(dtype, right)
    assert right["parameters"].any(axis=1).all()
    assert (right["settled_at"] == -1).all()


@pytest.mark.parametrize("misuse", misuses(np.dtype(np.float64)))
def test_train_crowd_refuses(dtype: np.dtype, misuse: str) -> None:
    call = {**arguments(dtype), **misuses(dtype)[misuse]}
    before = {name: np.copy(call[name]) for name in OUTPUTS}
    with pytest.raises((TypeError, ValueError, OverflowError)):
        train(dtype, call)
    for name, array in before.items():
        np.testing.assert_array_equal(call[name], array)


@pytest.mark.parametrize("d_steps", [1, 2, 3, 4, 6, 20, 21, 22, 10**9])
@pytest.mark.parametrize("g_steps", [1, 2, 5])
def test_latents_are_counted_as_python_counts_them(d_steps: int, g_steps: int) -> None:
    dtype = np.dtype(np.float64)
    call = arguments(dtype)
    call["algorithm"] = ALGORITHM._replace(discriminator_steps=d_steps, generator_steps=g_steps)
    call["latents"] = np.full((latents_needed(d_steps, g_steps), K), 0.5)
    train(dtype, call)
    call["latents"] = call["latents"][:-1]
    with pytest.raises(ValueError, match="shapes"):
        train(dtype, call)
