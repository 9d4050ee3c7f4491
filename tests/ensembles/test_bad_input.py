"""Invalid arguments of a crowd are rejected before any work, with helpful messages."""

from __future__ import annotations

import concurrent.futures
import decimal
import fractions
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator
from helpers.bad_values import (
    FACES,
    HUGE,
    LARGE_START,
    NOT_INTS,
    NOT_RATES,
    OPTIONS,
    START,
    Unprintable,
    named,
    refuses,
)

RATES = ("learning_rate", "discriminator_learning_rate")


def refused(error: type[Exception], name: str, words: str = "", **options: Any) -> None:
    """Assert that the message has the name and the words, and that the generator is unchanged."""
    rng = np.random.default_rng(1)
    before = repr(rng.bit_generator.state)
    crowd = {"data": FACES, "n_models": 3, "epochs": 1, "rng": rng, **options}
    refuses(error, name, lambda: fastgan.train_many(**crowd))
    with pytest.raises(error) as caught:
        fastgan.train_many(**crowd)
    assert words in str(caught.value)
    assert rng.bit_generator.seed_seq.n_children_spawned == 0
    assert repr(rng.bit_generator.state) == before


def is_taken(name: str, value: Any) -> bool:
    """Return whether `train_many` would read a value as one per model."""
    return name in (*RATES, "init") and isinstance(value, list | bytearray | str | np.ndarray)


OF_ONE_TRAINING = [case for case in OPTIONS if not is_taken(case[1], case[2])]


@pytest.mark.parametrize(("error", "name", "value", "others"), OF_ONE_TRAINING, ids=named)
def test_what_train_refuses(
    error: type[Exception], name: str, value: Any, others: dict[str, Any]
) -> None:
    refused(error, name, **{**others, name: value})


def test_most_of_what_train_refuses_was_tried() -> None:
    assert len(OF_ONE_TRAINING) > 0.9 * len(OPTIONS)


@pytest.mark.parametrize("value", NOT_INTS, ids=named)
def test_counts_that_are_no_ints(value: Any) -> None:
    refused(TypeError, "n_models", "n_models must be an int, got ", n_models=value)
    if value is not None:  # None means one per core
        refused(TypeError, "threads", "threads must be an int, got ", threads=value)


@pytest.mark.parametrize("value", [0, -1, -HUGE, 2**63, HUGE], ids=named)
@pytest.mark.parametrize("name", ["n_models", "threads"])
def test_counts_out_of_range(name: str, value: int) -> None:
    words = "must be at least 1" if value < 1 else "must be below 2**63"
    refused(ValueError, name, words, **{name: value})


@pytest.mark.parametrize("value", [2**59, 2**62, 2**63 - 1])
@pytest.mark.parametrize("options", [{}, {"learning_rate": [0.1]}, {"init": START}, {"init": []}])
def test_more_models_than_bytes_can_be_counted(value: int, options: dict[str, Any]) -> None:
    refused(ValueError, "n_models", "n_models is too large", n_models=value, **options)


class Length:
    """A sequence of length 3 without items."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, i: int) -> float:
        raise IndexError


NOT_ONE_A_MODEL: dict[str, tuple[type[Exception], Any, str]] = {
    "none": (ValueError, [], "or have shape (3,), one per model, got shape (0,)"),
    "one": (ValueError, [0.1], "got shape (1,)"),
    "too few": (ValueError, (0.1, 0.2), "got shape (2,)"),
    "too many": (ValueError, np.full(4, 0.1), "got shape (4,)"),
    "a row": (ValueError, [[0.1, 0.2, 0.3]], "got shape (1, 3)"),
    "a column": (ValueError, np.full((3, 1), 0.1), "got shape (3, 1)"),
    "an array of one number": (ValueError, np.array(0.1), "got shape ()"),
    "ragged": (ValueError, [0.1, [0.2, 0.3], 0.4], "cannot be converted to an array: ragged"),
    "negative": (ValueError, [0.1, 0.1, -0.5], "at least 0, got -0.5 at index (2,)"),
    "negative, of int": (ValueError, np.array([0, -3, 1]), "got -3 at index (1,)"),
    "hardly negative": (ValueError, [1, -1e-60, 1], "got -1e-60 at index (1,)"),
    "NaN": (ValueError, [np.nan, 0.1, 0.1], "must be finite in float64, got nan at index (0,)"),
    "infinity": (ValueError, [0.1, np.inf, 0.1], "got inf at index (1,)"),
    "minus infinity": (ValueError, [0.1, 0.2, -np.inf], "got -inf at index (2,)"),
    "masked": (ValueError, np.ma.masked_array([0.1] * 3, [0, 1, 0]), "has masked entries"),
    "None": (TypeError, [None] * 3, "must hold real numbers, got "),
    "None among them": (TypeError, [0.1, None, 0.1], "must hold real numbers, got "),
    "bools": (TypeError, [True, False, True], "must hold real numbers, got "),
    "an array of bools": (TypeError, np.ones(3, bool), "got an array of dtype bool"),
    "too few bools": (TypeError, [True], "must hold real numbers, got [True]"),
    "a NumPy bool": (TypeError, np.True_, "must hold real numbers, got "),
    "strings": (TypeError, ["0.1"] * 3, "must hold real numbers, got ['0.1', "),
    "a string of each": (TypeError, "123", "must hold real numbers, got '123'"),
    "bytes": (TypeError, [b"1"] * 3, "must hold real numbers, got "),
    "complex": (TypeError, [0.1, 0.1j, 0.1], "of dtype complex128"),
    "objects": (TypeError, np.full(3, 0.1, object), "of dtype object"),
    "decimals": (TypeError, [decimal.Decimal(1)] * 3, "must hold real numbers, got "),
    "fractions": (TypeError, [fractions.Fraction(1)] * 3, "must hold real numbers, got "),
    "dates": (TypeError, np.zeros(3, "M8[s]"), "must hold real numbers, got "),
    "spans": (TypeError, np.zeros(3, "m8[s]"), "must hold real numbers, got "),
    "records": (TypeError, np.zeros(3, "f8,f8"), "must hold real numbers, got "),
    "too large": (TypeError, [10**400, 1, 1], "must hold real numbers, got "),
    "a set": (TypeError, {0.1, 0.2, 0.3}, "must hold real numbers, got {"),
    "a dict": (TypeError, {0: 0.1, 1: 0.1, 2: 0.1}, "must hold real numbers, got {"),
    "a generator": (TypeError, (0.1 for _ in range(3)), "must hold real numbers, got "),
    "functions": (TypeError, [float] * 3, "must hold real numbers, got "),
    "Unprintable": (TypeError, [Unprintable()] * 3, "that cannot be printed"),
    "of no items": (ValueError, Length(), ""),
}


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("kind", NOT_ONE_A_MODEL)
def test_rates_one_a_model(kind: str, name: str) -> None:
    error, value, words = NOT_ONE_A_MODEL[kind]
    refused(error, name, words, **{name: value})


@pytest.mark.parametrize("name", RATES)
def test_rates_that_do_not_fit_the_dtype(name: str) -> None:
    words = "must be finite in float32, got 1e+39 at index (1,)"
    refused(ValueError, name, words, dtype="f4", **{name: [0.1, 1e39, 0.2]})
    words = "at least 0, got -1e-60 at index (2,)"
    refused(ValueError, name, words, dtype="f4", **{name: [0.1, 0.1, -1e-60]})


@pytest.mark.parametrize("value", NOT_RATES, ids=named)
@pytest.mark.parametrize("name", RATES)
def test_a_rate_that_is_wrong_among_ones_that_are_not(name: str, value: Any) -> None:
    rates = [0.1, value, 0.1]
    error = TypeError if np.asarray(rates).dtype.kind == "O" else ValueError
    refused(error, name, **{name: rates})


def gan(k: int, item_shape: tuple[int, ...]) -> GAN:
    d = int(np.prod(item_shape))
    return GAN(Generator(np.ones((k, d)), np.ones(d)), Discriminator(np.ones(d), 0), item_shape)


def ensemble(count: int, **options: Any) -> fastgan.Ensemble:
    return fastgan.train_many(FACES, count, epochs=1, rng=1, **options)


KINDS_OF_INIT = "init must be a GAN, an Ensemble or a sequence of GANs"

NOT_STARTS: dict[str, tuple[type[Exception], Callable[[], Any], str]] = {
    "none": (ValueError, list, "init must be a GAN or have 3 GANs, one per model, got 0"),
    "one of them": (ValueError, lambda: [START], "got 1"),
    "too many": (ValueError, lambda: (START,) * 4, "got 4"),
    "too small an ensemble": (ValueError, lambda: ensemble(2), "got 2"),
    "an ensemble of others": (ValueError, lambda: ensemble(3, latent_dim=2), "init[0] must have 1"),
    "a number": (TypeError, lambda: [START, START, 3], "init[2] must be a GAN, got 3 (int)"),
    "None": (TypeError, lambda: [START, None, START], "init[1] must be a GAN, got None"),
    "a run": (TypeError, lambda: [ensemble(1)[0]] * 3, "init[0] must be a GAN, got TrainingRun"),
    "a class": (TypeError, lambda: [START, START, GAN], "init[2] must be a GAN, got <class"),
    "a list": (TypeError, lambda: [START, [START], START], "init[1] must be a GAN, got [GAN"),
    "a network": (TypeError, lambda: [START, START.generator, START], "init[1] must be a GAN"),
    "letters": (TypeError, lambda: "abc", "init"),
    "bytes": (TypeError, lambda: b"abc", "init"),
    "ints": (TypeError, lambda: range(3), "init"),
    "an array": (TypeError, lambda: np.ones((3, 13)), f"{KINDS_OF_INIT}, got an"),
    "an array of GANs": (TypeError, lambda: np.full(3, START, object), "got an array of dtype obj"),
    "a set": (TypeError, lambda: {START}, f"{KINDS_OF_INIT}, got {{GAN"),
    "a dict": (TypeError, lambda: dict.fromkeys(range(3), START), f"{KINDS_OF_INIT}, got"),
    "an iterator": (TypeError, lambda: iter([START] * 3), f"{KINDS_OF_INIT}, got"),
    "one with latents of two dimensions": (
        ValueError, lambda: [START, START, gan(2, (2, 2))],
        "init[2] must have 1 latent dimensions and 4 features",
    ),
    "one of more features": (
        ValueError, lambda: [START, gan(1, (5,)), START],
        "init[1] must have 1 latent dimensions and 4 features to fit latent_dim and data, got 1",
    ),
    "one of another shape": (
        ValueError, lambda: [gan(1, (4,)), START, gan(1, (4, 1))],
        "init[2] must be for items of shape (2, 2), as in data, got (4, 1)",
    ),
    "Unprintable": (TypeError, lambda: [START, START, Unprintable()], "init[2] must be a GAN"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_STARTS)
def test_starts_one_a_model(kind: str) -> None:
    error, make, words = NOT_STARTS[kind]
    refused(error, "init", words, init=make())


def test_a_start_that_does_not_fit_the_dtype() -> None:
    words = "init[1] must be finite in float32"
    refused(ValueError, "init", words, init=[START, LARGE_START, START], dtype="f4")


@pytest.mark.parametrize(
    "value",
    [object(), "processes", 3, True, 0.5, [], {}, b"", FACES, fastgan, Unprintable(),
     concurrent.futures.ProcessPoolExecutor, concurrent.futures.Future(), lambda call: call()],
    ids=named,
)  # fmt: skip
def test_what_is_no_executor(value: Any) -> None:
    words = "executor must be a concurrent.futures.Executor"
    refused(TypeError, "executor", words, executor=value)


def test_bad_input_with_an_executor() -> None:
    """The caller rejects it, not a worker."""

    class Untouched(concurrent.futures.Executor):
        def submit(self, *arguments: Any, **options: Any) -> Any:
            raise AssertionError("work was handed out")

    for error, name, value in [
        (TypeError, "threads", "2"),
        (ValueError, "threads", 0),
        (ValueError, "learning_rate", [0.1]),
        (ValueError, "backend", "cuda"),
        (ValueError, "latent", [0.5]),
        (TypeError, "init", [3, 3, 3]),
        (TypeError, "progress", 1),
        (TypeError, "rng", 0.5),
    ]:
        refused(error, name, executor=Untouched(), **{name: value})


WITHIN_ITSELF: list[Any] = [1]
WITHIN_ITSELF.append(WITHIN_ITSELF)

NOT_SEEDS: dict[str, tuple[type[Exception], Any]] = {
    "a negative number within": (ValueError, [1, -1]),
    "a negative number": (ValueError, np.int64(-1)),
    "floats": (TypeError, [1.0, 2.0]),
    "an array of floats": (TypeError, np.array([1.0])),
    "an array of one number": (TypeError, np.array(5)),
    "None within": (TypeError, [None]),
    "text within": (TypeError, ["12"]),
    "hexadecimal text": (TypeError, [1, "0x1f"]),
    "bytes within": (TypeError, [b"12"]),
    "text in the entropy": (TypeError, np.random.SeedSequence(["12"])),
    "text in the key": (TypeError, np.random.SeedSequence(1, spawn_key=("3",))),
    "a set": (TypeError, {1, 2}),
    "a dict": (TypeError, {1: 2}),
    "a generator": (TypeError, (i for i in range(3))),
    "a bytearray": (TypeError, bytearray(b"12")),
    "complex": (TypeError, [1j]),
    "a sequence within a list": (TypeError, [np.random.SeedSequence(1)]),
    "a function": (TypeError, np.random.default_rng),
    "Unprintable": (TypeError, [Unprintable()]),
    "RandomState": (TypeError, np.random.RandomState(3)),
    "NumPy's own": (TypeError, np.random.mtrand._rand),
    "a list within itself": (TypeError, WITHIN_ITSELF),
}


@pytest.mark.parametrize("kind", NOT_SEEDS)
def test_what_is_no_seed(kind: str) -> None:
    error, value = NOT_SEEDS[kind]
    refused(error, "rng", "rng must be ", rng=value)


def test_latents_for_one_training_are_enough_for_all() -> None:
    words = "5 are needed"
    refused(ValueError, "latent", words, latent=[0.5] * 4)
    assert len(fastgan.train_many(FACES, 3, epochs=1, latent=[0.5] * 5)) == 3


@pytest.mark.parametrize("shape", [(), (0,), (0, 4), (3, 0)])
def test_data_of_no_use(shape: tuple[int, ...]) -> None:
    refused(ValueError, "data", data=np.full(shape, 0.5))
