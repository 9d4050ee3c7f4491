"""Plain Numba: loops over arrays with libm's exp, compiled as they are.

Batches of one row and one latent number have their own loop, as anyone who times Slanted Land
would write it; the general loop takes about a quarter longer.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log1p
from typing import Any

import numpy as np
from cases import LEARNING_RATE, Array, Outcome, Parameters, Work
from numba import njit


@njit(cache=True)
def _sigmoid(s: Any, one: Any) -> Any:
    return one / (one + exp(-s))


@njit(cache=True)
def _softplus(s: Any) -> Any:
    return max(s, 0) + log1p(exp(-abs(s)))


@njit(cache=True)
def train_one_by_one(
    data: Array,
    latents: Array,
    w: Array,
    b: Array,
    weights: Array,
    biases: Array,
    rate: Any,
    records: Array,
) -> None:
    """Train on one row and one latent number at a time, in place."""
    one = rate / rate
    n, d = data.shape
    fake = np.empty(d, data.dtype)
    row = 0
    bias = b[0]
    for step in range(len(latents)):
        real = data[row]
        row = row + 1 if row + 1 < n else 0
        z = latents[step]

        real_logit = bias
        for j in range(d):
            real_logit += real[j] * w[j]
        delta = rate * _sigmoid(-real_logit, one)
        for j in range(d):
            w[j] += delta * real[j]
        bias += delta

        fake_logit = bias
        for j in range(d):
            fake[j] = _sigmoid(z * weights[j] + biases[j], one)
            fake_logit += fake[j] * w[j]
        delta = rate * _sigmoid(fake_logit, one)
        for j in range(d):
            w[j] -= delta * fake[j]
        bias -= delta

        generator_logit = bias
        for j in range(d):
            generator_logit += fake[j] * w[j]
        delta = rate * _sigmoid(-generator_logit, one)
        for j in range(d):
            slope = delta * w[j] * fake[j] * (one - fake[j])
            weights[j] += z * slope
            biases[j] += slope

        if records.size:
            records[0, step] = _softplus(-real_logit)
            records[1, step] = _softplus(fake_logit)
            records[2, step] = _softplus(-generator_logit)
            records[3, step] = _sigmoid(real_logit, one)
            records[4, step] = _sigmoid(fake_logit, one)
    b[0] = bias


@njit(cache=True)
def _move_discriminator(w: Array, b: Array, x: Array, delta: Array) -> None:
    for i in range(len(x)):
        for j in range(len(w)):
            w[j] -= delta[i] * x[i, j]
        b[0] -= delta[i]


@njit(cache=True)
def _judge(x: Array, w: Array, b: Array, logits: Array) -> None:
    for i in range(len(x)):
        total = b[0]
        for j in range(len(w)):
            total += x[i, j] * w[j]
        logits[i] = total


@njit(cache=True)
def _train_in_batches(
    batches: Array,
    latents: Array,
    w: Array,
    b: Array,
    weights: Array,
    biases: Array,
    rate: Any,
    records: Array,
) -> None:
    one = rate / rate
    _, m, d = batches.shape
    share = rate / m
    fake = np.empty((m, d), w.dtype)
    slope = np.empty(d, w.dtype)
    logits = np.empty((3, m), w.dtype)
    delta = np.empty(m, w.dtype)
    for step in range(len(latents)):
        real, z = batches[step % len(batches)], latents[step]
        _judge(real, w, b, logits[0])
        for i in range(m):
            delta[i] = -share * _sigmoid(-logits[0, i], one)
        _move_discriminator(w, b, real, delta)

        for i in range(m):
            fake[i] = biases
            for latent in range(len(weights)):
                for j in range(d):
                    fake[i, j] += z[i, latent] * weights[latent, j]
            for j in range(d):
                fake[i, j] = _sigmoid(fake[i, j], one)
        _judge(fake, w, b, logits[1])
        for i in range(m):
            delta[i] = share * _sigmoid(logits[1, i], one)
        _move_discriminator(w, b, fake, delta)

        _judge(fake, w, b, logits[2])
        for i in range(m):
            factor = share * _sigmoid(-logits[2, i], one)
            for j in range(d):
                slope[j] = factor * w[j] * fake[i, j] * (one - fake[i, j])
                biases[j] += slope[j]
            for latent in range(len(weights)):
                for j in range(d):
                    weights[latent, j] += z[i, latent] * slope[j]
        if records.size:
            _record(logits, records[:, step], one)


@njit(cache=True)
def _record(logits: Array, column: Array, one: Any) -> None:
    m = logits.shape[1]
    column[:] = 0
    for i in range(m):
        column[0] += _softplus(-logits[0, i]) / m
        column[1] += _softplus(logits[1, i]) / m
        column[2] += _softplus(-logits[2, i]) / m
        column[3] += _sigmoid(logits[0, i], one) / m
        column[4] += _sigmoid(logits[1, i], one) / m


def prepare(work: Work, history: bool) -> Callable[[], Outcome]:
    """Compile the loop that fits the work."""
    rate = work.dtype.type(LEARNING_RATE)

    def train() -> Outcome:
        w, b, weights, biases = parameters = work.parameters()
        records = np.empty((5, work.steps if history else 0), work.dtype)
        if work.latents.shape[1] == work.size.batch_size == 1:
            latents = work.latents[:, 0]
            train_one_by_one(work.data, latents, w, b, weights[0], biases, rate, records)
        else:
            batches, latents = work.batches, work.latent_batches
            _train_in_batches(batches, latents, w, b, weights, biases, rate, records)
        return Outcome(Parameters(*parameters), records if history else None)

    train()
    return train
