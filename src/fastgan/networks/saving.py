"""GANs in files: `load` and `save`.

`fastgan.storage.gan_format` describes the format.
"""

from __future__ import annotations

import os

import numpy as np

from fastgan._support.atomic_files import ModelFileError
from fastgan.layers.parameter_table import one_layer_table
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator
from fastgan.networks.row_labels import checked_gan
from fastgan.storage import gan_format

__all__ = ["ModelFileError", "load", "save"]


def save(gan: GAN | ConditionalGAN, path: str | os.PathLike[str]) -> None:
    """Save a GAN to a file, completely or not at all.

    The GAN is written to a new file in the same directory, which then replaces the existing file.
    Equal GANs make equal files. The new file has the permissions of the file that it replaces. A
    symbolic link is kept, and the file that it points to is replaced.

    Parameters
    ----------
    gan : GAN or ConditionalGAN
        The networks to save.
    path : str or os.PathLike
        The name of the file; no suffix is added.

    Raises
    ------
    TypeError, ValueError
        If `gan` is not a GAN, or `path` is not a path.
    OSError
        If the file cannot be written, or `path` is a directory or anything else except a regular
        file. An existing file is left as it was.
    """
    checked_gan(gan).save(path)


def load(path: str | os.PathLike[str]) -> GAN | ConditionalGAN:
    """Load a GAN that `GAN.save` saved, with the same bits.

    Parameters
    ----------
    path : str or os.PathLike
        The name of the file.

    Returns
    -------
    GAN or ConditionalGAN

    Raises
    ------
    ModelFileError
        If the file is not a model, is damaged, was saved by a newer fastgan, or does not fit into
        memory. This is a ValueError; its message gives the path and the reason.
    OSError
        If the file cannot be opened or read, for example FileNotFoundError or PermissionError.
    TypeError, ValueError
        If `path` is not a path.
    """
    return gan_format.read(path, _gan_of)


def _gan_of(contents: gan_format.Contents) -> GAN | ConditionalGAN:
    """Make networks from the contents of a file, which the networks check."""
    parameters, latent_dim, features, item_shape, latent, classes = contents
    table = one_layer_table(latent_dim, features, max(1, len(classes)))
    w, b, weights, biases = table.split(parameters)
    if classes:
        labels = np.array(classes, np.int64)
        return ConditionalGAN(labels, weights, biases, w, b, item_shape, latent)
    return GAN(Generator(weights, biases[0]), Discriminator(w[0], b[0]), item_shape, latent)
