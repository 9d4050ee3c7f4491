"""Each model of a crowd has its bits from training alone: chosen sizes, long runs, divergence.

A kernel may treat sizes differently, and cut a run into chunks; these are the sizes at which such a
change is likely. Models of a crowd are compared with the same models trained alone by the same
backend.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from helpers.alone import assert_each_as_alone, train_many
from helpers.backends import require_backend
from helpers.strategies import numbers, start

FEATURES = (1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 33)
# Latent dimensions, batch size and dtype: each of them occurs with every number of features, and so
# does each of the other options.
SHAPES = list(product((1, 2, 5), (1, 2, 5, 7), ("float64", "float32")))
OTHERS: dict[str, tuple[Any, ...]] = {
    "n_models": (1, 7, 8, 9, 16, 33, 70, 130),
    "record_every": (0, 1, 3, 7),
    "shuffle": (False, True),
    "latent": ("uniform", "normal"),
    "n": (1, 6, 7, 11),
}


def dealt(d: int) -> dict[str, list[Any]]:
    """Return the other options of each shape, all of them equally often."""
    rng = np.random.default_rng(d)
    return {
        name: rng.permutation(np.resize(np.array(values, object), len(SHAPES))).tolist()
        for name, values in OTHERS.items()
    }


def crowd_of(d: int, n: int, n_models: int, **options: Any) -> dict[str, Any]:
    """Return a crowd of mostly different models, none of which diverges."""
    rng = np.random.default_rng(d + n)
    rates = {
        "learning_rate": rng.choice([0.01, 0.1, 1.0, 5.0], n_models),
        "discriminator_learning_rate": rng.choice([0.0, 0.02, 0.3, 3.0], n_models),
    }
    return {"data": rng.random((n, d)), "n_models": n_models, "rng": d, **rates, **options}


def check(crowd: dict[str, Any], backend: str = "c") -> None:
    ensemble = train_many(**crowd, backend=require_backend(backend))
    assert_each_as_alone(ensemble, crowd)


@pytest.mark.parametrize(("latent_dim", "batch_size", "dtype"), SHAPES)
@pytest.mark.parametrize("d", FEATURES)
def test_sizes(d: int, latent_dim: int, batch_size: int, dtype: str) -> None:
    place = SHAPES.index((latent_dim, batch_size, dtype))
    others = {name: values[place] for name, values in dealt(d).items()}
    check(
        crowd_of(d, epochs=3, latent_dim=latent_dim, batch_size=batch_size, dtype=dtype, **others)
    )


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(
    ("n", "latent_dim", "batch_size"),
    [(700, 1, 1), (37, 5, 1), (700, 2, 7), (1030, 1, 5), (333, 5, 2), (3, 1, 1)],
)
@pytest.mark.parametrize("d", FEATURES)
def test_thousands_of_steps(
    d: int, n: int, latent_dim: int, batch_size: int, shuffle: bool
) -> None:
    """Latents are drawn in chunks, which end within an epoch, or span many epochs."""
    place = FEATURES.index(d) + n + shuffle
    check(
        crowd_of(
            d,
            n,
            n_models=(9, 5, 41, 8, 3)[place % 5],
            epochs=3000 * batch_size // n,
            latent_dim=latent_dim,
            batch_size=batch_size,
            shuffle=shuffle,
            record_every=(1, 3, 7, 0)[place % 4],
            dtype=("float64", "float32")[place % 2],
            latent=("uniform", "uniform", "normal")[place % 3],
        )
    )


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("n", [127, 128, 129, 255, 256, 257, 511, 512, 513])
def test_epochs_about_as_long_as_what_is_drawn_at_once(n: int, shuffle: bool) -> None:
    for n_models, dtype in product((3, 41), ("float64", "float32")):
        check(crowd_of(2, n, n_models, epochs=5, shuffle=shuffle, dtype=dtype, record_every=2))


@pytest.mark.parametrize("latent", ["uniform", "normal", "explicit"])
@pytest.mark.parametrize(("d", "latent_dim", "batch_size"), [(100, 2, 9), (300, 5, 4), (90, 40, 1)])
def test_sizes_too_large_for_a_cache(
    d: int, latent_dim: int, batch_size: int, latent: str, dtype: np.dtype
) -> None:
    crowd = crowd_of(d, 9, 41, epochs=2, latent_dim=latent_dim, batch_size=batch_size,
                     dtype=dtype, shuffle=True, record_every=1)  # fmt: skip
    explicit = np.random.default_rng(0).normal(size=(20, latent_dim))
    check({**crowd, "latent": explicit if latent == "explicit" else latent})


def test_orders_of_so_many_rows_that_some_draws_are_refused() -> None:
    """Drawing an order with equal chances requires drawing some of its numbers again."""
    check(crowd_of(1, 200_000, 9, epochs=1, shuffle=True))


@pytest.mark.parametrize("n_models", [63, 64, 65, 127, 129, 1000])
def test_more_models_than_go_side_by_side(n_models: int, dtype: np.dtype) -> None:
    for threads in (1, 3):
        check(crowd_of(4, 5, n_models, epochs=4, dtype=dtype, threads=threads, record_every=1))


@pytest.mark.parametrize(("batch_size", "shuffle"), [(1, False), (3, False), (1, True), (3, True)])
@pytest.mark.parametrize("record_every", [0, 1, 7])
@pytest.mark.parametrize("d", [1, 4, 5, 17])
def test_models_that_diverge_among_ones_that_do_not(
    d: int, record_every: int, batch_size: int, shuffle: bool, dtype: np.dtype
) -> None:
    largest = float(np.finfo(dtype).max)
    crowd = crowd_of(d, 200, 70, epochs=2, batch_size=batch_size, shuffle=shuffle, dtype=dtype,
                     record_every=record_every)  # fmt: skip
    crowd["data"][145:147] = [largest / 2], [-largest / 2]  # D is sure that one is false
    # At the smallest of these rates a model never diverges, at the largest immediately.
    crowd["learning_rate"] = np.resize([0, 1e-3, 0.1, 10, 1e10, 1e30, largest / 4], 70)
    del crowd["discriminator_learning_rate"]
    ensemble = train_many(**crowd, backend=require_backend("c"))
    steps = set(ensemble.diverged_at.tolist())
    assert steps >= {-1, 0}
    assert len(steps) > 2
    assert_each_as_alone(ensemble, crowd)


@pytest.mark.parametrize(
    "which", [[0], [3], [7], [8], [31], [32], [40], range(8), range(32)], ids=str
)
def test_whichever_models_diverge(which: Any, faces: np.ndarray, dtype: np.dtype) -> None:
    rates = np.full(41, 0.1)
    rates[which] = float(np.finfo(dtype).max) / 2
    crowd = {"data": faces, "n_models": 41, "learning_rate": rates, "epochs": 20, "rng": 1,
             "dtype": dtype, "record_every": 3}  # fmt: skip
    ensemble = train_many(**crowd, backend=require_backend("c"))
    assert np.flatnonzero(ensemble.diverged_at >= 0).tolist() == list(which)
    assert_each_as_alone(ensemble, crowd)


@pytest.mark.parametrize("latent_dim", [1, 3])
@pytest.mark.parametrize("batch_size", [1, 2, 4])
@pytest.mark.parametrize("d", FEATURES)
def test_the_signs_of_zeros(d: int, batch_size: int, latent_dim: int) -> None:
    """A zero gradient changes -0 or keeps it, depending on the gradient's own sign."""
    for dtype, shuffle in product(("float64", "float32"), (False, True)):
        crowd = crowd_of(d, 6, 13, epochs=2, batch_size=batch_size, latent_dim=latent_dim,
                         shuffle=shuffle, dtype=dtype)  # fmt: skip
        rng = np.random.default_rng(d)
        crowd["data"] = numbers(rng, "zeros", (6, d), dtype)
        crowd["init"] = [start(rng, "zeros", latent_dim, (d,), dtype) for _ in range(13)]
        crowd["latent"] = numbers(rng, "zeros", (12, latent_dim), dtype)
        for name in ("learning_rate", "discriminator_learning_rate"):
            crowd[name] = rng.choice([0.0, -0.0, 5e-324, 0.5], 13)
        check(crowd)


@pytest.mark.parametrize("d", FEATURES)
def test_crowds_of_every_backend(backend: str, d: int, dtype: np.dtype) -> None:
    check(crowd_of(d, 3, 3, epochs=2, dtype=dtype, record_every=1, shuffle=True), backend)
