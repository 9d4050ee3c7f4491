"""Checks of the metrics' arguments: items, pairs of sets of items, and latent vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks import inference
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN

Array = npt.NDArray[Any]
Float64Array = npt.NDArray[np.float64]

LARGEST = 1e140  # bound on items, below which sums of their squares are finite

_FLOAT64 = np.dtype(np.float64)


def rows_of(name: str, value: object) -> tuple[Float64Array, tuple[int, ...]]:
    """Return items (n, ...) as rows (n, d), and the shape (...) of one item."""
    rows, shape = validation.rows_of_items(name, value, _FLOAT64)
    largest = np.abs(rows).max()
    if largest >= LARGEST:
        raise ValueError(f"{name} must hold numbers below {LARGEST} in size, got {largest}")
    return rows, shape


def pair_of_rows(real: object, fake: object) -> tuple[Float64Array, Float64Array, tuple[int, ...]]:
    """Return both as rows (n, d) and (m, d), and the shape of an item; either may be flattened."""
    real_rows, real_shape = rows_of("real", real)
    fake_rows, fake_shape = rows_of("fake", fake)
    flat = real_rows.shape[1:]
    if fake_rows.shape[1:] != flat or (
        real_shape != fake_shape and flat not in (real_shape, fake_shape)
    ):
        raise ValueError(
            f"fake must hold items of the shape of the real ones, {real_shape}, got {fake_shape}"
        )
    return real_rows, fake_rows, real_shape if real_shape != flat else fake_shape


def items_of(gan: GAN | ConditionalGAN, name: str, value: object) -> tuple[Array, bool]:
    """Return items as rows (n, d) of the dtype of a GAN, and whether a single item was given."""
    rows, single = inference.item_rows(name, value, gan.item_shape, gan.dtype)
    if not len(rows):
        raise ValueError(f"{name} must not be empty")
    return rows, single


def latents_of(gan: GAN | ConditionalGAN, name: str, value: object) -> Array:
    """Return latent vectors (n, k) in the dtype of a GAN."""
    rows, _ = inference.latent_rows(name, value, gan.latent_dim, gan.dtype)
    if not len(rows):
        raise ValueError(f"{name} must not be empty")
    return rows
