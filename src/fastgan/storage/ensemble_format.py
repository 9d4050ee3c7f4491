"""Ensembles in files, saved completely or not at all; reading trusts nothing in a file.

A file is an archive like those that `numpy.savez` writes, and `numpy.load` reads it: an
uncompressed zip archive of arrays, without pickle, in which every number is little-endian. Format
version 1 holds these arrays in this order, for n models with latent vectors of k numbers, items of
d numbers, and c classes (1 without labels)::

    name                         dtype    shape
    fastgan_ensemble             int64    ()        format version: 1
    numerics_version             int64    ()
    backend                      str      ()        a name, or several joined by "+"
    item_shape                   int64    (m,)      sizes whose product is d
    data_mean                    float64  (d,)      (c d,) with labels, class by class
    epochs                       int64    ()
    batch_size                   int64    ()
    learning_rate                float64  (n,)
    discriminator_learning_rate  float64  (n,)
    latent_dim                   int64    ()        k
    latent                       str      ()        "uniform", "normal" or "explicit"
    shuffle                      bool     ()
    record_every                 int64    ()
    algorithm                    str      ()        the fields of `AlgorithmOptions`, in JSON
    entropy                      str      (), (e,)  seed: one int or several, written as "0x2a"
    spawn_key                    str      (s,)      of the seed, written likewise
    pool_size                    int64    ()        of the seed
    first_child                  int64    ()        number of the first child of the seed
    children                     int64    ()        number of children, one for each model trained
    index                        int64    (n,)      the child of each model, counted from the first
    diverged_at                  int64    (n,)      a step, or -1
    parameters                   float64  (n, p)    or float32; finite; p = c (d + 1) + kd + cd
    recorded                     float64  (n, 5, r) or float32, same as the parameters
    kept                         float64  (n, q, p) or float32, same as the parameters
    steps                        int64    (n,)      completed steps
    endings                      int64    (n,)      indices into `fastgan.training.endings.ENDINGS`

The checksums of the archive reveal damage, but the author of a hostile file can make its checksums
fit. So no memory is allocated for an array before its size agrees with the bytes in the file and
its shape with the other arrays. Members that are compressed, pickled, missing or superfluous are
refused.
"""

from __future__ import annotations

import contextlib
import math
import os
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.atomic_files import replacing, suspected
from fastgan.storage import gan_format

Array = npt.NDArray[Any]
Shape = tuple[int | str, ...]

FORMAT_VERSION = 1

# A letter is a size that must be the same wherever it occurs; None stands for () or any (e,).
LAYOUT: dict[str, tuple[str, Shape | None]] = {
    gan_format.ENSEMBLE_ENTRY: ("int64", ()),
    "numerics_version": ("int64", ()),
    "backend": ("str", ()),
    "item_shape": ("int64", ("m",)),
    "data_mean": ("float64", ("d",)),
    "epochs": ("int64", ()),
    "batch_size": ("int64", ()),
    "learning_rate": ("float64", ("n",)),
    "discriminator_learning_rate": ("float64", ("n",)),
    "latent_dim": ("int64", ()),
    "latent": ("str", ()),
    "shuffle": ("bool", ()),
    "record_every": ("int64", ()),
    "algorithm": ("str", ()),
    "entropy": ("str", None),
    "spawn_key": ("str", ("s",)),
    "pool_size": ("int64", ()),
    "first_child": ("int64", ()),
    "children": ("int64", ()),
    "index": ("int64", ("n",)),
    "diverged_at": ("int64", ("n",)),
    "parameters": ("real", ("n", "p")),
    "recorded": ("real", ("n", 5, "r")),
    "kept": ("real", ("n", "q", "p")),
    "steps": ("int64", ("n",)),
    "endings": ("int64", ("n",)),
}
DTYPES = {"int64": ["<i8"], "float64": ["<f8"], "bool": ["|b1"], "real": ["<f8", "<f4"]}

READ_AT_ONCE = 2**20  # bytes
MOST_HEADER = 1000  # bytes of the header of an array
MOST_DIRECTORY = 2**16  # bytes of the archive's directory; an ensemble needs a twentieth of this

# The records at the end of a zip archive. In a ZIP64 archive the last two come before the first.
_END = struct.Struct("<4s4HLLH")
_LOCATOR = struct.Struct("<4sLQL")
_LARGE_END = struct.Struct("<4sQHHLLQQQQ")


Ensemble = TypeVar("Ensemble")


def write(path: str | os.PathLike[str], contents: dict[str, Array]) -> None:
    """Write the named arrays of an ensemble to a file, completely or not at all."""
    contents = {gan_format.ENSEMBLE_ENTRY: np.array(FORMAT_VERSION), **contents}
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name in LAYOUT:
            array = contents[name]
            # Without a time, and with the same system everywhere, equal ensembles give equal files.
            info = zipfile.ZipInfo(f"{name}.npy")
            info.create_system = 3
            with archive.open(info, "w", force_zip64=True) as member:
                little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
                np.lib.format.write_array(member, little_endian, (1, 0), allow_pickle=False)


def read(path: str | os.PathLike[str], make: Callable[[dict[str, Array]], Ensemble]) -> Ensemble:
    """Read a file, and make an ensemble from its named arrays.

    Any error that `make` raises means that the arrays form no ensemble: the file is damaged.

    Raises
    ------
    ModelFileError
        If no ensemble can be made of the file; the message gives the path and the reason.
    """
    with suspected(path, "an ensemble") as (file, length):
        start = file.read(gan_format.HEADER.size)
        if start.startswith(gan_format.SIGNATURE):
            raise ValueError("it holds a single GAN: load it with fastgan.load")
        if not gan_format.holds_ensemble(start):
            raise ValueError("it is not a fastgan ensemble")
        with _damaged():
            archive = _open(file, length)
            version = _version(archive)
        if version > FORMAT_VERSION:
            raise ValueError(
                f"it was saved by a newer fastgan, in format version {version}; this fastgan "
                f"reads version {FORMAT_VERSION}"
            )
        with _damaged():
            return make(_read(archive))


@dataclass(frozen=True)
class _Member:
    """An array of the archive: its place, and the dtype and shape that its header claims."""

    info: zipfile.ZipInfo
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int  # offset in the member at which its numbers begin


@contextlib.contextmanager
def _damaged() -> Iterator[None]:
    """Report any error in the content of a file as damage to the file."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:  # any, since NumPy and zipfile expect only what they wrote
        reason = str(error)[:200] or type(error).__name__
        raise ValueError(f"it is damaged: {reason}") from None


def _open(file: BinaryIO, length: int) -> zipfile.ZipFile:
    """Open an archive whose members are uncompressed and together no longer than the file."""
    _check_directory(file, length)
    archive = zipfile.ZipFile(file)
    for info in archive.infolist():
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise ValueError(f"{info.filename[:60]!r} is compressed")
        if info.header_offset >= length:
            raise ValueError(f"{info.filename[:60]!r} begins after the end of the file")
    if sum(info.file_size for info in archive.infolist()) > length:
        raise ValueError("its members claim to be longer than the file")
    return archive


def _check_directory(file: BinaryIO, length: int) -> None:
    """Refuse a directory that is not at the very end of the file, or is too large."""
    large = _LARGE_END.size + _LOCATOR.size
    file.seek(max(0, length - large - _END.size))
    records = file.read(large + _END.size)
    if len(records) < large + _END.size:
        raise ValueError(f"it ends after {length} bytes")
    signature, *_, size, offset, _ = _END.unpack(records[large:])
    end = length - _END.size
    if records[_LARGE_END.size :].startswith(b"PK\x06\x07"):
        *_, size, offset = _LARGE_END.unpack(records[: _LARGE_END.size])
        end -= large
    if signature != b"PK\x05\x06" or size > MOST_DIRECTORY or offset + size != end:
        raise ValueError("it does not end with the directory of an ensemble")


def _version(archive: zipfile.ZipFile) -> int:
    member = _member(archive, gan_format.ENSEMBLE_ENTRY)
    _match(gan_format.ENSEMBLE_ENTRY, member, {})
    return validation.count("format version", int(_array(archive, member)))


def _read(archive: zipfile.ZipFile) -> dict[str, Array]:
    """Check the names, dtypes, shapes and sizes of all arrays, then read them."""
    names = [info.filename for info in archive.infolist()]
    if names != [f"{name}.npy" for name in LAYOUT]:
        raise ValueError("its members are not those of an ensemble")
    members = {name: _member(archive, name) for name in LAYOUT}
    sizes: dict[str, int] = {}
    for name, member in members.items():
        _match(name, member, sizes)
    for name in ("recorded", "kept"):
        if members[name].dtype != members["parameters"].dtype:
            raise ValueError(f"parameters and {name} have different dtypes")
    return {name: _array(archive, member) for name, member in members.items()}


def _member(archive: zipfile.ZipFile, name: str) -> _Member:
    """Read the header of an array, but not its numbers."""
    info = archive.getinfo(f"{name}.npy")
    with archive.open(info) as member:
        if np.lib.format.read_magic(member) != (1, 0):
            raise ValueError(f"{name} is in another version of NumPy's format")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(member, MOST_HEADER)
        start = member.tell()
    if fortran_order:
        raise ValueError(f"{name} is in Fortran order")
    return _Member(info, dtype, tuple(map(int, shape)), start)


def _match(name: str, member: _Member, sizes: dict[str, int]) -> None:
    """Compare the header of a member with the layout, with the file, and with the other members."""
    kind, letters = LAYOUT[name]
    dtype, shape = member.dtype, member.shape
    if not _is_of_kind(dtype, kind):
        raise ValueError(f"{name} has dtype {str(dtype)[:60]}")
    if letters is None:
        letters = ("e",) * min(len(shape), 1)
    expected = [
        sizes.setdefault(letter, size) if isinstance(letter, str) else letter
        for size, letter in zip(shape, letters, strict=False)
    ]
    if list(shape) != expected or len(shape) != len(letters):
        raise ValueError(f"{name} has shape {shape}, which does not fit the other arrays")
    held, claimed = member.info.file_size - member.start, math.prod(shape) * dtype.itemsize
    if held != claimed:
        raise ValueError(f"{name} has {held} bytes, its header claims {claimed}")


def _is_of_kind(dtype: np.dtype[Any], kind: str) -> bool:
    if kind == "str":
        return dtype.kind == "U" and dtype == dtype.newbyteorder("<")
    return any(dtype == np.dtype(code) for code in DTYPES[kind])


def _array(archive: zipfile.ZipFile, member: _Member) -> Array:
    array = np.empty(member.shape, member.dtype)
    room = array.reshape(-1).view(np.uint8)
    with archive.open(member.info) as content:
        content.read(member.start)
        for first in range(0, room.size, READ_AT_ONCE):
            part = room[first : first + READ_AT_ONCE]
            part[...] = np.frombuffer(content.read(part.size), np.uint8)
    return array.astype(array.dtype.newbyteorder("="), copy=False)
