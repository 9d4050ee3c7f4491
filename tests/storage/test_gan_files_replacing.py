"""Saving to paths of every kind: either the new file is complete, or the old one unchanged."""

from __future__ import annotations

import errno
import io
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastgan import GAN, Discriminator, Generator
from fastgan.networks.saving import load, save
from fastgan.storage import gan_format
from helpers.model_files import (
    GOLDEN,
    NAMED_PIPES,
    assert_same_bits,
    golden_gan,
    load_bytes,
    model_file,
)


class _DiskFullError(OSError):
    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, "the disk is full")


@pytest.mark.parametrize("failure", [_DiskFullError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    failure: type[BaseException],
) -> None:
    """After any failure, however late, the directory is unchanged."""
    path = tmp_path / "model"
    save(golden_gan(), path)
    before = path.read_bytes()
    present: list[str] = []

    def fail(*arguments: Any) -> None:
        present.extend(os.listdir(tmp_path))
        raise failure

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(failure):
        save(GAN(Generator([[1.0]], [2.0]), Discriminator([3.0], 4.0)), path)
    assert len(present) == 2
    assert os.listdir(tmp_path) == ["model"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failure_leaves_no_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """If there was no file, there is none afterwards."""

    def fail(*arguments: Any) -> None:
        raise _DiskFullError

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="the disk is full"):
        save(golden_gan(), tmp_path / "model")
    assert os.listdir(tmp_path) == []


def test_the_file_is_whole_on_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is flushed and synchronised first, then renamed within one directory."""
    monkeypatch.setattr(gan_format, "NUMERICS_VERSION", 1)
    events: list[tuple[str, int]] = []
    replace = os.replace

    def fsync(descriptor: int) -> None:
        events.append(("fsync", os.fstat(descriptor).st_size))

    def rename(source: str, target: str) -> None:
        assert os.path.dirname(source) == os.path.dirname(target)
        assert Path(source).read_bytes() == GOLDEN
        events.append(("replace", os.stat(source).st_size))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", rename)
    save(golden_gan(), tmp_path / "model")
    assert events == [("fsync", len(GOLDEN)), ("replace", len(GOLDEN))]


def test_the_temporary_file_is_always_a_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guessing its name does not allow anyone to redirect the writing."""
    (tmp_path / "precious").write_bytes(b"old")
    (tmp_path / ".fastgan-0000000000000000.tmp").symlink_to(tmp_path / "precious")
    monkeypatch.setattr(os, "urandom", bytes)
    with pytest.raises(FileExistsError):
        save(golden_gan(), tmp_path / "model")
    assert (tmp_path / "precious").read_bytes() == b"old"
    assert not (tmp_path / "model").exists()


def test_readers_see_one_model_or_the_other(tmp_path: Path) -> None:
    """A file that is being replaced can be loaded at any moment."""
    path = tmp_path / "model"
    models = [golden_gan(), load_bytes(tmp_path, model_file(k=50, parameters=[0.25] * 209))]
    save(models[0], path)

    def write() -> None:
        for turn in range(100):
            save(models[turn % 2], path)

    writer = threading.Thread(target=write)
    writer.start()
    seen = [load(path) for _ in range(200)]
    writer.join()
    assert all(gan in models for gan in seen)
    assert load(path) == models[1]


class _PathLike:
    def __init__(self, path: Any) -> None:
        self.path = path

    def __fspath__(self) -> Any:
        return self.path


@pytest.mark.parametrize("kind", [str, Path, _PathLike])
def test_paths_of_every_kind(tmp_path: Path, kind: Callable[[Any], Any]) -> None:
    """Strings and path objects name the same file, and no suffix is added."""
    golden_gan().save(kind(str(tmp_path / "ein Modell ü.gan")))
    assert os.listdir(tmp_path) == ["ein Modell ü.gan"]
    assert_same_bits(load(kind(str(tmp_path / "ein Modell ü.gan"))), golden_gan())


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name is a file in the working directory."""
    monkeypatch.chdir(tmp_path)
    save(golden_gan(), "model")
    assert os.listdir(tmp_path) == ["model"]
    assert_same_bits(load("model"), golden_gan())


def test_the_longest_name(tmp_path: Path) -> None:
    """A name as long as a file system allows leaves room for the temporary one."""
    save(golden_gan(), tmp_path / ("m" * 255))
    assert_same_bits(load(tmp_path / ("m" * 255)), golden_gan())


@pytest.mark.parametrize("path", [None, 3, 1.5, b"model", _PathLike(b"model"), io.BytesIO(), True])
def test_what_is_no_path_is_a_type_error(path: Any) -> None:
    """Bytes, open files and descriptors are not accepted as paths."""
    with pytest.raises(TypeError, match=r"^path must be a str or an os\.PathLike"):
        save(golden_gan(), path)
    with pytest.raises(TypeError, match=r"^path must be a str or an os\.PathLike"):
        load(path)


def test_a_null_character_is_a_value_error() -> None:
    """No system has such a name."""
    with pytest.raises(ValueError, match="path must not contain a null character"):
        save(golden_gan(), "mo\0del")
    with pytest.raises(ValueError, match="path must not contain a null character"):
        load("mo\0del")


@pytest.mark.parametrize("gan", [None, Generator([[1.0]], [1.0]), "model", {}])
def test_what_is_no_gan_is_a_type_error(tmp_path: Path, gan: Any) -> None:
    """Only a GAN can be saved."""
    with pytest.raises(TypeError, match="gan must be a GAN"):
        save(gan, tmp_path / "model")
    assert os.listdir(tmp_path) == []


def test_a_directory_that_does_not_exist(tmp_path: Path) -> None:
    """It is not created, and the message contains the requested name."""
    with pytest.raises(FileNotFoundError) as caught:
        save(golden_gan(), tmp_path / "missing" / "model")
    assert caught.value.filename == str((tmp_path / "missing" / "model").resolve())
    assert os.listdir(tmp_path) == []


def test_a_directory_is_not_replaced(tmp_path: Path) -> None:
    """An empty directory is not replaced, either."""
    (tmp_path / "model").mkdir()
    with pytest.raises(IsADirectoryError, match="only a regular file can be replaced"):
        save(golden_gan(), tmp_path / "model")
    assert os.listdir(tmp_path) == ["model"]
    assert os.listdir(tmp_path / "model") == []


@pytest.mark.parametrize("make", NAMED_PIPES)
def test_a_named_pipe_is_not_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Renaming would silently put a file in its place."""
    make(tmp_path / "pipe")
    with pytest.raises(OSError, match="only a regular file can be replaced"):
        save(golden_gan(), tmp_path / "pipe")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    """The target of the link is replaced, in its own directory."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "model").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "far" / "model")
    save(golden_gan(), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["far", "link"]
    assert os.listdir(tmp_path / "far") == ["model"]
    assert_same_bits(load(tmp_path / "link"), golden_gan())


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path, mask: int) -> None:
    """Exactly the permissions that the user's umask allows."""
    before = os.umask(mask)
    try:
        save(golden_gan(), tmp_path / "model")
        (tmp_path / "plain").write_bytes(b"")
    finally:
        os.umask(before)
    assert os.stat(tmp_path / "model").st_mode == os.stat(tmp_path / "plain").st_mode


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o666, 0o640])
def test_a_replaced_file_hands_on_its_permissions(tmp_path: Path, mode: int) -> None:
    """A model that others may not read stays unreadable to them when it is saved again."""
    path = tmp_path / "model"
    path.write_bytes(b"old")
    path.chmod(mode)
    before = os.stat(path).st_mode
    save(golden_gan(), path)
    assert os.stat(path).st_mode == before
    assert_same_bits(load(path), golden_gan())
