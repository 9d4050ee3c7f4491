"""Golden hashes: the bits of whole runs, on every backend, processor and operating system.

A changed hash means that results have changed: raise NUMERICS_VERSION, mention it in the
changelog, and replace the table by the output of

    PYTHONPATH=tests python tests/identity/test_golden.py

which uses the NumPy reference.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

import fastgan
from helpers.bits import as_bits, outcome, parts

VERSION = 1
# fmt: off
GOLDEN = {
    ("slanted land", "float64"):
        "728d19bc91bbc578bcf31241c283554336cdf912e4f82801d654656de9b2407e",
    ("slanted land", "float32"):
        "874e5003be04c5bfdfa025e295f197bf1741dd8b35c31b85b1a7f9dbe81a83e6",
    ("slanted land, shuffled", "float64"):
        "0bb7bddcb8254b20243b9840c58c3c118d47e221d1a278cc1bd35bf6b489071e",
    ("slanted land, shuffled", "float32"):
        "6db294c750fbef2e04f8563ac14e838139bb9767b8b31a318597dd38c9cab792",
    ("one feature", "float64"):
        "179608f8852954a57fd7bc5b3932dc60baa828e98df9fd6e2be3e7c2122db0ba",
    ("one feature", "float32"):
        "271bfc3fd5696a71d6a8b0ac154685cd8ebe0072a2e387dd21f23e8fa7216a99",
    ("sixteen features", "float64"):
        "f392f31209d3dc9fedbf91e2389ca369ce485c4b06b231afa53c1f91590dd0a2",
    ("sixteen features", "float32"):
        "7db5735a9ddfca7f4e50384c066da92d91063a666781a1774451b4733381a0de",
    ("seventeen features, batches", "float64"):
        "c23d55567c451cacc47c261b580b188d922af5326418ae21c9fd6cece324a33f",
    ("seventeen features, batches", "float32"):
        "070a7caca5bbafdf82d7d7105b9494368a13bd9d05621333bd4f567b410ad4b9",
    ("more in a batch than there are", "float64"):
        "193e82e07a17dd83745d6f572ceece28021e20223fc7023b1932b33ffcd39e17",
    ("more in a batch than there are", "float32"):
        "16616319599c64f2c381d90a4108f4c6cbf066c7b532456b3e4808441e8e6d9d",
    ("from a start, latents given", "float64"):
        "a21f162e62b5ac582d1a71b3804057e2e272b54187e1eee96f6a82d6ae6165a5",
    ("from a start, latents given", "float32"):
        "e50984277e6de34c77f9a8806cdd722cb722894530fada45cb547e7e3fb65208",
    ("saturated", "float64"):
        "134440fa0a5aa7d7e13ceafd659cce45e6124b5d84ae58af5c54c7035debf1c0",
    ("saturated", "float32"):
        "c2bb6bef5598e14948ceaa2d28ffea03503f41f36588de115287c968e0adfc0f",
    ("normal latents", "float64"):
        "b2352268e448a15360bc5043836943c44a7de9187516ac29d6b950865fb8fb11",
    ("normal latents", "float32"):
        "b81c78387e551ac29dd72b16fa83b2a724c32f25a24bba0272adac754c49dc65",
    ("alternating, minimax, Adam", "float64"):
        "a3057e0c635217e731cf4dbcd1580071156094ae3da289a32370c37a39fd08c0",
    ("alternating, minimax, Adam", "float32"):
        "4fb983f969d118189a7c20c5c2645ececadf59810f227aa217982604e1c4e945",
    ("Wasserstein, clipped, momentum", "float64"):
        "f933786b11f0d5164ac29a352218bc29ab37aaf01ea6cfdb0f6da09555a8ea1f",
    ("Wasserstein, clipped, momentum", "float32"):
        "71d8ba607ee2a1712c13feda19111b9d24d26b4df2e14014d99794fdff6d6aad",
    ("simultaneous, least squares, R1", "float64"):
        "7125cc24fc53ba334d787cba70605ad3ed086694d5f34d63d301f462edb58845",
    ("simultaneous, least squares, R1", "float32"):
        "6e3afdb100db3f03095ab67249ccfe982a0c7799a2b9f4c54caf690cdf396964",
}
# fmt: on


def lattice(n: int, *item_shape: int) -> np.ndarray:
    """Return data that is exact in float32 too, and the same on every platform."""
    count = n * int(np.prod(item_shape))
    return (np.arange(count) * 37 % 64 / 64).reshape(n, *item_shape)


def trainings() -> dict[str, dict[str, Any]]:
    faces = fastgan.datasets.slanted_land()
    start = fastgan.GAN(
        fastgan.Generator(lattice(3, 20) - 0.5, lattice(1, 20)[0]),
        fastgan.Discriminator(0.5 - lattice(1, 20)[0], 0.25),
    )
    return {
        "slanted land": {"data": faces, "epochs": 200, "rng": 42},
        "slanted land, shuffled": {"data": faces, "epochs": 40, "rng": 1, "shuffle": True},
        "one feature": {"data": lattice(7), "epochs": 20, "rng": 2, "record_every": 3},
        "sixteen features": {"data": lattice(6, 4, 4), "epochs": 20, "rng": 3, "learning_rate": 1},
        "seventeen features, batches": {
            "data": lattice(10, 17), "epochs": 10, "rng": 4, "batch_size": 4, "latent_dim": 2,
        },
        "more in a batch than there are": {
            "data": lattice(5, 70), "epochs": 8, "rng": 5, "batch_size": 64, "latent_dim": 5,
            "discriminator_learning_rate": 0.2, "learning_rate": 0.7, "shuffle": True,
        },
        "from a start, latents given": {
            "data": lattice(6, 4, 5), "epochs": 5, "rng": 6, "batch_size": 2, "latent_dim": 3,
            "latent": lattice(30, 3), "init": start,
        },
        "saturated": {"data": lattice(6, 5) * 64, "epochs": 30, "rng": 7, "learning_rate": 100},
        "normal latents": {"data": faces, "epochs": 40, "rng": 8, "latent": "normal"},
        "alternating, minimax, Adam": {
            "data": lattice(7, 17), "epochs": 12, "rng": 9, "batch_size": 3, "latent_dim": 2,
            "schedule": "alternating", "discriminator_steps": 4, "generator_steps": 3,
            "loss": "minimax", "label_smoothing": 0.1, "optimizer": "adam", "shuffle": True,
        },
        "Wasserstein, clipped, momentum": {
            "data": faces, "epochs": 40, "rng": 10, "loss": "wasserstein", "clip_value": 0.25,
            "gradient_penalty_weight": 0.5, "optimizer": "momentum", "momentum": 0.5,
        },
        "simultaneous, least squares, R1": {
            "data": lattice(5, 33), "epochs": 12, "rng": 11, "batch_size": 2,
            "schedule": "simultaneous", "loss": "least-squares", "r1_weight": 0.125,
        },
    }  # fmt: skip


DTYPES = ("float64", "float32")


def run_hash(training: dict[str, Any], dtype: str, backend: str) -> str:
    """Return the SHA-256 of parameters, history and eight pictures: little-endian, one NaN."""
    _, run = outcome(**training, dtype=dtype, backend=backend)
    k, d = run.gan.generator.weights.shape
    pictures = np.empty((8, d), dtype)
    module = fastgan.backends.choose(backend).module
    module.generate(
        lattice(8, k).astype(dtype), run.gan.generator.weights, run.gan.generator.biases, pictures,
        np.zeros(1, np.int32),
    )  # fmt: skip
    digest = hashlib.sha256()
    for name, values in [*parts(run), ("pictures", pictures)]:
        bits = as_bits(values)
        digest.update(f"{name} {values.dtype.name} {values.shape}\n".encode())
        digest.update(bits.astype(bits.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def computed(backend: str) -> dict[tuple[str, str], str]:
    return {
        (name, dtype): run_hash(training, dtype, backend)
        for name, training in trainings().items()
        for dtype in DTYPES
    }


@pytest.mark.parametrize("name", trainings())
def test_golden_hashes(name: str, backend: str, dtype: np.dtype) -> None:
    training = trainings()[name]
    assert run_hash(training, dtype.name, backend) == GOLDEN[name, dtype.name]


def test_the_golden_hashes_are_those_of_this_version() -> None:
    assert fastgan.NUMERICS_VERSION == VERSION
    assert set(GOLDEN) == {(name, dtype) for name in trainings() for dtype in DTYPES}
    assert len(set(GOLDEN.values())) == len(GOLDEN)


if __name__ == "__main__":
    print(f"VERSION = {fastgan.NUMERICS_VERSION}")
    print("# fmt: off")
    print("GOLDEN = {")
    for key, value in computed("numpy").items():
        print(f"    {key}:\n        {value!r},".replace("'", '"'))
    print("}")
    print("# fmt: on")
