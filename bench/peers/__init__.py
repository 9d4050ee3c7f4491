"""Other ways to do the same work, each as its users would write it.

A peer is a module with one function, ``prepare(work, history)``. It lays out its arrays, compiles,
and returns the function that is timed. That function trains from the initial parameters on the
given latent vectors (so its draws are free of charge) and returns an `Outcome`.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numpy as np
from cases import SLANTED_LAND, Outcome, Parameters, Size, Work, work
from trainings import reference

_NEEDS = {
    "notebook": "numpy",
    "numpy_blas": "numpy",
    "numba_libm": "numba",
    "jax_scan": "jax",
    "torch_eager": "torch",
}
NAMES = tuple(_NEEDS)

# Peers use different exponentials and orders of sums, so their last bits differ from the first
# step on, and training propagates the differences: expect close results, not equal ones.
TOLERANCE = {"float64": 1e-10, "float32": 2e-4}


class Peer(Protocol):
    """Interface of a peer's module."""

    prepare: Callable[[Work, bool], Callable[[], Outcome]]


def package(name: str) -> str:
    """Return the package that a peer uses."""
    return _NEEDS[name]


def why_not(name: str, size: Size, dtype: str) -> str:
    """Return the reason why a peer cannot do this work here, or an empty string if it can."""
    if importlib.util.find_spec(_NEEDS[name]) is None:
        return f"{_NEEDS[name]} is not installed: pip install {_NEEDS[name]}"
    if name == "notebook" and (size != SLANTED_LAND or dtype != "float64"):
        return "the notebook is written for Slanted Land, one face at a time, in float64"
    return ""


def load(name: str) -> Peer:
    """Import a peer, and with it its library."""
    module: Any = importlib.import_module(f"peers.{name}")
    return module


@cache
def require_agreement(name: str, size: Size, dtype: str, history: bool, epochs: int) -> None:
    """Assert that a peer's result is the reference's, up to rounding."""
    expected = reference(size, dtype, epochs)
    got = load(name).prepare(work(size, dtype, epochs), history)()
    where = f"{name}, {size.name}, {dtype}"
    for part, mine, theirs in zip(
        Parameters._fields, got.parameters, expected.parameters, strict=True
    ):
        _require_close(mine, theirs, dtype, f"{where}: {part}")
    if history:
        _require_close(got.history, expected.history, dtype, f"{where}: history")


def _require_close(got: Any, expected: Any, dtype: str, what: str) -> None:
    got = np.asarray(got).reshape(expected.shape)
    assert got.dtype == expected.dtype, f"{what} in {got.dtype}"
    tolerance = TOLERANCE[dtype]
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance, err_msg=what)
