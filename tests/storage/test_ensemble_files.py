"""Ensembles in files: loading restores the same bits, and NumPy can read the format too."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import fastgan
from fastgan import Ensemble, ModelFileError
from fastgan.randomness.seeds import Children
from helpers.ensembles import (
    KINDS,
    STACKED,
    assert_read_only,
    assert_same_ensemble,
    ensemble_of,
    train,
)

ENTRIES = [
    "fastgan_ensemble", "numerics_version", "backend", "item_shape", "data_mean", "epochs",
    "batch_size", "learning_rate", "discriminator_learning_rate", "latent_dim", "latent",
    "shuffle", "record_every", "algorithm", "entropy", "spawn_key", "pool_size",
    "first_child", "children", "index", "diverged_at", "parameters", "recorded",
    "kept", "steps", "endings",
]  # fmt: skip
SEEDS = st.integers(0, 2**200) | st.lists(st.integers(0, 2**70), max_size=4).map(tuple)


def golden() -> fastgan.Ensemble:
    """Return an ensemble of known numbers, independent of training."""
    parameters = np.arange(14).reshape(2, 7) / 8 - 0.5
    parameters[0, :3] = [-0.0, 5e-324, 1.7976931348623157e308]
    ensemble = ensemble_of(
        parameters,
        diverged_at=[3, -1],
        data_mean=[0.25, 0.75],
        rates={"learning_rate": [0.5, 0.125], "discriminator_learning_rate": [0.25, 8.0]},
    )
    assert ensemble.options.latent_dim == 1
    return ensemble


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_with_the_same_bits(kind: str, tmp_path: Path) -> None:
    ensemble = train(kind)
    parts = {"whole": ensemble, "some": ensemble[::-2], "mixed": ensemble[[2, 0, 0]]}
    for name, one in {**parts, "none": ensemble[:0]}.items():
        path = tmp_path / name
        one.save(path)
        loaded = Ensemble.load(path)
        assert_same_ensemble(loaded, one)
        assert_read_only(loaded)
        again = tmp_path / "again"
        loaded.save(again)
        assert again.read_bytes() == path.read_bytes()
        assert [loaded.seed_sequence(i).state for i in range(len(one))] == [
            one.seed_sequence(i).state for i in range(len(one))
        ]


@given(
    n=st.integers(0, 4),
    k=st.integers(1, 3),
    d=st.integers(1, 5),
    dtype=st.sampled_from(["float64", "float32"]),
    entropy=SEEDS,
    spawn_key=st.lists(st.integers(0, 2**70), max_size=3).map(tuple),
    data=st.data(),
)
def test_any_ensemble_comes_back(
    n: int, k: int, d: int, dtype: str, entropy: Any, spawn_key: Any, data: st.DataObject
) -> None:
    """Finite parameters may have any bits, and seeds any values."""
    unsigned = np.dtype({"float64": np.uint64, "float32": np.uint32}[dtype])
    bits = data.draw(arrays_of.arrays(unsigned, (n, d + 1 + k * d + d)))
    lowest = unsigned.type(1 << np.finfo(dtype).nmant)
    numbers = np.where(np.isfinite(bits.view(dtype)), bits, bits ^ lowest).view(dtype)
    ensemble = ensemble_of(numbers, k, dtype=dtype)
    children = Children(entropy, spawn_key, data.draw(st.integers(4, 9)), 2**40, 10)
    object.__setattr__(ensemble, "seeds", children)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "ensemble")
        ensemble.save(path)
        assert_same_ensemble(Ensemble.load(path), ensemble)
        assert os.listdir(directory) == ["ensemble"]


def test_numpy_reads_it_without_pickle(tmp_path: Path) -> None:
    ensemble = train("normal")
    ensemble.save(tmp_path / "ensemble.npz")
    with np.load(tmp_path / "ensemble.npz", allow_pickle=False) as contents:
        assert contents.files == ENTRIES
        assert contents["fastgan_ensemble"] == 1
        assert contents["latent"] == "normal"
        assert contents["item_shape"].tolist() == [3, 7]
        assert contents["entropy"] == hex(2**100)
        assert contents["spawn_key"].tolist() == ["0x1", hex(2**40)]
        assert contents["first_child"] == 5
        np.testing.assert_array_equal(contents["parameters"], ensemble.parameters)
        np.testing.assert_array_equal(contents["recorded"], ensemble.history_rows)


def test_nothing_is_compressed_and_every_number_little_endian(tmp_path: Path) -> None:
    train("float32").save(tmp_path / "ensemble")
    with zipfile.ZipFile(tmp_path / "ensemble") as archive:
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert (info.date_time, info.create_system) == ((1980, 1, 1, 0, 0, 0), 3)
            header = archive.read(info)[:128]
            assert header.startswith(b"\x93NUMPY\x01\x00")
            assert b"'descr': '<" in header or b"'descr': '|b1'" in header


def test_a_machine_of_the_other_byte_order_makes_the_same_file(tmp_path: Path) -> None:
    ensemble = golden()
    ensemble.save(tmp_path / "ours")
    for name in STACKED:
        array = getattr(ensemble, name)
        object.__setattr__(ensemble, name, array.astype(array.dtype.newbyteorder("S")))
    assert not ensemble.parameters.dtype.isnative
    ensemble.save(tmp_path / "theirs")
    assert (tmp_path / "theirs").read_bytes() == (tmp_path / "ours").read_bytes()


def test_the_format_does_not_drift(tmp_path: Path) -> None:
    """A known ensemble gives known arrays, each at a known offset."""
    golden().save(tmp_path / "ensemble")
    digest = hashlib.sha256()
    with np.load(tmp_path / "ensemble") as contents:
        for name, array in contents.items():
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode() + array.tobytes())
    assert digest.hexdigest() == (
        "1127e24dd0275c0b8187ceb91e578522ccbc96ca9d2847113387aaa86b9cad79"
    )


def test_more_than_four_gigabytes_have_other_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large archive ends with ZIP64 records, created here for a small one."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    train("faces").save(tmp_path / "ensemble")
    monkeypatch.undo()
    assert b"PK\x06\x06" in (tmp_path / "ensemble").read_bytes()[-98:]
    assert_same_ensemble(Ensemble.load(tmp_path / "ensemble"), train("faces"))


def test_other_numerics_are_read_and_kept(tmp_path: Path) -> None:
    """Parameters are numbers, whichever arithmetic computed them."""
    ensemble = golden()
    object.__setattr__(ensemble, "numerics_version", 12)
    ensemble.save(tmp_path / "ensemble")
    assert Ensemble.load(tmp_path / "ensemble").numerics_version == 12


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ensemble"
    golden().save(path)
    before = path.read_bytes()

    def fail(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="the disk is full"):
        train("faces").save(path)
    assert os.listdir(tmp_path) == ["ensemble"]
    assert path.read_bytes() == before


def test_an_interrupt_in_the_middle_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ensemble"
    golden().save(path)
    before = path.read_bytes()
    write, calls = np.lib.format.write_array, []

    def write_some(*arguments: Any, **options: Any) -> None:
        calls.append(arguments)
        if len(calls) > 5:
            raise KeyboardInterrupt
        write(*arguments, **options)

    monkeypatch.setattr(np.lib.format, "write_array", write_some)
    with pytest.raises(KeyboardInterrupt):
        train("faces").save(path)
    assert os.listdir(tmp_path) == ["ensemble"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("path", [None, 3, b"ensemble"])
def test_what_is_no_path_is_a_type_error(path: Any) -> None:
    with pytest.raises(TypeError, match="path must be a str"):
        golden().save(path)
    with pytest.raises(TypeError, match="path must be a str"):
        Ensemble.load(path)


def test_what_is_no_ensemble_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Ensemble.save(train("faces")[0], tmp_path / "run")  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []


def test_each_kind_of_file_says_how_it_is_loaded(tmp_path: Path) -> None:
    ensemble = train("faces")
    ensemble.save(tmp_path / "many")
    ensemble[0].gan.save(tmp_path / "one")
    with pytest.raises(ModelFileError, match=r"many'?: it holds an ensemble: .*Ensemble\.load"):
        fastgan.load(tmp_path / "many")
    with pytest.raises(ModelFileError, match=r"one'?: it holds a single GAN: .*fastgan\.load"):
        Ensemble.load(tmp_path / "one")


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        Ensemble.load("missing")


def test_an_ensemble_of_several_backends_comes_back(tmp_path: Path) -> None:
    """An executor's workers create it if their backends differ."""
    mixed = replace(train("faces"), backend="c+numba")
    mixed.save(tmp_path / "ensemble")
    assert Ensemble.load(tmp_path / "ensemble").backend == "c+numba"
    for wrong in ("c+abacus", "numba+c", "c+c", "c+"):
        replace(mixed, backend=wrong).save(tmp_path / "wrong")
        with pytest.raises(ModelFileError, match="there is no backend"):
            Ensemble.load(tmp_path / "wrong")
