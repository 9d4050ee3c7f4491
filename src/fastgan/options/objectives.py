"""Objectives: the loss that each move lowers, with smoothing, penalties and clipping."""

from __future__ import annotations

from typing import Any

import numpy as np

from fastgan._support import validation

LOSSES = ("non-saturating", "minimax", "least-squares", "wasserstein")  # the index is the code


def checked_objective(
    dtype: np.dtype[Any],
    loss: object,
    label_smoothing: object,
    clip_value: object,
    gradient_penalty_weight: object,
    r1_weight: object,
) -> dict[str, Any]:
    """Check a loss and its numbers, which are rounded to `dtype`; return them by name."""
    name = validation.one_of("loss", loss, LOSSES)
    smoothing = validation.below_one("label_smoothing", label_smoothing, dtype)
    if smoothing and name == "wasserstein":
        raise ValueError(
            f"label_smoothing must be 0 with loss='wasserstein', which has no targets, "
            f"got {label_smoothing!r}"
        )
    return {
        "loss": name,
        "label_smoothing": smoothing,
        "clip_value": _clip_value(clip_value, name, dtype),
        "gradient_penalty_weight": validation.rate(
            "gradient_penalty_weight", gradient_penalty_weight, dtype
        ),
        "r1_weight": validation.rate("r1_weight", r1_weight, dtype),
    }


def _clip_value(value: object, loss: str, dtype: np.dtype[Any]) -> float | None:
    if value is None:
        return None
    number = validation.rate("clip_value", value, dtype)
    if number == 0:
        raise ValueError(f"clip_value must be above 0, got {validation.describe(value)}")
    if loss != "wasserstein":
        raise ValueError(f"clip_value must be None unless loss='wasserstein', got {value!r}")
    return number
