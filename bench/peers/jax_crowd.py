"""JAX: many models on the last axis, one `lax.scan` under `jit`, in the fastest form found.

The seven tanh of a step take most of the time. The following make the rest nearly free:

- the whole loop compiled into one function (the byte threshold below), for batches of models that
  fit in the first-level cache; then a step costs no dispatch, and nothing leaves that cache;
- an epoch as the loop's body, with the faces as constants;
- barriers around values that are used more than once, since XLA would recompute them for each use;
- all logits and parameters halved, since a sigmoid is the tanh of half its logit;
- vectors as wide as the processor's; XLA uses half of that by default.

Drawing is cheapest one epoch at a time within the loop, with Threefry's older form, which does not
discard half of its bits in float32. These were also measured, and are not faster: each parameter as
its own vector (faster only if the loop is not compiled into one function), `jax.nn.sigmoid`, a
`fori_loop`, a single step as the loop's body, unrolled or not, XLA's fast-math, and latent numbers
drawn in larger portions or by ``rbg`` and ``unsafe_rbg``.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from cases import LEARNING_RATE, SEED
from crowd_work import CrowdWork
from jax import lax

# XLA reads this when it compiles for the first time, so no other peer can have different options
# in the same process.
os.environ["XLA_FLAGS"] = " ".join(
    (
        os.environ.get("XLA_FLAGS", ""),
        "--xla_cpu_multi_thread_eigen=false",
        "--xla_cpu_prefer_vector_width=512",
        "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=4000000",
    )
)
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_threefry_partitionable", False)

BATCH = 128  # number of models in one call

Array = jax.Array
Networks = tuple[Array, Array, Array, Array]  # halves of w (d, M), b (M,), W (d, M) and B (d, M)


def _dot(x: Array, w: Array) -> Array:
    return sum((x[j] * w[j] for j in range(1, len(w))), x[0] * w[0])


def _step(networks: Networks, face: Array, z: Array) -> Networks:
    """Compute one step of M models on a face (d,), with one latent number per model, z (M,)."""
    w, b, weights, biases = networks
    barrier = lax.optimization_barrier
    half_move = jnp.asarray(LEARNING_RATE / 4, z.dtype)  # move of half a parameter, for D at 1/2

    real = barrier(half_move - half_move * jnp.tanh(b + _dot(face, w)))
    fake = barrier(0.5 + 0.5 * jnp.tanh(z * weights + biases))
    moved = [w[j] + real * face[j] for j in range(len(w))]
    false = barrier(half_move + half_move * jnp.tanh(b + real + _dot(fake, moved)))
    w = barrier(w + (real * face[:, jnp.newaxis] - false * fake))
    b = barrier(b + (real - false))

    delta = barrier(2 * (half_move - half_move * jnp.tanh(b + _dot(fake, w))))
    slope = barrier(delta * (w * (fake - fake * fake)))
    return w, b, weights + z * slope, biases + slope


def prepare(work: CrowdWork, drawn: bool, batch: int = BATCH) -> Callable[[], np.ndarray]:
    """Put the arrays where XLA needs them, and compile."""
    rows, d = work.faces.shape

    def epoch(networks: Networks, latents: Array) -> tuple[Networks, None]:
        for face, z in zip(work.faces, latents, strict=True):
            networks = _step(networks, jnp.asarray(face), z)
        return networks, None

    def drawn_epoch(networks: Networks, key: Array) -> tuple[Networks, None]:
        return epoch(networks, jax.random.uniform(key, (rows, batch), work.dtype))

    @jax.jit
    def train_batch(initial: Array, source: Array) -> Array:
        """Move parameters (13, M) with latent numbers (epochs, rows, M), or with a key."""
        halves = initial / 2
        networks = (halves[:d], halves[d], halves[d + 1 : 2 * d + 1], halves[2 * d + 1 :])
        if drawn:
            networks, _ = lax.scan(drawn_epoch, networks, jax.random.split(source, work.epochs))
        else:
            networks, _ = lax.scan(epoch, networks, source)
        w, b, weights, biases = networks
        return 2 * jnp.concatenate((w, b[jnp.newaxis], weights, biases))

    batches = jax.device_put(_in_batches(work.initial, batch))
    if drawn:
        sources = list(jax.random.split(jax.random.key(SEED), len(batches)))
    else:
        latents = _in_batches(work.latents, batch)
        sources = jax.device_put([z.reshape(work.epochs, rows, batch) for z in latents])

    def train() -> np.ndarray:
        done = [train_batch(*part) for part in zip(batches, sources, strict=True)]
        return np.concatenate([np.asarray(part).T for part in done])

    train()
    return train


def _in_batches(array: np.ndarray, batch: int) -> list[np.ndarray]:
    """Cut (models, n) into parts (n, batch), each contiguous in memory."""
    parts = np.split(array, range(batch, len(array), batch))
    return [np.ascontiguousarray(part.T) for part in parts]
