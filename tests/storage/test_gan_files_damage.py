"""Damaged files, and files that never were models: one exception class."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fastgan.networks.saving import ModelFileError, load
from fastgan.storage import gan_format
from helpers.model_files import (
    GOLDEN,
    NAMED_PIPES,
    load_bytes,
    model_file,
)


def test_every_flipped_bit_is_found(tmp_path: Path) -> None:
    """No bit of a file can flip unnoticed."""
    for position in range(8 * len(GOLDEN)):
        damaged = bytearray(GOLDEN)
        damaged[position // 8] ^= 1 << position % 8
        with pytest.raises(ModelFileError, match="content"):
            load_bytes(tmp_path, bytes(damaged))


def test_every_replaced_byte_is_found(tmp_path: Path) -> None:
    """No byte of a file can change unnoticed."""
    for position in range(len(GOLDEN)):
        damaged = bytearray(GOLDEN)
        damaged[position] ^= 0xFF
        with pytest.raises(ModelFileError, match="content"):
            load_bytes(tmp_path, bytes(damaged))


def test_every_truncation_is_found(tmp_path: Path) -> None:
    """A file that ends early is not a model, wherever it ends."""
    for length in range(len(GOLDEN)):
        with pytest.raises(ModelFileError, match=r"damaged|not a fastgan model"):
            load_bytes(tmp_path, GOLDEN[:length])


@pytest.mark.parametrize("more", [b"\0", b"\n", GOLDEN])
def test_what_follows_the_end_is_found(tmp_path: Path, more: bytes) -> None:
    """A file with additional bytes is not a model."""
    with pytest.raises(ModelFileError, match=f"it has {len(GOLDEN + more)} bytes"):
        load_bytes(tmp_path, GOLDEN + more)


def test_a_file_that_shrinks_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program may truncate the file after its checksum was verified."""
    path = tmp_path / "model"
    path.write_bytes(model_file(k=10_000, parameters=[0.25] * 40_009))
    verify = gan_format._verify_checksum

    def verify_then_cut(*arguments: Any) -> None:
        verify(*arguments)
        os.truncate(path, 100_000)

    monkeypatch.setattr(gan_format, "_verify_checksum", verify_then_cut)
    with pytest.raises(ModelFileError, match="changed while it was being read"):
        load(path)


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.eye(8))
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("weights.npy", _npy())
    return buffer.getvalue()


FOREIGN = {
    "empty": b"",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "npy": _npy(),
    "zip": _zip(),
    "pickle": pickle.dumps({"generator": [1.0] * 50}),
    "short text": b"fastgan",
    "text": b"generator: 1, -1, -1, 1\n" * 20,
    "json": b"[" * 100_000,
    "zeros": bytes(4096),
    "signature without its first byte": GOLDEN[1:],
    "transferred as text": GOLDEN.replace(b"\r\n", b"\n"),
    "seven bits": bytes(byte & 0x7F for byte in GOLDEN),
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN.keys())
def test_foreign_files_are_not_models(tmp_path: Path, content: bytes) -> None:
    """A file of any other kind is rejected at its first bytes."""
    with pytest.raises(ModelFileError, match=r"content'?: it is not a fastgan model$"):
        load_bytes(tmp_path, content)


class _Trap:
    """Leaves a trace when it is unpickled."""

    sprung = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return _spring, ()


def _spring() -> None:
    _Trap.sprung += 1


def test_nothing_is_ever_unpickled(tmp_path: Path) -> None:
    """A pickle would run code: alone, within a model and after it."""
    trap = pickle.dumps(_Trap())
    for content in (trap, model_file(extra=trap), model_file() + trap):
        with pytest.raises(ModelFileError):
            load_bytes(tmp_path, content)
    assert _Trap.sprung == 0
    pickle.loads(trap)
    assert _Trap.sprung == 1


@pytest.mark.parametrize("make", [os.mkdir, *NAMED_PIPES])
def test_what_is_not_a_file_is_not_a_model(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Directories are rejected, and so are named pipes, without waiting for a writer."""
    make(tmp_path / "thing")
    with pytest.raises(ModelFileError, match=r"thing.*not a regular file"):
        load(tmp_path / "thing")


def test_devices_are_not_models() -> None:
    """A device may have no end."""
    with pytest.raises(ModelFileError, match="not a regular file"):
        load(os.devnull)


def test_a_path_that_cannot_be_opened_is_an_os_error(tmp_path: Path) -> None:
    """If the operating system refuses to open a file, its own error is raised."""
    with pytest.raises(FileNotFoundError, match="missing"):
        load(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        load("")
