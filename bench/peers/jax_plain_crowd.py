"""JAX in the form one would write first: models on the last axis, `lax.scan` under `jit`.

Uses JAX's default options and the best numbers of models per batch that were found. If the latent
numbers of a batch stay in a cache, drawing all of them before the scan is faster than drawing
within it.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from cases import LEARNING_RATE, SEED
from crowd_work import CrowdWork
from jax import lax

jax.config.update("jax_enable_x64", True)

BATCH, BATCH_DRAWN = 512, 128  # number of models in one call

Array = jax.Array
Networks = tuple[Array, Array, Array, Array]  # w (d, M), b (M,), W (d, M) and B (d, M)


def _step(networks: Networks, face: Array, z: Array) -> Networks:
    """Compute one step of M models on a face (d, 1), with one latent number per model, z (M,)."""
    w, b, weights, biases = networks
    rate = jnp.asarray(LEARNING_RATE, z.dtype)
    delta = rate * (1 - jax.nn.sigmoid(b + (face * w).sum(axis=0)))
    w, b = w + delta * face, b + delta

    fake = jax.nn.sigmoid(z * weights + biases)
    delta = rate * jax.nn.sigmoid(b + (fake * w).sum(axis=0))
    w, b = w - delta * fake, b - delta

    delta = rate * (1 - jax.nn.sigmoid(b + (fake * w).sum(axis=0)))
    slope = delta * w * fake * (1 - fake)
    return w, b, weights + z * slope, biases + slope


def prepare(work: CrowdWork, drawn: bool, batch: int | None = None) -> Callable[[], np.ndarray]:
    """Put the arrays where XLA needs them, and compile."""
    batch = batch or (BATCH_DRAWN if drawn else BATCH)
    rows, d = work.faces.shape
    steps = work.epochs * rows
    faces = jnp.tile(work.faces[:, :, jnp.newaxis], (work.epochs, 1, 1))

    @jax.jit
    def train_batch(initial: Array, source: Array) -> Array:
        """Move parameters (13, M) with latent numbers (steps, M), or with a key."""
        latents = jax.random.uniform(source, (steps, batch), work.dtype) if drawn else source
        networks = (initial[:d], initial[d], initial[d + 1 : 2 * d + 1], initial[2 * d + 1 :])
        (w, b, weights, biases), _ = lax.scan(
            lambda networks, inputs: (_step(networks, *inputs), None), networks, (faces, latents)
        )
        return jnp.concatenate((w, b[jnp.newaxis], weights, biases))

    parts = range(batch, work.models, batch)
    batches = jax.device_put([part.T for part in np.split(work.initial, parts)])
    if drawn:
        sources = list(jax.random.split(jax.random.key(SEED), len(batches)))
    else:
        sources = jax.device_put([part.T.copy() for part in np.split(work.latents, parts)])

    def train() -> np.ndarray:
        done = [train_batch(*part) for part in zip(batches, sources, strict=True)]
        return np.concatenate([np.asarray(part).T for part in done])

    train()
    return train
