r"""Save models to files, completely or not at all, and load files that may be damaged or hostile.

A file holds one `fastgan.GAN` or `fastgan.ConditionalGAN`. Every number is little-endian, and
there is no padding between the parts. Format version 1, for a GAN::

    offset   bytes  content
    0           12  89 66 61 73 74 67 61 6E 0D 0A 1A 0A, that is "\x89fastgan\r\n\x1a\n"
    12           4  format version: 1
    16           4  numerics version of the fastgan that saved the file, for information only
    20           1  bytes per parameter: 4 for float32, 8 for float64
    21           1  latent: 0 for "uniform", 1 for "normal", 2 for "explicit"
    22           1  m, the number of dimensions of an item
    23           1  0
    24           8  k, the length of a latent vector, at least 1
    32           8  d, the numbers in an item, at least 1
    40          8m  item_shape, m sizes whose product is d
    40 + 8m      p  parameters, IEEE 754 and finite: the discriminator's weights (d,) and bias, then
                    the generator's weights (k, d), row by row, and biases (d,)
    40 + 8m + p 32  SHA-256 of everything before

All numbers in front of the parameters are unsigned integers; p is (d + 1 + kd + d) times the bytes
per parameter. Format version 2, for a ConditionalGAN, adds after item_shape the number of classes
c, at least 1, in 8 bytes, and the c labels as signed integers of 8 bytes each, in increasing order.
The discriminator then has weights (c, d) and biases (c,), the generator weights (k, d) and biases
(c, d); p is (c (d + 1) + kd + cd) times the bytes per parameter.

The file ends with the checksum. The signature resembles PNG's: its first byte is not ASCII, and its
line ends do not survive a transfer as text.

The checksum detects damage, but whoever makes a file can also make its checksum. Therefore nothing
that a header claims is trusted before it agrees with the length of the file, and no memory is
allocated for the parameters before the checksum agrees as well. The numerics version does not
affect how a file is read, since the file stores parameters, not results.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.atomic_files import replacing, suspected
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.training_options import EXPLICIT, LATENT_DISTRIBUTIONS

Array = npt.NDArray[Any]

SIGNATURE = b"\x89fastgan\r\n\x1a\n"
FORMAT_VERSION, CONDITIONAL_VERSION = 1, 2
HEADER = struct.Struct("<12sIIBBBBQQ")
DTYPES = {dtype.itemsize: dtype for dtype in validation.DTYPES}
LATENTS = (*LATENT_DISTRIBUTIONS, EXPLICIT)
CHECKSUM_BYTES = 32
READ_AT_ONCE = 2**18  # bytes

# A zip archive whose first entry has this name holds an ensemble: see `ensemble_format`.
ENSEMBLE_ENTRY = "fastgan_ensemble"
ZIP_SIGNATURE, ZIP_NAME_AT = b"PK\x03\x04", 30


class Contents(NamedTuple):
    """The contents of a file: one GAN."""

    parameters: Array  # (P,), in the order of the table of parameters
    latent_dim: int  # k
    features: int  # d
    item_shape: tuple[int, ...]
    latent: str
    classes: tuple[int, ...] = ()  # the labels of a ConditionalGAN, increasing; empty for a GAN


Model = TypeVar("Model")


def write(path: str | os.PathLike[str], contents: Contents) -> None:
    """Write a GAN to a file, completely or not at all."""
    with replacing(path) as file:
        _write(file, contents)


def read(path: str | os.PathLike[str], make: Callable[[Contents], Model]) -> Model:
    """Read a file, and make a model from its contents.

    A ValueError of `make` means that the contents form no model: the file is damaged.

    Raises
    ------
    ModelFileError
        If no model can be made of the file; the message gives the path and the reason.
    """
    with suspected(path, "a model") as (file, length):
        return make(_read(file, length))


def _write(file: BinaryIO, contents: Contents) -> None:
    parameters, m, c = contents.parameters, len(contents.item_shape), len(contents.classes)
    dtype = parameters.dtype
    header = HEADER.pack(
        SIGNATURE,
        CONDITIONAL_VERSION if c else FORMAT_VERSION,
        NUMERICS_VERSION,
        dtype.itemsize,
        LATENTS.index(contents.latent),
        m,
        0,
        contents.latent_dim,
        contents.features,
    )
    digest = hashlib.sha256()
    for part in (
        header,
        struct.pack(f"<{m}Q", *contents.item_shape),
        struct.pack(f"<Q{c}q", c, *contents.classes) if c else b"",
        parameters.astype(dtype.newbyteorder("<"), copy=False).tobytes(),
    ):
        file.write(part)
        digest.update(part)
    file.write(digest.digest())


def _read(file: BinaryIO, length: int) -> Contents:
    """Read a file that is `length` bytes long; a ValueError says what is wrong with it."""
    version, dtype, latent, m, k, d = _parse_header(file.read(HEADER.size))
    c = _count_classes(file, m) if version == CONDITIONAL_VERSION else 0
    before = 8 * m + (8 + 8 * c if c else 0)
    body_length = before + one_layer_table(k, d, max(c, 1)).size * dtype.itemsize
    expected = HEADER.size + body_length + CHECKSUM_BYTES
    if length != expected:
        raise ValueError(f"it is damaged: it has {length} bytes, but its header claims {expected}")
    _verify_checksum(file, HEADER.size + body_length)
    file.seek(HEADER.size)
    body = file.read(body_length)
    if len(body) != body_length:
        raise ValueError("it changed while it was being read")
    item_shape = struct.unpack_from(f"<{m}Q", body)
    stored = np.frombuffer(body, dtype.newbyteorder("<"), offset=before)
    parameters = stored.astype(dtype, copy=False)
    classes = struct.unpack_from(f"<{c}q", body, 8 * m + 8) if c else ()
    return Contents(parameters, k, d, item_shape, latent, classes)


def _count_classes(file: BinaryIO, m: int) -> int:
    """Return the number of classes that a file of version 2 claims after its item_shape."""
    file.seek(HEADER.size + 8 * m)
    stored = file.read(8)
    c = int(struct.unpack("<Q", stored)[0]) if len(stored) == 8 else 0
    if c < 1:
        raise ValueError("it is damaged: it claims no classes")
    return c


def _parse_header(start: bytes) -> tuple[int, np.dtype[Any], str, int, int, int]:
    """Return the format version, dtype, latent, m, k and d."""
    if holds_ensemble(start):
        raise ValueError("it holds an ensemble: load it with fastgan.Ensemble.load")
    if not start.startswith(SIGNATURE):
        raise ValueError("it is not a fastgan model")
    if len(start) < HEADER.size:
        raise ValueError(f"it is damaged: it ends after {len(start)} bytes")
    _, version, _, itemsize, latent, m, zero, k, d = HEADER.unpack(start)
    if version > CONDITIONAL_VERSION:
        raise ValueError(
            f"it was saved by a newer fastgan, in format version {version}; this fastgan reads "
            f"versions {FORMAT_VERSION} and {CONDITIONAL_VERSION}"
        )
    if version < FORMAT_VERSION:
        raise ValueError(f"it is damaged: there is no format version {version}")
    if itemsize not in DTYPES:
        raise ValueError(f"it is damaged: no dtype has parameters of {itemsize} bytes")
    if latent >= len(LATENTS):
        raise ValueError(f"it is damaged: there is no latent distribution {latent}")
    if zero != 0:
        raise ValueError(f"it is damaged: a byte that must be 0 is {zero}")
    if k < 1 or d < 1:
        raise ValueError(f"it is damaged: it claims weights of shape ({k}, {d})")
    return version, DTYPES[itemsize], LATENTS[latent], m, k, d


def holds_ensemble(start: bytes) -> bool:
    """Return whether a file whose first HEADER.size bytes are `start` holds an ensemble."""
    name = ENSEMBLE_ENTRY.encode()[: HEADER.size - ZIP_NAME_AT]
    return start.startswith(ZIP_SIGNATURE) and start[ZIP_NAME_AT:] == name


def _verify_checksum(file: BinaryIO, length: int) -> None:
    """Compare the checksum of the first `length` bytes with the stored one, which follows them."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(min(READ_AT_ONCE, length)):
        digest.update(part)
        length -= len(part)
    if file.read(CHECKSUM_BYTES) != digest.digest():
        raise ValueError("it is damaged: its checksum does not match its contents")
