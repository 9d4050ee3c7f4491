"""Compare numbers as bits, and the parts of a training run that must agree in every bit."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

import fastgan

UNSIGNED = {np.dtype(np.float64): np.uint64, np.dtype(np.float32): np.uint32}


def as_bits(values: Any) -> np.ndarray:
    """Return the bits as unsigned integers, with one NaN for all payloads."""
    array = np.array(values)
    if array.dtype.kind != "f":
        return array
    array[np.isnan(array)] = np.nan
    return array.view(UNSIGNED[array.dtype])


def assert_same_bits(actual: Any, expected: Any) -> None:
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    different = np.argwhere(as_bits(actual) != as_bits(expected))
    if len(different):
        first = tuple(different[0])
        raise AssertionError(
            f"{len(different)} of {actual.size} numbers differ, the first at {first}: "
            f"{float(actual[first]).hex()} instead of {float(expected[first]).hex()}"
        )


def parameters(gan: fastgan.GAN) -> dict[str, Any]:
    return {
        "discriminator weights": gan.discriminator.weights,
        "discriminator bias": gan.discriminator.bias,
        "generator weights": gan.generator.weights,
        "generator biases": gan.generator.biases,
    }


def parts(run: fastgan.TrainingRun) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array of a run, with its name."""
    for name, value in parameters(run.gan).items():
        yield name, np.asarray(value)
    for field in fields(run.history):
        yield f"history {field.name}", getattr(run.history, field.name)
    if run.snapshots is not None:
        yield "steps of the snapshots", run.snapshots.steps
        yield "snapshots", run.snapshots.parameters


def assert_same_run(actual: fastgan.TrainingRun, expected: fastgan.TrainingRun) -> None:
    assert actual.options == expected.options
    assert actual.gan.item_shape == expected.gan.item_shape
    assert (actual.steps, actual.ended_by) == (expected.steps, expected.ended_by)
    for (name, got), (_, wanted) in zip(parts(actual), parts(expected), strict=True):
        try:
            assert_same_bits(got, wanted)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def outcome(data: Any, **options: Any) -> tuple[int | None, fastgan.TrainingRun]:
    """Return the step at which a training diverged, or None, and the run (up to that step)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # data outside [0, 1]
        try:
            return None, fastgan.train(data, **options)
        except fastgan.DivergenceError as error:
            return error.step, error.run
