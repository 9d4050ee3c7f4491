"""Three sizes, in two dtypes, that every variant of every kernel must compute to the same bits.

A case is plain bytes, so that a C program can run it where there is no Python; a hash covers
parameters, history, pictures and their scores. A hash that changes is a new numerics version.

    python tests/variant_cases.py [BACKEND]

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


CASES = {
    "Slanted Land": Case(5, 4, 1, 1, 40),
    "16x16": Case(40, 256, 16, 16, 4),
    "28x28": Case(70, 784, 64, 64, 2),
}
DTYPES = ("float64", "float32")
GOLDEN = {
    ("Slanted Land", "float64"): "029ffdf3acb1076a",
    ("Slanted Land", "float32"): "296ad3a26f87d13e",
    ("16x16", "float64"): "e89c127d5dbbeecf",
    ("16x16", "float32"): "e958e5785cec4482",
    ("28x28", "float64"): "d85ef367c8b70e53",
    ("28x28", "float32"): "da271992464d3039",
}


class Inputs(NamedTuple):
    """What a case starts from, in its dtype; uniform numbers, which are the same everywhere."""

    data: Array  # (n, d)
    latents: Array  # (rows, k)
    parameters: Array  # w_D, b_D, W_G and b_G in one vector
    sample_latents: Array  # (SAMPLES, k)


def inputs(case: Case, dtype: str) -> Inputs:
    rng = np.random.default_rng(2026)
    shapes = (
        (case.n, case.d),
        (case.epochs * case.n, case.k),
        (case.d + 1 + case.k * case.d + case.d,),
        (SAMPLES, case.k),
    )
    data, latents, parameters, sample_latents = (rng.random(shape) for shape in shapes)
    return Inputs(
        *(array.astype(dtype) for array in (data, latents, parameters - 0.5, sample_latents))
    )


def records(case: Case) -> int:
    return case.epochs * -(-case.n // case.batch_size)


def as_bytes(case: Case, dtype: str) -> bytes:
    """A case as `kernel_program/run_case.c` reads it."""
    given = inputs(case, dtype)
    bits = 8 * given.data.itemsize
    head = (bits, case.n, case.d, case.k, len(given.latents), case.batch_size, records(case),
            SAMPLES)  # fmt: skip
    return struct.pack("=8qd", *head, RATE) + b"".join(array.tobytes() for array in given)


def digest(result: bytes) -> str:
    return hashlib.sha256(result).hexdigest()[:16]


def computed_by(backend: str, case: Case, dtype: str) -> bytes:
    """What a backend makes of a case, in the same order as the C program."""
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
    return b"".join(array.tobytes() for array in (moved, history, pictures, scores))


def main(backend: str) -> None:
    for name, case in CASES.items():
        for dtype in DTYPES:
            print(f'    ("{name}", "{dtype}"): "{digest(computed_by(backend, case, dtype))}",')


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "numpy")
