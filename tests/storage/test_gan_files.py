"""Models in files: loading restores the same bits, in a fixed format."""

from __future__ import annotations

import copy
import hashlib
import os
import pickle
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import fastgan
from fastgan import GAN, Discriminator, Generator
from fastgan.networks.saving import load, save
from fastgan.storage import gan_format
from helpers.model_files import (
    GOLDEN,
    UNSIGNED,
    assert_same_bits,
    gans,
    golden_gan,
    load_bytes,
    model_file,
    parameters_of,
)


@given(gan=gans())
def test_any_gan_comes_back_with_the_same_bits(gan: GAN) -> None:
    """Shapes, dtypes, latents and every bit of every parameter survive."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "model")
        gan.save(path)
        loaded = load(path)
        assert_same_bits(loaded, gan)
        assert os.listdir(directory) == ["model"]
        saved = Path(path).read_bytes()
        loaded.save(path)
        assert Path(path).read_bytes() == saved


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_zeros_subnormals_and_extremes_come_back(tmp_path: Path, dtype: Any) -> None:
    """Numbers that careless input and output would lose keep their bits."""
    limits = np.finfo(dtype)
    smallest, normal = limits.smallest_subnormal, limits.smallest_normal
    numbers = np.array(
        [0.0, -0.0, smallest, -smallest, limits.max, limits.min, normal, normal - smallest], dtype
    )
    gan = GAN(Generator(np.stack([numbers, -numbers]), numbers), Discriminator(-numbers, -0.0))
    if dtype is np.float32:
        gan = GAN(gan.generator, Discriminator(-numbers, np.float32(-0.0)))
    save(gan, tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert loaded.dtype == dtype
    assert np.signbit(loaded.discriminator.bias)
    assert_same_bits(loaded, gan)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("latent", ["uniform", "normal"])
def test_a_trained_gan_samples_the_same_after_loading(
    tmp_path: Path, dtype: Any, latent: str
) -> None:
    """A trained model draws the same pictures after saving and loading."""
    run = fastgan.train(
        fastgan.datasets.slanted_land(), epochs=3, latent=latent, rng=42, dtype=dtype
    )
    run.gan.save(tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert_same_bits(loaded, run.gan)
    unsigned = UNSIGNED[np.dtype(dtype)]
    pictures = loaded.sample(5, rng=1)
    assert pictures.shape == (5, 2, 2)
    assert np.array_equal(pictures.view(unsigned), run.gan.sample(5, rng=1).view(unsigned))


def test_what_is_loaded_is_read_only(tmp_path: Path) -> None:
    """A loaded GAN is as immutable as any other."""
    for parameter in parameters_of(load_bytes(tmp_path, GOLDEN))[:3]:
        with pytest.raises(ValueError, match="WRITEABLE"):
            parameter.flags.writeable = True
        # It owns its memory: only its numbers are kept, and nobody else can write to them.
        assert parameter.base.flags.owndata
        assert not parameter.base.flags.writeable
        assert parameter.base.size == parameter.size


@pytest.mark.parametrize(
    "copied", [lambda gan: pickle.loads(pickle.dumps(gan)), copy.copy, copy.deepcopy]
)
def test_copies_make_the_same_file(tmp_path: Path, copied: Callable[[GAN], GAN]) -> None:
    """Equal GANs make equal files, however they were created."""
    save(copied(golden_gan()), tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == GOLDEN


def test_an_item_may_have_many_dimensions_but_not_too_many(tmp_path: Path) -> None:
    """As many dimensions as NumPy can handle, minus one for the items."""
    generator, discriminator = Generator([[1.0]], [2.0]), Discriminator([3.0], 4.0)
    most = GAN(generator, discriminator, (1,) * 63)
    save(most, tmp_path / "model")
    assert_same_bits(load(tmp_path / "model"), most)
    assert most.generate([0.5, 0.25]).ndim == 64
    with pytest.raises(ValueError, match="item_shape must have at most 63 dimensions"):
        GAN(generator, discriminator, (1,) * 64)


def test_the_format_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A known GAN makes a known file, and that file makes that GAN."""
    monkeypatch.setattr(gan_format, "NUMERICS_VERSION", 1)
    save(golden_gan(), tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == GOLDEN
    assert_same_bits(load_bytes(tmp_path, GOLDEN), golden_gan())


def test_the_format_in_float64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two latent dimensions: the order of the parameters, and weights row by row."""
    monkeypatch.setattr(gan_format, "NUMERICS_VERSION", 1)
    gan = GAN(
        Generator([[4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], [10.0, 11.0, 12.0]),
        Discriminator([0.0, 1.0, 2.0], 3.0),
        latent="explicit",
    )
    save(gan, tmp_path / "model")
    content = (tmp_path / "model").read_bytes()
    assert content == model_file(
        latent=2, k=2, d=3, item_shape=(3,), parameters=[float(i) for i in range(13)]
    )
    assert hashlib.sha256(content).hexdigest() == (
        "2e34a6f492e278549d982d6fb0d854e8774a406f7232d40597228ad5e30fb78e"
    )
    assert_same_bits(load_bytes(tmp_path, content), gan)


def test_a_machine_of_the_other_byte_order_makes_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parameters whose bytes are in the opposite order in memory are stored the same."""
    monkeypatch.setattr(gan_format, "NUMERICS_VERSION", 1)
    gan = golden_gan()
    for network, names in (
        (gan.generator, ("weights", "biases")),
        (gan.discriminator, ("weights",)),
    ):
        for name in names:
            array = getattr(network, name)
            object.__setattr__(network, name, array.astype(array.dtype.newbyteorder("S")))
    assert not gan.dtype.isnative
    save(gan, tmp_path / "model")
    assert (tmp_path / "model").read_bytes() == GOLDEN


def test_the_numerics_version_is_recorded_and_any_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parameters are numbers, whichever arithmetic computed them."""
    save(golden_gan(), tmp_path / "model")
    recorded = (tmp_path / "model").read_bytes()[16:20]
    assert recorded == struct.pack("<I", fastgan.NUMERICS_VERSION)
    monkeypatch.setattr(gan_format, "NUMERICS_VERSION", 0x01020304)
    save(golden_gan(), tmp_path / "model")
    assert (tmp_path / "model").read_bytes()[16:20] == b"\x04\x03\x02\x01"
    assert_same_bits(load(tmp_path / "model"), golden_gan())
    expected = load_bytes(tmp_path, model_file())
    for version in (0, 2, 2**32 - 1):
        assert_same_bits(load_bytes(tmp_path, model_file(numerics=version)), expected)
