"""D's accuracy computed by hand, and G's gradient compared with differences of its losses."""

from __future__ import annotations

import math
import tracemalloc
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import metrics
from fastgan.metrics import learning_signal

LOSSES = ("non-saturating", "minimax", "least-squares", "wasserstein")


def gan(k: int = 2, d: int = 3, seed: int = 0, dtype: Any = np.float64) -> fastgan.GAN:
    rng = np.random.default_rng(seed)
    return fastgan.GAN(
        fastgan.Generator(rng.normal(size=(k, d)).astype(dtype), rng.normal(size=d).astype(dtype)),
        fastgan.Discriminator(rng.normal(size=d).astype(dtype), dtype(0.3)),
    )


def test_accuracy_counts_the_signs_of_the_logits() -> None:
    judge = fastgan.GAN(
        fastgan.Generator([[1.0]], [0.0]), fastgan.Discriminator([1.0], -0.5), item_shape=()
    )
    found = metrics.discriminator_accuracy(judge, [0.0, 0.5, 0.75, 1.0], [0.25, 0.5, 1.0])
    assert (found.real, found.fake) == (2 / 4, 2 / 3)  # a logit of 0 is no "real"
    assert found.balanced == (2 / 4 + 2 / 3) / 2


def test_accuracy_is_that_of_probabilities_above_a_half(faces: np.ndarray) -> None:
    run = fastgan.train(faces, epochs=50, learning_rate=0.1, rng=1)
    fake = run.gan.sample(300, rng=2)
    found = metrics.discriminator_accuracy(run.gan, faces, fake)
    assert found.real == np.mean(run.gan.discriminate(faces) > 0.5)
    assert found.fake == np.mean(run.gan.discriminate(fake) <= 0.5)
    assert metrics.discriminator_accuracy(run.gan, faces.reshape(5, 4), fake) == found


def test_a_blind_discriminator_guesses(faces: np.ndarray) -> None:
    blind = fastgan.GAN(
        fastgan.Generator([[1.0] * 4], [0.0] * 4), fastgan.Discriminator([0.0] * 4, 1.0), (2, 2)
    )
    found = metrics.discriminator_accuracy(blind, faces, 1 - faces)
    assert (found.real, found.fake, found.balanced) == (1, 0, 0.5)
    assert metrics.discriminator_accuracy(blind, faces[0], faces).real == 1


def losses_of(loss: str, parameters: np.ndarray, z: np.ndarray, w: np.ndarray, b: float) -> float:
    """Return the mean loss by NumPy's own functions, in the precision of the parameters."""
    k, d = z.shape[1], len(w)
    weights, biases = parameters[: k * d].reshape(k, d), parameters[k * d :]
    s = 1 / (1 + np.exp(-(z @ weights + biases))) @ w + b
    each = {
        "non-saturating": lambda: np.log1p(np.exp(-s)),
        "minimax": lambda: -np.log1p(np.exp(s)),
        "least-squares": lambda: (s - 1) ** 2 / 2,
        "wasserstein": lambda: -s,
    }[loss]()
    return float(each.mean())


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("k", "d", "m"), [(1, 1, 1), (1, 4, 7), (3, 5, 20), (2, 20, 1)])
def test_the_gradient_is_that_of_the_loss(loss: str, k: int, d: int, m: int) -> None:
    one = gan(k, d, seed=k + d)
    z = np.random.default_rng(1).normal(size=(m, k))
    parameters = np.concatenate([one.generator.weights.ravel(), one.generator.biases])
    given = z, one.discriminator.weights, float(one.discriminator.bias)
    step = 1e-5
    gradient = [
        (losses_of(loss, parameters + h, *given) - losses_of(loss, parameters - h, *given))
        / (2 * step)
        for h in step * np.eye(len(parameters))
    ]
    found = metrics.generator_gradient_norm(one, z, loss)
    assert found == pytest.approx(float(np.linalg.norm(gradient)), rel=1e-7)


@pytest.mark.parametrize("loss", LOSSES)
def test_one_latent_and_one_feature_in_closed_form(loss: str) -> None:
    w_g, b_g, w_d, b_d, z = 0.7, -0.2, 1.5, 0.4, 0.6
    one = fastgan.GAN(fastgan.Generator([[w_g]], [b_g]), fastgan.Discriminator([w_d], b_d))
    x = 1 / (1 + math.exp(-(w_g * z + b_g)))
    s = w_d * x + b_d
    d = 1 / (1 + math.exp(-s))
    by_s = {"non-saturating": d - 1, "minimax": -d, "least-squares": s - 1, "wasserstein": -1}[loss]
    expected = abs(by_s * w_d * x * (1 - x)) * math.hypot(1, z)
    assert metrics.generator_gradient_norm(one, z, loss) == pytest.approx(expected, rel=1e-14)


def test_it_is_the_way_that_a_step_of_training_goes(faces: np.ndarray) -> None:
    """Compared with the moved parameters of a step in which the discriminator is fixed."""
    start = fastgan.GAN(
        fastgan.Generator(gan(1, 4).generator.weights, gan(1, 4).generator.biases),
        fastgan.Discriminator(gan(1, 4).discriminator.weights, 0.1),
        (2, 2),
    )
    z = np.random.default_rng(2).random((5, 1))
    moved = fastgan.train(
        faces, epochs=1, batch_size=5, latent=z, init=start, learning_rate=1.0,
        discriminator_learning_rate=0.0,
    ).gan.generator  # fmt: skip
    way = math.sqrt(
        np.square(moved.weights - start.generator.weights).sum()
        + np.square(moved.biases - start.generator.biases).sum()
    )
    assert metrics.generator_gradient_norm(start, z) == pytest.approx(way, rel=1e-13)


def with_d_bias(bias: float, g_bias: float = 0.0) -> fastgan.GAN:
    return fastgan.GAN(
        fastgan.Generator([[1.0, -1.0]], [g_bias] * 2), fastgan.Discriminator([1.0, 1.0], bias)
    )


def test_where_gradients_vanish() -> None:
    z = np.linspace(0, 1, 10)
    sure = with_d_bias(-60.0)  # sure that all items are fakes
    assert 0 < metrics.generator_gradient_norm(sure, z, "minimax") < 1e-24
    assert metrics.generator_gradient_norm(sure, z, "non-saturating") > 0.1
    assert metrics.generator_gradient_norm(sure, z, "wasserstein") == pytest.approx(
        metrics.generator_gradient_norm(with_d_bias(0.0), z, "wasserstein")
    )
    for loss in LOSSES:
        saturated = metrics.generator_gradient_norm(with_d_bias(0.0, 600.0), z, loss)
        assert 0 < saturated < 1e-250  # its square is 0
        assert metrics.generator_gradient_norm(with_d_bias(0.0, 800.0), z, loss) == 0.0


def test_the_number_of_rows_at_once_hardly_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    z = np.random.default_rng(3).random((3000, 2))
    found = metrics.generator_gradient_norm(gan(), z)
    monkeypatch.setattr(learning_signal, "ROWS", 7)
    assert metrics.generator_gradient_norm(gan(), z) == pytest.approx(found, rel=1e-12)


def test_memory_is_bounded() -> None:
    one, z = gan(1, 100), np.random.default_rng(4).random(100_000)
    tracemalloc.start()
    metrics.generator_gradient_norm(one, z)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25 * 2**20  # all pictures would be 80 MB


def test_float32_networks_are_measured_in_float64() -> None:
    narrow = gan(dtype=np.float32)
    wide = fastgan.GAN(
        fastgan.Generator(
            narrow.generator.weights.astype(float), narrow.generator.biases.astype(float)
        ),
        fastgan.Discriminator(
            narrow.discriminator.weights.astype(float), float(narrow.discriminator.bias)
        ),
    )
    z = np.random.default_rng(5).random((20, 2)).astype(np.float32)
    found = metrics.generator_gradient_norm(narrow, z)
    assert found == metrics.generator_gradient_norm(wide, z)
    assert type(found) is float


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        (("gan", [[0, 0]]), TypeError, "gan must be a GAN"),
        ((gan(), [[0, 0, 0]]), ValueError, r"z must have shape \(n, 2\)"),
        ((gan(), np.zeros((0, 2))), ValueError, "z must not be empty"),
        ((gan(), [[np.nan, 0]]), ValueError, "z must be finite"),
        ((gan(), "z"), TypeError, "z must hold real numbers"),
        ((gan(), [[0, 0]], "hinge"), ValueError, "loss must be one of 'non-saturating', 'minimax'"),
        ((gan(), [[0, 0]], None), TypeError, "loss must be a str"),
    ],
)
def test_bad_arguments_of_the_gradient(arguments: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        metrics.generator_gradient_norm(*arguments)


@pytest.mark.parametrize("name", ["real", "fake"])
@pytest.mark.parametrize(
    ("value", "error", "match"),
    [
        (np.zeros((4, 2)), ValueError, "must have shape"),
        (np.zeros((0, 3)), ValueError, "must not be empty"),
        ([[np.inf, 0, 0]], ValueError, "must be finite"),
        ("x", TypeError, "must hold real numbers"),
    ],
)
def test_bad_arguments_of_the_accuracy(
    name: str, value: Any, error: type[Exception], match: str
) -> None:
    arguments = {"real": np.zeros((4, 3)), "fake": np.zeros((4, 3)), name: value}
    with pytest.raises(error, match=f"^{name} {match}"):
        metrics.discriminator_accuracy(gan(), **arguments)
    with pytest.raises(TypeError, match="gan must be a GAN"):
        metrics.discriminator_accuracy(None, **arguments)  # type: ignore[arg-type]
