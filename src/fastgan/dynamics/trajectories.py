"""Trajectories: chosen parameters, by name, through the snapshots of a training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.dynamics.parameters import FLOAT64, parameter_vector
from fastgan.dynamics.vector_layout import Layout, layout_of
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.row_labels import checked_gan

Float64Array = npt.NDArray[np.float64]


def trajectory(
    snapshots: npt.ArrayLike | Iterable[GAN] | Iterable[ConditionalGAN],
    parameters: str | Sequence[str],
    *,
    features: int | None = None,
    gan: GAN | ConditionalGAN | None = None,
) -> Float64Array:
    """Follow some of the parameters through a training.

    Parameters
    ----------
    snapshots : array_like, shape (snapshots, P), or iterable of GAN or of ConditionalGAN
        Either parameters in the order of `parameter_vector`, such as ``run.snapshots.parameters``,
        or networks of equal shapes and classes, such as ``run.snapshots``.
    parameters : str or sequence of str
        Names as in `parameter_names`: ``"w_D[0]"``, ``"b_D"``, ``"W_G[0,3]"``, ``"b_G[2]"``,
        counted from 0; with classes ``"w_D[7,0]"``, ``"b_D[7]"``, ``"W_G[0,3]"``,
        ``"b_G[7,2]"``, where 7 is a label.
    features : int, optional
        d. If the snapshots are an array, this or `gan` is needed. For networks without classes, d
        and P determine the columns: k = (P - 1)/d - 2.
    gan : GAN or ConditionalGAN, optional
        Networks with the shapes and classes of the snapshots, such as those at the end of the
        training; needed if the snapshots are an array and there are classes.

    Returns
    -------
    ndarray of float64, shape (snapshots, names), or (snapshots,) for a single name

    Raises
    ------
    TypeError, ValueError
        If snapshots are of the wrong type or shape, there is no parameter of a given name, or
        `features` or `gan` are missing or do not fit.
    """
    table, layout = _table_of(snapshots, features, gan)
    if isinstance(parameters, str):
        return table[:, layout.index("parameters", parameters)].copy()
    if not isinstance(parameters, Sequence) or isinstance(parameters, bytes | bytearray):
        raise TypeError(
            "parameters must be a name or a sequence of names, "
            f"got {validation.describe(parameters)}"
        )
    return table[:, [layout.index("parameters", name) for name in parameters]]


def _table_of(
    snapshots: Any, features: int | None, gan: GAN | ConditionalGAN | None
) -> tuple[Float64Array, Layout]:
    """Return the table (snapshots, P), and the layout of its columns."""
    d = None if features is None else validation.count("features", features)
    known = None if gan is None else layout_of(checked_gan(gan))
    if isinstance(snapshots, GAN | ConditionalGAN):
        raise TypeError(f"snapshots must be several GANs or an array, got {snapshots!r}")
    if isinstance(snapshots, Iterable) and not isinstance(snapshots, np.ndarray | str | bytes):
        snapshots = list(snapshots)
    if isinstance(snapshots, list) and snapshots and all(map(_is_a_pair, snapshots)):
        table, layout = _table_of_networks(snapshots)
        if known not in (None, layout):
            raise ValueError(
                "gan must have the shapes and classes of the snapshots, "
                f"{snapshots[0]!r}, got {gan!r}"
            )
    else:
        table = validation.real_array("snapshots", snapshots, FLOAT64)
        if table.ndim != 2:
            raise ValueError(f"snapshots must have shape (snapshots, P), got {table.shape}")
        layout = _layout_of_columns(table.shape[1], d) if known is None else known
        if layout.size != table.shape[1]:
            raise ValueError(
                f"snapshots must have the {layout.size} parameters of gan, got {table.shape}"
            )
    if d not in (None, layout.features):
        raise ValueError(f"features must be {layout.features}, as in the snapshots, got {features}")
    return table, layout


def _is_a_pair(snapshot: object) -> bool:
    return isinstance(snapshot, GAN | ConditionalGAN)


def _table_of_networks(
    snapshots: list[GAN | ConditionalGAN],
) -> tuple[Float64Array, Layout]:
    layout = layout_of(snapshots[0])
    for i, gan in enumerate(snapshots):
        if layout_of(gan) != layout:
            raise ValueError(
                "snapshots must be GANs of equal shapes and classes, "
                f"got {snapshots[0]!r} and, at index {i}, {gan!r}"
            )
    return np.stack([parameter_vector(gan) for gan in snapshots]), layout


def _layout_of_columns(columns: int, features: int | None) -> Layout:
    if features is None:
        raise ValueError(
            "features must be given if snapshots are an array and gan is not given, got None"
        )
    layers, left_over = divmod(columns - 1, features)
    if left_over or layers < 3:
        raise ValueError(
            f"features must be d, with P = d + 1 + (k + 1) d parameters a snapshot, got {features} "
            f"with {columns} parameters; for networks with classes, pass gan"
        )
    return Layout(features, layers - 2)
