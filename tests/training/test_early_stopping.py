"""Early stopping: when a training ends, and its result."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest

import fastgan
from fastgan.randomness import chunk_sizes
from fastgan.training import observer
from helpers.bits import assert_same_bits, assert_same_run
from helpers.watched_cases import FACES, KINDS, in_epoch


@pytest.fixture(params=KINDS)
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return KINDS[request.param]


def settled_after(run: fastgan.TrainingRun, tolerance: float, patience: int) -> int:
    """Return the step at which a training should end early, given its snapshots."""
    calm = 0
    epochs = run.snapshots.parameters
    for i in range(1, len(epochs)):
        largest = np.abs(epochs[i] - epochs[i - 1]).max()
        calm = calm + 1 if largest <= tolerance else 0
        if calm == patience:
            return int(run.snapshots.steps[i])
    return run.steps


@pytest.mark.parametrize("patience", [1, 2, 5])
def test_early_stopping(backend: str, options: dict[str, Any], patience: int) -> None:
    every = in_epoch(options)
    common = {"rng": 2, "epochs": 40, "backend": backend, "snapshot_every": every, **options}
    if backend == "numpy":
        common["epochs"] = 20
    whole = fastgan.train(FACES, **common)
    changes = np.abs(np.diff(whole.snapshots.parameters, axis=0)).max(axis=1)
    tolerance = float(np.quantile(changes, 0.7))
    step = settled_after(whole, tolerance, patience)
    run = fastgan.train(FACES, **common, early_stopping=tolerance, patience=patience)
    assert run.steps == step
    assert run.ended_by == ("early_stopping" if step < whole.steps else run.ended_by)
    assert_same_bits(run.snapshots.parameters, whole.snapshots.parameters[: step // every + 1])
    assert_same_bits(run.history.g_loss, whole.history.g_loss[:step])


@pytest.mark.parametrize("numbers", [1, 40, 2**16])
def test_copies_at_once_change_nothing(options: dict[str, Any], numbers: int) -> None:
    """Numbers drawn ahead change nothing, when the parameters are restored to those at the end."""
    common: dict[str, Any] = {
        "rng": 2, "epochs": 60, "early_stopping": 0.02, "patience": 3, "snapshot_every": 4,
    }  # fmt: skip
    expected = fastgan.train(FACES, **common, **options, backend="numpy")
    with (
        mock.patch.object(observer, "COPIED_NUMBERS", numbers),
        mock.patch.object(chunk_sizes, "CHUNK_NUMBERS", 3 * numbers),
    ):
        assert_same_run(fastgan.train(FACES, **common, **options), expected)


def test_patience_starts_again_after_a_large_change() -> None:
    """Otherwise the average change over the epochs would suffice."""
    options = {"rng": 0, "epochs": 300, "learning_rate": 0.3, "snapshot_every": 5}
    whole = fastgan.train(FACES, **options)
    changes = np.abs(np.diff(whole.snapshots.parameters, axis=0)).max(axis=1)
    tolerance = float(np.quantile(changes, 0.2))
    found = {p: settled_after(whole, tolerance, p) for p in (1, 2, 3)}
    assert len(set(found.values())) == 3
    assert found[2] > found[1] + 5
    for patience, step in found.items():
        run = fastgan.train(FACES, **options, early_stopping=tolerance, patience=patience)
        assert run.steps == step


def test_what_cannot_move_ends_after_its_patience() -> None:
    run = fastgan.train(
        FACES, epochs=50, rng=1, learning_rate=0, early_stopping=0, patience=3, record_every=0
    )
    assert (run.steps, run.ended_by, len(run.history)) == (15, "early_stopping", 0)
