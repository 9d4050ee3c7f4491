"""Replace files completely or not at all, and read files that may be damaged or hostile."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from fastgan._support import validation


class ModelFileError(ValueError):
    """Raised for a file that is not a model, is damaged, or was saved by a newer fastgan."""


@contextlib.contextmanager
def replacing(path: object) -> Iterator[BinaryIO]:
    """Yield a new file to write, which replaces the file at `path` once it is complete.

    If anything fails in the block or after it, the existing file is left as it was.
    """
    target = os.path.realpath(checked_path(path))
    mode = _mode_to_keep(target)
    # A plain open(), unlike tempfile, gives it the permissions of any new file.
    temporary = os.path.join(os.path.dirname(target), f".fastgan-{os.urandom(8).hex()}.tmp")
    try:
        with _create(temporary, target) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def suspected(path: object, what: str) -> Iterator[tuple[BinaryIO, int]]:
    """Yield a regular file to read, and its length in bytes.

    A ValueError in the block, which says what is wrong with the file, becomes a `ModelFileError`
    with the path and the reason; so does a MemoryError.
    """
    name = checked_path(path)
    try:
        # Check before opening, since opening a named pipe would wait for its writer.
        if not stat.S_ISREG(os.stat(name).st_mode):
            raise ValueError("it is not a regular file")
        with open(name, "rb") as file:
            yield file, os.fstat(file.fileno()).st_size
    except ValueError as error:
        raise ModelFileError(f"cannot load {what} from {name!r}: {error}") from None
    except MemoryError:
        raise ModelFileError(
            f"cannot load {what} from {name!r}: it does not fit into memory"
        ) from None


def checked_path(path: object) -> str:
    """Return a path as a str, or raise an error that describes what was passed instead."""
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(
            f"path must be a str or an os.PathLike of str, got {validation.describe(path)}"
        )
    if "\0" in name:
        raise ValueError(f"path must not contain a null character, got {validation.describe(path)}")
    return name


def _mode_to_keep(target: str) -> int | None:
    """Return the permissions of the file to be replaced, or None if there is no such file."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):  # renaming would silently replace a pipe or a device
        code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(code, "only a regular file can be replaced", target)
    return stat.S_IMODE(mode) & 0o777


def _create(temporary: str, target: str) -> BinaryIO:
    try:
        return open(temporary, "xb")
    except OSError as error:
        error.filename = target  # the name that the user knows
        raise
