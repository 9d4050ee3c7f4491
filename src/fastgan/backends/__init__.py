"""The backends, and the choice among them.

A backend is a module with four functions, specified by `reference.slanted_land`: `train`,
`generate`, `score` and `probabilities`. It sees plain arrays and numbers only. All give the same
bits.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_MODULES = {  # in the order of preference
    "c": "fastgan.backends.native.backend",
    "numba": "fastgan.backends.jit.backend",
    "numpy": "fastgan.backends.reference.slanted_land",
}
_RECIPES = {  # the function that is specified by reference.training.train
    "c": ("fastgan.backends.native.backend", "train_by_recipe"),
    "numba": ("fastgan.backends.jit.training", "train"),
    "numpy": ("fastgan.backends.reference.training", "train"),
}
NAMES = tuple(_MODULES)
VARIABLE = "FASTGAN_BACKEND"


class Backend(Protocol):
    """What a backend module offers; see `reference.slanted_land` for arguments and shapes."""

    train: Callable[..., None]
    generate: Callable[..., None]
    score: Callable[..., None]
    probabilities: Callable[[Array], Array]


class Availability(NamedTuple):
    """Whether a backend can be used here."""

    usable: bool
    reason: str  # why not, or what it is


class Chosen(NamedTuple):
    """A backend with its name."""

    name: str
    module: Backend


def available() -> dict[str, Availability]:
    """Say for each backend whether this installation can use it, and why not if it cannot.

    Returns
    -------
    dict of str to Availability
        In the order of preference: ``"c"``, ``"numba"``, ``"numpy"``. ``usable`` is a bool,
        ``reason`` a line of text.
    """
    return {name: _availability(name) for name in NAMES}


@cache
def _availability(name: str) -> Availability:
    if name == "c":
        try:
            kernel = importlib.import_module("fastgan.backends.native._kernel")
        except ModuleNotFoundError:
            return Availability(
                False,
                "the C kernel is not part of this installation: it was built where no C compiler "
                "worked; reinstall with one, and FASTGAN_REQUIRE_KERNEL=1 to see its errors",
            )
        except ImportError as error:
            return Availability(False, f"the C kernel does not load: {error}")
        usable = ", ".join(n for n, supported in kernel.variants().items() if supported)
        return Availability(True, f"compiled C kernel; instruction sets found here: {usable}")
    if name == "numba":
        try:
            importlib.import_module(_MODULES[name])
        except ModuleNotFoundError:
            return Availability(False, "Numba is not installed: pip install 'fastgan[numba]'")
        except Exception as error:  # whatever a Numba that does not fit its NumPy raises
            return Availability(False, f"Numba does not load: {error}")
        return Availability(True, "kernels compiled by Numba at first use, cached on disk")
    return Availability(True, "the reference in NumPy: slow, always there")


def choose(name: str | None = None) -> Chosen:
    """Choose the backend that was asked for, here or in FASTGAN_BACKEND, or else the best.

    Raises
    ------
    ValueError
        If there is no backend of that name.
    RuntimeError
        If there is, but this installation cannot use it.
    """
    asked = "backend"
    if name is None:
        name = os.environ.get(VARIABLE) or None
        asked = VARIABLE
    if name is None:
        return _load(next(n for n in NAMES if _availability(n).usable))
    if not isinstance(name, str):
        raise TypeError(f"backend must be one of {NAMES} or None, got {name!r}")
    if name not in _MODULES:
        raise ValueError(f"{asked} must be one of {NAMES}, got {name!r}")
    usable, reason = _availability(name)
    if not usable:
        raise RuntimeError(f"{asked}={name!r} cannot be used: {reason}")
    return _load(name)


@cache
def _load(name: str) -> Chosen:
    return Chosen(name, importlib.import_module(_MODULES[name]))


@cache
def recipe_trainer(name: str) -> Callable[..., None]:
    """The function of a backend for all but the Slanted Land schedule with plain descent."""
    module, function = _RECIPES[name]
    trainer: Callable[..., None] = getattr(importlib.import_module(module), function)
    return trainer


_SMALLEST = np.array([5e-324])


def require_ieee_arithmetic(name: str) -> None:
    """Refuse to compute where subnormal numbers are flushed to zero; the C kernel sees to itself.

    Some libraries switch this on for the whole thread when they are loaded.
    """
    if name != "c" and not (_SMALLEST * 1.0)[0] > 0:
        raise FloatingPointError(
            "another library has switched this thread to flush subnormal numbers to zero; "
            f"backend {name!r} would give other bits: use backend 'c', which is immune"
        )
