"""The backend "c": choose the kernel of the dtype, and turn its status into an exception."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import Algorithm
from fastgan.backends.native import _kernel
from fastgan.backends.parameter_places import ParameterPlaces

Array = npt.NDArray[Any]

NAMES = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}
_TRAIN = {dtype: _kernel.train[name] for dtype, name in NAMES.items()}
_TRAIN_BY_ALGORITHM = {dtype: _kernel.train_by_algorithm[name] for dtype, name in NAMES.items()}
_GENERATE = {dtype: _kernel.generate[name] for dtype, name in NAMES.items()}
_SCORE = {dtype: _kernel.score[name] for dtype, name in NAMES.items()}
_SIGMOID = {dtype: _kernel.sigmoid[name] for dtype, name in NAMES.items()}

VARIABLE = "FASTGAN_CPU"


def choose_variant(name: str | None = None) -> str:
    """Use the instruction set of this name, or the best that processor and system support.

    Returns the name of the instruction set. All of them give the same bits.

    Raises
    ------
    ValueError
        If the kernel was not compiled for it.
    RuntimeError
        If this machine does not support it.
    """
    found = _kernel.variants()
    if name is not None and name not in found:
        raise ValueError(f"{VARIABLE} must be one of {tuple(found)}, got {name!r}")
    if not _kernel.choose_variant(name):
        raise RuntimeError(f"{VARIABLE}={name!r} cannot be used: this machine does not support it")
    return _kernel.chosen_variant()


choose_variant(os.environ.get(VARIABLE) or None)


def chosen_variant() -> str:
    """Return the name of the instruction set in use."""
    return _kernel.chosen_variant()


def raise_unless_ok(status: int) -> None:
    """Turn a status of the kernel into an exception."""
    if status == _kernel.NO_MEMORY:
        raise MemoryError(
            "no memory for the kernel's workspace; in training a smaller batch_size needs less"
        )
    if status == _kernel.STOPPED:
        raise InterruptedError("the kernel was asked to stop")


def train(data: Array, *arguments: Any) -> None:
    """Train over all latents by the Slanted Land step with plain descent."""
    raise_unless_ok(_TRAIN[data.dtype](data, *arguments))


def train_by_algorithm(
    algorithm: Algorithm, places: ParameterPlaces, data: Array, *arguments: Any
) -> None:
    """Train for `steps` steps by any schedule, objective and optimizer."""
    raise_unless_ok(_TRAIN_BY_ALGORITHM[data.dtype](algorithm, places, data, *arguments))


def generate(latents: Array, *arguments: Any) -> None:
    """Fill the pictures of latent vectors."""
    raise_unless_ok(_GENERATE[latents.dtype](latents, *arguments))


def score(pictures: Array, *arguments: Any) -> None:
    """Fill the logits of pictures."""
    raise_unless_ok(_SCORE[pictures.dtype](pictures, *arguments))


def probabilities(scores: Array) -> Array:
    """Return the sigmoids of logits."""
    p, one_minus_p = np.empty_like(scores), np.empty_like(scores)
    _SIGMOID[scores.dtype](scores, p, one_minus_p)
    return p
