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
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan._support.atomic_files import ModelFileError, replacing, suspected
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.layers.parameter_table import parameter_count, parts_of
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator
from fastgan.options.training_options import EXPLICIT, LATENT_DISTRIBUTIONS

Array = npt.NDArray[Any]

SIGNATURE = b"\x89fastgan\r\n\x1a\n"
FORMAT_VERSION, CONDITIONAL_VERSION = 1, 2
HEADER = struct.Struct("<12sIIBBBBQQ")
DTYPES = {dtype.itemsize: dtype for dtype in validation.DTYPES}
LATENTS = (*LATENT_DISTRIBUTIONS, EXPLICIT)
CHECKSUM_BYTES = 32
READ_AT_ONCE = 2**18  # bytes

# A zip archive whose first entry has this name holds an ensemble: see `ensemble_files`.
ENSEMBLE_ENTRY = "fastgan_ensemble"
ZIP_SIGNATURE, ZIP_NAME_AT = b"PK\x03\x04", 30

__all__ = ["ModelFileError", "load", "save"]


def save(gan: GAN | ConditionalGAN, path: str | os.PathLike[str]) -> None:
    """Save a GAN to a file, completely or not at all.

    The GAN is written to a new file in the same directory, which then replaces the existing file.
    Equal GANs make equal files. The new file has the permissions of the file that it replaces. A
    symbolic link is kept, and the file that it points to is replaced.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks to save.
    path : str or os.PathLike
        The name of the file; no suffix is added.

    Raises
    ------
    TypeError, ValueError
        If `gan` is not a GAN, or `path` is not a path.
    OSError
        If the file cannot be written, or `path` is a directory or anything else except a regular
        file. An existing file is left as it was.
    """
    if not isinstance(gan, GAN | ConditionalGAN):
        raise TypeError(f"gan must be a GAN or a ConditionalGAN, got {validation.describe(gan)}")
    with replacing(path) as file:
        _write(file, gan)


def load(path: str | os.PathLike[str]) -> GAN | ConditionalGAN:
    """Load a GAN that `GAN.save` saved, with the same bits.

    Parameters
    ----------
    path : str or os.PathLike
        The name of the file.

    Returns
    -------
    GAN or ConditionalGAN

    Raises
    ------
    ModelFileError
        If the file is not a model, is damaged, was saved by a newer fastgan, or does not fit into
        memory. This is a ValueError; its message gives the path and the reason.
    OSError
        If the file cannot be opened or read, for example FileNotFoundError or PermissionError.
    TypeError, ValueError
        If `path` is not a path.
    """
    with suspected(path, "a model") as (file, length):
        return _read(file, length)


def _write(file: BinaryIO, gan: GAN | ConditionalGAN) -> None:
    m = len(gan.item_shape)
    version, classes, parameters = _contents(gan)
    k, d = parameters[2].shape
    codes = (gan.dtype.itemsize, LATENTS.index(gan.latent), m, 0)
    header = HEADER.pack(SIGNATURE, version, NUMERICS_VERSION, *codes, k, d)
    little_endian = gan.dtype.newbyteorder("<")
    digest = hashlib.sha256()
    for part in (
        header,
        struct.pack(f"<{m}Q", *gan.item_shape),
        classes,
        *(array.astype(little_endian, copy=False).tobytes() for array in parameters),
    ):
        file.write(part)
        digest.update(part)
    file.write(digest.digest())


def _contents(gan: GAN | ConditionalGAN) -> tuple[int, bytes, tuple[Array, ...]]:
    """Return the format version, the classes as they are stored, and w_D, b_D, W_G and b_G."""
    if isinstance(gan, ConditionalGAN):
        c = len(gan.classes)
        classes = struct.pack(f"<Q{c}q", c, *gan.classes.tolist())
        d, g = (gan.discriminator_weights, gan.discriminator_biases), gan.generator_weights
        return CONDITIONAL_VERSION, classes, (*d, g, gan.generator_biases)
    w, b = gan.discriminator.weights, np.array([gan.discriminator.bias])
    return FORMAT_VERSION, b"", (w, b, gan.generator.weights, gan.generator.biases)


def _read(file: BinaryIO, length: int) -> GAN | ConditionalGAN:
    """Read a file that is `length` bytes long; a ValueError says what is wrong with it."""
    version, dtype, latent, m, k, d = _parse_header(file.read(HEADER.size))
    c = _count_classes(file, m) if version == CONDITIONAL_VERSION else 0
    before = 8 * m + (8 + 8 * c if c else 0)
    body_length = before + parameter_count(k, d, max(c, 1)) * dtype.itemsize
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
    w, b, weights, biases = parts_of(stored.astype(dtype, copy=False), d, k, max(c, 1))
    if c:
        classes = np.array(struct.unpack_from(f"<{c}q", body, 8 * m + 8), np.int64)
        return ConditionalGAN(classes, weights, biases, w, b, item_shape, latent)
    return GAN(Generator(weights, biases[0]), Discriminator(w[0], b[0]), item_shape, latent)


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
