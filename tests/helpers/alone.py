"""Compare the models of a crowd with the same models trained alone, in every bit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

import fastgan
from helpers.bits import assert_same_bits, assert_same_run, outcome

RATES = ("learning_rate", "discriminator_learning_rate")
OF_THE_CROWD = ("n_models", "threads", "executor", "backend")


def train_many(**crowd: Any) -> fastgan.Ensemble:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # data outside [0, 1]
        return fastgan.train_many(**crowd)


def trainings_of(crowd: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the arguments of `fastgan.train` for each model of a crowd."""
    common = {"record_every": 0, **crowd}
    for name in OF_THE_CROWD:
        common.pop(name, None)
    one_a_model = [name for name in (*RATES, "init") if name in crowd]
    return [
        {**common, **{name: of_model(crowd[name], i) for name in one_a_model}, "rng": child}
        for i, child in enumerate(np.random.SeedSequence(crowd["rng"]).spawn(crowd["n_models"]))
    ]


def of_model(value: Any, i: int) -> Any:
    """Return model i's value of an option that is given for all models or once per model."""
    if isinstance(value, fastgan.Ensemble):
        return value[i].gan
    return value[i] if isinstance(value, list | tuple | np.ndarray) else value


def part_of(crowd: dict[str, Any], start: int, stop: int) -> dict[str, Any]:
    """Return the models from `start` up to `stop`, exclusive, as their own crowd."""
    seed = np.random.SeedSequence(crowd["rng"], n_children_spawned=start)
    own = {
        name: crowd[name][start:stop]
        for name in (*RATES, "init")
        if isinstance(crowd.get(name), list | tuple | np.ndarray | fastgan.Ensemble)
    }
    return {**crowd, **own, "n_models": stop - start, "rng": seed}


def assert_each_as_alone(ensemble: fastgan.Ensemble, crowd: dict[str, Any]) -> None:
    """Compare parameters, history, options, and the step of divergence."""
    assert len(ensemble) == crowd["n_models"]
    for i, training in enumerate(trainings_of(crowd)):
        step, alone = outcome(**training, backend=ensemble.backend)
        run = ensemble[i]
        try:
            assert_same_run(run, alone)
            for name in RATES:
                assert_same_bits(getattr(run.options, name), getattr(alone.options, name))
            assert run.gan.latent == alone.gan.latent
            assert ensemble.diverged_at[i] == (-1 if step is None else step)
        except AssertionError as error:
            raise AssertionError(f"model {i} of {len(ensemble)}: {error}") from None
