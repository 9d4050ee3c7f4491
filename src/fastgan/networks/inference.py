"""What trained networks are asked: arguments checked, latent vectors drawn, the backend called."""

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
from fastgan.randomness.draws import RandomInput, random_source

Array = npt.NDArray[Any]

LONG_CALL = 2**24  # multiplications: above, a call is made where Ctrl-C can end it


def latent_rows(name: str, value: object, k: int, dtype: np.dtype[Any]) -> tuple[Array, bool]:
    """Latent vectors (n, k), and whether it was a single one without its axis.

    Taken are (n, k) and (k,), and for k = 1 also (n,) and a number.
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
    """Items as rows (n, d), and whether it was a single one without its axis.

    Taken are (n, *item_shape) and (n, d), and item_shape and (d,).
    """
    items = validation.real_array(name, value, dtype)
    d = math.prod(item_shape)
    # In this order: with items of one number, an array of one is a row of them.
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
    """Draw n latent vectors, (n, k) in float64, from the distribution of this name."""
    if latent == EXPLICIT:
        raise ValueError(
            "latent: trained on explicit latent vectors, whose distribution is not known; "
            "draw your own and call generate(z)"
        )
    source = random_source(rng)
    return (source.uniform if latent == "uniform" else source.normal)((n, k))


def call(work: int, name: str, *arguments: Any) -> None:
    """Let the best backend fill the last argument; `work` is in multiplications."""
    backend = backends.choose()
    backends.require_ieee_arithmetic(backend.name)
    function: Callable[..., None] = getattr(backend.module, name)
    stop = np.zeros(1, np.int32)
    if work > LONG_CALL and backend.name != "numpy":
        call_interruptibly(lambda: function(*arguments, stop), stop)
    else:
        function(*arguments, stop)
