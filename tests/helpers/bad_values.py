"""Values of arguments that must be rejected, and the check that they are."""

from __future__ import annotations

import decimal
import fractions
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, Discriminator, Generator

FACES = fastgan.datasets.slanted_land()
HUGE = 10**5000  # more digits than Python agrees to print


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no description")


def nested(depth: int) -> Any:
    return 0.5 if depth == 0 else [nested(depth - 1)]


def named(what: object) -> str:
    """Return a name for a test, the same in every run: without addresses in memory."""
    if isinstance(what, Unprintable):
        return "unprintable"
    if isinstance(what, int) and abs(what) > 2**80:
        return "huge"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(what))
    return re.sub(r"\s+", " ", text)[:40]


NOT_INTS = [1.0, "3", None, True, np.True_, np.float64(3), [1], np.array([3]), decimal.Decimal(3),
            1j, b"1", Unprintable()]  # fmt: skip
NOT_REAL_NUMBERS = ["0.1", b"0.1", bytearray(b"0.1"), np.str_("0.1"), True, np.True_, 1j, [0.1],
                    np.complex64(1), np.array([0.1]), np.array(True), np.array("0.1"), {}, object(),
                    np.datetime64("2020"), np.timedelta64(3, "s"), Unprintable()]  # fmt: skip
NOT_RATES = [-1, -0.1, -1e-60, float("nan"), float("inf"), -float("inf"), np.float32("nan"), HUGE,
             10**400, fractions.Fraction(-1, 3)]  # fmt: skip
NOT_REAL_ARRAYS = {
    "None": None, "text": "abc", "bytes": b"abc", "a set": {1, 2}, "a dict": {1: 2}, "a type": int,
    "a generator": (i for i in range(3)), "an object": object(), "Unprintable": Unprintable(),
    "complex": FACES * 1j, "objects": FACES.astype(object), "dates": FACES.astype("M8[s]"),
    "spans": FACES.astype("m8[s]"), "strings": FACES.astype(str), "records": np.zeros(3, "f8,f8"),
    "None within": [[None, 1.0]], "2**100": [[2**100]], "too large": [[10**400, 0.5]],
    "void": np.void(b"abc"), "huge": [HUGE],
}  # fmt: skip
MASKED = np.ma.masked_array(FACES, FACES > 0.95)
WITH_NAN, WITH_INFINITY = FACES.copy(), FACES.copy()
WITH_NAN[3, 1, 0], WITH_INFINITY[2, 0, 1] = np.nan, -np.inf
WRONG_ARRAYS = {
    "ragged": [[1, 0], [1]], "ragged deeper": [[[1], [0]], [[1, 2], [0]]], "masked": MASKED,
    "NaN": WITH_NAN, "infinity": WITH_INFINITY, "too deep": nested(70),
}  # fmt: skip
START = GAN(Generator([[1.0] * 4], [0.0] * 4), Discriminator([1.0] * 4, 0.0), (2, 2))
LARGE_START = GAN(Generator([[1e300] * 4], [0.0] * 4), Discriminator([1.0] * 4, 0.0), (2, 2))

OPTIONS: list[tuple[type[Exception], str, Any, dict[str, Any]]] = [
    *((TypeError, name, value, {}) for value in NOT_INTS
      for name in ("epochs", "batch_size", "latent_dim", "record_every")),
    *((ValueError, name, value, {}) for value in (0, -1, 2**63, 2**70, -(2**70), HUGE, -HUGE)
      for name in ("epochs", "batch_size", "latent_dim", "record_every")
      if not (name == "record_every" and value == 0)),
    (ValueError, "epochs", 2**62, {}),
    (ValueError, "epochs", 2**58, {"record_every": 0}),
    (ValueError, "latent_dim", 2**60, {}),
    *((TypeError, name, value, {}) for value in NOT_REAL_NUMBERS
      for name in ("learning_rate", "discriminator_learning_rate")),
    (TypeError, "learning_rate", None, {}),
    *((ValueError, name, value, {"dtype": dtype}) for value in NOT_RATES
      for name in ("learning_rate", "discriminator_learning_rate")
      for dtype in ("float64", "float32")),
    (ValueError, "learning_rate", 1e39, {"dtype": np.float32}),
    (ValueError, "discriminator_learning_rate", 1e39, {"dtype": np.float32}),
    *((TypeError, name, value, {}) for value in (1, 0, None, "yes", [], np.array(True))
      for name in ("shuffle", "progress")),
    *((ValueError, "dtype", value, {})
      for value in (np.float16, int, "c16", object, str, "f8,f8", np.longdouble, ("f8", 2))),
    *((TypeError, "dtype", value, {}) for value in ("nonsense", 7, FACES, ["a"], Unprintable())),
    (ValueError, "dtype", {"names": ["a"]}, {}),
    *((ValueError, "backend", value, {}) for value in ("C", "", "cuda", "c ")),
    *((TypeError, "backend", value, {}) for value in (1, b"c", ["c"], {}, True, FACES)),
    *((TypeError, "rng", value, {}) for value in (1.0, np.float32(1), "1", b"1", True, 1j, {},
      np.random, np.random.PCG64, np.array([1.5]), object(), Unprintable())),
    *((ValueError, "rng", value, {}) for value in (-1, -HUGE, np.int64(-3))),
    *((TypeError, "init", value, {})
      for value in (3, "x", FACES, START.generator, GAN, {}, Unprintable())),
    (ValueError, "init", START, {"latent_dim": 2}),
    (ValueError, "init", GAN(START.generator, START.discriminator, (4, 1)), {}),
    (ValueError, "init", GAN(Generator([1], [1]), Discriminator([1], 1)), {}),
    (ValueError, "init", LARGE_START, {"dtype": np.float32}),
    *((ValueError, "latent", value, {}) for value in ("", "Uniform", "explicit", 3, [0.5] * 4,
      np.zeros((5, 2)), np.zeros((5, 1, 1)), [], np.zeros((0, 1)))),
    (ValueError, "latent", [1e300] * 5, {"dtype": np.float32}),
]  # fmt: skip


def refuses(error: type[Exception], name: str, call: Callable[[], Any]) -> None:
    with pytest.raises(error) as caught:
        call()
    # Neither a subclass raised by a lower layer nor an error without the argument's name.
    assert caught.type is error, caught.value
    assert re.search(rf"\b{name}\b", str(caught.value)), caught.value
    assert len(str(caught.value)) < 400
