"""All parameters of a GAN as one vector, in the order in which they are drawn, and their names.

The order is w_D, b_D, W_G row by row, b_G: P = d + 1 + (k + 1) d numbers. With c classes, w_D, b_D
and b_G come class by class: P = c (d + 1) + k d + c d.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.dynamics.vector_layout import layout_of
from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator
from fastgan.networks.row_labels import checked_gan

Float64Array = npt.NDArray[np.float64]
FLOAT64 = np.dtype(np.float64)

Networks = TypeVar("Networks", GAN, ConditionalGAN)


def parameter_names(gan: GAN | ConditionalGAN) -> tuple[str, ...]:
    """Return the names of the parameters, in order.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        Networks with d features and k latent dimensions.

    Returns
    -------
    tuple of str, P of them
        For a GAN, ``"w_D[0]"``, ..., ``"b_D"``, ``"W_G[0,0]"``, ``"W_G[0,1]"``, ..., ``"b_G[0]"``,
        ...; for a ConditionalGAN the first index is the label of the class, as in ``"w_D[7,0]"``,
        ``"b_D[7]"`` and ``"b_G[7,0]"``, except for W_G, which all classes share.

    Raises
    ------
    TypeError
        If `gan` is neither a GAN nor a ConditionalGAN.
    """
    return layout_of(checked_gan(gan)).names()


def parameter_vector(gan: GAN | ConditionalGAN) -> Float64Array:
    """Put the parameters of both networks into one vector.

    Parameters
    ----------
    gan : GAN or ConditionalGAN

    Returns
    -------
    ndarray of float64, shape (P,)
        w_D, b_D, W_G row by row, b_G; with classes, w_D, b_D and b_G come class by class.

    Raises
    ------
    TypeError
        If `gan` is neither a GAN nor a ConditionalGAN.
    """
    return checked_gan(gan).parameters.astype(np.float64)


def with_parameters(gan: Networks, parameters: npt.ArrayLike) -> Networks:
    """Make networks of the same shapes with other parameters, in float64.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
    parameters : array_like, shape (P,)
        Parameters in the order of `parameter_vector`.

    Returns
    -------
    GAN or ConditionalGAN, the same type as `gan`

    Raises
    ------
    TypeError, ValueError
        If `gan` is neither a GAN nor a ConditionalGAN, or `parameters` are not real, finite and
        of this shape.
    """
    layout = layout_of(checked_gan(gan))
    vector = validation.real_array("parameters", parameters, FLOAT64)
    if vector.shape != (layout.size,):
        raise ValueError(f"parameters must have shape ({layout.size},), got {vector.shape}")
    c = max(1, len(layout.classes))
    table = one_layer_table(layout.latent_dim, layout.features, c)
    w, b, weights, biases = table.split(vector)
    if isinstance(gan, ConditionalGAN):
        return ConditionalGAN(gan.classes, weights, biases, w, b, gan.item_shape, gan.latent)
    networks = Generator(weights, biases[0]), Discriminator(w[0], b[0])
    return GAN(*networks, gan.item_shape, gan.latent)
