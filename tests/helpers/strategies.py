"""Random trainings and crowds for hypothesis: all arguments, with emphasis on edge cases."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

import fastgan

# Near the widths of vectors and the blocks of 16, on both sides of every special case.
FEATURES = st.sampled_from([1, 2, 3, 4, 5, 8, 12, 15, 16, 17, 31, 32, 33, 48, 64]) | st.integers(
    1, 70
)
RATES = st.sampled_from([0.0, -0.0, 1e-3, 0.1, 1.0, 30.0, 1e30]) | st.floats(0, 2)


def numbers(rng: np.random.Generator, kind: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return finite numbers of a kind, some with critical signs and sizes."""
    info = np.finfo(dtype)
    values = rng.random(shape)
    if kind == "signed":
        values = rng.normal(size=shape) * 20
    elif kind == "zeros":
        values = rng.choice([0.0, -0.0, 1.0, -1.0], shape)
    elif kind == "tiny":
        values = rng.choice([1, -1], shape) * (values * float(info.tiny)).astype(dtype)
    elif kind == "large":
        values = rng.choice([1, -1], shape) * 10 ** rng.uniform(0, info.maxexp * 0.3, shape)
    elif kind == "mixed":
        special = [0.0, -0.0, info.tiny, info.smallest_subnormal, 1e4, -1e4, 37.0, -80.5]
        values = np.where(rng.random(shape) < 0.2, rng.choice(special, shape), values)
    return values.astype(dtype)


KINDS = st.sampled_from(["unit", "unit", "unit", "signed", "zeros", "tiny", "large", "mixed"])


def start(
    rng: np.random.Generator,
    kind: str,
    k: int,
    item_shape: tuple[int, ...],
    dtype: Any,
    labels: np.ndarray | None = None,
) -> Any:
    """Return a GAN to start from, a conditional one if there are labels."""
    d = int(np.prod(item_shape))
    if labels is not None:
        classes = np.unique(labels)
        shapes = ((k, d), (len(classes), d), (len(classes), d), (len(classes),))
        parts = (numbers(rng, kind, shape, dtype) for shape in shapes)
        return fastgan.ConditionalGAN(classes, *parts, item_shape)
    weights, biases, w, b = (numbers(rng, kind, s, dtype) for s in ((k, d), (d,), (d,), ()))
    return fastgan.GAN(
        fastgan.Generator(weights, biases), fastgan.Discriminator(w, b[()]), item_shape
    )


@st.composite
def algorithms(draw: st.DrawFn) -> dict[str, Any]:
    """Draw schedule, loss, penalties and optimizer, as arguments of `fastgan.train`."""
    options: dict[str, Any] = {
        "schedule": draw(st.sampled_from(["sequential", "alternating", "simultaneous"])),
        "loss": draw(
            st.sampled_from(["non-saturating", "minimax", "least-squares", "wasserstein"])
        ),
        "optimizer": draw(st.sampled_from(["sgd", "momentum", "adam"])),
        "gradient_penalty_weight": draw(st.sampled_from([0.0, 0.0, 0.3, 10.0])),
        "r1_weight": draw(st.sampled_from([0.0, 0.0, 0.1, 7.0])),
    }
    if options["schedule"] == "alternating":
        options["discriminator_steps"] = draw(st.integers(1, 5))
        options["generator_steps"] = draw(st.integers(1, 3))
    if options["loss"] == "wasserstein":
        options["clip_value"] = draw(st.none() | st.sampled_from([0.01, 0.5]))
    else:
        options["label_smoothing"] = draw(st.sampled_from([0.0, 0.1, 0.9]))
    if options["optimizer"] != "sgd":
        options["momentum"] = draw(st.none() | st.sampled_from([0.0, 0.5, 0.99]))
    if options["optimizer"] == "adam":
        options["second_momentum"] = draw(st.none() | st.sampled_from([0.0, 0.5]))
        options["epsilon"] = draw(st.none() | st.sampled_from([0.0, 1e-3]))
    return options


@st.composite
def watches(draw: st.DrawFn) -> dict[str, Any]:
    """Draw snapshots and early stopping, as arguments of `fastgan.train`."""
    options: dict[str, Any] = {
        "snapshot_every": draw(st.sampled_from([0, 1, 2, 3, 7, 2**62]) | st.integers(1, 40))
    }
    if draw(st.integers(0, 2)) == 0:
        options["early_stopping"] = draw(st.sampled_from([0.0, 1e-3, 0.1, 1.0, 1e30]))
        options["patience"] = draw(st.none() | st.integers(1, 3))
    return options


@st.composite
def trainings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw all arguments of `fastgan.train` except the backend."""
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    n, d, k = draw(st.integers(1, 9)), draw(FEATURES), draw(st.integers(1, 5))
    batch_size = draw(st.just(1) | st.integers(1, n + 2) | st.just(2**62))
    if draw(st.booleans()):  # the case with its own kernel
        k, batch_size = 1, 1
    epochs, seed = draw(st.integers(1, 4)), draw(st.integers(0, 2**32))
    rng = np.random.default_rng(seed)
    item_shape = (2, d // 2) if d % 2 == 0 and draw(st.booleans()) else (d,)
    options = {
        "data": numbers(rng, draw(KINDS), (n, *item_shape), dtype),
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": draw(RATES),
        "discriminator_learning_rate": draw(st.none() | RATES),
        "latent_dim": k,
        "latent": draw(st.sampled_from(["uniform", "normal", "explicit"])),
        "shuffle": draw(st.booleans()),
        "record_every": draw(st.sampled_from([0, 1, 1, 2, 3, 7])),
        "dtype": dtype,
        "rng": seed,
    }
    if draw(st.booleans()):
        options |= draw(algorithms())
    if draw(st.booleans()):
        options |= draw(watches())
    if draw(st.integers(0, 3)) == 0:
        labels = rng.integers(0, draw(st.integers(1, 4)), n) * 5 - 3
        options["labels"] = labels
    if options["latent"] == "explicit":
        moves = 1 + options.get("generator_steps", 1)  # moves per step, if every step is G's turn
        options["latent"] = numbers(rng, draw(KINDS), (epochs * n * moves, k), dtype)
    kind = draw(st.none() | KINDS)
    if kind is not None:
        options["init"] = start(rng, kind, k, item_shape, dtype, options.get("labels"))
    return options


# Near the widths of vectors and of groups of vectors, and beyond the largest group.
MODELS = (
    st.sampled_from([1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33])
    | st.integers(1, 40)
    | st.sampled_from([63, 64, 65, 70, 100, 129])
)
SEEDS = st.integers(0, 2**140) | st.lists(st.integers(0, 2**40), max_size=6)


@st.composite
def crowds(draw: st.DrawFn, most: int = 129) -> dict[str, Any]:
    """Draw all arguments of `fastgan.train_many` except the backend, for at most `most` models."""
    crowd = draw(trainings())
    crowd["n_models"] = n_models = min(draw(MODELS), most)
    crowd["rng"] = draw(SEEDS)
    crowd["threads"] = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    for name in ("learning_rate", "discriminator_learning_rate"):
        crowd[name] = draw(st.just(crowd[name]) | rates(rng, n_models, crowd["dtype"]))
    crowd["init"] = draw(starts(rng, crowd) | st.just(crowd.get("init")))
    return crowd


@st.composite
def rates(draw: st.DrawFn, rng: np.random.Generator, n_models: int, dtype: Any) -> Any:
    """Draw one rate per model from a few values, so that different models are neighbours."""
    huge = st.sampled_from([1e30, 1e38 if dtype == np.float32 else 1e308])
    few = draw(st.lists(RATES | huge, min_size=1, max_size=4))
    each = rng.choice(few, n_models)
    return draw(st.sampled_from([each, each.tolist(), tuple(each), each.astype(dtype)]))


@st.composite
def starts(draw: st.DrawFn, rng: np.random.Generator, crowd: dict[str, Any]) -> Any:
    """Draw one GAN per model to start from: a list, or the result of another crowd."""
    n_models, k, dtype = crowd["n_models"], crowd["latent_dim"], crowd["dtype"]
    item_shape = crowd["data"].shape[1:]
    if draw(st.booleans()):
        data = np.full((1, *item_shape), 0.5)
        labels = crowd.get("labels")
        if labels is not None:
            labels = np.unique(labels)
            data = np.full((len(labels), *item_shape), 0.5)
        return fastgan.train_many(
            data, n_models, labels=labels, epochs=1, latent_dim=k, dtype=dtype, rng=draw(SEEDS)
        )
    kind = draw(KINDS)
    return [start(rng, kind, k, item_shape, dtype, crowd.get("labels")) for _ in range(n_models)]
