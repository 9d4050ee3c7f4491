"""Malicious arrays in files with correct checksums: one exception class, little memory."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fastgan import Ensemble, ModelFileError
from fastgan.options.algorithm_options import AlgorithmOptions
from helpers.ensembles import assert_same_ensemble, train
from helpers.npz_files import contents_of, npy, npy_header, write


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a valid file of three models with two records each."""
    path = tmp_path_factory.mktemp("sound") / "ensemble"
    train("one number").save(path)
    return path


@pytest.fixture
def load(tmp_path: Path, sound: Path) -> Callable[..., Ensemble]:
    """Return a function that loads the valid file after replacing some of its arrays."""

    def load_changed(**changed: Any) -> Ensemble:
        arrays = {name: npy(array) for name, array in contents_of(sound).items()}
        for name, value in changed.items():
            arrays[name] = value if isinstance(value, bytes) else npy(value)
        write(tmp_path / "changed", list(arrays.items()))
        return Ensemble.load(tmp_path / "changed")

    return load_changed


def test_the_files_made_here_are_sound(load: Callable[..., Ensemble], sound: Path) -> None:
    """The hostile files start from a valid one, so they are rejected for their only fault."""
    assert_same_ensemble(load(), train("one number"))
    assert load(epochs=np.int64(3)).options.epochs == 3
    assert load(entropy=np.array(["0x1", "0x2"])).seeds.entropy == (1, 2)


ALGORITHM = json.dumps(asdict(AlgorithmOptions()))

HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "newer format": ({"fastgan_ensemble": 2}, "saved by a newer fastgan, in format version 2"),
    "format 0": ({"fastgan_ensemble": 0}, "format version must be at least 1"),
    "format of two numbers": ({"fastgan_ensemble": [1, 1]}, "has shape"),
    "format in floating point": ({"fastgan_ensemble": 1.0}, "has dtype float64"),
    "numerics 0": ({"numerics_version": 0}, "numerics_version must be at least 1"),
    "no such backend": ({"backend": "abacus"}, "no backend 'abacus'"),
    "backend in bytes": ({"backend": np.array(b"c")}, "backend has dtype"),
    "no such latent": ({"latent": "cauchy"}, "no latent distribution 'cauchy'"),
    "no epochs": ({"epochs": 0}, "epochs must be at least 1"),
    "no batch": ({"batch_size": -1}, "batch_size must be at least 1"),
    "no latent dimension": ({"latent_dim": 0}, "latent_dim must be at least 1"),
    "other latent dimension": ({"latent_dim": 2}, "parameters do not fit 2 latent dimensions"),
    "vast latent dimension": ({"latent_dim": 2**62}, "parameters do not fit"),
    "records never made": ({"record_every": 0}, "recorded must be empty"),
    "an algorithm that is none": ({"algorithm": "42"}, "does not have the fields"),
    "no JSON": ({"algorithm": "{"}, "it is damaged"),
    "no such loss": (
        {"algorithm": ALGORITHM.replace("non-saturating", "gentle")},
        "loss must be one of",
    ),
    "a list for a number": (
        {"algorithm": ALGORITHM.replace('"r1_weight": 0.0', '"r1_weight": []')},
        "r1_weight must be a real number",
    ),
    "a target too many": (
        {"algorithm": ALGORITHM.replace('"label_smoothing"', '"smoothing"')},
        "does not have the fields",
    ),
    "shuffle as a number": ({"shuffle": 1}, "shuffle has dtype int64"),
    "negative rate": ({"learning_rate": [0.1, -0.1, 0.1]}, "learning_rate must be at least 0"),
    "rate NaN": ({"learning_rate": [0.1, np.nan, 0.1]}, "learning_rate must be finite"),
    "a rate too few": ({"learning_rate": [0.1, 0.1]}, r"learning_rate has shape|does not fit"),
    "no rates": ({"learning_rate": np.zeros((3, 1))}, "learning_rate has shape"),
    "item too large": ({"item_shape": [2]}, "item_shape does not fit items of 1 numbers"),
    "item of none": ({"item_shape": [0]}, "item_shape must be at least 1"),
    "item of -1 by -1": ({"item_shape": [-1, -1]}, "item_shape must be at least 1"),
    "item of 64 dimensions": ({"item_shape": [1] * 64}, "item_shape does not fit"),
    "a mean too long": ({"data_mean": [0.5, 0.5]}, "item_shape does not fit items of 2"),
    "index too high": ({"index": [0, 1, 3]}, "index must be at least 0 and below the 3 child"),
    "index negative": ({"index": [0, 1, -1]}, "index must be at least 0 and below"),
    "diverged before it began": ({"diverged_at": [-1, -2, 0]}, "diverged_at does not fit"),
    "diverged without an end": ({"diverged_at": [-1, 20, -1]}, "diverged_at does not fit"),
    "no such end": ({"endings": [0, 4, 0]}, "endings contains an unknown code"),
    "steps before the first": ({"steps": [20, -1, 20]}, "steps contains a negative number"),
    "steps of four": ({"steps": [20, 20, 20, 20]}, "steps has shape"),
    "snapshots that were not asked for": (
        {"kept": np.zeros((3, 2, 4))},
        "2 snapshots do not fit snapshot_every=0",
    ),
    "too few snapshots": (
        {"algorithm": json.dumps(asdict(AlgorithmOptions(snapshot_every=5)))},
        "0 snapshots do not fit snapshot_every=5",
    ),
    "fewer records than steps": (
        {"recorded": np.zeros((3, 5, 9))},
        "9 records do not fit record_every=2",
    ),
    "an early end that nobody asked for": (
        {"endings": [0, 1, 0]},
        "endings contains an early stop, but early_stopping is None",
    ),
    "all epochs of other lengths": (
        {"steps": [20, 19, 20]},
        "models that completed all epochs have different step counts",
    ),
    "snapshots that are none": (
        {
            "algorithm": json.dumps(asdict(AlgorithmOptions(snapshot_every=5))),
            "kept": np.full((3, 5, 4), np.nan),
        },
        "kept is not finite up to the last step",
    ),
    "snapshots of other dtype": ({"kept": np.zeros((3, 0, 4), "f4")}, "different dtypes"),
    "patience without a tolerance": (
        {"algorithm": json.dumps(asdict(AlgorithmOptions(patience=3)))},
        "patience must be None",
    ),
    "no children": ({"children": 0}, "children must be at least 1"),
    "a child before the first": ({"first_child": -1}, "first_child must be at least 0"),
    "no pool": ({"pool_size": 0}, "pool_size is out of range: 0 words"),
    "a vast pool": ({"pool_size": 2**62}, "pool_size is out of range: 4611686018427387904 words"),
    "a seed in decimal": ({"entropy": "42"}, "'42' is not a hexadecimal number"),
    "a negative seed": ({"entropy": "-0x2a"}, "is not a hexadecimal number"),
    "a seed in capitals": ({"entropy": ["0x1", "0X2A"]}, "is not a hexadecimal number"),
    "a seed of two axes": ({"entropy": [["0x1"]]}, "entropy has shape"),
    "a key in words": ({"spawn_key": ["one"]}, "'one' is not a hexadecimal number"),
    "a parameter too few": (
        {"parameters": np.zeros((3, 3)), "kept": np.zeros((3, 0, 3))},
        "parameters do not fit",
    ),
    "a model too many": ({"parameters": np.zeros((4, 4))}, "parameters has shape"),
    "parameters in integers": ({"parameters": np.zeros((3, 4), int)}, "parameters has dtype int64"),
    "half precision": ({"parameters": np.zeros((3, 4), "f2")}, "parameters has dtype float16"),
    "big endian": ({"parameters": np.zeros((3, 4), ">f8")}, "parameters has dtype >f8"),
    "infinite": ({"parameters": np.full((3, 4), np.inf)}, "parameters are not finite"),
    "NaN": ({"parameters": np.full((3, 4), np.nan)}, "parameters are not finite"),
    "four rows of history": ({"recorded": np.zeros((3, 4, 2))}, "recorded has shape"),
    "history of other dtype": ({"recorded": np.zeros((3, 5, 2), "f4")}, "different dtypes"),
    "Fortran's order": (
        {"parameters": npy_header("<f8", (3, 4), fortran_order=True) + bytes(96)},
        "parameters is in Fortran order",
    ),
    "another version of npy": (
        {"epochs": npy(np.int64(3), version=(2, 0))},
        "epochs is in another version of NumPy's format",
    ),
    "objects": ({"backend": npy(np.array(["c"], object)[0:1])}, "backend has dtype object"),
    "structured": ({"index": np.zeros(3, [("a", "<i8")])}, "index has dtype"),
    "dates": ({"index": np.zeros(3, "<M8[s]")}, "index has dtype"),
    "no header": ({"index": b"\x93NUMPY\x01\x00\x05\x00hello"}, "damaged"),
    "no npy": ({"index": b"hello"}, "damaged"),
    "empty": ({"index": b""}, "damaged"),
    "code for a header": (
        {"index": b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').abort()".ljust(31) + b"\n"},
        "damaged",
    ),
    "a header of brackets": (
        {"index": b"\x93NUMPY\x01\x00\xff\x20" + b"[" * 0x20FF},
        "damaged",
    ),
    "more claimed than there is": (
        {"parameters": npy_header("<f8", (3, 4)) + bytes(88)},
        "parameters has 88 bytes, its header claims 96",
    ),
    "less claimed than there is": (
        {"parameters": npy_header("<f8", (3, 4)) + bytes(104)},
        "parameters has 104 bytes, its header claims 96",
    ),
    "2**60 records": (
        {"recorded": npy_header("<f8", (3, 5, 2**60)) + bytes(240)},
        "recorded has 240 bytes, its header claims 138350580552821637120",
    ),
    "0 bytes in 64 bits": (
        {"recorded": npy_header("<f8", (3, 5, 2**61))},
        "recorded has 0 bytes, its header claims 276701161105643274240",
    ),
    "negative records": ({"recorded": npy_header("<f8", (3, 5, -2))}, "damaged"),
    "a long text": (
        {"backend": npy_header("<U536870911", ())},
        "backend has 0 bytes, its header claims 2147483644",
    ),
    "no character": (
        {"backend": npy_header("<U1", ()) + b"\xff\xff\xff\xff"},
        "damaged",
    ),
}


@pytest.mark.parametrize(("changed", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_arrays_are_refused_in_little_memory(
    load: Callable[..., Ensemble], changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ModelFileError):  # the first call imports and compiles
        load(**changed)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=reason):
            load(**changed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**20


class _Trap:
    sprung = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _spring, ()


def _spring() -> None:
    _Trap.sprung += 1


def test_nothing_is_ever_unpickled(load: Callable[..., Ensemble]) -> None:
    trap = np.array(_Trap(), object)
    for name in ("fastgan_ensemble", "entropy", "backend", "recorded"):
        with pytest.raises(ModelFileError, match=f"{name} has dtype object"):
            load(**{name: npy(trap, allow_pickle=True)})
    assert _Trap.sprung == 0
    pickle.loads(pickle.dumps(_Trap()))
    assert _Trap.sprung == 1
