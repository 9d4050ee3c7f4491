"""JAX: one `lax.scan` over the steps under `jit`, in the fastest form that was found.

On a CPU the form matters less than whether XLA compiles the whole loop into one function. By
default it does so only if the loop's body moves less than a kilobyte; the option below, available
in XLA since JAX 0.7, makes the same program five times faster in float64. These were also measured
for Slanted Land, and are not faster: the faces tiled into a second stream, a scan within a scan,
unrolling by 2 and 5, all parameters in one vector, scalars throughout, and `jax.nn.sigmoid` (a
sixth slower).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from cases import LEARNING_RATE, Outcome, Parameters, Work
from jax import lax

# XLA reads this when it compiles for the first time. 64 KiB is enough for Slanted Land; the larger
# sizes still use XLA's matrix products, which are faster there.
os.environ["XLA_FLAGS"] = " ".join(
    (
        os.environ.get("XLA_FLAGS", ""),
        "--xla_cpu_multi_thread_eigen=false",
        "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=65536",
    )
)
jax.config.update("jax_enable_x64", True)

Array = jax.Array
Networks = tuple[Array, Array, Array, Array]


def _pair(s: Array) -> tuple[Array, Array]:
    """Return the sigmoid, and 1 minus the sigmoid."""
    t = 0.5 * jnp.tanh(0.5 * s)
    return 0.5 + t, 0.5 - t


def _softplus(s: Array) -> Array:
    return jnp.maximum(s, 0) + jnp.log1p(jnp.exp(-jnp.abs(s)))


def _record(real: Array, fake: Array, generator: Array) -> tuple[Array, ...]:
    """Return the five numbers of one or more steps, from the logits (..., m)."""
    numbers = (
        _softplus(-real),
        _softplus(fake),
        _softplus(-generator),
        _pair(real)[0],
        _pair(fake)[0],
    )
    return tuple(number.mean(axis=-1) for number in numbers)


def _step(networks: Networks, real: Array, z: Array) -> tuple[Networks, tuple[Array, ...]]:
    """Compute one step on real (m, d) and z (m, k); also return the logits of its three moves."""
    w, b, weights, biases = networks
    rate = jnp.asarray(LEARNING_RATE / len(real), w.dtype)
    real_logits = real @ w + b
    delta = rate * _pair(real_logits)[1]
    w, b = w + delta @ real, b + delta.sum()

    fake, one_minus_fake = _pair(z @ weights + biases)
    fake_logits = fake @ w + b
    delta = rate * _pair(fake_logits)[0]
    w, b = w - delta @ fake, b - delta.sum()

    generator_logits = fake @ w + b
    delta = rate * _pair(generator_logits)[1]
    slope = delta[:, jnp.newaxis] * (w * (fake * one_minus_fake))
    moved = (w, b, weights + z.T @ slope, biases + slope.sum(axis=0))
    return moved, (real_logits, fake_logits, generator_logits)


def _train(networks: Networks, batches: Array, latents: Array, history: bool) -> tuple[Any, Any]:
    # Recording during the scan is faster in float64, after the scan in float32.
    at_once = batches.dtype == jnp.float64

    def step(carry: tuple[Networks, Array], z: Array) -> tuple[Any, Any]:
        networks, position = carry
        real = lax.dynamic_index_in_dim(batches, position, keepdims=False)
        networks, logits = _step(networks, real, z)
        position = jnp.where(position == len(batches) - 1, 0, position + 1)
        kept = () if not history else _record(*logits) if at_once else logits
        return (networks, position), kept

    (networks, _), kept = lax.scan(step, (networks, 0), latents)
    return networks, _record(*kept) if kept and not at_once else kept


def prepare(work: Work, history: bool) -> Callable[[], Outcome]:
    """Put the arrays where XLA needs them, and compile."""
    w, b, weights, biases = work.parameters()
    networks = jax.device_put((w, b[0], weights, biases))
    batches, latents = jax.device_put((work.batches, work.latent_batches))
    compiled = jax.jit(_train, static_argnames="history")

    def train() -> Outcome:
        done = compiled(networks, batches, latents, history=history)
        moved, kept = jax.block_until_ready(done)
        return Outcome(Parameters(*moved), kept if history else None)

    train()
    return train
