"""`fastgan.train_many` for its caller: options, randomness, warnings, memory."""

from __future__ import annotations

import inspect
import sys
import time
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator
from fastgan.backends.reference import backend as reference
from fastgan.ensembles import placement
from helpers.alone import assert_each_as_alone
from helpers.backends import require_backend
from helpers.bad_values import named
from helpers.bits import assert_same_bits, assert_same_run


@pytest.fixture
def in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Distribute the work to threads, in several blocks, however little there is."""
    monkeypatch.setattr(placement, "SHORT", 0.0)
    monkeypatch.setattr(placement.block_sizes, "models_in_block", lambda *_: 3)


def test_the_options_are_those_of_train() -> None:
    alone = inspect.signature(fastgan.train).parameters
    many = inspect.signature(fastgan.train_many).parameters
    added = ["n_models", "threads", "executor"]
    assert [name for name in many if name not in added] == list(alone)
    defaults = {name: many[name].default for name in alone}
    assert defaults == {name: alone[name].default for name in alone} | {"record_every": 0}
    assert [many[name].default for name in added[1:]] == [None, None]
    kinds = {parameter.kind for name, parameter in many.items() if name not in ("data", "n_models")}
    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


def test_by_default_each_is_trained_as_train_does(backend: str, faces: np.ndarray) -> None:
    ensemble = fastgan.train_many(faces, 3, rng=5, epochs=20, backend=backend)
    for i, child in enumerate(np.random.SeedSequence(5).spawn(3)):
        alone = fastgan.train(faces, rng=child, epochs=20, backend=backend, record_every=0)
        assert_same_run(ensemble[i], alone)
        assert ensemble[i].backend == backend
        assert ensemble[i].numerics_version == fastgan.NUMERICS_VERSION


def test_one_model(faces: np.ndarray, dtype: np.dtype) -> None:
    crowd = {"data": faces, "n_models": 1, "epochs": 30, "rng": 2, "dtype": dtype,
             "learning_rate": [0.3], "record_every": 1}  # fmt: skip
    ensemble = fastgan.train_many(**crowd)
    assert len(ensemble) == 1
    assert ensemble.parameters.shape == (1, 13)
    assert_each_as_alone(ensemble, crowd)


@pytest.mark.parametrize("backend", ["c", "numba"])
def test_many_models_with_little_to_do(backend: str) -> None:
    crowd = {"data": [[0.25]], "n_models": 2000, "epochs": 1, "rng": 3}
    ensemble = fastgan.train_many(**crowd, backend=require_backend(backend))
    assert len(np.unique(ensemble.parameters, axis=0)) == 2000
    assert_each_as_alone(ensemble, crowd)


RATES = (0.0, 0.05, 0.3, 2.0)


@pytest.mark.parametrize(
    "rates",
    [
        {"learning_rate": RATES},
        {"learning_rate": list(RATES), "discriminator_learning_rate": 0.1},
        {"learning_rate": 0.1, "discriminator_learning_rate": np.array(RATES)},
        {"learning_rate": RATES, "discriminator_learning_rate": RATES[::-1]},
        {"learning_rate": np.array(RATES, np.float32)},
        {"learning_rate": np.array(RATES, np.longdouble)},
        {"learning_rate": np.array([9, *RATES, 9], ">f8")[1:-1]},
        {"learning_rate": np.repeat(RATES, 2)[::2]},
        {"learning_rate": np.array([0, 1, 2, 3], np.uint8)},
        {"learning_rate": range(4)},
        {"learning_rate": memoryview(np.array(RATES))},
        {"learning_rate": np.ma.masked_array(RATES, False)},
    ],
    ids=named,
)
def test_rates_one_a_model(rates: dict[str, Any], faces: np.ndarray, dtype: np.dtype) -> None:
    crowd = {"data": faces, "n_models": 4, "epochs": 5, "rng": 1, "dtype": dtype, "record_every": 1}
    ensemble = fastgan.train_many(**crowd, **rates)
    as_arrays = {
        name: np.asarray(value) if np.ndim(value) else value for name, value in rates.items()
    }
    assert_each_as_alone(ensemble, {**crowd, **as_arrays})
    discriminator_rates = rates.get("discriminator_learning_rate", rates["learning_rate"])
    expected = np.broadcast_to(np.asarray(discriminator_rates, dtype), 4).astype(float)
    assert_same_bits(ensemble.options.discriminator_learning_rate, expected)


@pytest.mark.parametrize("rate", [2**60 + 2**36 + 1, np.longdouble(1) + 2**-24 + 2**-60])
def test_rates_are_rounded_as_one_alone(rate: Any, faces: np.ndarray) -> None:
    """Rates of any type are first rounded to float64."""
    rates = np.array([rate, rate])
    ensemble = fastgan.train_many(faces, 2, epochs=1, learning_rate=rates, dtype="f4", rng=1)
    alone = fastgan.train_many(faces, 2, epochs=1, learning_rate=rate, dtype="f4", rng=1)
    assert_same_bits(ensemble.options.learning_rate, alone.options.learning_rate)


def test_the_same_rate_for_all_is_one_for_each(faces: np.ndarray) -> None:
    once = fastgan.train_many(faces, 5, epochs=4, learning_rate=0.3, rng=1)
    each = fastgan.train_many(faces, 5, epochs=4, learning_rate=[0.3] * 5, rng=1)
    assert_same_bits(once.parameters, each.parameters)


def starts(count: int, dtype: Any = np.float64) -> list[GAN]:
    numbers = np.random.default_rng(4).random((count, 13)).astype(dtype)
    return [
        GAN(Generator(own[:4], own[4:8]), Discriminator(own[8:12], own[12]), (2, 2))
        for own in numbers
    ]


def test_starts(backend: str, faces: np.ndarray, dtype: np.dtype) -> None:
    crowd = {"data": faces, "n_models": 3, "epochs": 3, "rng": 1, "dtype": dtype}
    for init in (starts(3), tuple(starts(3, np.float32)), starts(1)[0]):
        ensemble = fastgan.train_many(**crowd, init=init, backend=backend)
        assert_each_as_alone(ensemble, {**crowd, "init": init})
    goes_on = fastgan.train_many(**crowd, init=ensemble, backend=backend)
    assert_each_as_alone(goes_on, {**crowd, "init": ensemble})
    still = fastgan.train_many(**crowd, init=starts(3, dtype), learning_rate=0, backend=backend)
    assert [run.gan for run in still] == starts(3, dtype)


@pytest.mark.usefixtures("in_threads")
@pytest.mark.parametrize("threads", [1, 2, 5, 40, None, np.int64(3)])
def test_threads_change_nothing(
    backend: str, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks in which threads train the models change no number."""
    crowd = {"data": np.random.default_rng(0).random((5, 3)), "n_models": 23, "epochs": 3, "rng": 4,
             "learning_rate": np.geomspace(0.01, 1e308, 23), "shuffle": True, "backend": backend,
             "record_every": 2}  # fmt: skip
    ensemble = fastgan.train_many(**crowd, threads=threads)
    monkeypatch.undo()
    expected = fastgan.train_many(**crowd, threads=1)
    assert 0 < np.count_nonzero(expected.diverged_at >= 0) < 23
    for name in ("parameters", "diverged_at", "history_rows"):
        assert_same_bits(getattr(ensemble, name), getattr(expected, name))


def test_no_history_unless_it_is_asked_for(backend: str, faces: np.ndarray) -> None:
    ensemble = fastgan.train_many(faces, 3, epochs=4, rng=1, backend=backend)
    assert ensemble.history_rows.shape == (3, 5, 0)
    for run in ensemble:
        assert len(run.history) == 0
        assert run.history.step.shape == run.history.g_loss.shape == (0,)
    recorded = fastgan.train_many(faces, 3, epochs=4, rng=1, backend=backend, record_every=7)
    assert recorded[1].history.step.tolist() == [0, 7, 14]
    assert_same_bits(recorded.parameters, ensemble.parameters)


def test_what_the_caller_hands_in_is_not_changed(backend: str, faces: np.ndarray) -> None:
    rates, latents = np.array([0.1, 1e308, 0.0]), np.linspace(0, 1, 10)
    init = fastgan.train_many(faces, 3, epochs=1, rng=1)
    handed_in = faces, rates, latents, init.parameters
    before = [array.tobytes() for array in handed_in]
    ensemble = fastgan.train_many(
        faces, 3, epochs=2, learning_rate=rates, latent=latents, init=init, backend=backend
    )
    assert [array.tobytes() for array in handed_in] == before
    assert rates.flags.writeable
    assert latents.flags.writeable
    rates[:] = 7.0
    assert ensemble.options.learning_rate.tolist() == [0.1, 1e308, 0.0]


def test_the_backend_that_is_chosen(
    backend: str, faces: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTGAN_BACKEND", backend)
    assert fastgan.train_many(faces, 2, epochs=1).backend == backend
    assert fastgan.train_many(faces, 2, epochs=1, backend="numpy").backend == "numpy"
    monkeypatch.setenv("FASTGAN_BACKEND", "cuda")
    with pytest.raises(ValueError, match=r"FASTGAN_BACKEND must be one of .*, got 'cuda'"):
        fastgan.train_many(faces, 2, epochs=1)


def test_a_backend_that_is_missing_fails_loudly(
    faces: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = fastgan.backends.Availability(False, "it is not here")
    monkeypatch.setattr(fastgan.backends, "_availability", lambda name: missing)
    rng = np.random.SeedSequence(1)
    with pytest.raises(RuntimeError, match="backend='numba' cannot be used: it is not here"):
        fastgan.train_many(faces, 2, backend="numba", rng=rng)
    assert rng.n_children_spawned == 0


@pytest.mark.parametrize("value", [[0.5, 1.5], [-0.1, 0.5]])
def test_data_that_a_sigmoid_cannot_reach_warn_once(value: list[float]) -> None:
    with pytest.warns(UserWarning, match=r"sigmoid generator reaches only \[0, 1\]") as caught:
        fastgan.train_many([value, value], 70, epochs=3)
    assert [warning.filename for warning in caught] == [__file__]


def test_data_that_were_scaled_with_a_rounding_error_do_not_warn() -> None:
    value = np.array([-1e-7, 1 + 1e-7])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ensemble = fastgan.train_many([value, value], 70, epochs=3)
    assert np.isfinite(ensemble.parameters).all()


@pytest.mark.usefixtures("in_threads")
@pytest.mark.parametrize("options", [{}, {"batch_size": 2, "latent_dim": 2, "latent": "normal"}])
def test_nothing_is_raised_for_small_or_large_numbers(
    backend: str, options: dict[str, Any], dtype: np.dtype
) -> None:
    """A training ignores the caller's `numpy.errstate` and leaves it unchanged."""
    k, largest = options.get("latent_dim", 1), float(np.finfo(dtype).max)
    start = GAN(Generator([[1e-300] * 4] * k, [-1000.0] * 4), Discriminator([1e-320] * 4, 0.0))
    crowd = {"data": fastgan.datasets.slanted_land() * 1e-30, "n_models": 9, "epochs": 2,
             "learning_rate": [0.0, 1e-300, 1e-30, 1e-3, 1.0, 1e3, 1e30, largest / 2, largest],
             "init": start, "rng": 1, "dtype": dtype, "record_every": 1, **options}  # fmt: skip
    with np.errstate(divide="raise", over="raise", under="raise", invalid="raise"):
        before = np.geterr()
        ensemble = fastgan.train_many(**crowd, backend=backend, threads=2)
        assert np.geterr() == before
    assert_each_as_alone(ensemble, crowd)


def test_warnings_of_numpys_are_no_concern_of_the_callers(backend: str, faces: np.ndarray) -> None:
    with warnings.catch_warnings(), np.errstate(all="warn"):
        warnings.simplefilter("error")
        ensemble = fastgan.train_many(faces, 3, learning_rate=[1e308, 1e-320, 1.0], epochs=2, rng=1,
                                      backend=backend, record_every=1)  # fmt: skip
    assert (ensemble.diverged_at >= 0).tolist() == [True, False, False]


def test_memory_grows_with_the_result_alone(
    faces: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def besides(count: int) -> int:
        tracemalloc.start()
        ensemble = fastgan.train_many(faces, count, epochs=1, threads=1, shuffle=True)
        result, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(ensemble) == count
        return peak - result

    require_backend("c")  # the reference takes minutes
    monkeypatch.setattr(placement, "SHORT", 0.0)
    monkeypatch.setattr(placement.block_sizes, "models_in_block", lambda *_: 200)
    besides(200)
    assert besides(5000) < besides(1000) + 4000 * 16


@pytest.mark.usefixtures("in_threads")
def test_progress_counts_models_on_stderr(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    train = reference.train

    def train_slowly(*arguments: Any) -> None:  # the bar appears after half a second
        time.sleep(0.05)
        train(*arguments)

    monkeypatch.setattr(reference, "train", train_slowly)
    crowd = {"data": [[0.5]], "n_models": 30, "epochs": 1, "rng": 1, "backend": "numpy"}
    shown = fastgan.train_many(**crowd, progress=True, threads=2)
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "/30.0" in captured.err
    assert "model/s" in captured.err
    assert_same_bits(fastgan.train_many(**crowd, threads=5).parameters, shown.parameters)
    assert capfd.readouterr() == ("", "")


def test_progress_without_tqdm(faces: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    rng = np.random.SeedSequence(1)
    with pytest.raises(ImportError, match="progress=True needs tqdm"):
        fastgan.train_many(faces, 3, epochs=1, progress=True, rng=rng)
    assert rng.n_children_spawned == 0


def test_a_start_from_an_ensemble_must_fit(faces: np.ndarray) -> None:
    start = fastgan.train_many(faces, 3, epochs=1, rng=1)
    assert len(fastgan.train_many(faces, 3, epochs=1, init=start, rng=2)) == 3
    with pytest.raises(ValueError, match=r"^init must have 4 models, to match n_models, got 3"):
        fastgan.train_many(faces, 4, epochs=1, init=start)
    with pytest.raises(ValueError, match=r"^init\[0\] must have 2 latent dimensions"):
        fastgan.train_many(faces, 3, epochs=1, init=start, latent_dim=2)
    far = fastgan.GAN(
        fastgan.Generator([[1e39] * 4], [0.0] * 4), fastgan.Discriminator([0.0] * 4, 0)
    )
    wide = fastgan.train_many(faces, 3, epochs=1, rng=1, learning_rate=0.0, init=far)
    with pytest.raises(ValueError, match=r"^init\[\d\] must be finite in float32"):
        fastgan.train_many(faces, 3, epochs=1, init=wide, dtype="float32")
