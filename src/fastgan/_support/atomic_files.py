"""Files that are replaced whole or not at all, and read with suspicion."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from typing import BinaryIO

from fastgan._support import validation


class ModelFileError(ValueError):
    """A file that is not a model, or is damaged, or was made by a newer fastgan."""


@contextlib.contextmanager
def replacing(path: object) -> Iterator[BinaryIO]:
    """Give a new file to write, which takes the place of what was at `path` once it is whole.

    Whatever goes wrong within the block or after it, what was there is left as it was.
    """
    target = os.path.realpath(checked_path(path))
    mode = _mode_to_keep(target)
    # Made by a plain open(), unlike those of tempfile, it has the permissions of any new file.
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
    """Give a regular file to read, and its length; a ValueError says what is wrong with it.

    That one, and memory that does not suffice, become a `ModelFileError` with path and reason.
    """
    name = checked_path(path)
    try:
        # Looked at before it is opened, since opening a named pipe would wait for its writer.
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
    """A path as a str, or an error that says what came instead."""
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str):
        raise TypeError(
            f"path must be a str or an os.PathLike of str, got {validation.describe(path)}"
        )
    if "\0" in name:
        raise ValueError(f"path must not hold a null character, got {validation.describe(path)}")
    return name


def _mode_to_keep(target: str) -> int | None:
    """Return the permissions of the file to be replaced, if there is one."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):  # renaming would replace a pipe or a device without a word
        code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(code, "only a regular file can be replaced", target)
    return stat.S_IMODE(mode) & 0o777


def _create(temporary: str, target: str) -> BinaryIO:
    try:
        return open(temporary, "xb")
    except OSError as error:
        error.filename = target  # the name that the user knows
        raise
