"""The specification itself: the order of its sums, its gradients, its losses.

The elementary functions are assumed to be right here; test_elementary.py tests them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from fastgan.backends.reference import elementary, slanted_land, sums
from helpers.bits import assert_same_bits

NO_STOP = np.zeros(1, np.int32)
WIDTHS = range(1, 71)


def folded(terms: list[Any]) -> Any:
    """Return the sum over features, computed one number at a time."""
    partial = [None] * 16
    for j, term in enumerate(terms):
        partial[j % 16] = term if partial[j % 16] is None else partial[j % 16] + term
    for half in (8, 4, 2, 1):
        for i in range(half):
            if partial[i + half] is not None:
                partial[i] = partial[i] + partial[i + half]
    return partial[0]


def in_order(terms: list[Any]) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def sigmoid_of(x: Any) -> tuple[Any, Any]:
    p, q = elementary.sigmoid(np.array([x]))
    return p[0], q[0]


def softplus_of(x: Any) -> Any:
    return elementary.softplus(np.array([x]))[0]


def step_by_numbers(
    real: Any, latents: Any, w: Any, b: Any, weights: Any, biases: Any, d_rate: Any, g_rate: Any
) -> tuple[list[Any], ...]:
    """Compute a step with loops over scalars, moving w, b, weights and biases (lists)."""
    d, m, k = len(w), len(real), len(weights)
    real_m = w[0].dtype.type(m)

    def logit(x: list[Any]) -> Any:
        return b[0] + folded([x[j] * w[j] for j in range(d)])

    def move_discriminator(rows: Any, delta: list[Any]) -> None:
        for j in range(d):
            w[j] = w[j] - d_rate * in_order([delta[i] * rows[i][j] for i in range(m)])
        b[0] = b[0] - d_rate * in_order(delta)

    real_logits = [logit(x) for x in real]
    move_discriminator(real, [-sigmoid_of(s)[1] / real_m for s in real_logits])

    pairs = [
        [
            sigmoid_of(in_order([biases[j], *(z[i] * weights[i][j] for i in range(k))]))
            for j in range(d)
        ]
        for z in latents
    ]
    fakes = [[p for p, _ in row] for row in pairs]
    fake_logits = [logit(x) for x in fakes]
    move_discriminator(fakes, [sigmoid_of(s)[0] / real_m for s in fake_logits])

    logits = [logit(x) for x in fakes]
    delta = [-sigmoid_of(s)[1] / real_m for s in logits]
    slopes = [
        [delta[i] * (w[j] * (pairs[i][j][0] * pairs[i][j][1])) for j in range(d)] for i in range(m)
    ]
    for j in range(d):
        for row in range(k):
            gradient = in_order([latents[i][row] * slopes[i][j] for i in range(m)])
            weights[row][j] = weights[row][j] - g_rate * gradient
        biases[j] = biases[j] - g_rate * in_order([slopes[i][j] for i in range(m)])
    return real_logits, fake_logits, logits


def random_step(d: int, m: int, k: int, dtype: np.dtype, seed: int) -> list[Any]:
    """Return the arguments of a step; the parameters are the third to the sixth."""
    rng = np.random.default_rng(seed)
    arrays = [
        rng.random((m, d)), rng.random((m, k)), rng.normal(size=d), rng.normal(size=1),
        rng.normal(size=(k, d)), rng.normal(size=d),
    ]  # fmt: skip
    return [*(array.astype(dtype) for array in arrays), dtype.type(0.3), dtype.type(0.7)]


def as_scalars(array: np.ndarray) -> list[Any]:
    return [as_scalars(row) for row in array] if array.ndim > 1 else list(array)


@pytest.mark.parametrize("d", WIDTHS)
def test_sums_over_features_are_folded(d: int, dtype: np.dtype) -> None:
    # Terms of many magnitudes, so that any other order rounds differently.
    rng = np.random.default_rng(d)
    terms = (rng.normal(size=(3, d)) * 2.0 ** rng.integers(-12, 12, (3, d))).astype(dtype)
    expected = [folded(list(row)) for row in terms]
    assert_same_bits(sums.sum_over_features(terms), np.array(expected))


def test_the_order_of_a_sum_matters() -> None:
    """Otherwise the tests of the order would prove nothing."""
    rng = np.random.default_rng(0)
    terms = rng.normal(size=(1, 70))
    folded_sum = sums.sum_over_features(terms)[0]
    assert folded_sum != in_order(list(terms[0]))
    assert folded_sum != math.fsum(terms[0])


@pytest.mark.parametrize("d", WIDTHS)
def test_a_sum_of_negative_zeros_is_a_negative_zero(d: int, dtype: np.dtype) -> None:
    zeros = np.full((1, d), -0.0, dtype)
    assert np.signbit(sums.sum_over_features(zeros)).all()
    assert np.signbit(sums.sum_over_rows(zeros.T)).all()
    zeros[0, -1] = 0.0
    assert not np.signbit(sums.sum_over_features(zeros)).any()


@pytest.mark.parametrize("d", WIDTHS)
def test_a_step_is_what_scalars_say(d: int, dtype: np.dtype) -> None:
    m, k = 1 + d % 5, 1 + d % 3
    arguments = random_step(d, m, k, dtype, seed=d)
    scalars = [as_scalars(array) for array in arguments[:6]]
    expected_logits = step_by_numbers(*scalars, *arguments[6:])
    logits = slanted_land.step(*arguments)
    for got, wanted in zip(arguments[2:6], scalars[2:], strict=True):
        assert_same_bits(got, np.array(wanted))
    for got, wanted in zip(logits, expected_logits, strict=True):
        assert_same_bits(got, np.array(wanted))


def test_the_history_holds_means_of_losses_and_probabilities(dtype: np.dtype) -> None:
    rng = np.random.default_rng(4)
    real, fake, generator = (3 * rng.normal(size=(3, 7))).astype(dtype)
    history = np.empty(5, dtype)
    slanted_land.record(history, real, fake, generator)
    seven = dtype.type(7)
    expected = [
        in_order([softplus_of(-s) for s in real]) / seven,
        in_order([softplus_of(s) for s in fake]) / seven,
        in_order([softplus_of(-s) for s in generator]) / seven,
        in_order([sigmoid_of(s)[0] for s in real]) / seven,
        in_order([sigmoid_of(s)[0] for s in fake]) / seven,
    ]
    assert_same_bits(history, np.array(expected))


@pytest.mark.parametrize("s", [-745.0, -40.0, -1.5, -1e-9, 0.0, 1e-300, 0.7, 35.0, 800.0])
def test_losses_are_those_of_the_textbook(s: float) -> None:
    history = np.empty(5)
    slanted_land.record(history, *np.array([[s], [s], [-s]]))
    with mp.workprec(1500):
        d = 1 / (1 + mp.exp(-mp.mpf(s)))
        truth = [-mp.log(d), -mp.log(1 - d), -mp.log(1 - d), d, d]
        for got, expected in zip(history, truth, strict=True):
            assert abs(float(got) - expected) <= 1e-15 * expected + mp.mpf(5e-324)


# Gradients are compared with differences of the losses by definition, in 60 digits: a central
# difference with a step of 1e-20 is then right to some 40 digits, so the remaining error is the
# rounding of the training step itself.


def mean_loss(
    of: str, real: Any, latents: Any, w: Any, b: Any, weights: Any, biases: Any
) -> mp.mpf:
    def probability(s: Any) -> Any:
        return 1 / (1 + mp.exp(-s))

    def discriminate(x: Any) -> Any:
        return probability(b[0] + mp.fsum(xj * wj for xj, wj in zip(x, w, strict=True)))

    if of == "real":
        return -mp.fsum(mp.log(discriminate(x)) for x in real) / len(real)
    total = mp.mpf(0)
    for z in latents:
        x = [
            probability(biases[j] + mp.fsum(z[i] * weights[i][j] for i in range(len(weights))))
            for j in range(len(biases))
        ]
        total -= mp.log(1 - discriminate(x)) if of == "fake" else mp.log(discriminate(x))
    return total / len(latents)


def derivative(loss: Callable[[], mp.mpf], row: list[Any], index: int) -> mp.mpf:
    at, step = row[index], mp.mpf(10) ** -20
    row[index] = at + step
    above = loss()
    row[index] = at - step
    below = loss()
    row[index] = at
    return (above - below) / (2 * step)


@pytest.mark.parametrize(("d", "m", "k"), [(1, 1, 1), (4, 1, 1), (3, 4, 2), (18, 2, 3)])
def test_gradients_are_those_of_the_losses(d: int, m: int, k: int) -> None:
    arguments = random_step(d, m, k, np.dtype(np.float64), seed=d)
    with mp.workdps(60):
        exact = [
            [[mp.mpf(float(v)) for v in row] for row in a] if a.ndim > 1
            else [mp.mpf(float(v)) for v in a]
            for a in arguments[:6]
        ]  # fmt: skip
        w, b, weights, biases = exact[2:]
        d_rate, g_rate = (mp.mpf(float(rate)) for rate in arguments[6:])
        for of in ("real", "fake"):
            rows = [(w, j) for j in range(d)] + [(b, 0)]
            slopes = [derivative(lambda of=of: mean_loss(of, *exact), *at) for at in rows]
            for (row, j), slope in zip(rows, slopes, strict=True):
                row[j] -= d_rate * slope
        rows = [(row, j) for row in [*weights, biases] for j in range(d)]
        slopes = [derivative(lambda: mean_loss("generator", *exact), *at) for at in rows]
        for (row, j), slope in zip(rows, slopes, strict=True):
            row[j] -= g_rate * slope
    slanted_land.step(*arguments)
    for got, expected in zip(arguments[2:6], exact[2:], strict=True):
        # A few roundings of numbers around 1.
        np.testing.assert_allclose(got, np.array(expected, float), rtol=0, atol=2e-15)


def test_rows_are_taken_in_order_and_a_short_batch_last(dtype: np.dtype) -> None:
    """Two epochs of five rows in batches of two, from the middle of the first."""
    data, latents, *parameters = random_step(6, 8, 2, dtype, seed=9)[:6]
    data = data[:5]
    by_steps = [array.copy() for array in parameters]
    history = np.full((5, 4), np.nan, dtype)
    slanted_land.train(
        data, np.empty(0, np.int64), latents, *parameters, 0.3, 0.7, 2, 2, history, 2, 1, NO_STOP
    )
    rates = dtype.type(0.3), dtype.type(0.7)
    expected = np.full((5, 4), np.nan, dtype)
    used, column = 0, 0
    for step, rows in enumerate([(2, 4), (4, 5), (0, 2), (2, 4), (4, 5)]):
        m = rows[1] - rows[0]
        z = latents[used : used + m]
        logits = slanted_land.step(data[slice(*rows)], z, *by_steps, *rates)
        used += m
        if step % 2:  # every second step is recorded, starting with step 1
            slanted_land.record(expected[:, column], *logits)
            column += 1
    assert used == len(latents)
    assert_same_bits(history, expected)
    for got, wanted in zip(parameters, by_steps, strict=True):
        assert_same_bits(got, wanted)


def test_an_order_takes_the_rows_that_it_names(dtype: np.dtype) -> None:
    data, latents, *parameters = random_step(5, 6, 1, dtype, seed=3)[:6]
    order = np.array([5, 0, 0, 3, 2, 1])
    in_order_of_data = [array.copy() for array in parameters]
    history, nothing = np.empty((5, 6), dtype), np.empty(0, np.int64)
    slanted_land.train(data, order, latents, *parameters, 0.1, 0.2, 1, 0, history, 1, 0, NO_STOP)
    slanted_land.train(
        data[order], nothing, latents, *in_order_of_data, 0.1, 0.2, 1, 0, history, 1, 0, NO_STOP
    )
    for got, wanted in zip(parameters, in_order_of_data, strict=True):
        assert_same_bits(got, wanted)
