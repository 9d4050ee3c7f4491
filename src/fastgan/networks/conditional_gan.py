"""Conditional GANs, in which both networks are given the class of each item."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan.layers.parameter_table import ParameterParts
from fastgan.networks import inference
from fastgan.networks.gan import GAN, checked_item_shape, checked_latent
from fastgan.networks.one_layer import Discriminator, Generator, Parameters, unchecked
from fastgan.randomness.source import RandomInput
from fastgan.storage import gan_format

Array = npt.NDArray[Any]
Label = int | npt.ArrayLike


class ConditionalGenerator(NamedTuple):
    """A generator, x = sigmoid(biases[y] + sum over k of z_k weights[k]) for class y."""

    weights: Array  # (k, d)
    biases: Array  # (c, d)


class ConditionalDiscriminator(NamedTuple):
    """A discriminator, D(x) = sigmoid(bias[y] + sum over j of x_j weights[y, j]) for class y."""

    weights: Array  # (c, d)
    bias: Array  # (c,)


class ConditionalGAN(Parameters):
    """A generator with biases, and a discriminator with weights and a bias, for each class.

    For a class y, x = sigmoid(b_G[y] + z W_G) and D(x) = sigmoid(b_D[y] + x . w_D[y]). This is the
    projection discriminator of [1]_ for a linear D, whose features are x itself; each row of w_D
    includes the part that all classes share. If the class were appended to the input of a linear
    D instead, it would only add a number to the logit, and D could not weigh the pixels
    differently for each class.

    Parameters
    ----------
    classes : array_like of int, shape (c,)
        The class labels, strictly increasing.
    generator_weights : array_like, shape (k, d)
    generator_biases : array_like, shape (c, d)
    discriminator_weights : array_like, shape (c, d)
    discriminator_biases : array_like, shape (c,)
    item_shape : tuple of int, optional
        The shape of one item of d numbers; (d,) by default.
    latent : {"uniform", "normal", "explicit"}, optional
        As for `GAN`.

    Attributes
    ----------
    classes : ndarray of int64, shape (c,)
        The class labels. This and all other arrays are read-only.
    generator_weights, generator_biases, discriminator_weights, discriminator_biases : ndarray
        All float32 if all of them are passed as float32 arrays, else all float64.

    Raises
    ------
    TypeError, ValueError
        If a part has the wrong type, or the parts do not fit together.

    References
    ----------
    .. [1] T. Miyato and M. Koyama, "cGANs with Projection Discriminator", ICLR 2018.
    """

    _names = (
        "classes",
        "generator_weights",
        "generator_biases",
        "discriminator_weights",
        "discriminator_biases",
        "item_shape",
        "latent",
    )
    __slots__ = _names
    classes: npt.NDArray[np.int64]
    generator_weights: Array
    generator_biases: Array
    discriminator_weights: Array
    discriminator_biases: Array
    item_shape: tuple[int, ...]
    latent: str

    def __init__(
        self,
        classes: npt.ArrayLike,
        generator_weights: npt.ArrayLike,
        generator_biases: npt.ArrayLike,
        discriminator_weights: npt.ArrayLike,
        discriminator_biases: npt.ArrayLike,
        item_shape: tuple[int, ...] | None = None,
        latent: str = "uniform",
    ) -> None:
        labels = class_labels.classes("classes", classes)
        biases = np.asarray(generator_biases)
        if biases.ndim != 2 or len(biases) != len(labels):
            raise ValueError(
                f"generator_biases must have shape ({len(labels)}, d), one row per class, "
                f"got {biases.shape}"
            )
        # Each class makes a GAN, whose own checks name a part that does not fit.
        d_weights, d_biases = np.asarray(discriminator_weights), np.asarray(discriminator_biases)
        for name, array, axes in (
            ("discriminator_weights", d_weights, 2),
            ("discriminator_biases", d_biases, 1),
        ):
            if array.ndim != axes or len(array) != len(labels):
                raise ValueError(
                    f"{name} must have one entry for each of {len(labels)} classes, "
                    f"got shape {array.shape}"
                )
        each = [
            GAN(Generator(generator_weights, b), Discriminator(w, bias), item_shape, latent)
            for b, w, bias in zip(biases, d_weights, d_biases, strict=True)
        ]
        values = (
            labels,
            each[0].generator.weights,
            validation.read_only(np.stack([gan.generator.biases for gan in each])),
            validation.read_only(np.stack([gan.discriminator.weights for gan in each])),
            validation.read_only(np.stack([gan.discriminator.bias for gan in each])),
            checked_item_shape(item_shape, biases.shape[1]),
            checked_latent(latent),
        )
        for name, value in zip(self._names, values, strict=True):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return (
            f"ConditionalGAN(classes={self.classes.tolist()}, item_shape={self.item_shape}, "
            f"latent_dim={self.latent_dim}, latent={self.latent!r}, dtype={self.dtype})"
        )

    @property
    def parameters(self) -> Array:
        """A new vector (P,) of all parameters: w_D, b_D, W_G row by row and b_G.

        w_D, b_D and b_G come class by class.
        """
        return ParameterParts(
            self.discriminator_weights,
            self.discriminator_biases,
            self.generator_weights,
            self.generator_biases,
        ).joined()

    @property
    def generator(self) -> ConditionalGenerator:
        """The generator's weights (k, d) and biases (c, d), named as in a `Generator`."""
        return ConditionalGenerator(self.generator_weights, self.generator_biases)

    @property
    def discriminator(self) -> ConditionalDiscriminator:
        """The discriminator's weights (c, d) and bias (c,), named as in a `Discriminator`."""
        return ConditionalDiscriminator(self.discriminator_weights, self.discriminator_biases)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of every parameter, float64 or float32."""
        return self.generator_weights.dtype

    @property
    def latent_dim(self) -> int:
        """k, the length of a latent vector."""
        return len(self.generator_weights)

    def of(self, label: int) -> GAN:
        """Return the networks of one class, which share the memory of this one.

        Parameters
        ----------
        label : int
            The label of the class.

        Returns
        -------
        GAN

        Raises
        ------
        TypeError, ValueError
            If `label` is not an int, or no class has it.
        """
        i = class_labels.class_index("label", label, self.classes)
        generator = unchecked(Generator, self.generator_weights, self.generator_biases[i])
        weights, bias = self.discriminator_weights[i], self.discriminator_biases[i]
        discriminator = unchecked(Discriminator, weights, bias)
        return unchecked(GAN, generator, discriminator, self.item_shape, self.latent)

    def generate(self, z: npt.ArrayLike, *, label: Label | None = None) -> Array:
        """Generate items of given classes from latent vectors.

        Parameters
        ----------
        z : array_like, shape (n, k) or (k,); for k = 1 also (n,) or a number
            Latent vectors, which are rounded to the dtype of the parameters.
        label : int, or array_like of int, shape (n,)
            The class of all items, or of each. There is no default.

        Returns
        -------
        ndarray, shape ``(n, *item_shape)``, or item_shape for a single vector
            Each item has the bits of ``of(label).generate(z)``.

        Raises
        ------
        TypeError, ValueError
            If `z` or `label` has the wrong type or shape, or there is no such class.
        """
        rows, single = inference.latent_rows("z", z, self.latent_dim, self.dtype)
        items = np.empty((len(rows), *self.item_shape), self.dtype)
        for gan, where in self._by_class(label, len(rows)):
            items[where] = gan.generate(rows[where])
        return items[0] if single else items

    def sample(self, n: int, *, label: Label | None = None, rng: RandomInput = None) -> Array:
        """Draw latent vectors, and generate items of given classes from them.

        Parameters
        ----------
        n : int
            Number of items.
        label : int, or array_like of int, shape (n,)
            The class of all items, or of each. There is no default.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Source of the latent vectors.

        Returns
        -------
        ndarray, shape ``(n, *item_shape)``

        Raises
        ------
        TypeError, ValueError
            As for `GAN.sample` and `generate`.
        """
        n = validation.count("n", n)
        with validation.room_for(
            "n", n, self.generator_weights.size + self.generator_biases[0].size
        ):
            self._by_class(label, n)  # before anything is drawn
            z = inference.draw_latents(n, self.latent_dim, self.latent, rng)
            return self.generate(z, label=label)

    def score(self, x: npt.ArrayLike, *, label: Label | None = None) -> Any:
        """Return the discriminator's logits of items, each judged as an item of its class.

        Parameters
        ----------
        x : array_like, shape ``(n, *item_shape)`` or (n, d); item_shape or (d,) for a single item
            Items, which are rounded to the dtype of the parameters.
        label : int, or array_like of int, shape (n,)
            The class of all items, or of each. There is no default.

        Returns
        -------
        ndarray, shape (n,), or a number for a single item
            Each logit has the bits of ``of(label).score(x)``.

        Raises
        ------
        TypeError, ValueError
            If `x` or `label` has the wrong type or shape, or there is no such class.
        """
        return self._judged("score", x, label)

    def discriminate(self, x: npt.ArrayLike, *, label: Label | None = None) -> Any:
        """Return the discriminator's probability that each item is a real one of its class.

        Parameters
        ----------
        x, label
            As for `score`.

        Returns
        -------
        ndarray, shape (n,), or a number for a single item
            D(x) = sigmoid(score(x)), in [0, 1].
        """
        return self._judged("discriminate", x, label)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file, completely or not at all; load it with `fastgan.load`."""
        (k, d), classes = self.generator_weights.shape, tuple(self.classes.tolist())
        contents = gan_format.Contents(self.parameters, k, d, self.item_shape, self.latent, classes)
        gan_format.write(path, contents)

    def _judged(self, method: str, x: npt.ArrayLike, label: Label | None) -> Any:
        rows, single = inference.item_rows("x", x, self.item_shape, self.dtype)
        values = np.empty(len(rows), self.dtype)
        for gan, where in self._by_class(label, len(rows)):
            values[where] = getattr(gan, method)(rows[where])
        return values[0] if single else values

    def _by_class(self, label: Label | None, n: int) -> list[tuple[GAN, Array]]:
        """Return the networks of each class that occurs, and the indices of its rows among n."""
        class_labels.needs_label("label", label, self.classes)  # refuses None
        labels = class_labels.labels_of_rows("label", label, n)
        distinct = np.unique(labels).tolist()
        return [(self.of(each), np.flatnonzero(labels == each)) for each in distinct]
