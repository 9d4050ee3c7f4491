"""Models and their files, valid or not, for the tests of saving."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from fastgan import GAN, Discriminator, Generator
from fastgan.networks.saving import load

UNSIGNED: dict[np.dtype[Any], type[np.unsignedinteger[Any]]] = {
    np.dtype(np.float64): np.uint64,
    np.dtype(np.float32): np.uint32,
}

# A float32 GAN of one latent dimension and items of shape (1, 2), byte by byte.
GOLDEN = bytes.fromhex(
    "89 66 61 73 74 67 61 6e 0d 0a 1a 0a"  # signature
    "01 00 00 00"  # format version
    "01 00 00 00"  # numerics version
    "04 01 02 00"  # float32, normal, two dimensions, 0
    "01 00 00 00 00 00 00 00"  # k
    "02 00 00 00 00 00 00 00"  # d
    "01 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00"  # item_shape
    "00 00 80 3f  00 00 20 c0"  # discriminator weights: 1, -2.5
    "00 00 00 80"  # discriminator bias: -0.0
    "01 00 00 00  ff ff 7f 7f"  # generator weights: the smallest subnormal, the largest number
    "00 00 00 3f  00 00 80 be"  # generator biases: 0.5, -0.25
    "47 86 b3 7a 8f 21 fc 58 29 0c 46 ad 69 69 43 cc"  # SHA-256
    "99 b3 3a 84 b9 08 b2 50 6b 61 4c 54 cf 27 14 89"
)
HEADER_BYTES, CHECKSUM_BYTES = 40, 32

# Windows has no named pipes in directories.
NAMED_PIPES = [os.mkfifo] if hasattr(os, "mkfifo") else []


def golden_gan() -> GAN:
    """Build the GAN that GOLDEN holds."""
    smallest, largest = np.array([1, 0x7F7FFFFF], np.uint32).view(np.float32)
    return GAN(
        Generator(np.array([[smallest, largest]], np.float32), np.array([0.5, -0.25], np.float32)),
        Discriminator(np.array([1.0, -2.5], np.float32), np.float32(-0.0)),
        (1, 2),
        "normal",
    )


def model_file(
    *,
    signature: bytes = b"\x89fastgan\r\n\x1a\n",
    version: int = 1,
    numerics: int = 1,
    itemsize: int = 8,
    latent: int = 0,
    dimensions: int | None = None,
    zero: int = 0,
    k: int = 1,
    d: int = 4,
    item_shape: tuple[int, ...] = (2, 2),
    parameters: list[float] | None = None,
    extra: bytes = b"",
) -> bytes:
    """Write a model file with any claims in its header, and always the right checksum."""
    values = [0.5] * 13 if parameters is None else parameters
    content = signature
    content += struct.pack("<II", version, numerics)
    content += bytes([itemsize, latent, len(item_shape) if dimensions is None else dimensions])
    content += bytes([zero]) + struct.pack("<QQ", k, d)
    content += b"".join(struct.pack("<Q", size) for size in item_shape)
    content += b"".join(struct.pack("<f" if itemsize == 4 else "<d", value) for value in values)
    content += extra
    return content + hashlib.sha256(content).digest()


def parameters_of(gan: GAN) -> list[np.ndarray[Any, Any]]:
    """Return all four parameters as arrays."""
    return [
        gan.generator.weights,
        gan.generator.biases,
        gan.discriminator.weights,
        np.array(gan.discriminator.bias),
    ]


def assert_same_bits(actual: GAN, expected: GAN) -> None:
    """Compare every parameter as unsigned integers, and everything else."""
    assert type(actual) is GAN
    assert actual.item_shape == expected.item_shape
    assert all(type(size) is int for size in actual.item_shape)
    assert actual.latent == expected.latent
    for one, other in zip(parameters_of(actual), parameters_of(expected), strict=True):
        assert one.dtype == other.dtype
        assert one.dtype.isnative
        assert one.shape == other.shape
        unsigned = UNSIGNED[one.dtype]
        assert one.reshape(-1).view(unsigned).tolist() == other.reshape(-1).view(unsigned).tolist()
    assert actual == expected


@st.composite
def gans(draw: st.DrawFn) -> GAN:
    """Draw any GAN, with any finite bit patterns as parameters."""
    dtype: np.dtype[Any] = np.dtype(draw(st.sampled_from(["float64", "float32"])))
    item_shape = tuple(draw(st.lists(st.integers(1, 4), max_size=4)))
    k, d = draw(st.integers(1, 5)), int(np.prod(item_shape, dtype=int))
    unsigned = np.dtype(UNSIGNED[dtype])
    bits = draw(arrays_of.arrays(unsigned, d + 1 + k * d + d))
    lowest_exponent_bit = unsigned.type(1 << np.finfo(dtype).nmant)
    numbers = np.where(np.isfinite(bits.view(dtype)), bits, bits ^ lowest_exponent_bit).view(dtype)
    return GAN(
        Generator(numbers[: k * d].reshape(k, d), numbers[k * d : (k + 1) * d]),
        Discriminator(numbers[(k + 1) * d : -1], numbers[-1]),
        item_shape,
        draw(st.sampled_from(["uniform", "normal", "explicit"])),
    )


def load_bytes(directory: Path, content: bytes) -> GAN:
    """Load a file with this content."""
    path = directory / "content"
    path.write_bytes(content)
    return load(path)
