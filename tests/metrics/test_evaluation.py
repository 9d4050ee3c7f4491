"""All measures together equal those of their functions for the fakes of the seed."""

from __future__ import annotations

import copy
import math
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, asdict
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import backends, metrics
from helpers.ensembles import KINDS, train, trainings

GOLDEN = {
    "n_real": "0x1.e000000000000p+4",
    "n_fake": "0x1.4000000000000p+5",
    "mean_gap": "0x1.02c8305e1cf87p-2",
    "spread_ratio": "0x1.5d2d3ec37400ap-3",
    "duplicate_share": "0x0.0p+0",
    "density": "0x1.55c28f5c28f5cp+0",
    "coverage": "0x1.1111111111111p-2",
    "n_neighbours": "0x1.4000000000000p+2",
    "discriminator_accuracy": "0x1.ddddddddddddep-3",
    "accuracy_on_real": "0x1.ddddddddddddep-2",
    "accuracy_on_fake": "0x0.0p+0",
    "generator_gradient_norm": "0x1.95754cb799756p-4",
    "anomaly_score": "0x1.6e133b1305a52p-1",
}


@pytest.fixture(scope="module")
def run() -> fastgan.TrainingRun:
    return fastgan.train(fastgan.datasets.slanted_land(), epochs=200, learning_rate=0.1, rng=1)


def test_each_number_is_that_of_its_function(run: fastgan.TrainingRun) -> None:
    real = fastgan.datasets.slanted_land(40, rng=2)
    held_out = fastgan.datasets.slanted_land(30, rng=3)
    fake, z = run.gan.sample(70, rng=4), np.random.default_rng(4).random((70, 1))
    near = metrics.density_and_coverage(real, fake, 5)
    accuracy = metrics.discriminator_accuracy(run.gan, held_out, fake)
    found = run.evaluate(real=real, n=70, rng=4, held_out=held_out, loss="minimax")
    assert asdict(found) == {
        "n_real": 40,
        "n_fake": 70,
        "mean_gap": metrics.mean_gap(real, fake),
        "spread_ratio": metrics.spread_ratio(real, fake),
        "duplicate_share": metrics.duplicate_share(fake),
        "density": near.density,
        "coverage": near.coverage,
        "n_neighbours": 5,
        "jensen_shannon_distance": metrics.jensen_shannon_distance(real, fake),
        "discriminator_accuracy": accuracy.balanced,
        "accuracy_on_real": accuracy.real,
        "accuracy_on_fake": accuracy.fake,
        "generator_gradient_norm": metrics.generator_gradient_norm(run.gan, z, "minimax"),
        "anomaly_score": pytest.approx(metrics.anomaly_score(run.gan, held_out).mean()),
    }
    assert all(type(number) in (int, float) for number in asdict(found).values())


def test_defaults(run: fastgan.TrainingRun, faces: np.ndarray) -> None:
    found = run.evaluate(faces, rng=5)
    assert (found.n_real, found.n_fake, found.n_neighbours) == (5, 1000, 4)
    assert found == metrics.evaluate(run.gan, faces, n=1000, rng=5, held_out=faces)
    assert found == run.evaluate(faces.reshape(5, 4), rng=np.random.default_rng(5))
    assert found != run.evaluate(faces, rng=6)
    z = np.random.default_rng(5).random((1000, 1))
    assert found == run.evaluate(faces, latents=z)
    assert found != run.evaluate(faces, latents=z, loss="minimax")


def test_a_single_real_item_has_no_neighbours(run: fastgan.TrainingRun, faces: np.ndarray) -> None:
    for single in (faces[:1], faces[0]):
        found = run.evaluate(single, rng=7)
        assert (found.n_real, found.n_neighbours) == (1, 0)
        assert math.isnan(found.density)
        assert math.isnan(found.coverage)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_training(kind: str) -> None:
    one, data = train(kind)[0], trainings()[kind]["data"]
    if kind == "explicit":
        with pytest.raises(
            ValueError, match=r"latent: the GAN was trained on explicit latent vectors"
        ):
            one.evaluate(data)
    if kind == "some diverge":  # because of absurd data
        with pytest.raises(ValueError, match=r"real must hold numbers below"):
            one.evaluate(data)
        return
    z = np.random.default_rng(8).random((20, one.gan.latent_dim))
    found = one.evaluate(data, latents=z)
    assert (found.n_real, found.n_fake) == (len(data), 20)
    assert found.mean_gap == metrics.mean_gap(data.astype(one.gan.dtype), one.gan.generate(z))


def judged() -> dict[str, str]:
    """Return the measures as exact text, except the histogram distance (NumPy's logarithm)."""
    rng = np.random.default_rng(10)
    one = fastgan.GAN(
        fastgan.Generator(rng.random((2, 3)), rng.random(3)),
        fastgan.Discriminator(rng.random(3), -1),
    )
    numbers = asdict(metrics.evaluate(one, rng.random((30, 3)), n=40, rng=11))
    del numbers["jensen_shannon_distance"]
    return {name: float(number).hex() for name, number in numbers.items()}


def test_the_bits_are_those_they_were_on_every_backend(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(backends.VARIABLE, backend)
    assert judged() == GOLDEN


def test_collapse_is_seen(faces: np.ndarray) -> None:
    collapsed = fastgan.train(faces, epochs=500, learning_rate=100, rng=42).evaluate(faces, rng=0)
    learned = fastgan.train(faces, epochs=500, learning_rate=0.1, rng=42).evaluate(faces, rng=0)
    assert collapsed.duplicate_share == 1 > 0.5 > learned.duplicate_share
    assert collapsed.spread_ratio < 1e-6 < 0.01 < learned.spread_ratio
    assert collapsed.generator_gradient_norm < 1e-9 < learned.generator_gradient_norm
    assert collapsed.mean_gap > learned.mean_gap
    assert collapsed.anomaly_score > learned.anomaly_score


def test_nothing_changes_it_and_copies_are_equal(
    run: fastgan.TrainingRun, faces: np.ndarray
) -> None:
    found = run.evaluate(faces, n=20, rng=9)
    with pytest.raises(FrozenInstanceError):
        found.mean_gap = 0.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"real": np.zeros((3, 5))}, ValueError, "real must have shape"),
        ({"real": np.zeros((0, 2, 2))}, ValueError, "real must not be empty"),
        ({"real": np.full((3, 2, 2), 1e200)}, ValueError, "real must hold numbers below"),
        ({"real": "faces"}, TypeError, "real must hold real numbers"),
        ({"held_out": np.zeros((3, 5))}, ValueError, "held_out must have shape"),
        ({"held_out": np.zeros((0, 4))}, ValueError, "held_out must not be empty"),
        ({"n": 0}, ValueError, "n must be at least 1"),
        ({"n": 10.0}, TypeError, "n must be an int"),
        ({"n": 2**62}, ValueError, "n is too large"),
        ({"rng": "seed"}, TypeError, "rng must be"),
        ({"latents": [0.5], "n": 1}, ValueError, "latents cannot be given together with n or rng"),
        ({"latents": [0.5], "rng": 1}, ValueError, "latents cannot be given together"),
        ({"latents": np.zeros((3, 2))}, ValueError, r"latents must have shape \(n, 1\)"),
        ({"latents": []}, ValueError, "latents must not be empty"),
        ({"loss": "hinge"}, ValueError, "loss must be one of"),
    ],
)
def test_bad_arguments(
    run: fastgan.TrainingRun,
    faces: np.ndarray,
    options: Any,
    error: type[Exception],
    match: str,
) -> None:
    with pytest.raises(error, match=match):
        run.evaluate(**{"real": faces, **options})
    with pytest.raises(TypeError, match="gan must be a GAN"):
        metrics.evaluate(run, faces)  # type: ignore[arg-type]


def test_metrics_are_an_attribute_that_is_loaded_when_asked_for() -> None:
    script = """
import sys
import fastgan
assert "metrics" in dir(fastgan)
assert not [name for name in sys.modules if name.startswith("fastgan.metrics")]
assert fastgan.metrics.mean_gap([0.0], [1.0]) == 1.0
assert fastgan.metrics is sys.modules["fastgan.metrics"]
assert "scipy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in metrics.__all__:
        assert getattr(metrics, name).__doc__
