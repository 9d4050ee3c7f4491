"""Four sizes in two dtypes, for which every variant of every kernel must compute the same bits.

A case is plain bytes, so that a C program can run it without Python. A hash covers the parameters,
history, pictures and scores of one training; the parameters, histories and steps of divergence of
a crowd of models of the same size; and trainings by `RECIPES` with two classes, for half as many
epochs. A changed hash requires a new numerics version.

    python tests/helpers/variant_cases.py [BACKEND]

prints the hash of each case, computed by one backend of the installed package.
"""

from __future__ import annotations

import hashlib
import struct
import sys
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

SAMPLES, RATE = 7, 0.05


class Case(NamedTuple):
    n: int
    d: int
    k: int
    batch_size: int
    epochs: int
    models: int  # models of the crowd, each with its own learning rate
    shuffle: bool  # whether the crowd shuffles its rows


CASES = {
    "Slanted Land": Case(5, 4, 1, 1, 40, models=37, shuffle=False),
    "3x3": Case(7, 9, 2, 3, 30, models=37, shuffle=True),
    "16x16": Case(40, 256, 16, 16, 4, models=3, shuffle=True),
    "28x28": Case(70, 784, 64, 64, 2, models=1, shuffle=False),
}
DTYPES = ("float64", "float32")
GOLDEN = {
    ("Slanted Land", "float64"): "1a1b6c01e2916a65",
    ("Slanted Land", "float32"): "a9204b80ce82881b",
    ("3x3", "float64"): "f03e9069f6fe7f03",
    ("3x3", "float32"): "24214813e9a469f1",
    ("16x16", "float64"): "efab81b3beb3cd1b",
    ("16x16", "float32"): "dee5ea0cf86862c1",
    ("28x28", "float64"): "bee1b5210e603192",
    ("28x28", "float32"): "f4e71980d1ffe9b9",
}


# Schedule, steps of D and moves of G, loss, optimizer; then smoothing, clip value, weights of the
# gradient penalty and of R1, the two betas and epsilon; the same as in `kernel_program/run_case.c`.
RECIPES = (
    (1, 3, 2, 1, 2, 0.125, np.inf, 0.0, 0.5, 0.75, 0.875, 2.0**-20),
    (0, 1, 1, 3, 1, 0.0, 0.5, 0.25, 0.0, 0.5, 0.0, 0.0),
    (2, 1, 1, 2, 0, 0.0, np.inf, 0.0, 0.0, 0.0, 0.0, 0.0),
)
CLASSES = 2


class Inputs(NamedTuple):
    """Inputs of a case in its dtype: uniform numbers, which are the same everywhere."""

    data: Array  # (n, d)
    latents: Array  # (rows, k)
    parameters: Array  # w_D, b_D, W_G and b_G in one vector
    sample_latents: Array  # (SAMPLES, k)
    crowd_parameters: Array  # (models, P)


def seeds(case: Case) -> Array:
    """Return the seeds of the crowd's streams, (models, 4) uint64."""
    children = np.random.SeedSequence(2026).spawn(case.models)
    return np.array([child.generate_state(4, np.uint64) for child in children])


def rates(case: Case) -> Array:
    """Return the learning rates of a crowd, exact in float32; the last make float32 overflow."""
    return 2.0 ** np.linspace(-8, 127, case.models).round()


def inputs(case: Case, dtype: str) -> Inputs:
    rng = np.random.default_rng(2026)
    shapes = (
        (case.n, case.d),
        (case.epochs * case.n, case.k),
        (case.d + 1 + case.k * case.d + case.d,),
        (SAMPLES, case.k),
        (case.models, case.d + 1 + case.k * case.d + case.d),
    )
    data, latents, parameters, sample_latents, crowd = (rng.random(shape) for shape in shapes)
    arrays = (data, latents, parameters - 0.5, sample_latents, crowd - 0.5)
    return Inputs(*(array.astype(dtype) for array in arrays))


def records(case: Case) -> int:
    return case.epochs * -(-case.n // case.batch_size)


def as_bytes(case: Case, dtype: str) -> bytes:
    """Return a case in the format that `kernel_program/run_case.c` reads."""
    given = inputs(case, dtype)
    bits = 8 * given.data.itemsize
    head = (bits, case.n, case.d, case.k, len(given.latents), case.batch_size, records(case),
            SAMPLES, case.models, case.epochs, case.shuffle)  # fmt: skip
    arrays = (*given, rates(case), seeds(case))
    return struct.pack("=11qd", *head, RATE) + b"".join(array.tobytes() for array in arrays)


def digest(result: bytes) -> str:
    return hashlib.sha256(result).hexdigest()[:16]


def crowd_computed_by(backend: str, case: Case, given: Inputs) -> tuple[Array, ...]:
    """Return parameters (models, P), histories (models, 5, records) and divergence steps, or -1."""
    dtype = given.data.dtype
    moved = given.crowd_parameters.copy()
    history = np.empty((case.models, 5, records(case)), dtype)
    diverged_at = np.empty(case.models, np.int64)
    stop = np.zeros(1, np.int32)
    if backend == "c":
        from fastgan.backends.native import crowds
        from fastgan.layers.parameter_table import one_layer_table

        crowds.train(
            None, one_layer_table(case.k, case.d).places, given.data, labels=None,
            seeds=seeds(case), draws_parameters=False, parameters=moved,
            discriminator_learning_rates=rates(case), generator_learning_rates=rates(case),
            latent_dim=case.k, epochs=case.epochs, batch_size=case.batch_size, latent="uniform",
            latents=None, shuffle=case.shuffle, history=history, record_every=1,
            snapshots=np.empty((case.models, 0, moved.shape[1]), dtype), snapshot_every=0,
            tolerance=0.0, patience=0, settled_at=np.empty(case.models, np.int64),
            diverged_at=diverged_at, stop=stop,
        )  # fmt: skip
        return moved, history, diverged_at
    children = np.random.SeedSequence(2026).spawn(case.models)
    for i, (child, rate) in enumerate(zip(children, rates(case), strict=True)):
        run = alone(backend, case, given, moved[i], rate, np.random.default_rng(child))
        moved[i], diverged_at[i] = run[0], run[2]
        history[i] = np.nan
        history[i, :, : run[1].shape[1]] = run[1]
    return moved, history, diverged_at


def alone(
    backend: str, case: Case, given: Inputs, start: Array, rate: float, rng: np.random.Generator
) -> tuple[Array, Array, int]:
    """Train a model step by step; return parameters, history, and step of divergence, or -1."""
    from fastgan import backends

    module = backends.choose(backend).module
    n, d, k, batch_size = case.n, case.d, case.k, case.batch_size
    moved, stop = start.copy(), np.zeros(1, np.int32)
    history = np.empty((5, records(case)), start.dtype)
    step = 0
    for _ in range(case.epochs):
        order = rng.permutation(n) if case.shuffle else np.arange(n)
        latents = rng.random((n, k)).astype(start.dtype)
        for row in range(0, n, batch_size):
            rows, before = slice(row, min(row + batch_size, n)), moved.copy()
            module.train(
                given.data, order[rows].copy(), latents[rows].copy(), moved[:d], moved[d : d + 1],
                moved[d + 1 : d + 1 + k * d].reshape(k, d), moved[d + 1 + k * d :],
                rate, rate, batch_size, row, history[:, step : step + 1], 1, 0, stop,
            )  # fmt: skip
            if not np.isfinite(moved).all():
                return before, history[:, :step], step
            step += 1
    return moved, history, -1


def two_classes(case: Case, parameters: Array) -> Array:
    """Return the parameters of both networks for two classes, which start with equal ones."""
    d, k = case.d, case.k
    w, b, weights, biases = np.split(parameters, np.cumsum([d, 1, k * d]))
    return np.concatenate([w, w, b, b, weights, biases, biases])


def recipes_computed_by(backend: str, case: Case, given: Inputs) -> list[Array]:
    """Return the parameters, the optimizer's moments and the history of each recipe."""
    from fastgan import backends
    from fastgan.backends.algorithm import MOMENTS, POWERS, Algorithm
    from fastgan.layers.parameter_table import one_layer_table

    dtype = given.data.dtype.type
    steps, labels = records(case) // 2, np.arange(case.n) % CLASSES
    places = one_layer_table(case.k, case.d, CLASSES).places
    results = []
    for codes in RECIPES:
        numbers = (RATE, RATE, *codes[5:])
        recipe = Algorithm._make((*codes[:5], *(dtype(number) for number in numbers)))
        moved = two_classes(case, given.parameters)
        moments = np.zeros((MOMENTS[recipe.optimizer], len(moved)), dtype)
        powers, history = np.ones(POWERS, dtype), np.empty((5, steps), dtype)
        backends.choose(backend).module.train_by_algorithm(
            recipe, places, given.data, labels, np.empty(0, np.int64), given.latents, moved,
            moments, powers, case.batch_size, 0, 0, steps, history, 1, 0, np.zeros(1, np.int32),
        )  # fmt: skip
        results += [moved, moments, powers, history]
    return results


def canonical(array: Array) -> bytes:
    """Return the bytes of an array, with one NaN for all."""
    return np.where(np.isnan(array), np.nan, array).astype(array.dtype).tobytes()


def computed_by(backend: str, case: Case, dtype: str) -> bytes:
    """Return a backend's results of a case, in the order of the C program."""
    from fastgan import backends

    module = backends.choose(backend).module
    backends.require_ieee_arithmetic(backend)
    given = inputs(case, dtype)
    d, k = case.d, case.k
    moved = given.parameters.copy()
    w, b, biases = moved[:d], moved[d : d + 1], moved[d + 1 + k * d :]
    weights = moved[d + 1 : d + 1 + k * d].reshape(k, d)
    history = np.empty((5, records(case)), dtype)
    pictures, scores = np.empty((SAMPLES, d), dtype), np.empty(SAMPLES, dtype)
    stop = np.zeros(1, np.int32)
    module.train(
        given.data, np.empty(0, np.int64), given.latents, w, b, weights, biases,
        RATE, RATE, case.batch_size, 0, history, 1, 0, stop,
    )  # fmt: skip
    module.generate(given.sample_latents, weights, biases, pictures, stop)
    module.score(pictures, w, b, scores, stop)
    with np.errstate(all="ignore"):
        crowd = crowd_computed_by(backend, case, given)
    recipes = recipes_computed_by(backend, case, given)
    everything = (moved, history, pictures, scores, *crowd, *recipes)
    return b"".join(canonical(array) for array in everything)


def main(backend: str) -> None:
    for name, case in CASES.items():
        for dtype in DTYPES:
            print(f'    ("{name}", "{dtype}"): "{digest(computed_by(backend, case, dtype))}",')


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "numpy")
