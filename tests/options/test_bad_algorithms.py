"""Invalid or incompatible schedules, losses and optimizers cause clear errors."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import fastgan

FACES = fastgan.datasets.slanted_land()

WRONG: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "no such schedule": (ValueError, "schedule", {"schedule": "random"}),
    "a schedule by number": (TypeError, "schedule", {"schedule": 1}),
    "no such loss": (ValueError, "loss", {"loss": "hinge"}),
    "no loss": (TypeError, "loss", {"loss": None}),
    "no such optimizer": (ValueError, "optimizer", {"optimizer": "SGD"}),
    "no step of D": (ValueError, "discriminator_steps",
                     {"schedule": "alternating", "discriminator_steps": 0}),
    "half a step of G": (TypeError, "generator_steps",
                         {"schedule": "alternating", "generator_steps": 0.5}),
    "steps without alternating": (ValueError, "discriminator_steps", {"discriminator_steps": 2}),
    "moves without alternating": (ValueError, "generator_steps",
                                  {"schedule": "simultaneous", "generator_steps": 2}),
    "more moves than can be counted": (ValueError, "generator_steps", {
        "schedule": "alternating", "generator_steps": 2**63 - 1}),
    "more moves than have addresses": (ValueError, "generator_steps", {
        "schedule": "alternating", "generator_steps": 10**15}),
    "more moves of wide batches": (ValueError, "generator_steps", {
        "schedule": "alternating", "generator_steps": 2**40, "batch_size": 5, "latent_dim": 4}),
    "clip without Wasserstein": (ValueError, "clip_value", {"clip_value": 0.01}),
    "clip to nothing": (ValueError, "clip_value", {"loss": "wasserstein", "clip_value": 0.0}),
    "clip to less": (ValueError, "clip_value", {"loss": "wasserstein", "clip_value": -1.0}),
    "clip nowhere": (ValueError, "clip_value", {"loss": "wasserstein", "clip_value": np.inf}),
    "smoothing of 1": (ValueError, "label_smoothing", {"label_smoothing": 1.0}),
    "smoothing of 1 in float32": (ValueError, "label_smoothing",
                                  {"label_smoothing": 1 - 1e-9, "dtype": "float32"}),
    "negative smoothing": (ValueError, "label_smoothing", {"label_smoothing": -0.1}),
    "smoothing with Wasserstein": (ValueError, "label_smoothing",
                                   {"loss": "wasserstein", "label_smoothing": 0.1}),
    "negative penalty": (ValueError, "gradient_penalty_weight", {"gradient_penalty_weight": -1}),
    "penalty NaN": (ValueError, "r1_weight", {"r1_weight": np.nan}),
    "penalty in words": (TypeError, "r1_weight", {"r1_weight": "much"}),
    "momentum without an optimizer": (ValueError, "momentum", {"momentum": 0.9}),
    "momentum of 1": (ValueError, "momentum", {"optimizer": "momentum", "momentum": 1.0}),
    "beta_2 without Adam": (ValueError, "second_momentum",
                            {"optimizer": "momentum", "second_momentum": 0.9}),
    "epsilon without Adam": (ValueError, "epsilon", {"epsilon": 1e-8}),
    "negative epsilon": (ValueError, "epsilon", {"optimizer": "adam", "epsilon": -1e-8}),
    "too few latents for G's turns": (ValueError, "latent", {
        "schedule": "alternating", "epochs": 2, "latent": np.zeros(19)}),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_wrong_options(what: str) -> None:
    error, name, options = WRONG[what]
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    for train in (fastgan.train, lambda data, **o: fastgan.train_many(data, 3, **o)):
        with pytest.raises(error, match=rf"^{re.escape(name)} (must|has)"):
            train(FACES, **{"epochs": 1, "rng": rng, **options})
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("discriminator_steps", [4, 2**63 - 1])
def test_moves_whose_turn_never_comes_may_be_many(backend: str, discriminator_steps: int) -> None:
    run = fastgan.train(
        FACES, epochs=1, batch_size=2, rng=1, schedule="alternating", backend=backend,
        discriminator_steps=discriminator_steps, generator_steps=2**63 - 1,
    )  # fmt: skip
    assert run.steps == 3
    assert np.isnan(run.history.g_loss).all()


def test_defaults_are_filled_in() -> None:
    run = fastgan.train(FACES, epochs=1, optimizer="adam", dtype="float32", rng=1)
    assert run.options.momentum == float(np.float32(0.9))
    assert run.options.second_momentum == float(np.float32(0.999))
    assert run.options.epsilon == float(np.float32(1e-8))
    assert not run.options.is_plain
    assert fastgan.train(FACES, epochs=1, rng=1).options.is_plain
