"""Choice between training a crowd in the kernel's vector lanes and one model at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles import crowd_training
from helpers.backends import require_backend

LABELS = [0, 1, 1, 0, 1]
SIDE_BY_SIDE: dict[str, dict[str, Any]] = {
    "the default": {},
    "snapshots": {"snapshot_every": 7},
    "early stopping": {"early_stopping": 1e-3, "patience": 2},
    "alternating": {"schedule": "alternating", "generator_steps": 5, "shuffle": True},
    "simultaneous": {"schedule": "simultaneous", "batch_size": 5},
    "Wasserstein": {"loss": "wasserstein", "clip_value": 0.1},
    "Adam": {"optimizer": "adam", "early_stopping": 1e-3, "snapshot_every": 2},
    "labels": {"labels": LABELS},
}
ONE_BY_ONE: dict[str, dict[str, Any]] = {
    "a callback": {"callback": lambda view: view.step > 7},
    "labels and another order of rows in each model": {"labels": LABELS, "shuffle": True},
    "large models": {"optimizer": "momentum", "latent_dim": 1000},
    "many latents a step": {"schedule": "alternating", "generator_steps": 10_000},
}


@pytest.mark.parametrize("name", [*SIDE_BY_SIDE, *ONE_BY_ONE])
def test_where_a_crowd_is_trained(
    name: str, faces: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prediction, by which work is distributed, agrees with the actual path."""
    require_backend("c")
    one_by_one, calls = crowd_training._train_one_by_one, []
    monkeypatch.setattr(
        crowd_training, "_train_one_by_one", lambda *a: calls.append(one_by_one(*a))
    )
    options = {**SIDE_BY_SIDE, **ONE_BY_ONE}[name]
    fastgan.train_many(faces, 5, epochs=2, rng=1, threads=1, **options)
    assert len(calls) == (name in ONE_BY_ONE)
