"""Plain Numba: the loop of `numba_libm`, one model after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from cases import LEARNING_RATE, Array
from crowd_work import CrowdWork
from numba import njit

from peers.numba_libm import train_one_by_one


@njit(cache=True)
def _train(faces: Array, latents: Array, parameters: Array, rate: Any) -> None:
    d = faces.shape[1]
    none = np.empty((5, 0), parameters.dtype)
    for i in range(len(parameters)):
        vector = parameters[i]
        train_one_by_one(
            faces,
            latents[i],
            vector[:d],
            vector[d : d + 1],
            vector[d + 1 : 2 * d + 1],
            vector[2 * d + 1 :],
            rate,
            none,
        )


def prepare(work: CrowdWork, drawn: bool) -> Callable[[], Array]:
    """Compile the loop; this peer cannot draw its own latent numbers."""
    assert not drawn
    rate = work.dtype.type(LEARNING_RATE)

    def train() -> Array:
        parameters = work.initial.copy()
        _train(work.faces, work.latents, parameters, rate)
        return parameters

    train()
    return train
