"""Damaged ensemble files, and files that never were one: one exception class."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fastgan import Ensemble, ModelFileError
from fastgan.storage import ensemble_format
from helpers.ensembles import assert_same_ensemble, ensemble_of, train
from helpers.model_files import GOLDEN as A_GAN
from helpers.model_files import NAMED_PIPES
from helpers.npz_files import npy, zipped


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a valid file of three models with two records each."""
    path = tmp_path_factory.mktemp("sound") / "ensemble"
    train("one number").save(path)
    return path


def test_every_flipped_bit_is_found_or_harmless(sound: Path, tmp_path: Path) -> None:
    """Only an archive's metadata, such as its date, may change without an error."""
    content, expected = sound.read_bytes(), train("one number")
    found = 0
    for position in range(0, len(content), 7):
        damaged = bytearray(content)
        damaged[position] ^= 1 << position // 7 % 8
        (tmp_path / "damaged").write_bytes(damaged)
        try:
            loaded = Ensemble.load(tmp_path / "damaged")
        except ModelFileError as error:
            assert "damaged" in str(error) or "not a fastgan ensemble" in str(error)  # noqa: PT017
            found += 1
        else:
            assert_same_ensemble(loaded, expected)
    assert found > 0.8 * len(content) / 7


def test_every_truncation_is_found(sound: Path, tmp_path: Path) -> None:
    content = sound.read_bytes()
    for length in [*range(0, len(content), 97), *range(len(content) - 120, len(content))]:
        (tmp_path / "short").write_bytes(content[:length])
        with pytest.raises(ModelFileError, match=r"damaged|not a fastgan ensemble"):
            Ensemble.load(tmp_path / "short")


@pytest.mark.parametrize("more", [b"\0", b"\n", bytes(200)])
def test_what_follows_or_precedes_is_found(sound: Path, tmp_path: Path, more: bytes) -> None:
    for content in (sound.read_bytes() + more, more + sound.read_bytes()):
        (tmp_path / "longer").write_bytes(content)
        with pytest.raises(ModelFileError, match=r"damaged|not a fastgan ensemble"):
            Ensemble.load(tmp_path / "longer")


FOREIGN = {
    "empty": b"",
    "npy": npy(np.eye(3)),
    "another npz": zipped("parameters.npy", npy(np.eye(3))),
    "pickle": pickle.dumps({"parameters": [1.0] * 50}),
    "text": b"parameters: 1, -1, -1, 1\n" * 20,
    "zeros": bytes(4096),
    "beginning of a zip": b"PK\x03\x04",
    "an empty zip": b"PK\x05\x06" + bytes(18),
    "beginning of an ensemble": b"PK\x03\x04" + bytes(26) + b"fastgan_ensemble.npy",
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_files(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "content").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"content'?: it is (not a fastgan ensemble|damaged)"):
        Ensemble.load(tmp_path / "content")


@pytest.mark.parametrize("make", [os.mkdir, *NAMED_PIPES])
def test_what_is_not_a_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "thing")
    with pytest.raises(ModelFileError, match=r"thing.*not a regular file"):
        Ensemble.load(tmp_path / "thing")


def test_a_file_that_shrinks_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ensemble"
    ensemble_of(np.zeros((50_000, 13))).save(path)
    read = ensemble_format._array

    def cut_then_read(archive: Any, member: Any) -> Any:
        if member.info.filename == "parameters.npy":
            os.truncate(path, 2_000_000)
        return read(archive, member)

    monkeypatch.setattr(ensemble_format, "_array", cut_then_read)
    with pytest.raises(ModelFileError, match="damaged"):
        Ensemble.load(path)


def test_an_ensemble_larger_than_memory_is_the_same_error(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*arguments: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(ensemble_format, "_array", no_memory)
    with pytest.raises(ModelFileError, match=r"cannot load an ensemble .* fit into memory"):
        Ensemble.load(sound)


def test_an_error_of_the_system_stays_one(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(ensemble_format, "_array", broken)
    with pytest.raises(OSError, match="Input/output error"):
        Ensemble.load(sound)


def test_the_error_names_the_path(tmp_path: Path) -> None:
    (tmp_path / "content").write_bytes(A_GAN[1:])
    with pytest.raises(ModelFileError) as caught:
        Ensemble.load(tmp_path / "content")
    assert str(caught.value) == (
        f"cannot load an ensemble from {str(tmp_path / 'content')!r}: it is not a fastgan ensemble"
    )
