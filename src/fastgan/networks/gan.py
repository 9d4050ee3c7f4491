"""An immutable pair of networks: a generator and a discriminator of one layer each."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import validation
from fastgan.layers.parameter_table import ParameterParts
from fastgan.networks import inference
from fastgan.networks.one_layer import Discriminator, Generator, Parameters
from fastgan.options.training_options import EXPLICIT, LATENT_DISTRIBUTIONS
from fastgan.randomness.source import RandomInput
from fastgan.storage import gan_format

Array = npt.NDArray[Any]

MOST_DIMENSIONS = 63  # NumPy's limit of 64, less the axis of the items


class GAN(Parameters):
    """A generator and the discriminator it plays against.

    Parameters
    ----------
    generator : Generator
        The generator, with weights (k, d).
    discriminator : Discriminator
        The discriminator, with weights (d,) of the same dtype.
    item_shape : tuple of int, optional
        The shape of one item of d numbers; (d,) by default.
    latent : {"uniform", "normal", "explicit"}, optional
        The distribution from which `sample` draws latent vectors: uniform on [0, 1), or standard
        normal. With ``"explicit"``, the training was given the vectors themselves; their
        distribution is unknown, and `sample` raises ValueError.

    Raises
    ------
    TypeError, ValueError
        If a part has the wrong type, or the parts do not fit together.
    """

    __slots__ = ("discriminator", "generator", "item_shape", "latent")
    _names = ("generator", "discriminator", "item_shape", "latent")
    generator: Generator
    discriminator: Discriminator
    item_shape: tuple[int, ...]
    latent: str

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        item_shape: tuple[int, ...] | None = None,
        latent: str = "uniform",
    ) -> None:
        if not isinstance(generator, Generator):
            raise TypeError(f"generator must be a Generator, got {validation.describe(generator)}")
        if not isinstance(discriminator, Discriminator):
            raise TypeError(
                f"discriminator must be a Discriminator, got {validation.describe(discriminator)}"
            )
        d = generator.weights.shape[1]
        if discriminator.weights.shape != (d,):
            raise ValueError(
                f"discriminator must have weights of shape ({d},) to fit the generator, "
                f"got {discriminator.weights.shape}"
            )
        if generator.weights.dtype != discriminator.weights.dtype:
            raise ValueError(
                "generator and discriminator must have the same dtype, got "
                f"{generator.weights.dtype} and {discriminator.weights.dtype}"
            )
        object.__setattr__(self, "generator", generator)
        object.__setattr__(self, "discriminator", discriminator)
        object.__setattr__(self, "item_shape", checked_item_shape(item_shape, d))
        object.__setattr__(self, "latent", checked_latent(latent))

    def __repr__(self) -> str:
        return (
            f"GAN(item_shape={self.item_shape}, latent_dim={self.latent_dim}, "
            f"latent={self.latent!r}, dtype={self.dtype})"
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of every parameter, float64 or float32."""
        return self.generator.weights.dtype

    @property
    def latent_dim(self) -> int:
        """k, the length of a latent vector."""
        return len(self.generator.weights)

    @property
    def parameters(self) -> Array:
        """A new vector (P,) of all parameters: w_D, b_D, W_G row by row and b_G."""
        generator, discriminator = self.generator, self.discriminator
        parts = discriminator.weights, discriminator.bias, generator.weights, generator.biases
        return ParameterParts(*parts).joined()

    def generate(self, z: npt.ArrayLike) -> Array:
        """Generate items from latent vectors.

        Parameters
        ----------
        z : array_like, shape (n, k) or (k,); for k = 1 also (n,) or a number
            Latent vectors, which are rounded to the dtype of the parameters.

        Returns
        -------
        ndarray, shape ``(n, *item_shape)``, or item_shape for a single vector
            x = sigmoid(b + sum over k of z_k W[k]), every number in [0, 1].

        Raises
        ------
        TypeError, ValueError
            If `z` is not real and finite, or has none of these shapes.
        """
        rows, single = inference.latent_rows("z", z, self.latent_dim, self.dtype)
        weights, biases = self.generator.weights, self.generator.biases
        pictures = np.empty((len(rows), len(biases)), self.dtype)
        if len(rows):
            inference.call(len(rows) * weights.size, "generate", rows, weights, biases, pictures)
        return pictures.reshape(self.item_shape if single else (len(rows), *self.item_shape))

    def sample(self, n: int, *, rng: RandomInput = None) -> Array:
        """Draw latent vectors, and generate items from them.

        Parameters
        ----------
        n : int
            Number of items.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Source of the latent vectors.

        Returns
        -------
        ndarray, shape ``(n, *item_shape)``

        Raises
        ------
        TypeError, ValueError
            If `n` is not a positive int, `rng` is none of the above, or the GAN was trained on
            latent vectors of unknown distribution; pass vectors of your own to `generate` then.
        """
        n = validation.count("n", n)
        with validation.room_for("n", n, self.generator.weights.size + self.generator.biases.size):
            return self.generate(inference.draw_latents(n, self.latent_dim, self.latent, rng))

    def score(self, x: npt.ArrayLike) -> Any:
        """Return the discriminator's logits: above 0 it takes an item to be real.

        Parameters
        ----------
        x : array_like, shape ``(n, *item_shape)`` or (n, d); item_shape or (d,) for a single item
            Items, which are rounded to the dtype of the parameters.

        Returns
        -------
        ndarray, shape (n,), or a number for a single item
            s = b + sum over j of x_j w_j.

        Raises
        ------
        TypeError, ValueError
            If `x` is not real and finite, or has none of these shapes.
        """
        rows, single = inference.item_rows("x", x, self.item_shape, self.dtype)
        scores = np.empty(len(rows), self.dtype)
        if len(rows):
            weights, bias = self.discriminator.weights, np.array([self.discriminator.bias])
            inference.call(rows.size, "score", rows, weights, bias, scores)
        return scores[0] if single else scores

    def discriminate(self, x: npt.ArrayLike) -> Any:
        """Return the discriminator's probability that each item is real.

        Parameters
        ----------
        x : array_like
            As for `score`.

        Returns
        -------
        ndarray, shape (n,), or a number for a single item
            D(x) = sigmoid(score(x)), in [0, 1].
        """
        scores = self.score(x)
        p: Array = backends.choose().module.probabilities(np.atleast_1d(scores))
        return p if np.ndim(scores) else p[0]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file, completely or not at all; load it with `fastgan.load`."""
        k, d = self.generator.weights.shape
        contents = gan_format.Contents(self.parameters, k, d, self.item_shape, self.latent)
        gan_format.write(path, contents)


def checked_latent(latent: object) -> str:
    """Check the distribution that latent vectors are drawn from."""
    if not isinstance(latent, str):
        raise TypeError(f"latent must be a str, got {validation.describe(latent)}")
    if latent not in (*LATENT_DISTRIBUTIONS, EXPLICIT):
        raise ValueError(f"latent must be 'uniform', 'normal' or 'explicit', got {latent!r}")
    return latent


def checked_item_shape(item_shape: object, d: int) -> tuple[int, ...]:
    """Check the shape of an item of d numbers; it is (d,) by default."""
    if item_shape is None:
        return (d,)
    if not isinstance(item_shape, tuple):
        raise TypeError(
            f"item_shape must be a tuple of ints, got {validation.describe(item_shape)}"
        )
    shape = tuple(validation.count("item_shape", size) for size in item_shape)
    product = 1
    for size in shape:
        product *= size
    if len(shape) > MOST_DIMENSIONS:
        raise ValueError(
            f"item_shape must have at most {MOST_DIMENSIONS} dimensions, got {len(shape)}"
        )
    if product != d:
        raise ValueError(
            f"item_shape must have a product of {d}, got {validation.describe(item_shape)}"
        )
    return shape
