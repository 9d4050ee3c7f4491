"""Invalid arguments are rejected with a TypeError or ValueError that names the argument."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator
from helpers.bad_values import (
    FACES,
    HUGE,
    NOT_INTS,
    NOT_REAL_ARRAYS,
    OPTIONS,
    START,
    WITH_INFINITY,
    WITH_NAN,
    WRONG_ARRAYS,
    Unprintable,
    named,
    refuses,
)


@pytest.mark.parametrize(("error", "name", "value", "others"), OPTIONS, ids=named)
def test_options(error: type[Exception], name: str, value: Any, others: dict[str, Any]) -> None:
    call = {"epochs": 1, **others, name: value}
    refuses(error, name, lambda: fastgan.train(FACES, **call))


@pytest.mark.parametrize("kind", NOT_REAL_ARRAYS)
def test_what_is_no_real_array(kind: str) -> None:
    value = NOT_REAL_ARRAYS[kind]
    refuses(TypeError, "data", lambda: fastgan.train(value, epochs=1))
    refuses(TypeError, "z", lambda: START.generate(value))
    refuses(TypeError, "x", lambda: START.score(value))
    refuses(TypeError, "weights", lambda: Generator(value, [1.0]))
    refuses(TypeError, "bias", lambda: Discriminator([1.0], value))
    if kind != "text":
        refuses(TypeError, "latent", lambda: fastgan.train(FACES, epochs=1, latent=value))


@pytest.mark.parametrize("kind", WRONG_ARRAYS)
def test_wrong_arrays(kind: str) -> None:
    value = WRONG_ARRAYS[kind]
    refuses(ValueError, "data", lambda: fastgan.train(value, epochs=1))
    refuses(ValueError, "latent", lambda: fastgan.train(FACES, epochs=1, latent=value))
    refuses(ValueError, "z", lambda: START.generate(value))
    refuses(ValueError, "x", lambda: START.score(value))
    refuses(ValueError, "biases", lambda: Generator([1.0], value))
    refuses(ValueError, "weights", lambda: Discriminator(value, 1.0))


@pytest.mark.parametrize("shape", [(), (0,), (0, 4), (3, 0), (3, 0, 2)])
def test_data_of_no_use(shape: tuple[int, ...]) -> None:
    refuses(ValueError, "data", lambda: fastgan.train(np.full(shape, 0.5), epochs=1))


def test_data_outside_the_range_of_float32() -> None:
    data = np.array([[0.5, 1e300]])
    refuses(ValueError, "data", lambda: fastgan.train(data, epochs=1, dtype=np.float32))


def test_the_place_of_a_number_that_is_not_finite_is_said() -> None:
    with pytest.raises(ValueError, match=r"got nan at index \(3, 1, 0\)"):
        fastgan.train(WITH_NAN, epochs=1)
    with pytest.raises(ValueError, match=r"got -inf at index \(2, 0, 1\)"):
        fastgan.train(WITH_INFINITY, epochs=1)


def test_an_error_of_an_array_like_is_its_own() -> None:
    class Broken:
        def __array__(self, *arguments: Any, **options: Any) -> np.ndarray:
            raise RuntimeError("the disk is on fire")

    with pytest.raises(RuntimeError, match="the disk is on fire"):
        fastgan.train(Broken(), epochs=1)


@pytest.mark.parametrize("value", NOT_INTS, ids=named)
def test_counts_that_are_no_ints(value: Any) -> None:
    refuses(TypeError, "n", lambda: START.sample(value))
    refuses(TypeError, "n", lambda: fastgan.datasets.noise_images(value))


@pytest.mark.parametrize("value", [0, -1, 2**62, 2**70, HUGE], ids=named)
def test_counts_out_of_range(value: int) -> None:
    refuses(ValueError, "n", lambda: START.sample(value))
    refuses(ValueError, "n", lambda: fastgan.datasets.noise_images(value))


NETWORKS: list[tuple[type[Exception], str, Callable[[], Any]]] = [
    (ValueError, "weights", lambda: Generator(3.0, [1.0])),
    (ValueError, "weights", lambda: Generator(np.zeros((1, 1, 1)), [1.0])),
    (ValueError, "weights", lambda: Generator([[]], [])),
    (ValueError, "biases", lambda: Generator([1.0, 2.0], [1.0])),
    (ValueError, "biases", lambda: Generator([1.0, 2.0], [[1.0, 2.0]])),
    (ValueError, "weights", lambda: Discriminator(3.0, 1.0)),
    (ValueError, "weights", lambda: Discriminator([], 1.0)),
    (ValueError, "weights", lambda: Discriminator([[1.0]], 1.0)),
    (ValueError, "bias", lambda: Discriminator([1.0, 2.0], [1.0, 2.0])),
    (ValueError, "bias", lambda: Discriminator([1.0], [])),
    (TypeError, "generator", lambda: GAN(START.discriminator, START.generator)),
    (TypeError, "discriminator", lambda: GAN(START.generator, START.generator)),
    (ValueError, "discriminator", lambda: GAN(START.generator, Discriminator([1.0], 0.0))),
    (ValueError, "discriminator",
     lambda: GAN(START.generator, Discriminator(np.ones(4, np.float32), 0.0))),
    *((TypeError, "item_shape",
       lambda shape=shape: GAN(START.generator, START.discriminator, shape))
      for shape in ([2, 2], 4, "22", (2.0, 2), (4, True), np.array([2, 2]), (None,))),
    *((ValueError, "item_shape",
       lambda shape=shape: GAN(START.generator, START.discriminator, shape))
      for shape in ((), (3,), (2, 3), (-2, -2), (4, 0), (2**40, 2**40), (HUGE,))),
    *((TypeError, "latent",
       lambda latent=latent: GAN(START.generator, START.discriminator, latent=latent))
      for latent in (None, 3, b"uniform", np.zeros(2), ["uniform"], Unprintable())),
    *((ValueError, "latent",
       lambda latent=latent: GAN(START.generator, START.discriminator, latent=latent))
      for latent in ("", "Uniform", "gaussian")),
    *((ValueError, "z", lambda z=z: START.generate(z))
      for z in ([[0.5, 0.5]], np.zeros((1, 1, 1)), np.zeros((2, 0)), np.zeros((0, 2)))),
    *((ValueError, "x", lambda x=x: START.score(x))
      for x in (0.5, [0.5], [], np.zeros((5, 3)), np.zeros((1, 2, 3)), np.zeros((2, 2, 2, 2)))),
    (ValueError, "latent",
     lambda: GAN(START.generator, START.discriminator, latent="explicit").sample(1)),
    (TypeError, "rng", lambda: START.sample(1, rng=1.5)),
    (ValueError, "rng", lambda: fastgan.datasets.noise_images(1, rng=-1)),
]  # fmt: skip


@pytest.mark.parametrize(("error", "name", "call"), NETWORKS)
def test_networks(error: type[Exception], name: str, call: Callable[[], Any]) -> None:
    refuses(error, name, call)


def test_a_backend_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGAN_BACKEND", "cuda")
    refuses(ValueError, "FASTGAN_BACKEND", lambda: fastgan.train(FACES, epochs=1))


@pytest.mark.parametrize("value", [[0.5, 1.5], [-0.1, 0.5]])
def test_data_that_a_sigmoid_cannot_reach_warn_once(value: list[float]) -> None:
    with pytest.warns(UserWarning, match=r"sigmoid generator reaches only \[0, 1\]") as caught:
        fastgan.train([value, value], epochs=3)
    assert [warning.filename for warning in caught] == [__file__]


def test_data_that_were_scaled_with_a_rounding_error_do_not_warn() -> None:
    value = np.array([-1e-7, 1 + 1e-7])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = fastgan.train([value, value], epochs=3)
    assert np.isfinite(run.gan.parameters).all()


@pytest.mark.parametrize("options", [{}, {"batch_size": 2, "latent_dim": 2}])
def test_nothing_is_raised_for_small_or_large_numbers(
    backend: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Underflow and overflow raise nothing, whatever the caller's `numpy.errstate`."""
    monkeypatch.setenv("FASTGAN_BACKEND", backend)
    k = options.get("latent_dim", 1)
    start = GAN(Generator([[1e-300] * 4] * k, [-1000.0] * 4), Discriminator([1e-320] * 4, 0.0))
    with np.errstate(all="raise"):
        for dtype in (np.float64, np.float32):
            run = fastgan.train(
                FACES * 1e-30, epochs=2, init=start, dtype=dtype, backend=backend, rng=1, **options
            )
            assert np.isfinite(run.history.g_loss).all()
            run.gan.discriminate(run.gan.sample(3, rng=1))
        assert start.discriminate([1e-5, 0.0, 0.0, 0.0]) == 0.5
