"""Ensembles for the tests of querying, slicing, judging, saving and drawing."""

from __future__ import annotations

import warnings
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan.ensembles.ensemble import OF_EACH
from fastgan.options.training_options import EnsembleOptions
from fastgan.randomness.seeds import Children
from fastgan.training.endings import DIVERGENCE, ENDINGS
from helpers.bits import assert_same_bits
from helpers.crowd_cases import crowds

STACKED = (*OF_EACH, "data_mean")
RATES = ("learning_rate", "discriminator_learning_rate")


def trainings() -> dict[str, dict[str, Any]]:
    """Return arguments of `fastgan.train_many` for every kind of ensemble."""
    rng = np.random.default_rng(0)
    diverging = crowds("float64")["some diverge"]
    rates = diverging["learning_rate"]
    return {
        "faces": {
            "data": fastgan.datasets.slanted_land(), "n_models": 7, "epochs": 20, "rng": 42,
            "learning_rate": np.geomspace(0.001, 10, 7), "record_every": 3,
        },
        "float32": {
            "data": fastgan.datasets.slanted_land(), "n_models": 5, "epochs": 9, "rng": [3, 2**70],
            "dtype": "float32", "discriminator_learning_rate": [0.0, 0.1, 0.2, 0.3, 1e-9],
        },
        "normal": {
            "data": rng.random((6, 3, 7)), "n_models": 4, "epochs": 3, "batch_size": 4,
            "latent_dim": 3, "latent": "normal", "shuffle": True, "record_every": 1,
            "rng": np.random.SeedSequence(2**100, spawn_key=(1, 2**40), n_children_spawned=5),
        },
        "explicit": {
            "data": rng.random((4, 2)), "n_models": 3, "epochs": 2, "latent_dim": 2,
            "latent": rng.random((8, 2)), "rng": 5,
        },
        "one number": {
            "data": rng.random(4), "n_models": 3, "epochs": 5, "rng": 6, "record_every": 2,
        },
        "some diverge": {**diverging, "n_models": 9, "learning_rate": rates[:9]},
        "watched": {
            "data": rng.random((3, 5)), "n_models": 6, "epochs": 12, "rng": 7, "record_every": 2,
            "snapshot_every": 5, "early_stopping": 0.02, "patience": 2, "learning_rate": 0.02,
        },
    }  # fmt: skip


KINDS = tuple(trainings())


@cache
def train(kind: str) -> fastgan.Ensemble:
    """Train an ensemble of one kind, once for all tests, since it is immutable."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "data lie in", UserWarning)
        return fastgan.train_many(**trainings()[kind])


def alone(kind: str, ensemble: fastgan.Ensemble, i: int) -> tuple[int, fastgan.TrainingRun]:
    """Train the i-th model alone; return its step of divergence, or -1, and its run."""
    arguments = trainings()[kind]
    del arguments["n_models"]
    arguments["rng"] = ensemble.seed_sequence(i)
    for name in RATES:
        if isinstance(arguments.get(name), list | np.ndarray):
            arguments[name] = arguments[name][ensemble.index[i]]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "data lie in", UserWarning)
        try:
            return -1, fastgan.train(**{"record_every": 0, **arguments})
        except fastgan.DivergenceError as error:
            return error.step, error.run


def assert_same_ensemble(actual: fastgan.Ensemble, expected: fastgan.Ensemble) -> None:
    """Compare the bits of every number, and everything that is not a number."""
    assert type(actual) is fastgan.Ensemble
    for name in STACKED:
        assert_same_bits(getattr(actual, name), getattr(expected, name))
    for field in fields(EnsembleOptions):
        got, wanted = (getattr(e.options, field.name) for e in (actual, expected))
        if field.name in RATES:
            assert_same_bits(got, wanted)
        else:
            assert got == wanted
            assert type(got) is type(wanted)
    for name in ("seeds", "item_shape", "backend", "numerics_version"):
        got, wanted = getattr(actual, name), getattr(expected, name)
        assert got == wanted
        assert type(got) is type(wanted)


def assert_read_only(ensemble: fastgan.Ensemble) -> None:
    """Assert that no array is writable, or can be made writable."""
    arrays = [getattr(ensemble, name) for name in STACKED]
    arrays += [getattr(ensemble.options, name) for name in RATES]
    arrays += [ensemble.generator_weights, ensemble.generator_biases, ensemble.history.step]
    arrays += [ensemble.discriminator_weights, ensemble.discriminator_biases]
    arrays += [ensemble.history.g_loss]
    for array in arrays:
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


def ensemble_of(
    parameters: Any,
    k: int = 1,
    *,
    data_mean: Any = None,
    diverged_at: Any = None,
    dtype: str = "float64",
    latent: str = "uniform",
    rates: dict[str, Any] | None = None,
) -> fastgan.Ensemble:
    """Build an ensemble from parameters (models, P): w_D, b_D, W_G row by row, and b_G."""
    stacked = np.array(parameters, dtype)
    n, d = len(stacked), (stacked.shape[1] - 1) // (k + 2)
    assert stacked.shape[1] == d + 1 + k * d + d
    both = {name: np.full(n, 0.25) for name in RATES}
    if rates:
        both |= {name: np.array(values, np.float64) for name, values in rates.items()}
    diverged_at = np.full(n, -1) if diverged_at is None else np.array(diverged_at)
    diverged = diverged_at >= 0
    return fastgan.Ensemble(
        parameters=stacked,
        diverged_at=diverged_at,
        history_rows=np.empty((n, 5, 0), dtype),
        snapshot_parameters=np.empty((n, 0, stacked.shape[1]), dtype),
        steps=np.where(diverged, diverged_at, 50),
        ending_codes=np.where(diverged, ENDINGS.index(DIVERGENCE), 0),
        options=EnsembleOptions(
            epochs=10,
            batch_size=1,
            **both,
            latent_dim=k,
            latent=latent,
            shuffle=False,
            dtype=np.dtype(dtype),
            record_every=0,
        ),
        index=np.arange(n),
        seeds=Children(42, (), 4, 0, max(n, 1)),
        data_mean=np.full(d, 0.5) if data_mean is None else np.array(data_mean, np.float64),
        item_shape=(d,),
        backend="numpy",
        numerics_version=1,
    )


# Biases of one-pixel generators that should draw half grey, and whether their model diverged.
PAINTERS = {
    "learned": (0.0, -1),
    "saturated": (40.0, -1),
    "unfinished": (2.0, -1),
    "diverged": (0.0, 3),
}


def ensemble_with(names: list[str], x: Any = None, y: Any = None) -> fastgan.Ensemble:
    """Return models with the named outcomes, and with the learning rates of G and D."""
    x = np.full(len(names), 0.1) if x is None else np.array(x, float)
    return ensemble_of(
        [[0.0, 0.0, 0.0, PAINTERS[name][0]] for name in names],
        diverged_at=[PAINTERS[name][1] for name in names],
        rates={"learning_rate": x, "discriminator_learning_rate": x if y is None else y},
    )


def grid() -> fastgan.Ensemble:
    """Return an ensemble on a grid of two by three rates, with one empty cell."""
    cells = {
        (0.1, 1.0): ["learned", "learned", "saturated"],
        (0.1, 10.0): ["saturated"],
        (0.1, 100.0): ["diverged", "unfinished", "diverged", "learned"],
        (1.0, 1.0): ["unfinished"],
        (1.0, 10.0): ["learned", "learned"],
    }
    models = [(name, x, y) for (x, y), names in cells.items() for name in names]
    names, x, y = zip(*models, strict=True)
    return ensemble_with(list(names), x, y)
