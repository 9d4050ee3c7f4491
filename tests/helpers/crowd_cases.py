"""Crowds whose bits must be those of their models trained alone, however the work is divided.

    PYTHONPATH=tests python -m helpers.crowd_cases

prints the golden hashes of models trained one by one with the NumPy reference. A changed hash
requires a new numerics version.
"""

from __future__ import annotations

import hashlib
import warnings
from typing import Any, NamedTuple

import numpy as np

import fastgan
from helpers.bits import as_bits, outcome

VERSION = 1
DTYPES = ("float64", "float32")
# fmt: off
GOLDEN = {
    ("slanted land, rates one a model", "float64"):
        "ad8cea592851b59f1107741283d5dcd0af3c01db1f59af3e556d20ebe04157e0",
    ("slanted land, rates one a model", "float32"):
        "f20b3f94d2276ba4138cbe3a4ee1779227ee55e8b0f3503bf573130b32783d6c",
    ("slanted land, more than two groups", "float64"):
        "debe3ea86a616763e5049e2af8c79fc1637f7b4311fa3544abc0f11c2fe28667",
    ("slanted land, more than two groups", "float32"):
        "511dbfe7b4b70f9479d78c471aca43213b2c105c1a216bee481223929c9ab9e8",
    ("seventeen features, shuffled batches", "float64"):
        "6fdda909c13a42ca090efb6690aaf3f75319d6d975c88b9670d2b8cb3970c615",
    ("seventeen features, shuffled batches", "float32"):
        "07b76f74575e4f86675da162f93c994ea1853f108a1a13ae75fc9aad3715a8b3",
    ("from a start each, latents given", "float64"):
        "9f3e8d2aabfb4b36776a2900b9b2f29e68325bd3075b330a9e5230edbda6ad68",
    ("from a start each, latents given", "float32"):
        "0bb01c023e7754f6d7aee146ed0ad82feb9be3f1608f19f596f44d3c43a50bb4",
    ("many faces, in batches", "float64"):
        "4d94feddf161110b89f25cb7a11a1291f4badc20aabdb2f4ae75d2d41aaba8cd",
    ("many faces, in batches", "float32"):
        "c990778a61d870b62c172af53e190d0375d6d39201ff8786b02c83a706c2abb7",
    ("by recipe, batches of the alternating schedule", "float64"):
        "f2f116bab41874235dc81216fc37100fbe39114b10407154b1e44d9d0394c4df",
    ("by recipe, batches of the alternating schedule", "float32"):
        "610e81821670421483efc01d0b9c511f2acb1e17ef391e9bc677adc07aaac400",
    ("by recipe, with labels", "float64"):
        "60659ea432cbdf1744fda26367fcaeb5f2ab084d70208151ac21077dc174b7fb",
    ("by recipe, with labels", "float32"):
        "d2b3ca9c40d24d5e0628c2d6c01f0cbafa11f2b62db4b4e26d6473c1293a0f79",
    ("by recipe, some diverge", "float64"):
        "5e1f0d26e88d9c441bb80cb2885f6e3c5911562750f7924cdc7a4128bcdd1e73",
    ("by recipe, some diverge", "float32"):
        "bd04527699a79c2dbfa3c59f3f23b6617f9145c27a469414b6b4c55b757fa586",
    ("until they rest", "float64"):
        "7a3162e90d1c3d4cb916424a47c9bd1e7d388f67177ad4453933b83d3092fd97",
    ("until they rest", "float32"):
        "1a5b05dd5de68ed57e011a99205fc215dd3a6ea6e25636ecd68113718bb84c35",
    ("some diverge", "float64"):
        "642c8b45ed7b9bcedea93a77596483b35420e7d7495b2311308ff6091e26e3cb",
    ("some diverge", "float32"):
        "4d37bfadb2edb4a21899465530a1c74b7fec77e6d4f7327fef3d4c9e9e9c5aab",
}
# fmt: on


class Stacked(NamedTuple):
    """Result of a crowd; the golden hashes include the names of its fields."""

    parameters: np.ndarray  # (models, P)
    diverged_at: np.ndarray  # (models,), -1 for never
    recorded: np.ndarray  # (models, 5, records), NaN from a divergence on


def lattice(n: int, *item_shape: int) -> np.ndarray:
    """Return data that is exact in float32 too, and the same on every platform."""
    count = n * int(np.prod(item_shape))
    return (np.arange(count) * 37 % 64 / 64).reshape(n, *item_shape)


def crowds(dtype: str) -> dict[str, dict[str, Any]]:
    """Return the arguments of `fastgan.train_many` for each crowd."""
    faces = fastgan.datasets.slanted_land()
    starts = [
        fastgan.GAN(
            fastgan.Generator(lattice(3, 12) - i / 16, lattice(1, 12)[0]),
            fastgan.Discriminator(i / 32 - lattice(1, 12)[0], 0.25),
        )
        for i in range(9)
    ]
    # The products of rates and data are close to the largest numbers, and in some models overflow.
    large = 2.0 ** (510 if dtype == "float64" else 62)
    return {
        "slanted land, rates one a model": {
            "data": faces, "n_models": 37, "epochs": 20, "rng": 42, "record_every": 3,
            "learning_rate": (np.arange(37) % 8 + 1) / 64,
            "discriminator_learning_rate": (np.arange(37) % 5 + 1) / 32,
        },
        "slanted land, more than two groups": {
            "data": faces, "n_models": 133, "epochs": 8, "rng": [2026, 7],
        },
        "seventeen features, shuffled batches": {
            "data": lattice(10, 17), "n_models": 11, "epochs": 8, "rng": 4, "batch_size": 4,
            "latent_dim": 2, "latent": "normal", "shuffle": True, "record_every": 1,
        },
        "from a start each, latents given": {
            "data": lattice(6, 3, 4), "n_models": 9, "epochs": 6, "rng": 5, "batch_size": 2,
            "latent_dim": 3, "latent": lattice(36, 3), "init": starts, "record_every": 2,
        },
        "many faces, in batches": {
            "data": np.tile(lattice(5, 4), (104, 1)), "n_models": 40, "epochs": 2, "rng": 11,
            "batch_size": 5,
        },
        "by recipe, batches of the alternating schedule": {
            "data": lattice(7, 2, 3), "n_models": 41, "epochs": 7, "rng": 12, "batch_size": 3,
            "latent_dim": 2, "shuffle": True, "schedule": "alternating", "discriminator_steps": 2,
            "generator_steps": 3, "optimizer": "adam", "gradient_penalty_weight": 0.25,
            "record_every": 2, "learning_rate": (np.arange(41) % 6 + 1) / 64,
        },
        "by recipe, with labels": {
            "data": lattice(8, 5), "labels": [3, 0, 0, 7, 3, 3, 0, 7], "n_models": 19,
            "epochs": 9, "rng": 13, "batch_size": 3, "optimizer": "momentum", "r1_weight": 0.125,
            "loss": "wasserstein", "clip_value": 0.5, "record_every": 1,
        },
        "by recipe, some diverge": {
            "data": lattice(6, 5) * large / 4, "n_models": 37, "epochs": 12, "rng": 3,
            "schedule": "simultaneous", "optimizer": "momentum", "momentum": 0.5,
            "learning_rate": (8 + 7 * np.arange(37)) * large / 64, "record_every": 4,
        },
        "until they rest": {
            "data": faces, "n_models": 37, "epochs": 12, "rng": 14, "record_every": 3,
            "learning_rate": (np.arange(37) % 8) / 64, "discriminator_learning_rate": 2.0**-6,
            "early_stopping": 2.0**-4, "patience": 3,
        },
        "some diverge": {
            "data": lattice(6, 5) * large / 4, "n_models": 37, "epochs": 40, "rng": 3,
            "learning_rate": (8 + 7 * np.arange(37)) * large / 32, "record_every": 4,
        },
    }  # fmt: skip


NAMES = tuple(crowds("float64"))


def alone(crowd: dict[str, Any], dtype: str, backend: str) -> Stacked:
    """Train the models one by one, each from its own child of the seed."""
    options = {**crowd, "dtype": dtype, "backend": backend}
    data, count = options.pop("data"), options.pop("n_models")
    children = np.random.SeedSequence(options.pop("rng")).spawn(count)
    each = {name for name in ("learning_rate", "discriminator_learning_rate", "init")
            if np.ndim(options.get(name, 0)) or isinstance(options.get(name), list)}  # fmt: skip
    options.setdefault("record_every", 0)
    results = [
        outcome(data, **{**options, **{name: options[name][i] for name in each}, "rng": child})
        for i, child in enumerate(children)
    ]
    batches = -(-len(data) // options.get("batch_size", 1))
    every = options["record_every"]
    records = -(-options["epochs"] * batches // every) if every else 0
    recorded = np.full((count, 5, records), np.nan, dtype)
    for i, (_, run) in enumerate(results):
        h = run.history
        rows = h.d_loss_real, h.d_loss_fake, h.g_loss, h.d_real, h.d_fake
        recorded[i, :, : len(h)] = rows
    return Stacked(
        np.array([parameter_vector(run.gan) for _, run in results]),
        np.array([-1 if step is None else step for step, _ in results], np.int64),
        recorded,
    )


def parameter_vector(gan: fastgan.GAN) -> np.ndarray:
    d, g = gan.discriminator, gan.generator
    parts = (np.ravel(part) for part in (d.weights, d.bias, g.weights, g.biases))
    return np.concatenate(list(parts), dtype=g.weights.dtype)


def together(crowd: dict[str, Any], dtype: str, **how: Any) -> Stacked:
    """Train them with `fastgan.train_many` and further options."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "data lie in", UserWarning)
        ensemble = fastgan.train_many(**crowd, dtype=dtype, **how)
    return Stacked(ensemble.parameters, ensemble.diverged_at, ensemble.history_rows)


def digest(stacked: Stacked) -> str:
    """Return the SHA-256 of the whole result: little-endian, with one NaN for all."""
    result = hashlib.sha256()
    for name, values in stacked._asdict().items():
        bits = as_bits(values)
        result.update(f"{name} {values.dtype.name} {values.shape}\n".encode())
        result.update(bits.astype(bits.dtype.newbyteorder("<")).tobytes())
    return result.hexdigest()


def golden() -> dict[tuple[str, str], str]:
    """Compute the hashes of `GOLDEN`."""
    return {
        (name, dtype): digest(alone(crowds(dtype)[name], dtype, "numpy"))
        for name in NAMES
        for dtype in DTYPES
    }


def check(**how: Any) -> None:
    """Train every crowd with further options, and compare its hash with the golden one."""
    for (name, dtype), expected in GOLDEN.items():
        found = digest(together(crowds(dtype)[name], dtype, **how))
        assert found == expected, f"{name}, {dtype}: {found} instead of {expected}"


if __name__ == "__main__":
    for key, value in golden().items():
        print(f"    {key}:\n        {value!r},".replace("'", '"'))
