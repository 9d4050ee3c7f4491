"""Malicious files with correct checksums: one exception class, and little memory."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastgan.networks import saving
from fastgan.networks.saving import ModelFileError, load
from helpers.model_files import (
    CHECKSUM_BYTES,
    GOLDEN,
    HEADER_BYTES,
    assert_same_bits,
    load_bytes,
    model_file,
    parameters_of,
)


def test_the_files_made_here_are_models(tmp_path: Path) -> None:
    """The hostile files start from a valid one, so they are rejected for their only fault."""
    for latent, name in enumerate(("uniform", "normal", "explicit")):
        assert load_bytes(tmp_path, model_file(latent=latent)).latent == name
    assert load_bytes(tmp_path, model_file(itemsize=4)).dtype == np.float32
    assert load_bytes(tmp_path, model_file(k=2, parameters=[1.0] * 17)).latent_dim == 2
    assert load_bytes(tmp_path, model_file(item_shape=(4,))).item_shape == (4,)


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "newer format": ({"version": 3}, "saved by a newer fastgan, in format version 3"),
    "newest format": ({"version": 2**32 - 1}, "saved by a newer fastgan"),
    "format 0": ({"version": 0}, "no format version 0"),
    "float16": ({"itemsize": 2}, "no dtype has parameters of 2 bytes"),
    "longdouble": ({"itemsize": 16}, "no dtype has parameters of 16 bytes"),
    "no bytes": ({"itemsize": 0}, "no dtype has parameters of 0 bytes"),
    "latent 3": ({"latent": 3}, "no latent distribution 3"),
    "latent 255": ({"latent": 255}, "no latent distribution 255"),
    "reserved": ({"zero": 1}, "must be 0 is 1"),
    "no latent dimensions": ({"k": 0, "parameters": [0.5] * 9}, r"shape \(0, 4\)"),
    "no features": ({"d": 0, "item_shape": (0,), "parameters": [0.5]}, r"shape \(1, 0\)"),
    "huge and empty": (
        {"k": 2**64 - 1, "d": 0, "item_shape": (), "parameters": [0.5]},
        r"shape \(18446744073709551615, 0\)",
    ),
    "too few parameters": ({"parameters": [0.5] * 12}, "has 184 bytes, but its header claims 192"),
    "too many parameters": ({"parameters": [0.5] * 14}, "has 200 bytes, but its header claims 192"),
    "something hidden": ({"extra": b"\0"}, "has 193 bytes, but its header claims 192"),
    "2**60 numbers": ({"k": 2**58}, "header claims 9223372036854775"),
    "2**60 features": ({"d": 2**60, "item_shape": (2**60,)}, "header claims 27670116110564327"),
    "2**128 numbers": ({"k": 2**64 - 1, "d": 2**64 - 1}, "header claims 27222589353675077"),
    "k times d is 0 in 64 bits": (
        {"k": 2**63, "d": 2, "item_shape": (2,), "parameters": [0.5] * 5},
        "header claims 1475739525896764",
    ),
    "bytes are 104 in 64 bits": ({"k": 2**61 + 1}, "header claims 737869762948382066"),
    "more dimensions than sizes": ({"dimensions": 255}, "header claims 2216"),
    "fewer dimensions than sizes": ({"dimensions": 1}, "header claims 184"),
    "sizes read as parameters": (
        {"dimensions": 0, "parameters": [0.5] * 11},
        "item_shape must have a product of 4",
    ),
    "wrong product": ({"item_shape": (2, 3)}, r"item_shape must have a product of 4, got \(2, 3\)"),
    "product right in 64 bits": (
        {"item_shape": (2**62 + 1, 4)},
        "item_shape must have a product of 4",
    ),
    "a size of 0": ({"item_shape": (0, 4)}, "item_shape must be at least 1, got 0"),
    "sizes of -2": ({"item_shape": (2**64 - 2, 2**64 - 2)}, r"item_shape must be below 2\*\*63"),
    "many huge sizes": ({"item_shape": (2**63 - 1,) * 63}, "item_shape must have a product of 4"),
    "too many sizes": ({"item_shape": (1,) * 254 + (4,)}, "at most 63 dimensions, got 255"),
}


@pytest.mark.parametrize(("fields", "reason"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_headers_are_refused_in_little_memory(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    """A header may claim anything; no memory is allocated for data that the file does not hold."""
    (tmp_path / "content").write_bytes(model_file(**fields))
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=reason):
            load(tmp_path / "content")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**19


def test_a_file_of_holes_takes_no_memory(tmp_path: Path) -> None:
    """A sparse file as long as its header claims costs nothing to make, and little to reject."""
    numbers = 2**23
    with open(tmp_path / "holes", "wb") as file:
        file.write(model_file(d=1, item_shape=(), k=numbers - 3, parameters=[])[:-CHECKSUM_BYTES])
        file.truncate(HEADER_BYTES + 8 * numbers + CHECKSUM_BYTES)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="checksum does not match"):
            load(tmp_path / "holes")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**21


@pytest.mark.parametrize("position", range(13))
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("itemsize", [4, 8])
def test_parameters_that_are_not_finite_are_refused(
    tmp_path: Path, position: int, value: float, itemsize: int
) -> None:
    """A GAN has finite parameters, and so must its file."""
    parameters = [0.5] * 13
    parameters[position] = value
    with pytest.raises(ModelFileError, match=r"(weights|bias|biases) must be finite"):
        load_bytes(tmp_path, model_file(itemsize=itemsize, parameters=parameters))


def test_signalling_nans_are_refused(tmp_path: Path) -> None:
    """A signalling NaN is rejected without a warning."""
    for itemsize, pattern in ((4, b"\x01\x00\x80\x7f"), (8, b"\x01\0\0\0\0\0\xf0\x7f")):
        content = model_file(itemsize=itemsize, parameters=[0.5] * 12, extra=pattern)
        with pytest.raises(ModelFileError, match="biases must be finite"):
            load_bytes(tmp_path, content)


@settings(max_examples=300)
@given(
    start=st.integers(0, len(GOLDEN) - CHECKSUM_BYTES),
    replacement=st.binary(max_size=80),
    tail=st.binary(max_size=40),
)
def test_any_content_gives_a_gan_or_the_one_error(
    start: int, replacement: bytes, tail: bytes
) -> None:
    """Random bytes with a correct checksum give a GAN, or an error with the reason."""
    content = bytearray(GOLDEN[:-CHECKSUM_BYTES])
    content[start : start + len(replacement)] = replacement
    content += tail
    content += hashlib.sha256(content).digest()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "content")
        path.write_bytes(content)
        try:
            gan = load(path)
        except ModelFileError:
            return
        assert all(np.isfinite(parameter).all() for parameter in parameters_of(gan))
        gan.save(path)
        assert_same_bits(load(path), gan)


def test_a_model_larger_than_memory_is_the_same_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correct checksum over a really huge file also ends in a message."""

    def no_memory(*arguments: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(saving, "Generator", no_memory)
    with pytest.raises(ModelFileError, match="does not fit into memory"):
        load_bytes(tmp_path, GOLDEN)


def test_the_error_is_a_value_error_that_names_the_path(tmp_path: Path) -> None:
    """There is one class to catch, with a self-contained message."""
    assert issubclass(ModelFileError, ValueError)
    with pytest.raises(ModelFileError) as caught:
        load_bytes(tmp_path, b"something")
    assert str(caught.value) == (
        f"cannot load a model from {str(tmp_path / 'content')!r}: it is not a fastgan model"
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
