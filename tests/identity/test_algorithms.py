"""Training by recipe: every backend gives the specification's bits, with and without labels."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgan.backends import choose
from fastgan.backends.algorithm import MOMENTS, generator_moves
from fastgan.backends.reference import slanted_land, training
from fastgan.layers.parameter_table import one_layer_table
from helpers.algorithms import NO_ORDER, NO_STOP, algorithm_of
from helpers.bits import assert_same_bits
from helpers.strategies import FEATURES, KINDS, algorithms, numbers


@st.composite
def runs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw all arguments of `reference.training.train` except parameters, starting at any step."""
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    n, d, k, c = (draw(s) for s in (st.integers(1, 9), FEATURES, st.integers(1, 4),
                                    st.sampled_from([1, 1, 2, 3])))  # fmt: skip
    rates = draw(st.sampled_from([(0.01, 0.01), (1.0, 0.0), (30.0, 1e20)]))
    recipe = algorithm_of(dtype, rates, **draw(algorithms()))
    batch_size, steps = draw(st.integers(1, n)), draw(st.integers(1, 12))
    first = draw(st.integers(0, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    batches = -(-n // batch_size)
    sizes = [
        min(batch_size, n - step % batches * batch_size) for step in range(first, first + steps)
    ]
    drawn = sum(m * (1 + generator_moves(recipe, first + i)) for i, m in enumerate(sizes))
    order = rng.integers(0, n, sum(sizes)) if draw(st.booleans()) else NO_ORDER
    table = one_layer_table(k, d, c)
    parameters = numbers(rng, draw(KINDS), (table.size,), dtype)
    return {
        "algorithm": recipe,
        "places": table.places,
        "data": numbers(rng, draw(KINDS), (n, d), dtype),
        "labels": rng.integers(0, c, n),
        "order": order,
        "latents": numbers(rng, draw(KINDS), (drawn, k), dtype),
        "parameters": parameters,
        "moments": rng.random((MOMENTS[recipe.optimizer], len(parameters))).astype(dtype),
        "powers": np.full(4, 0.5, dtype),
        "batch_size": batch_size,
        "first_row": first % batches * batch_size,
        "first_step": first,
        "steps": steps,
        "history": np.full((5, steps), -7, dtype),
        "record_every": draw(st.integers(0, 3)),
        "steps_to_record": draw(st.integers(0, 2)),
        "stop": NO_STOP,
    }  # fmt: skip


MOVED = ("parameters", "moments", "powers", "history")


def moved(backend: str, run: dict[str, Any]) -> list[np.ndarray]:
    own = {**run, **{name: run[name].copy() for name in MOVED}}
    choose(backend).module.train_by_algorithm(*own.values())
    return [own[name] for name in MOVED]


@given(run=runs())
def test_random_runs(kernel: str, run: dict[str, Any]) -> None:
    for got, expected in zip(moved(kernel, run), moved("numpy", run), strict=True):
        assert_same_bits(got, expected)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_plain_recipe_is_the_reference(dtype: np.dtype, batch_size: int) -> None:
    """So the specialised kernels and those for any recipe agree in every bit."""
    rng = np.random.default_rng(3)
    n, d, k = 7, 5, 2
    data, latents = rng.random((n, d)).astype(dtype), rng.random((2 * n, k)).astype(dtype)
    table = one_layer_table(k, d)
    vector = rng.normal(size=table.size).astype(dtype)
    steps = 2 * -(-n // batch_size)
    expected, history = vector.copy(), np.empty((5, steps), dtype)
    w, b, weights, biases = table.split(expected)
    parts = w[0], b, weights, biases[0]
    slanted_land.train(data, NO_ORDER, latents, *parts, 0.1, 0.05, batch_size, 0, history, 1, 0,
                          NO_STOP)  # fmt: skip
    again, powers = np.empty((5, steps), dtype), np.ones(4, dtype)
    training.train(algorithm_of(dtype), table.places, data, np.zeros(n, np.int64), NO_ORDER,
                        latents, vector, np.zeros((0, len(vector)), dtype), powers, batch_size, 0,
                        0, steps, again,
                        1, 0, NO_STOP)  # fmt: skip
    assert_same_bits(vector, expected)
    assert_same_bits(again, history)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_run_in_parts_is_the_run(backend: str, dtype: np.dtype, optimizer: str) -> None:
    """The optimizer's state and the schedule continue from one call to the next."""
    rng = np.random.default_rng(5)
    n, d, k, m = 6, 4, 2, 2
    recipe = algorithm_of(dtype, schedule="alternating", discriminator_steps=2, generator_steps=2,
                       optimizer=optimizer)  # fmt: skip
    table = one_layer_table(k, d)
    data, vector = rng.random((n, d)).astype(dtype), rng.normal(size=table.size).astype(dtype)
    places = table.places
    latents = rng.random((m * (6 + 3 * 2), k)).astype(dtype)
    results = []
    for cuts in ([0, 6], [0, 1, 2, 5, 6]):
        own, powers = vector.copy(), np.ones(4, dtype)
        moments, used = np.zeros((MOMENTS[recipe.optimizer], len(own)), dtype), 0
        for first, end in pairwise(cuts):
            drawn = m * sum(1 + generator_moves(recipe, step) for step in range(first, end))
            z = latents[used : used + drawn]
            used += drawn
            choose(backend).module.train_by_algorithm(
                recipe, places, data, np.zeros(n, np.int64), NO_ORDER, z, own, moments, powers, m,
                first % 3 * m, first, end - first, np.empty((5, 0), dtype), 0, 0, NO_STOP,
            )  # fmt: skip
        results.append((own, moments, powers))
    for got, expected in zip(*results, strict=True):
        assert_same_bits(got, expected)
