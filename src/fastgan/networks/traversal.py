"""Show the effect of one latent dimension: pictures along it, with the others fixed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan, of_class
from fastgan.options.training_options import EXPLICIT

Array = npt.NDArray[Any]

# The mean of each latent distribution, at which the other dimensions are fixed.
MIDDLE = {"uniform": 0.5, "normal": 0.0}


def latent_traversal(
    gan: GAN | ConditionalGAN,
    dimension: int = 0,
    values: npt.ArrayLike | None = None,
    *,
    base: npt.ArrayLike | None = None,
    label: int | None = None,
) -> Array:
    """Generate pictures along one latent dimension, with the others fixed.

    With a generator of one layer, the logits of all pixels move along a straight line, in the
    direction ``gan.generator.weights[dimension]``. The pictures therefore show all that this
    dimension does.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks.
    dimension : int
        Index of the latent dimension, from 0; negative ones count from the end.
    values : array_like, shape (n,), optional
        Values of this dimension. By default 9 evenly spaced ones, from 0 to 1 for a uniform latent
        distribution, and from -2 to 2, which is two standard deviations, for a normal one.
    base : array_like, shape (k,), optional
        Latent vector that fixes the other dimensions; by default the mean of the latent
        distribution.
    label : int, optional
        The class; required with a `ConditionalGAN`.

    Returns
    -------
    ndarray, shape ``(n, *item_shape)``

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong type or an invalid value; the message names it. For a GAN that
        was trained on explicit latent vectors, whose distribution is unknown, `values` is required,
        and `base` as well if k is above 1.

    Examples
    --------
    >>> import fastgan
    >>> run = fastgan.train(fastgan.datasets.slanted_land(), latent_dim=3, rng=42)
    >>> fastgan.latent_traversal(run.gan, 2, [0, 0.5, 1]).shape
    (3, 2, 2)
    """
    networks = of_class(checked_gan(gan), "label", label)
    k = networks.latent_dim
    place = validation.count("dimension", dimension, least=-k)
    if place >= k:
        raise ValueError(f"dimension must be below latent_dim={k}, got {dimension}")
    along = values_along(networks, values)
    vectors = np.repeat(_base(networks, base)[np.newaxis], len(along), axis=0)
    vectors[:, place] = along
    return networks.generate(vectors)


def values_along(gan: GAN | ConditionalGAN, values: npt.ArrayLike | None) -> Array:
    """Return the given values of a latent dimension, checked, or the default ones, (n,)."""
    if values is None:
        _require_distribution(gan, "values")
        return np.linspace(0, 1, 9) if gan.latent == "uniform" else np.linspace(-2, 2, 9)
    along = validation.real_array("values", values, gan.dtype)
    if along.ndim != 1 or not along.size:
        raise ValueError(f"values must have shape (n,) with n at least 1, got shape {along.shape}")
    return along


def _base(gan: GAN | ConditionalGAN, base: npt.ArrayLike | None) -> Array:
    k = gan.latent_dim
    if base is None:
        if k > 1:
            _require_distribution(gan, "base")
        return np.full(k, MIDDLE.get(gan.latent, 0.0), gan.dtype)
    vector = validation.real_array("base", base, gan.dtype)
    if vector.shape != (k,):
        raise ValueError(f"base must have shape ({k},), got shape {vector.shape}")
    return vector


def _require_distribution(gan: GAN | ConditionalGAN, name: str) -> None:
    if gan.latent == EXPLICIT:
        raise ValueError(
            f"{name} must be given for a GAN that was trained on explicit latent vectors, got None"
        )
