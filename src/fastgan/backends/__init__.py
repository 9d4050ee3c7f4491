"""The contract of a backend, the offer of each backend, and the choice among them.

Each backend is a folder, whose module `backend` offers its functions. Files of the same name in
`reference` and `jit` are twins: `reference` is the specification in NumPy, and `jit` follows it in
Numba. `native` calls the C kernels in csrc. Every backend keeps these rules:

- Its arguments are checked already: plain numbers, and contiguous arrays whose real numbers have
  one dtype. It knows no options, no random generator and no class of another room.
- It gives the bits of the specification, on every processor and from whichever step it starts.
- It changes arrays in place. It allocates nothing that grows with the number of steps.
- It checks `stop[0]` before the first step of a call and again within long calls, and raises an
  InterruptedError if it is not 0.

=====================  ================================================  ==========================
function               what it does                                      specified by
=====================  ================================================  ==========================
`train`                the Slanted Land step with plain descent          `reference.slanted_land`
`train_by_algorithm`   any schedule, objective and optimizer, labels     `reference.training`
`generate`             pictures of latent vectors                        `reference.networks`
`score`                logits of pictures                                `reference.networks`
`probabilities`        sigmoids of logits                                `reference.networks`
=====================  ================================================  ==========================

The C kernels also offer two things on which no bit depends: copies of the parameters during a run,
and crowds of models in vector lanes (`native.crowds`). Only there a backend draws random numbers.
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


class Offer(NamedTuple):
    """The module of a backend's functions, and the two things that it may offer besides them."""

    module: str
    makes_copies: bool  # of the parameters, during a run
    trains_crowds: bool  # in vector lanes


_OFFERS = {  # in the order of preference
    "c": Offer("fastgan.backends.native.backend", makes_copies=True, trains_crowds=True),
    "numba": Offer("fastgan.backends.jit.backend", makes_copies=False, trains_crowds=False),
    "numpy": Offer("fastgan.backends.reference.backend", makes_copies=False, trains_crowds=False),
}
NAMES = tuple(_OFFERS)
VARIABLE = "FASTGAN_BACKEND"


class Backend(Protocol):
    """The functions of a backend; the specification gives arguments and shapes."""

    train: Callable[..., None]
    train_by_algorithm: Callable[..., None]
    generate: Callable[..., None]
    score: Callable[..., None]
    probabilities: Callable[[Array], Array]


class Availability(NamedTuple):
    """The answer to whether this installation can use a backend."""

    usable: bool
    reason: str  # why not, or a description of the backend


class Chosen(NamedTuple):
    """A backend with its name and its offer."""

    name: str
    module: Backend
    offer: Offer


def available() -> dict[str, Availability]:
    """Tell for each backend whether this installation can use it, and why not if it cannot.

    Returns
    -------
    dict of str to Availability
        In the order of preference: ``"c"``, ``"numba"``, ``"numpy"``. ``usable`` is a bool,
        ``reason`` one line of text.
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
                "this installation has no C kernel, since no C compiler worked when it was built; "
                "reinstall with a compiler, and set FASTGAN_REQUIRE_KERNEL=1 to see its errors",
            )
        except ImportError as error:
            return Availability(False, f"the C kernel does not load: {error}")
        usable = ", ".join(n for n, supported in kernel.variants().items() if supported)
        return Availability(True, f"compiled C kernel; instruction sets found here: {usable}")
    if name == "numba":
        try:
            importlib.import_module(_OFFERS[name].module)
        except ModuleNotFoundError:
            return Availability(False, "Numba is not installed: pip install 'fastgan[numba]'")
        except Exception as error:  # any: Numba and NumPy may be of incompatible versions
            return Availability(False, f"Numba does not load: {error}")
        return Availability(True, "kernels compiled by Numba at first use, cached on disk")
    return Availability(True, "the reference in NumPy: slow, always available")


def choose(name: str | None = None) -> Chosen:
    """Choose the backend `name`, or else the one in FASTGAN_BACKEND, or else the best usable one.

    Raises
    ------
    ValueError
        If no backend has that name.
    RuntimeError
        If this installation cannot use it.
    """
    asked = "backend"
    if name is None:
        name = os.environ.get(VARIABLE) or None
        asked = VARIABLE
    if name is None:
        return _load(next(n for n in NAMES if _availability(n).usable))
    if not isinstance(name, str):
        raise TypeError(f"backend must be one of {NAMES} or None, got {name!r}")
    if name not in _OFFERS:
        raise ValueError(f"{asked} must be one of {NAMES}, got {name!r}")
    usable, reason = _availability(name)
    if not usable:
        raise RuntimeError(f"{asked}={name!r} cannot be used: {reason}")
    return _load(name)


@cache
def _load(name: str) -> Chosen:
    offer = _OFFERS[name]
    return Chosen(name, importlib.import_module(offer.module), offer)


_SMALLEST = np.array([5e-324])


def require_ieee_arithmetic(name: str) -> None:
    """Refuse to compute where subnormal numbers are flushed to zero; the C kernel is immune.

    Some libraries, when they are loaded, make the whole thread flush them.
    """
    if name != "c" and not (_SMALLEST * 1.0)[0] > 0:
        raise FloatingPointError(
            "another library has switched this thread to flush subnormal numbers to zero; "
            f"backend {name!r} would give different bits: use backend 'c', which is immune"
        )
