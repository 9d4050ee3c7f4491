"""Pickles and files of version 0.1.0, made before its modules moved into rooms, still load."""

from __future__ import annotations

import importlib
import pickle
import pickletools
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fastgan

HERE = Path(__file__).parent
FOLDER = HERE / "files_of_0.1.0"
PICKLES = sorted(path.stem for path in FOLDER.glob("*.pickle"))


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """Make the same objects with this version."""
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    from helpers.earlier_files import objects

    return objects()


def loaded(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns of estimators of its other versions
        return pickle.loads((FOLDER / f"{name}.pickle").read_bytes())


def contents(thing: Any) -> Any:
    """Reduce an object to its class, numbers and bytes, which can be compared for equality."""
    if isinstance(thing, np.ndarray):
        return thing.dtype.str, thing.shape, thing.tobytes()
    if isinstance(thing, dict):
        # The backend is a record of where a training ran, and no result of it.
        return {key: contents(value) for key, value in thing.items() if key != "backend"}
    if isinstance(thing, list | tuple):
        return [contents(part) for part in thing]
    if isinstance(thing, BaseException):
        return type(thing), str(thing), contents(vars(thing))
    if type(thing).__module__.partition(".")[0] == "fastgan":
        state = vars(thing) if hasattr(thing, "__dict__") else thing.__reduce__()[1]
        return type(thing), contents(state)
    return type(thing), repr(thing)


def test_there_is_a_pickle_of_each_kind(made: dict[str, Any]) -> None:
    assert sorted(made) == PICKLES


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_is_what_this_version_makes(name: str, made: dict[str, Any]) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    assert contents(loaded(name)) == contents(made[name])


def test_pickles_name_modules_that_moved() -> None:
    """Otherwise the tests above would show nothing."""
    named = set()
    for name in PICKLES:
        for _, argument, _ in pickletools.genops((FOLDER / f"{name}.pickle").read_bytes()):
            if isinstance(argument, str) and argument.startswith("fastgan."):
                named.add(argument)
    package = Path(fastgan.__file__).parent
    places = {name: package.joinpath(*name.split(".")[1:]) for name in named}
    moved = {
        name
        for name, place in places.items()
        if not place.is_dir() and not place.with_suffix(".py").exists()
    }
    assert {"fastgan.gan", "fastgan.results", "fastgan.ensemble", "fastgan.history"} <= moved


def test_files_load() -> None:
    run, labelled, ensemble = loaded("run"), loaded("labelled"), loaded("ensemble")
    assert fastgan.load(FOLDER / "run.gan") == run.gan
    assert fastgan.load(FOLDER / "labelled.gan") == labelled.gan
    from_file = fastgan.Ensemble.load(FOLDER / "ensemble.npz")
    assert contents(from_file) == contents(ensemble)


def test_a_module_that_never_was_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"fastgan\.nowhere"):
        importlib.import_module("fastgan.nowhere")
    former = importlib.import_module("fastgan.results")
    assert former.TrainingRun is fastgan.TrainingRun
    with pytest.raises(AttributeError):
        former.nothing  # noqa: B018
