"""Malicious archives instead of an ensemble's: one exception class, little memory."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from fastgan import Ensemble, ModelFileError
from helpers.ensembles import ensemble_of, train
from helpers.npz_files import members, npy, npy_header, write


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a valid file of three models with two records each."""
    path = tmp_path_factory.mktemp("sound") / "ensemble"
    train("one number").save(path)
    return path


@pytest.mark.parametrize("change", ["missing", "superfluous", "twice", "in another order"])
def test_members_are_those_of_an_ensemble(sound: Path, tmp_path: Path, change: str) -> None:
    arrays = members(sound)
    if change == "missing":
        del arrays[7]
    elif change == "superfluous":
        arrays.append(("more", npy(np.zeros(3))))
    elif change == "twice":
        arrays.append(arrays[-1])
    else:
        arrays[3], arrays[4] = arrays[4], arrays[3]
    write(tmp_path / "changed", arrays)
    with pytest.raises(ModelFileError, match="members are not those of an ensemble"):
        Ensemble.load(tmp_path / "changed")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_compressed_is_never_unpacked(tmp_path: Path, method: int) -> None:
    """A few kilobytes of zeros would expand to a hundred megabytes."""
    path = tmp_path / "bomb"
    ensemble = ensemble_of(np.zeros((2, 4)))
    ensemble.save(path)
    arrays = dict(members(path))
    arrays["recorded"] = npy_header("<f8", (2, 5, 10**6)) + bytes(8 * 10**7)
    write(path, list(arrays.items()), compression=method)
    assert path.stat().st_size < 2**17
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="is compressed"):
            Ensemble.load(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**20


# Fields of a member's directory entry: offset and type.
METHOD, SIZES, OFFSET = (10, "<H"), (20, "<LL"), (42, "<L")


def with_directory_changed(content: bytes, field: tuple[int, str], *values: int) -> bytes:
    """Change a field of the first two members in the directory."""
    changed = bytearray(content)
    at = changed.index(b"PK\x01\x02")
    for _ in range(2):
        struct.pack_into(field[1], changed, at + field[0], *values)
        at = changed.index(b"PK\x01\x02", at + 4)
    return bytes(changed)


def test_members_that_share_bytes_are_refused(sound: Path, tmp_path: Path) -> None:
    """Many names for the same bytes would need many times the memory of the file."""
    content = sound.read_bytes()
    size = len(content) - 300
    (tmp_path / "shared").write_bytes(with_directory_changed(content, SIZES, size, size))
    with pytest.raises(ModelFileError, match="claim to be longer than the file"):
        Ensemble.load(tmp_path / "shared")


def test_a_member_that_begins_after_the_end(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "late").write_bytes(with_directory_changed(sound.read_bytes(), OFFSET, 2**31))
    with pytest.raises(ModelFileError, match="begins after the end of the file"):
        Ensemble.load(tmp_path / "late")


def test_what_claims_to_be_compressed_is_not_unpacked(sound: Path, tmp_path: Path) -> None:
    """Compression is refused even if the unpacked size equals the stored size."""
    (tmp_path / "claim").write_bytes(with_directory_changed(sound.read_bytes(), METHOD, 8))
    with pytest.raises(ModelFileError, match=r"'fastgan_ensemble\.npy' is compressed"):
        Ensemble.load(tmp_path / "claim")


def test_a_directory_that_is_elsewhere(sound: Path, tmp_path: Path) -> None:
    """A moved directory is refused: zipfile would guess from where its offsets count."""
    content = sound.read_bytes()
    at = content.index(b"PK\x01\x02")
    (tmp_path / "moved").write_bytes(content[:at] + bytes(10) + content[at:])
    with pytest.raises(ModelFileError, match="does not end with the directory of an ensemble"):
        Ensemble.load(tmp_path / "moved")


@pytest.mark.parametrize("large", [False, True])
def test_a_directory_as_large_as_the_file_is_refused(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """A directory of a million names needs ten times its bytes in memory."""
    if large:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)
    arrays = members(sound) + [(f"name {i}", b"") for i in range(2000)]
    write(tmp_path / "names", arrays)
    monkeypatch.undo()
    assert (b"PK\x06\x06" in (tmp_path / "names").read_bytes()[-98:]) == large
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="does not end with the directory of an ensemble"):
            Ensemble.load(tmp_path / "names")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**18
