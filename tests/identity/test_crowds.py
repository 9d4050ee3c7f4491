"""Each model of a crowd has its bits from training alone, for any options, number and order."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from random import Random
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, event, find, given, settings
from hypothesis import strategies as st

import fastgan
from fastgan.ensembles import block_sizes, placement
from fastgan.ensembles.ensemble import OF_EACH
from fastgan.randomness import chunk_sizes
from helpers.alone import assert_each_as_alone, part_of, train_many
from helpers.backends import require_backend
from helpers.bits import assert_same_bits
from helpers.strategies import crowds

FEW_EXAMPLES = max(1, settings.default.max_examples // 10)  # examples of slow tests


def quads(values: Any) -> Iterator[set[Any]]:
    """Yield the set of values in each group of four, which are neighbours in vectors."""
    return (set(np.asarray(values)[i : i + 4].tolist()) for i in range(0, len(values), 4))


def saturated(ensemble: fastgan.Ensemble) -> list[bool]:
    """Return for each model whether a pixel of its picture, or D's probability, is 0 or 1."""
    label = {"label": ensemble.classes[0]} if ensemble.classes else {}
    z = np.full((1, ensemble.options.latent_dim), 0.5)
    pictures = [run.gan.generate(z, **label) for run in ensemble]
    return [
        bool(np.isin(picture, (0, 1)).any() or run.gan.discriminate(picture, **label)[0] in (0, 1))
        for run, picture in zip(ensemble, pictures, strict=True)
    ]


WHAT_OCCURS: dict[str, Callable[[fastgan.Ensemble], bool]] = {
    "all diverge": lambda e: min(e.diverged_at) >= 0,
    "one diverges beside one that does not": (
        lambda e: {True, False} in quads(e.diverged_at >= 0)
    ),
    "neighbours diverge at different steps": (
        lambda e: any(len(steps - {-1}) > 1 for steps in quads(e.diverged_at))
    ),
    "one diverges that has recorded something": (
        lambda e: any(e.diverged_at[i] >= 0 and len(e[i].history) for i in range(len(e)))
    ),
    "one is saturated beside one that is not": lambda e: {True, False} in quads(saturated(e)),
    "too few to fill a vector": lambda e: len(e) < 4,
    "a vector that is not full": lambda e: len(e) > 4 and len(e) % 4 > 0,
    "a block that is not full": lambda e: len(e) > 64 and len(e) % 64 > 0,
}  # fmt: skip


@contextmanager
def handed_out(at_once: int) -> Iterator[None]:
    """Give threads `at_once` models at a time, however little work there is."""
    with (
        mock.patch.object(placement, "SHORT", 0.0),
        mock.patch.object(block_sizes, "models_in_block", return_value=at_once),
    ):
        yield


@given(crowd=crowds(), at_once=st.none() | st.integers(1, 129))
def test_random_crowds_in_the_kernel(crowd: dict[str, Any], at_once: int | None) -> None:
    with handed_out(at_once) if at_once else nullcontext():
        ensemble = train_many(**crowd, backend=require_backend("c"))
    for name, occurs in WHAT_OCCURS.items():
        if occurs(ensemble):
            event(name)
    assert_each_as_alone(ensemble, crowd)


@settings(max_examples=FEW_EXAMPLES)
@given(crowd=crowds(most=6))
def test_random_crowds(backend: str, crowd: dict[str, Any]) -> None:
    ensemble = train_many(**crowd, backend=backend)
    assert ensemble.backend == backend
    assert_each_as_alone(ensemble, crowd)


@pytest.mark.parametrize("name", WHAT_OCCURS)
def test_random_crowds_are_random_enough(name: str) -> None:
    """Otherwise the tests above would not test what they claim."""
    require_backend("c")  # the reference takes minutes
    find(
        crowds(),
        lambda crowd: WHAT_OCCURS[name](train_many(**crowd)),
        settings=settings(max_examples=200, phases=[Phase.generate], database=None),
        random=Random(0),
    )


def assert_same_crowd(actual: fastgan.Ensemble, expected: fastgan.Ensemble) -> None:
    for name in OF_EACH[:-1]:  # all except the index
        assert_same_bits(getattr(actual, name), getattr(expected, name))


@settings(max_examples=3 * FEW_EXAMPLES)
@given(crowd=crowds(), cuts=st.sets(st.integers(1, 128), max_size=4), random=st.randoms())
def test_parts_in_any_order(crowd: dict[str, Any], cuts: set[int], random: Random) -> None:
    """A crowd has the same bits however it is divided, and whichever part is first."""
    backend = require_backend("c")  # the reference takes minutes
    expected = train_many(**crowd, backend=backend)
    bounds = sorted({0, len(expected), *(cut for cut in cuts if cut < len(expected))})
    parts = list(pairwise(bounds))
    random.shuffle(parts)
    for start, stop in parts:
        part = train_many(**part_of(crowd, start, stop), backend=backend)
        assert_same_crowd(part, expected[start:stop])


@settings(max_examples=FEW_EXAMPLES)
@given(crowd=crowds(most=9), at_once=st.integers(1, 9))
def test_blocks_in_threads(backend: str, crowd: dict[str, Any], at_once: int) -> None:
    expected = train_many(**{**crowd, "threads": 1}, backend=backend)
    with handed_out(at_once):
        assert_same_crowd(train_many(**crowd, backend=backend), expected)


@settings(max_examples=FEW_EXAMPLES)
@given(crowd=crowds(most=6), size=st.integers(1, 40), work=st.integers(1, 20_000))
def test_chunks_of_any_size_change_nothing(
    backend: str, crowd: dict[str, Any], size: int, work: int
) -> None:
    expected = train_many(**crowd, backend=backend)
    with (
        mock.patch.object(chunk_sizes, "CHUNK_NUMBERS", size),
        mock.patch.object(chunk_sizes, "CHUNK_WORK", work),
    ):
        assert_same_crowd(train_many(**crowd, backend=backend), expected)


@settings(
    max_examples=3 * FEW_EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(crowd=crowds())
def test_every_instruction_set(kernel_variants: list[str], crowd: dict[str, Any]) -> None:
    """Vectors of a different width have different models as neighbours."""
    native = importlib.import_module("fastgan.backends.native.backend")
    expected = train_many(**crowd, backend="numba")
    for name in kernel_variants:
        assert native.choose_variant(name) == name
        assert_same_crowd(train_many(**crowd, backend="c"), expected)


def test_the_kernel_is_trusted_with_crowds() -> None:
    """Otherwise the tests above would compare models trained alone with themselves."""
    require_backend("c")
    assert importlib.import_module("fastgan.backends.native.crowds").serves(5)
