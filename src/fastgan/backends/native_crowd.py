"""The C kernel for crowds: models side by side, each drawing from NumPy's stream for its seed.

The kernel makes PCG64's numbers itself, since asking NumPy model by model would take longer than
the training. It does so only where it was seen to make the same as the NumPy at hand.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends import _kernel, native

Array = npt.NDArray[Any]

_TRAIN = {dtype: _kernel.train_crowd[name] for dtype, name in native.NAMES.items()}
_LATENTS = ("uniform", "normal", "explicit")  # in the order of fastgan_latent
_NORMALS_AT_ONCE = 1024
_MOST_ROWS = 2**32  # whose order the kernel keeps in 32 bits


def _normal_source() -> _kernel.NormalSource:
    """NumPy's own normal numbers, of the streams that the kernel keeps."""
    bits = _kernel.StreamBits(Lock())
    draw = np.random.Generator(bits).standard_normal  # type: ignore[arg-type]
    numbers = np.empty(_NORMALS_AT_ONCE)

    def fill(count: int) -> None:
        draw(out=numbers[:count])

    return _kernel.NormalSource(bits, numbers, fill)


def train(
    data: Array,
    seeds: npt.NDArray[np.uint64],
    draws_parameters: bool,
    parameters: Array,
    discriminator_learning_rates: npt.NDArray[np.float64],
    generator_learning_rates: npt.NDArray[np.float64],
    latent_dim: int,
    epochs: int,
    batch_size: int,
    latent: str,
    latents: Array | None,
    shuffle: bool,
    history: Array,
    record_every: int,
    diverged_at: npt.NDArray[np.int64],
    stop: npt.NDArray[np.int32],
) -> None:
    """Train models (models, P) as `fastgan_train_crowd` of csrc/fastgan.h specifies."""
    normals = _normal_source()
    status = _TRAIN[data.dtype](
        data,
        seeds,
        draws_parameters,
        parameters,
        discriminator_learning_rates,
        generator_learning_rates,
        latent_dim,
        epochs,
        batch_size,
        _LATENTS.index(latent),
        np.empty((0, 0), data.dtype) if latents is None else latents,
        shuffle,
        normals,
        history,
        record_every,
        diverged_at,
        stop,
    )
    if status == _kernel.NO_NORMALS and normals.error is not None:
        raise normals.error
    native.raise_unless_ok(status)


def serves(n_rows: int) -> bool:
    """Whether the kernel can do the work, with the numbers of the NumPy at hand."""
    return n_rows < _MOST_ROWS and _draws_as_numpy_does()


@cache
def _draws_as_numpy_does() -> bool:
    """Compare both on one epoch of a model: parameters, an order of rows, and latent vectors.

    NumPy may give its generators another algorithm one day; its documentation reserves the right.
    """
    seed = np.random.SeedSequence(2026)
    rows = 37
    with np.errstate(all="ignore"):
        rng = np.random.default_rng(seed)
        expected = rng.standard_normal(4)
        order = rng.permutation(rows)
        latents = rng.random((rows, 1))
        alone = expected.copy()
        data = np.linspace(0, 1, rows)[:, np.newaxis]
        stop = np.zeros(1, np.int32)
        history = np.empty((5, rows))
        native.train(
            data, order, latents, alone[:1], alone[1:2], alone[2:3].reshape(1, 1), alone[3:],
            0.5, 0.5, 1, 0, history, 1, 0, stop,
        )  # fmt: skip
        among_others = np.empty((1, 4))
        recorded = np.empty((1, 5, rows))
        words = seed.generate_state(4, np.uint64).astype(np.uint64)
        train(
            data, words[np.newaxis], True, among_others, np.full(1, 0.5), np.full(1, 0.5), 1, 1, 1,
            "uniform", None, True, recorded, 1, np.empty(1, np.int64), stop,
        )  # fmt: skip
    return bool(np.array_equal(alone, among_others[0]) and np.array_equal(history, recorded[0]))
