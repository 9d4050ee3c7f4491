"""`fastgan.train` and its results: types, immutability, randomness, options, warnings."""

from __future__ import annotations

import copy
import pickle
import tracemalloc
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator
from fastgan.backends.reference import backend as reference
from fastgan.backends.reference import slanted_land
from fastgan.options.step_counts import Steps
from helpers.backends import require_backend
from helpers.bad_values import named
from helpers.bits import assert_same_bits, assert_same_run, parts

NO_ORDER, NO_STOP = np.empty(0, np.int64), np.zeros(1, np.int32)


@pytest.fixture
def run(faces: np.ndarray, backend: str, dtype: np.dtype) -> fastgan.TrainingRun:
    return fastgan.train(faces, epochs=4, rng=1, backend=backend, dtype=dtype, latent_dim=2)


def test_what_a_run_holds(run: fastgan.TrainingRun, backend: str, dtype: np.dtype) -> None:
    assert isinstance(run, fastgan.TrainingRun)
    assert run.backend == backend
    assert run.numerics_version == fastgan.NUMERICS_VERSION
    gan = run.gan
    assert (gan.item_shape, gan.latent, gan.latent_dim, gan.dtype) == ((2, 2), "uniform", 2, dtype)
    assert gan.generator.weights.shape == (2, 4)
    assert gan.generator.biases.shape == gan.discriminator.weights.shape == (4,)
    assert np.shape(gan.discriminator.bias) == ()
    assert len(run.history) == 20
    assert_same_bits(run.history.step, np.arange(20))
    for name, values in parts(run):
        assert values.dtype == (np.int64 if name == "history step" else dtype)


def test_nothing_of_a_run_can_be_changed(run: fastgan.TrainingRun) -> None:
    for name, values in parts(run):
        if values.ndim:
            with pytest.raises(ValueError, match="read-only"):
                values[...] = 0
        assert values.flags.c_contiguous, name
    gan = run.gan
    attributes = [(gan, "generator"), (gan, "item_shape"), (gan, "new")]
    attributes += [(gan.generator, "weights"), (gan.discriminator, "bias")]
    for network, name in attributes:
        with pytest.raises(AttributeError):
            setattr(network, name, None)
        with pytest.raises(AttributeError):
            delattr(network, name)
    for part, name in [(run, "gan"), (run.history, "g_loss"), (run.options, "epochs")]:
        with pytest.raises(FrozenInstanceError):
            setattr(part, name, None)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, None], ids=named)
@pytest.mark.parametrize("protocol", [0, 2, pickle.HIGHEST_PROTOCOL])
def test_copies_and_pickles_are_equal(
    run: fastgan.TrainingRun, duplicate: Any, protocol: int
) -> None:
    if duplicate is None:

        def duplicate(value: Any) -> Any:
            return pickle.loads(pickle.dumps(value, protocol))

    again = duplicate(run)
    assert_same_run(again, run)
    assert again.gan == run.gan
    assert hash(again.gan) == hash(run.gan)
    assert (again.backend, again.numerics_version) == (run.backend, run.numerics_version)
    for network in (run.gan, run.gan.generator, run.gan.discriminator):
        same = duplicate(network)
        assert type(same) is type(network)
        assert same == network
        assert repr(same) == repr(network)
    with pytest.raises(ValueError, match="read-only"):
        again.gan.generator.weights[...] = 0
    with pytest.raises(ValueError, match="read-only"):
        duplicate(run.history).g_loss[...] = 0


def test_networks_are_equal_when_their_bits_are() -> None:
    def gan(weight: float = 1.0, bias: float = 0.0, **options: Any) -> GAN:
        return GAN(Generator([weight, 2.0], [0.0, 0.0]), Discriminator([1.0, 1.0], bias), **options)

    assert gan() == gan()
    assert len({gan(), gan(), gan(item_shape=(2,))}) == 1
    others = [gan(1.5), gan(bias=-0.0), gan(item_shape=(1, 2)), gan(latent="normal"), None, "gan"]
    assert all(gan() != other for other in others)


def test_networks_keep_copies() -> None:
    weights = np.ones((1, 3))
    generator = Generator(weights, weights[0])
    weights[...] = 5
    assert_same_bits(generator.weights, np.ones((1, 3)))
    assert_same_bits(generator.biases, np.ones(3))


def generators() -> list[Any]:
    return [7, np.int64(7), np.random.SeedSequence(7), np.random.PCG64(7), np.random.SFC64(7),
            np.random.default_rng(7), np.random.Generator(np.random.MT19937(7)),
            np.random.RandomState(7), np.random.RandomState(np.random.PCG64(7))]  # fmt: skip


def kind(rng: Any) -> str:
    return f"{type(rng).__name__} {type(getattr(rng, '_bit_generator', None)).__name__}"


@pytest.mark.parametrize("which", range(len(generators())), ids=[kind(g) for g in generators()])
@pytest.mark.parametrize("latent", ["uniform", "normal"])
@pytest.mark.parametrize("shuffle", [False, True])
def test_numbers_are_drawn_in_the_written_order(
    which: int, latent: str, shuffle: bool, dtype: np.dtype
) -> None:
    """Parameters first, then the order of each epoch and the latent vectors of each step."""
    n, d, k, batch_size, epochs = 5, 3, 2, 2, 3
    data = np.random.default_rng(0).random((n, d))
    given, own = generators()[which], generators()[which]
    run = fastgan.train(data, epochs=epochs, batch_size=batch_size, latent_dim=k, latent=latent,
                        shuffle=shuffle, rng=given, dtype=dtype, learning_rate=0.3)  # fmt: skip

    stream = own if isinstance(own, np.random.RandomState) else np.random.default_rng(own)
    uniform = stream.random_sample if stream is own and which >= 7 else stream.random
    w, b, weights, biases = (
        stream.standard_normal(shape).astype(dtype) for shape in (d, 1, (k, d), d)
    )
    real, history = data.astype(dtype), np.empty((5, 9), dtype)
    for epoch in range(epochs):
        order = stream.permutation(n) if shuffle else np.arange(n)
        for step, first in enumerate(range(0, n, batch_size)):
            rows = order[first : first + batch_size]
            draw = uniform if latent == "uniform" else stream.standard_normal
            z = draw((len(rows), k)).astype(dtype)
            slanted_land.train(real, rows, z, w, b, weights, biases, 0.3, 0.3, batch_size, first,
                                  history[:, 3 * epoch + step :], 1, 0, NO_STOP)  # fmt: skip
    assert_same_bits(run.gan.generator.weights, weights)
    assert_same_bits(run.gan.generator.biases, biases)
    assert_same_bits(run.gan.discriminator.weights, w)
    assert_same_bits(run.gan.discriminator.bias, b[0])
    for name, row in zip(["d_loss_real", "d_loss_fake", "g_loss", "d_real", "d_fake"], history,
                         strict=True):  # fmt: skip
        assert_same_bits(getattr(run.history, name), row)
    if which >= 3:  # the caller's own generator, which must be in the state of the replay's
        after = given if hasattr(given, "random") else np.random.Generator(given)
        ours = own if hasattr(own, "random") else np.random.Generator(own)
        assert after.random() == ours.random()


def test_a_seed_may_be_used_again(faces: np.ndarray) -> None:
    seed = np.random.SeedSequence(3)
    first = fastgan.train(faces, epochs=2, rng=seed)
    assert_same_run(fastgan.train(faces, epochs=2, rng=seed), first)
    assert fastgan.train(faces, epochs=2).gan != fastgan.train(faces, epochs=2).gan


@pytest.mark.parametrize("latent", ["uniform", "normal"])
def test_both_dtypes_see_the_same_draws(faces: np.ndarray, latent: str) -> None:
    rates = {"learning_rate": 0.0, "epochs": 1, "latent": latent, "rng": 5}
    wide, narrow = (fastgan.train(faces, dtype=dtype, **rates).gan for dtype in ("f8", "f4"))
    assert_same_bits(narrow.generator.weights, wide.generator.weights.astype(np.float32))
    assert_same_bits(narrow.discriminator.bias, np.float32(wide.discriminator.bias))
    chunks = []
    for dtype in ("f8", "f4"):
        options = fastgan.train(faces, dtype=dtype, **rates).options
        source = fastgan.randomness.source.random_source(5)
        drawn = fastgan.randomness.draws.draw_chunks(
            source, latent, options, Steps.of(options, 5), 4
        )
        chunks.append(next(drawn).latents)
    assert_same_bits(chunks[1], chunks[0].astype(np.float32))


def test_no_rate_no_move(run: fastgan.TrainingRun, faces: np.ndarray) -> None:
    still = fastgan.train(faces, epochs=3, latent_dim=2, init=run.gan, learning_rate=0.0,
                          dtype=run.gan.dtype, backend=run.backend)  # fmt: skip
    assert still.gan == run.gan
    d_only = fastgan.train(faces, epochs=3, latent_dim=2, init=run.gan, learning_rate=0.0, rng=1,
                           discriminator_learning_rate=0.1, dtype=run.gan.dtype)  # fmt: skip
    assert d_only.gan.generator == run.gan.generator
    assert d_only.gan.discriminator != run.gan.discriminator


def test_a_start_goes_on_where_a_run_ended(backend: str, dtype: np.dtype) -> None:
    data, z = np.random.default_rng(0).random((4, 3)), np.random.default_rng(1).random(24)
    options = {"dtype": dtype, "backend": backend, "batch_size": 3}
    whole = fastgan.train(data, epochs=6, latent=z, rng=2, **options)
    first = fastgan.train(data, epochs=2, latent=z[:8], rng=2, **options)
    before = pickle.dumps(first.gan)
    second = fastgan.train(data, epochs=4, latent=z[8:], init=first.gan, **options)
    assert second.gan == whole.gan
    assert pickle.dumps(first.gan) == before
    assert_same_bits(second.history.g_loss, whole.history.g_loss[4:])


@pytest.mark.parametrize("record_every", [1, 2, 3, 7, 35, 36, 2**62])
def test_one_step_in_so_many_is_recorded(backend: str, record_every: int) -> None:
    data = np.random.default_rng(0).random((7, 3))
    whole = fastgan.train(data, epochs=5, rng=1, backend=backend)
    some = fastgan.train(data, epochs=5, rng=1, backend=backend, record_every=record_every)
    assert some.gan == whole.gan
    for field in fields(whole.history):
        expected = getattr(whole.history, field.name)[::record_every]
        assert_same_bits(getattr(some.history, field.name), expected)


def test_no_history(backend: str, faces: np.ndarray) -> None:
    run = fastgan.train(faces, epochs=5, rng=1, backend=backend, record_every=0)
    assert len(run.history) == 0
    assert run.history.g_loss.shape == run.history.step.shape == (0,)
    assert run.gan == fastgan.train(faces, epochs=5, rng=1, backend=backend).gan


def test_memory_does_not_grow_without_a_history(faces: np.ndarray) -> None:
    def peak(epochs: int) -> int:
        tracemalloc.start()
        fastgan.train(faces, epochs=epochs, rng=1, record_every=0, shuffle=True)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    require_backend("c")  # the reference takes minutes
    peak(10)
    assert peak(60_000) <= 1.1 * peak(15_000) < 8e6


@pytest.mark.parametrize("which", range(3, len(generators())))
@pytest.mark.parametrize("failure", ["divergence", "too few latents", "an interrupt"])
def test_a_failed_run_leaves_the_callers_generator_as_it_was(
    which: int, failure: str, faces: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(rng: Any) -> np.ndarray:
        stream = np.random.Generator(rng) if not hasattr(rng, "random") else rng
        return stream.standard_normal(5)

    given = generators()[which]
    if hasattr(given, "standard_normal"):
        given.standard_normal(3)
    expected = drawn(copy.deepcopy(given))
    options: dict[str, Any] = {"learning_rate": 1e308} if failure == "divergence" else {}
    if failure == "too few latents":
        options["latent"] = [0.5]
    if failure == "an interrupt":

        def interrupted(*arguments: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(reference, "train", interrupted)
        options["backend"] = "numpy"
    with pytest.raises((fastgan.DivergenceError, ValueError, KeyboardInterrupt)):
        fastgan.train(faces, rng=given, **options)
    assert_same_bits(drawn(given), expected)


def test_a_divergence_says_when_and_gives_what_was(faces: np.ndarray) -> None:
    with pytest.raises(fastgan.DivergenceError, match="at step 0") as caught:
        fastgan.train(faces, learning_rate=1e308, rng=1)
    assert isinstance(caught.value, ArithmeticError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.step == caught.value.step == 0
    assert str(again) == str(caught.value)
    assert_same_run(again.run, caught.value.run)
    start = fastgan.train(faces, learning_rate=0.0, rng=1, epochs=1)
    assert again.run.gan == start.gan
    assert len(again.run.history) == 0


def test_progress_is_shown_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    data = np.full((200, 4), 0.5)
    options = {"epochs": 25, "rng": 1, "backend": "numpy", "record_every": 0}
    shown = fastgan.train(data, progress=True, **options)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "5.00k" in captured.err
    assert_same_run(fastgan.train(data, **options), shown)
    assert capfd.readouterr() == ("", "")
