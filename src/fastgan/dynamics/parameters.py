"""All parameters of a GAN as one vector, in the order of their draw, and their names.

The order is w_D, b_D, W_G row by row, b_G: P = d + 1 + (k + 1) d numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import arrays
from fastgan.gan import GAN
from fastgan.networks import Discriminator, Generator

Float64Array = npt.NDArray[np.float64]
FLOAT64 = np.dtype(np.float64)

_NAME = re.compile(r"(w_D|b_D|W_G|b_G)(?:\[\s*([0-9]{1,18})\s*(?:,\s*([0-9]{1,18})\s*)?\])?")


def size(features: int, latent_dim: int) -> int:
    """P, the number of parameters."""
    return features + 1 + (latent_dim + 1) * features


def parameter_names(gan: GAN) -> tuple[str, ...]:
    """Name the parameters in their order.

    Parameters
    ----------
    gan : GAN
        With d features and k latent dimensions.

    Returns
    -------
    tuple of str, P = d + 1 + (k + 1) d of them
        ``"w_D[0]"``, ..., ``"b_D"``, ``"W_G[0,0]"``, ``"W_G[0,1]"``, ..., ``"b_G[0]"``, ...

    Raises
    ------
    TypeError
        If `gan` is not a GAN.
    """
    k, d = checked_gan(gan).generator.weights.shape
    return (
        *(f"w_D[{j}]" for j in range(d)),
        "b_D",
        *(f"W_G[{i},{j}]" for i in range(k) for j in range(d)),
        *(f"b_G[{j}]" for j in range(d)),
    )


def parameter_vector(gan: GAN) -> Float64Array:
    """Put the parameters of a GAN into one vector.

    Parameters
    ----------
    gan : GAN

    Returns
    -------
    ndarray of float64, shape (P,)
        w_D, b_D, W_G row by row, b_G.

    Raises
    ------
    TypeError
        If `gan` is not a GAN.
    """
    generator, discriminator = checked_gan(gan).generator, gan.discriminator
    parts = (discriminator.weights, discriminator.bias, generator.weights, generator.biases)
    return np.concatenate([np.ravel(part).astype(np.float64) for part in parts])


def with_parameters(gan: GAN, parameters: npt.ArrayLike) -> GAN:
    """Make a GAN of the same shapes with other parameters, in float64.

    Parameters
    ----------
    gan : GAN
    parameters : array_like, shape (P,)
        As `parameter_vector` gives them.

    Returns
    -------
    GAN

    Raises
    ------
    TypeError, ValueError
        If `gan` is not a GAN, or `parameters` are not real, finite and of this shape.
    """
    k, d = checked_gan(gan).generator.weights.shape
    vector = arrays.real_array("parameters", parameters, FLOAT64)
    if vector.shape != (size(d, k),):
        raise ValueError(f"parameters must have shape ({size(d, k)},), got {vector.shape}")
    layers = vector[d + 1 :].reshape(k + 1, d)
    return GAN(
        Generator(layers[:k], layers[k]),
        Discriminator(vector[:d], vector[d]),
        gan.item_shape,
        gan.latent,
    )


def trajectory(
    snapshots: npt.ArrayLike | Iterable[GAN],
    parameters: str | Sequence[str],
    *,
    features: int | None = None,
) -> Float64Array:
    """Follow some of the parameters through a training.

    Parameters
    ----------
    snapshots : array_like, shape (snapshots, P), or iterable of GAN
        Parameters as `parameter_vector` gives them, or networks of equal shapes.
    parameters : str or sequence of str
        Names such as ``"w_D[0]"``, ``"b_D"``, ``"W_G[0,3]"``, ``"b_G[2]"``, counted from 0.
    features : int, optional
        d; needed where snapshots are an array, for d and P say what the columns are:
        k = (P - 1)/d - 2.

    Returns
    -------
    ndarray of float64, shape (snapshots, names), or (snapshots,) for a single name

    Raises
    ------
    TypeError, ValueError
        If snapshots are of the wrong type or shape, a name is of no parameter, or `features`
        are missing or do not fit.
    """
    table, d, k = _snapshot_table(snapshots, features)
    if isinstance(parameters, str):
        return table[:, index("parameters", parameters, d, k)].copy()
    if not isinstance(parameters, Sequence) or isinstance(parameters, bytes | bytearray):
        raise TypeError(
            f"parameters must be a name or a sequence of names, got {arrays.describe(parameters)}"
        )
    return table[:, [index("parameters", name, d, k) for name in parameters]]


def index(argument: str, name: object, features: int, latent_dim: int) -> int:
    """Where in the vector the parameter of this name stands."""
    d, k = features, latent_dim
    if not isinstance(name, str):
        raise TypeError(f"{argument} must be named by str, got {arrays.describe(name)}")
    match = _NAME.fullmatch(name)
    if match is not None:
        array = match[1]
        place = tuple(int(number) for number in match.groups()[1:] if number is not None)
        start, shape = {
            "w_D": (0, (d,)),
            "b_D": (d, ()),
            "W_G": (d + 1, (k, d)),
            "b_G": (d + 1 + k * d, (d,)),
        }[array]
        if len(place) == len(shape) and all(i < n for i, n in zip(place, shape, strict=True)):
            return start + (int(np.ravel_multi_index(place, shape)) if shape else 0)
    raise ValueError(
        f"{argument} must be among w_D[j], b_D, W_G[i,j], b_G[j] with i < {k} and j < {d}, "
        f"got {arrays.describe(name)}"
    )


def checked_gan(gan: object) -> GAN:
    """A GAN, or a TypeError."""
    if not isinstance(gan, GAN):
        raise TypeError(f"gan must be a GAN, got {arrays.describe(gan)}")
    return gan


def _snapshot_table(snapshots: Any, features: int | None) -> tuple[Float64Array, int, int]:
    """(snapshots, P), d and k."""
    d = None if features is None else arrays.count("features", features)
    if isinstance(snapshots, GAN):
        raise TypeError(f"snapshots must be several GANs or an array, got {snapshots!r}")
    if isinstance(snapshots, Iterable) and not isinstance(snapshots, np.ndarray | str | bytes):
        snapshots = list(snapshots)
        if snapshots and all(isinstance(gan, GAN) for gan in snapshots):
            return _table_of_networks(snapshots, d)
    table = arrays.real_array("snapshots", snapshots, FLOAT64)
    if table.ndim != 2:
        raise ValueError(f"snapshots must have shape (snapshots, P), got {table.shape}")
    if d is None:
        raise ValueError("features must be given where snapshots are an array, got None")
    layers, left_over = divmod(table.shape[1] - 1, d)
    if left_over or layers < 3:
        raise ValueError(
            f"features must be d, with P = d + 1 + (k + 1) d parameters a snapshot, got {d} "
            f"with {table.shape[1]} parameters"
        )
    return table, d, layers - 2


def _table_of_networks(gans: list[GAN], features: int | None) -> tuple[Float64Array, int, int]:
    k, d = gans[0].generator.weights.shape
    for i, gan in enumerate(gans):
        if gan.generator.weights.shape != (k, d):
            raise ValueError(
                f"snapshots must be GANs of equal shapes, got weights {(k, d)} and, "
                f"at index {i}, {gan.generator.weights.shape}"
            )
    if features not in (None, d):
        raise ValueError(f"features must be {d}, as the snapshots have, got {features}")
    return np.stack([parameter_vector(gan) for gan in gans]), d, k
