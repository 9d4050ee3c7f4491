"""Plain vectorised NumPy: a step is a dozen lines, and BLAS computes its products."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cases import LEARNING_RATE, Array, Outcome, Parameters, Work


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _losses(real: Array, fake: Array, generator: Array) -> tuple[Array, ...]:
    """Return the five numbers of a step, from its logits (m,)."""
    return (
        np.logaddexp(0, -real).mean(),
        np.logaddexp(0, fake).mean(),
        np.logaddexp(0, -generator).mean(),
        _sigmoid(real).mean(),
        _sigmoid(fake).mean(),
    )


def prepare(work: Work, history: bool) -> Callable[[], Outcome]:
    """Prepare views of the arrays."""
    batches, latents = work.batches, work.latent_batches
    rate = work.dtype.type(LEARNING_RATE / work.size.batch_size)

    def train() -> Outcome:
        w, b, weights, biases = parameters = work.parameters()
        records = np.empty((5, work.steps), work.dtype) if history else None
        for step, z in enumerate(latents):
            real = batches[step % len(batches)]
            real_logits = real @ w + b
            delta = rate * (_sigmoid(real_logits) - 1)
            w -= delta @ real
            b -= delta.sum()

            fake = _sigmoid(z @ weights + biases)
            fake_logits = fake @ w + b
            delta = rate * _sigmoid(fake_logits)
            w -= delta @ fake
            b -= delta.sum()

            generator_logits = fake @ w + b
            delta = rate * (_sigmoid(generator_logits) - 1)
            slope = delta[:, np.newaxis] * w * fake * (1 - fake)
            weights -= z.T @ slope
            biases -= slope.sum(axis=0)
            if records is not None:
                records[:, step] = _losses(real_logits, fake_logits, generator_logits)
        return Outcome(Parameters(*parameters), records)

    return train
