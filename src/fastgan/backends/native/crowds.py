"""The C kernel for crowds: models in vector lanes, each with NumPy's stream for its seed.

The kernel generates PCG64's numbers itself, since asking NumPy model by model would take longer
than the training. It is used only if a trial shows that it equals the installed NumPy.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan.backends.algorithm import Algorithm
from fastgan.backends.native import _kernel, backend
from fastgan.backends.parameter_places import ParameterPlaces

Array = npt.NDArray[Any]

_TRAIN = {dtype: _kernel.train_crowd[name] for dtype, name in backend.NAMES.items()}
_NO_LABELS = np.empty(0, np.int64)
_LATENTS = ("uniform", "normal", "explicit")  # in the order of fastgan_latent
_NORMALS_AT_ONCE = 1024
_MOST_ROWS = 2**32  # rows, so that the kernel keeps their order in 32 bits


def _normal_source() -> _kernel.NormalSource:
    """Make a source of NumPy's own normal numbers, from the streams that the kernel keeps."""
    bits = _kernel.StreamBits(Lock())
    draw = np.random.Generator(bits).standard_normal  # type: ignore[arg-type]
    numbers = np.empty(_NORMALS_AT_ONCE)

    def fill(count: int) -> None:
        draw(out=numbers[:count])

    return _kernel.NormalSource(bits, numbers, fill)


def train(
    algorithm: Algorithm | None,
    places: ParameterPlaces,
    data: Array,
    *,
    labels: npt.NDArray[np.int64] | None,
    latent: str,
    latents: Array | None,
    **crowd: Any,
) -> None:
    """Train models (models, P) as `fastgan_train_crowd` of csrc/include/fastgan.h specifies.

    `crowd` are the other arguments of `train_crowd` in _kernel_crowds.pxi, by name. With an
    algorithm, rows have labels (n,); its learning rates are ignored, since each model has its own.
    """
    normals = _normal_source()
    status = _TRAIN[data.dtype](
        algorithm,
        places,
        data,
        labels=_NO_LABELS if labels is None else labels,
        latent=_LATENTS.index(latent),
        latents=np.empty((0, 0), data.dtype) if latents is None else latents,
        normals=normals,
        **crowd,
    )
    if status == _kernel.NO_NORMALS and normals.error is not None:
        raise normals.error
    backend.raise_unless_ok(status)


def serves(n_rows: int) -> bool:
    """Return whether the kernel can train on this many rows, with the installed NumPy's numbers."""
    return n_rows < _MOST_ROWS and _draws_as_numpy_does()


@cache
def _draws_as_numpy_does() -> bool:
    """Compare a group of models in lanes, and some of them alone, on one epoch of NumPy's draws.

    NumPy's documentation reserves the right to change the algorithms of its generators.
    """
    with np.errstate(all="ignore"):
        return _agree_in_lanes(shuffle=False) and _agree_in_lanes(shuffle=True)


def _agree_in_lanes(shuffle: bool) -> bool:
    rows, models = 37, 67  # more models than the largest group has, and one more
    children = np.random.SeedSequence(2026).spawn(models)
    seeds = np.array([child.generate_state(4, np.uint64) for child in children])
    data = np.linspace(0, 1, rows)[:, np.newaxis]
    parameters, history = np.empty((models, 4)), np.empty((models, 5, rows))
    stop = np.zeros(1, np.int32)
    rates = np.full(models, 0.5)
    train(
        None,
        ParameterPlaces(0, 1, 2, 3, 4),
        data,
        labels=None,
        seeds=seeds,
        draws_parameters=True,
        parameters=parameters,
        discriminator_learning_rates=rates,
        generator_learning_rates=rates,
        latent_dim=1,
        epochs=1,
        batch_size=1,
        latent="uniform",
        latents=None,
        shuffle=shuffle,
        history=history,
        record_every=1,
        snapshots=np.empty((models, 0, 4)),
        snapshot_every=0,
        tolerance=0.0,
        patience=0,
        settled_at=np.empty(models, np.int64),
        diverged_at=np.empty(models, np.int64),
        stop=stop,
    )
    for i in (0, 30, models - 1):
        rng = np.random.default_rng(children[i])
        alone, recorded = rng.standard_normal(4), np.empty((5, rows))
        order = rng.permutation(rows) if shuffle else np.empty(0, np.int64)
        backend.train(
            data, order, rng.random((rows, 1)), alone[:1], alone[1:2], alone[2:3].reshape(1, 1),
            alone[3:], 0.5, 0.5, 1, 0, recorded, 1, 0, stop,
        )  # fmt: skip
        if not (np.array_equal(alone, parameters[i]) and np.array_equal(recorded, history[i])):
            return False
    return True
