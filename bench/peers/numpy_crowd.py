"""Plain NumPy: each step moves BATCH models at once, with the models on the last axis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cases import LEARNING_RATE, Array
from crowd_work import CrowdWork

BATCH = 1024  # enough models to make the dispatch negligible, and few enough for the cache


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _train(parameters: Array, latents: Array, faces: Array) -> Array:
    """Move parameters (13, M) with latent numbers (steps, M), in place."""
    d = faces.shape[1]
    w, b, weights, biases = np.split(parameters, [d, d + 1, 2 * d + 1])
    rate = parameters.dtype.type(LEARNING_RATE)
    for step, z in enumerate(latents):
        real = faces[step % len(faces), :, np.newaxis]
        delta = rate * (_sigmoid(b + (real * w).sum(axis=0)) - 1)
        w -= delta * real
        b -= delta

        fake = _sigmoid(z * weights + biases)
        delta = rate * _sigmoid(b + (fake * w).sum(axis=0))
        w -= delta * fake
        b -= delta

        delta = rate * (_sigmoid(b + (fake * w).sum(axis=0)) - 1)
        slope = delta * w * fake * (1 - fake)
        weights -= z * slope
        biases -= slope
    return parameters


def prepare(work: CrowdWork, drawn: bool) -> Callable[[], Array]:
    """Lay out the batches; this peer cannot draw its own latent numbers."""
    assert not drawn
    parts = range(BATCH, work.models, BATCH)
    batches = [part.T for part in np.split(work.initial, parts)]
    latents = [np.ascontiguousarray(part.T) for part in np.split(work.latents, parts)]

    def train() -> Array:
        moved = [
            _train(initial.copy(), z, work.faces)
            for initial, z in zip(batches, latents, strict=True)
        ]
        return np.concatenate([parameters.T for parameters in moved])

    return train
