"""fastgan's side of every comparison, and the check that it gives the reference's bits."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from cases import LEARNING_RATE, SEED, Array, Outcome, Parameters, Size, Work, pictures, work

import fastgan
from fastgan import backends
from fastgan.training.history import ROWS

KINDS = ("end to end", "kernel alone")


def end_to_end(work: Work, backend: str, record_every: int) -> Callable[[], fastgan.TrainingRun]:
    """Return a function that calls `fastgan.train`, including its random draws."""
    size, items = work.size, pictures(work.size)

    def train() -> fastgan.TrainingRun:
        return fastgan.train(
            items,
            epochs=work.epochs,
            batch_size=size.batch_size,
            learning_rate=LEARNING_RATE,
            latent_dim=size.latent_dim,
            rng=SEED,
            dtype=work.dtype,
            backend=backend,
            record_every=record_every,
        )

    return train


def kernel_alone(work: Work, backend: str, record_every: int) -> Callable[[], Outcome]:
    """Return a function that runs the backend's `train` alone, on arrays that are ready."""
    kernel = backends.choose(backend).module.train
    order, stop = np.empty(0, np.int64), np.zeros(1, np.int32)
    records = -(-work.steps // record_every) if record_every else 0
    history = np.empty((len(ROWS), records), work.dtype)

    def train() -> Outcome:
        parameters = work.parameters()
        kernel(
            work.data,
            order,
            work.latents,
            *parameters,
            LEARNING_RATE,
            LEARNING_RATE,
            work.size.batch_size,
            0,
            history,
            record_every,
            0,
            stop,
        )
        return Outcome(parameters, history if record_every else None)

    return train


def outcome(run: fastgan.TrainingRun) -> Outcome:
    """Return the arrays of a result of `fastgan.train`."""
    discriminator, generator = run.gan.discriminator, run.gan.generator
    bias = np.array([discriminator.bias], discriminator.weights.dtype)
    kept = np.array([getattr(run.history, row) for row in ROWS])
    return Outcome(
        Parameters(discriminator.weights, bias, generator.weights, generator.biases),
        kept if len(run.history) else None,
    )


@cache
def reference(size: Size, dtype: str, epochs: int) -> Outcome:
    """Return the result of the specification, with a history of every step."""
    return kernel_alone(work(size, dtype, epochs), "numpy", 1)()


@cache
def require_identity(size: Size, dtype: str, backend: str, record_every: int, epochs: int) -> None:
    """Assert that this configuration gives the reference's bits, end to end and in the kernel."""
    expected = reference(size, dtype, epochs)
    same_work = work(size, dtype, epochs)
    whole = outcome(end_to_end(same_work, backend, record_every)())
    alone = kernel_alone(same_work, backend, record_every)()
    for kind, got in zip(KINDS, (whole, alone), strict=True):
        where = f"{backend}, {kind}, {size.name}, {dtype}, record_every={record_every}"
        for name, mine, theirs in zip(
            Parameters._fields, got.parameters, expected.parameters, strict=True
        ):
            require_same_bits(mine, theirs, f"{where}: {name}")
        if record_every:
            require_same_bits(got.history, expected.history[:, ::record_every], where)


def require_same_bits(got: Array, expected: Array, what: str) -> None:
    """Assert that two arrays are equal, compared as unsigned integers except for NaN."""
    if got.dtype != expected.dtype or got.shape != expected.shape:
        raise AssertionError(f"{what}: the shape or dtype differs from the expected one")
    bits = np.dtype(f"u{got.dtype.itemsize}")
    got, expected = (
        np.where(np.isnan(array), np.nan, array).astype(array.dtype).view(bits)
        for array in (got, expected)
    )
    if not np.array_equal(got, expected):
        differing = np.count_nonzero(got != expected)
        raise AssertionError(f"{what}: {differing} of {got.size} numbers differ from the expected")
