"""GANs of several classes: each class is an ordinary GAN, and training has the same bits."""

from __future__ import annotations

import copy
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import ConditionalGAN, Ensemble, ModelFileError
from fastgan.randomness.even_latents import even_latents
from helpers.bits import assert_same_bits, assert_same_run
from helpers.model_files import HEADER_BYTES, load_bytes

RNG = np.random.default_rng(6)
DATA = RNG.random((12, 3, 2))
LABELS = np.array([7, -2, 7, 7, 4, -2, 4, 7, -2, 4, 4, 7])
OPTIONS: dict[str, Any] = {
    "labels": LABELS, "epochs": 3, "batch_size": 5, "latent_dim": 2, "rng": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def gan() -> ConditionalGAN:
    gan = fastgan.train(DATA, **OPTIONS).gan
    assert isinstance(gan, ConditionalGAN)
    return gan


def test_its_parts(gan: ConditionalGAN) -> None:
    assert gan.classes.tolist() == [-2, 4, 7]
    assert gan.generator.weights.shape == (2, 6)
    assert gan.generator.biases.shape == gan.discriminator.weights.shape == (3, 6)
    assert gan.discriminator.bias.shape == (3,)
    assert gan.item_shape == (3, 2)
    for array in (gan.classes, *gan.generator, *gan.discriminator):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("options", [{}, {"schedule": "alternating", "optimizer": "adam"}])
def test_backends_agree(backend: str, dtype: np.dtype, options: dict[str, Any]) -> None:
    run = fastgan.train(DATA, **OPTIONS, **options, dtype=dtype, backend=backend)
    expected = fastgan.train(DATA, **OPTIONS, **options, dtype=dtype, backend="numpy")
    assert_same_run(run, expected)
    assert run.options.classes == (-2, 4, 7)


def test_one_class_is_no_class(backend: str, dtype: np.dtype) -> None:
    """The kernels for recipes and those of Slanted Land's own schedule give the same bits."""
    options = {**OPTIONS, "labels": np.full(12, 3), "dtype": dtype, "backend": backend}
    labelled = fastgan.train(DATA, **options)
    alone = fastgan.train(DATA, **{**options, "labels": None})
    assert_same_bits(labelled.gan.of(3).generator.biases, alone.gan.generator.biases)
    assert labelled.gan.of(3) == alone.gan
    assert_same_bits(labelled.history.g_loss, alone.history.g_loss)


def test_a_class_learns_from_its_rows_alone() -> None:
    """If latents do not move pictures, a class learns its own mean; R1 damps the rotation."""
    data = np.array([[0.1, 0.9]] * 4 + [[0.8, 0.3]] * 4)
    labels = [0] * 4 + [1] * 4
    gan = fastgan.train(data, labels=labels, epochs=4000, learning_rate=0.05, batch_size=8,
                        r1_weight=0.1, latent=np.zeros((4000 * 8, 1)), rng=1).gan  # fmt: skip
    for label, mean in ((0, data[0]), (1, data[-1])):
        assert np.abs(gan.generate([0.0], label=label)[0] - mean).max() < 0.1


def test_each_class_is_a_gan(gan: ConditionalGAN) -> None:
    z, labels = RNG.random((5, 2)), [7, -2, 7, 4, -2]
    for method, rows in (("generate", z), ("score", DATA[:5]), ("discriminate", DATA[:5])):
        together = getattr(gan, method)(rows, label=labels)
        for i, label in enumerate(labels):
            assert_same_bits(together[i], getattr(gan.of(label), method)(rows)[i])
            assert_same_bits(getattr(gan, method)(rows[i], label=label), together[i])
        assert_same_bits(getattr(gan, method)(rows, label=4), getattr(gan.of(4), method)(rows))
    assert_same_bits(gan.sample(4, label=7, rng=2), gan.of(7).sample(4, rng=2))
    assert gan.generate(np.empty((0, 2)), label=7).shape == (0, 3, 2)


@pytest.mark.parametrize(
    ("label", "error"),
    [(None, ValueError), (3, ValueError), ([7, 3], ValueError), ([7], ValueError),
     (2.5, TypeError), (True, TypeError), ("7", TypeError), ([[7, 4]], ValueError)],
)  # fmt: skip
def test_an_unknown_label_fails_loudly(gan: ConditionalGAN, label: Any, error: type) -> None:
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    with pytest.raises(error, match=r"^label must be"):
        gan.sample(2, label=label, rng=rng)
    assert rng.bit_generator.state == before
    with pytest.raises(error, match=r"^label must be"):
        gan.discriminate(DATA[:2], label=label)


@pytest.mark.parametrize(
    ("labels", "error"),
    [([1] * 11, ValueError), ([[1]] * 12, ValueError), ([0.5] * 12, TypeError),
     (["a"] * 12, TypeError), ([True] * 12, TypeError), (3, ValueError)],
)  # fmt: skip
def test_labels_are_one_int_a_row(labels: Any, error: type) -> None:
    for train in (fastgan.train, lambda data, **o: fastgan.train_many(data, 2, **o)):
        with pytest.raises(error, match=r"^labels must"):
            train(DATA, labels=labels, epochs=1)


def test_a_start_must_have_the_classes(gan: ConditionalGAN) -> None:
    options = {"epochs": 1, "latent_dim": 2}
    again = fastgan.train(DATA, labels=LABELS, init=gan, **options, rng=1)
    assert again.gan != gan
    with pytest.raises(ValueError, match=r"^init must have the classes of labels"):
        fastgan.train(DATA, labels=LABELS + 1, init=gan, **options)
    with pytest.raises(TypeError, match=r"^init must be a GAN"):
        fastgan.train(DATA, init=gan, **options)
    with pytest.raises(TypeError, match=r"^init must be a ConditionalGAN"):
        fastgan.train(DATA, labels=LABELS, init=gan.of(7), **options)


def test_crowds(gan: ConditionalGAN, tmp_path: Path) -> None:
    options = {**OPTIONS, "rng": 9, "loss": "least-squares"}
    ensemble = fastgan.train_many(DATA, 9, **options)
    children = np.random.SeedSequence(9).spawn(9)
    z, one_a_row = RNG.random((4, 2)), DATA[:4]
    for i, child in enumerate(children):
        run = fastgan.train(DATA, **{**options, "rng": child}, record_every=0)
        assert ensemble[i].gan == run.gan
        assert_same_bits(ensemble.generate(z, label=4)[i], run.gan.generate(z, label=4))
        assert_same_bits(ensemble.score(one_a_row, label=7)[i], run.gan.score(one_a_row, label=7))
    assert ensemble.generator_biases.shape == ensemble.discriminator_weights.shape == (9, 3, 6)
    ensemble.save(tmp_path / "ensemble")
    loaded = Ensemble.load(tmp_path / "ensemble")
    assert loaded.classes == (-2, 4, 7)
    assert loaded[2].gan == ensemble[2].gan
    assert_same_bits(loaded.outcome().distance, ensemble.outcome().distance)
    for label in (None, 3):
        with pytest.raises(ValueError, match=r"^label must be"):
            ensemble.sample(2, label=label)


def test_outcomes_compare_class_by_class() -> None:
    ensemble = fastgan.train_many(DATA, 3, **OPTIONS)
    found = ensemble.outcome()
    assert_same_bits(ensemble.outcome(DATA, labels=LABELS).distance, found.distance)
    latents = even_latents(64, 2, "uniform")
    gaps = [
        ensemble[1].gan.generate(latents, label=label).mean(axis=0)
        - DATA[label == LABELS].mean(axis=0)
        for label in (-2, 4, 7)
    ]
    assert found.distance[1] == pytest.approx(np.sqrt(np.mean(np.square(gaps))), rel=1e-12)
    with pytest.raises(ValueError, match=r"^labels must be among the classes \[.*\], got None"):
        ensemble.outcome(DATA)
    with pytest.raises(ValueError, match=r"^labels must hold each of the classes"):
        ensemble.outcome(DATA, labels=LABELS + 1)
    with pytest.raises(ValueError, match=r"^labels must not be given without data"):
        ensemble.outcome(labels=LABELS)


def test_it_comes_back(gan: ConditionalGAN, tmp_path: Path) -> None:
    gan.save(tmp_path / "model")
    for other in (fastgan.load(tmp_path / "model"), pickle.loads(pickle.dumps(gan)),
                  copy.deepcopy(gan)):  # fmt: skip
        assert other == gan
        assert hash(other) == hash(gan)
        assert "classes=[-2, 4, 7]" in repr(other)
    assert gan != fastgan.train(DATA, **{**OPTIONS, "rng": 2}).gan


def hostile(content: bytes, at: int, value: bytes) -> bytes:
    import hashlib

    body = content[:at] + value + content[at + len(value) : -32]
    return body + hashlib.sha256(body).digest()


@pytest.mark.parametrize(
    ("at", "value", "words"),
    [(0, 0, "claims no classes"), (0, 2**62, "its header claims"), (0, 4, "its header claims"),
     (8, 4, "increasing"), (8, 7, "increasing")],
)  # fmt: skip
def test_hostile_files(
    gan: ConditionalGAN, tmp_path: Path, at: int, value: int, words: str
) -> None:
    gan.save(tmp_path / "sound")
    content = (tmp_path / "sound").read_bytes()
    changed = hostile(content, HEADER_BYTES + 16 + at, struct.pack("<q", value))
    with pytest.raises(ModelFileError, match=words):
        load_bytes(tmp_path, changed)


def test_built_by_hand() -> None:
    built = ConditionalGAN([0, 1], [[1.0, 2.0]], [[0, 1], [1, 0]], [[1, 1], [2, 2]], [0, 1])
    assert built.item_shape == (2,)
    assert built.of(1).discriminator.bias == 1
    for wrong, name in (
        (([1, 0], [[1.0, 2.0]], [[0, 1], [1, 0]], [[1, 1], [2, 2]], [0, 1]), "classes"),
        (([0, 1], [[1.0, 2.0]], [[0, 1]], [[1, 1], [2, 2]], [0, 1]), "generator_biases"),
        (([0, 1], [[1.0, 2.0]], [[0, 1], [1, 0]], [[1, 1]], [0, 1]), "discriminator_weights"),
        (([0, 1], [[1.0, 2.0]], [[0, 1], [1, 0]], [[1, 1], [2, 2]], [0]), "discriminator_biases"),
    ):
        with pytest.raises(ValueError, match=rf"^{name} must"):
            ConditionalGAN(*wrong)
