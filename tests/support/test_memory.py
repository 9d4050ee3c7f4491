"""Requests that exceed the memory raise a MemoryError that names the argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.options import training_options

FACES = fastgan.datasets.slanted_land()
MUCH = 10**15  # a valid count, but more than a process can address

Call = Callable[[np.random.Generator], Any]


def trained(**options: Any) -> Any:
    return fastgan.train(FACES, epochs=1, rng=1, **options).gan


CALLS: dict[str, tuple[str, Call]] = {
    "history": ("record_every", lambda rng: fastgan.train(FACES, epochs=10**14, rng=rng)),
    "parameters": ("latent_dim", lambda rng: fastgan.train(FACES, latent_dim=MUCH, rng=rng)),
    "samples": ("n", lambda rng: trained().sample(MUCH, rng=rng)),
    "samples of a class": (
        "n", lambda rng: trained(labels=[1, 1, 2, 2, 2]).sample(MUCH, label=1, rng=rng)
    ),
    "samples of many": (
        "n", lambda rng: fastgan.train_many(FACES, 2, epochs=1, rng=1).sample(MUCH, rng=rng)
    ),
    "fakes": ("n", lambda rng: fastgan.metrics.evaluate(trained(), FACES, n=MUCH, rng=rng)),
    "bins": ("bins", lambda _: fastgan.metrics.jensen_shannon_distance([0.0], [1.0], MUCH)),
    "noise": ("n", lambda rng: fastgan.datasets.noise_images(MUCH, rng=rng)),
    "faces": ("n or size", lambda rng: fastgan.datasets.slanted_land(MUCH, rng=rng)),
    "large faces": (
        "n or size", lambda rng: fastgan.datasets.slanted_land(10**6, size=10**5, rng=rng)
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CALLS)
def test_the_argument_is_named(what: str) -> None:
    name, call = CALLS[what]
    with pytest.raises(MemoryError, match=rf"^{name}: .*; (ask for|record) fewer"):
        call(np.random.default_rng(1))


@pytest.mark.parametrize("wrong", ["latent_dim", "generator_steps"])
def test_a_generator_of_the_callers_is_as_it_was(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        training_options, "ADDRESSABLE", 2**62
    )  # otherwise `MUCH` moves would be refused
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    with pytest.raises(MemoryError, match=rf"{wrong}: .*; ask for fewer"):
        fastgan.train(FACES, epochs=1, rng=rng, schedule="alternating", **{wrong: MUCH})
    assert rng.bit_generator.state == before


def test_crowds_name_what_takes_the_memory() -> None:
    rng = np.random.SeedSequence(1)
    with pytest.raises(MemoryError, match=r"n_models.*: .* 1000000000000000 models .* bytes"):
        fastgan.train_many(FACES, 10**15, rng=rng)
    with pytest.raises(MemoryError, match=r"n_models.*: 2 models .* with 500000000000000 recorded"):
        fastgan.train_many(FACES, 2, epochs=10**14, record_every=1, rng=rng)
    with pytest.raises(
        MemoryError, match=r"n_models.*: 100 models .* with 50000000000000 recorded"
    ):
        fastgan.train_many(FACES, 100, epochs=10**14, record_every=10, rng=rng)
    assert rng.n_children_spawned == 0
