"""Use trained networks: check the arguments, draw latent vectors, call the backend."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan._support.interruption import call_interruptibly
from fastgan.options.training_options import EXPLICIT
from fastgan.randomness.source import RandomInput, random_source

Array = npt.NDArray[Any]

LONG_CALL = 2**24  # multiplications in a call, above which Ctrl-C must be able to end it


def latent_rows(name: str, value: object, k: int, dtype: np.dtype[Any]) -> tuple[Array, bool]:
    """Return latent vectors as rows (n, k), and whether a single one was passed without its axis.

    Accepted shapes are (n, k) and (k,), and for k = 1 also (n,) and (), a number.
    """
    vectors = validation.real_array(name, value, dtype)
    single = vectors.ndim == 0 or (k > 1 and vectors.ndim == 1)
    rows = vectors
    if vectors.ndim < 2:
        rows = vectors.reshape(-1, 1) if k == 1 else vectors.reshape(1, -1)
    if rows.ndim != 2 or rows.shape[1] != k:
        raise ValueError(f"{name} must have shape (n, {k}) or ({k},), got {vectors.shape}")
    return rows, single


def item_rows(
    name: str, value: object, item_shape: tuple[int, ...], dtype: np.dtype[Any]
) -> tuple[Array, bool]:
    """Return items as rows (n, d), and whether a single one was passed without its axis.

    Accepted shapes are (n, *item_shape), (n, d), item_shape and (d,).
    """
    items = validation.real_array(name, value, dtype)
    d = math.prod(item_shape)
    # The order matters: with item_shape (), an array of shape (1,) holds n = 1 items.
    if items.ndim and items.shape != item_shape and items.shape[1:] == item_shape:
        single = False
    elif items.shape in (item_shape, (d,)):
        single = True
    elif items.ndim == 2 and items.shape[1] == d:
        single = False
    else:
        raise ValueError(
            f"{name} must have shape (n, {', '.join(map(str, item_shape))}) or (n, {d}), "
            f"or be one such item, got {items.shape}"
        )
    return items.reshape(-1, d), single


def draw_latents(n: int, k: int, latent: str, rng: RandomInput) -> Array:
    """Draw n latent vectors, (n, k) in float64, from the distribution named `latent`."""
    if latent == EXPLICIT:
        raise ValueError(
            "latent: the GAN was trained on explicit latent vectors, whose distribution is "
            "unknown; draw your own and call generate(z)"
        )
    source = random_source(rng)
    return (source.uniform if latent == "uniform" else source.normal)((n, k))


def call(work: int, name: str, *arguments: Any) -> None:
    """Call a function of the best backend, which fills its last argument.

    `work` is the number of multiplications it takes.
    """
    backend = backends.choose()
    backends.require_ieee_arithmetic(backend.name)
    function: Callable[..., None] = getattr(backend.module, name)
    stop = np.zeros(1, np.int32)
    if work > LONG_CALL and backend.name != "numpy":
        call_interruptibly(lambda: function(*arguments, stop), stop)
    else:
        function(*arguments, stop)
