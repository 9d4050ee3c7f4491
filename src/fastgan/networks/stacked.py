"""Networks of many models applied to the same input, with the results of each model alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan.layers.parameter_table import ParameterParts
from fastgan.networks import inference
from fastgan.options.training_options import EnsembleOptions, TrainingOptions, table_for
from fastgan.randomness.source import RandomInput

Array = npt.NDArray[Any]


class StackedNetworks:
    """The generators and discriminators of many models, in one array of parameters.

    A subclass holds ``parameters`` (models, P), in the order w_D, b_D, W_G row by row and b_G, and
    the ``options`` and ``item_shape`` that determine the size of each.
    """

    parameters: Array
    options: EnsembleOptions | TrainingOptions
    item_shape: tuple[int, ...]

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.parameters)

    @property
    def _d(self) -> int:
        return math.prod(self.item_shape)

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels of the classes in ascending order; empty if trained without labels."""
        return self.options.classes

    @property
    def discriminator_weights(self) -> Array:
        """w_D of each model, shape (models, d), or with labels (models, c, d)."""
        return self._without_class_axis(self._parts().discriminator_weights)

    @property
    def discriminator_biases(self) -> Array:
        """b_D of each model, shape (models,), or with labels (models, c)."""
        return self._without_class_axis(self._parts().discriminator_biases)

    @property
    def generator_weights(self) -> Array:
        """W_G of each model, shape (models, k, d)."""
        return self._parts().generator_weights

    @property
    def generator_biases(self) -> Array:
        """b_G of each model, shape (models, d), or with labels (models, c, d)."""
        return self._without_class_axis(self._parts().generator_biases)

    def _parts(self) -> ParameterParts:
        options = self.options
        table = table_for(options, self._d)
        return table.split(self.parameters)

    def _without_class_axis(self, array: Array) -> Array:
        return array if self.classes else array.squeeze(1)

    def _class(self, label: int | None) -> int:
        """Return the index of the class with this label; 0 if there are no classes."""
        if not class_labels.needs_label("label", label, self.classes):
            return 0
        return class_labels.class_index("label", label, np.array(self.classes))

    def generate(self, z: npt.ArrayLike, *, label: int | None = None) -> Array:
        """Let every model make items from the same latent vectors.

        Parameters
        ----------
        z : array_like, shape (n, k) or (k,); for k = 1 also (n,) or a number
            Latent vectors; rounded to the dtype of the parameters.
        label : int, optional
            The class of the items; needed if the models were trained with labels.

        Returns
        -------
        ndarray, shape ``(models, n, *item_shape)``; ``(models, *item_shape)`` for a single vector
            The items of each model, with the bits of ``ensemble[i].gan.generate(z)``.

        Raises
        ------
        TypeError, ValueError
            If `z` is not real, finite and of one of these shapes, or there is no such class.
        """
        from fastgan.networks import batched_inference  # slower to import than most of the package

        c, parts = self._class(label), self._parts()
        rows, single = inference.latent_rows("z", z, self.options.latent_dim, self.options.dtype)
        biases = parts.generator_biases[:, c]
        pictures = batched_inference.generate(parts.generator_weights, biases, rows)
        n = () if single else (len(rows),)
        return pictures.reshape(len(self), *n, *self.item_shape)

    def sample(self, n: int, *, rng: RandomInput = None, label: int | None = None) -> Array:
        """Draw latent vectors, and let every model make items from the same ones.

        Parameters
        ----------
        n : int
            Number of items of each model.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Source of the latent vectors.
        label : int, optional
            The class, as for `generate`.

        Returns
        -------
        ndarray, shape ``(models, n, *item_shape)``
            The items of each model, with the bits of ``ensemble[i].gan.sample(n, rng=rng)``.

        Raises
        ------
        TypeError, ValueError
            If `n` is not a positive int, `rng` is none of the above, there is no class `label`, or
            the models were trained on explicit latent vectors, whose distribution is unknown; pass
            latent vectors to `generate` instead.
        """
        n = validation.count("n", n)
        k = self.options.latent_dim
        with validation.room_for("n", n, len(self) * self._d + (k + 1) * self._d):
            self._class(label)  # checked before anything is drawn
            z = inference.draw_latents(n, k, self.options.latent, rng)
            return self.generate(z, label=label)

    def score(self, x: npt.ArrayLike, *, label: int | None = None) -> Array:
        """Compute every discriminator's logits of the same items.

        Parameters
        ----------
        x : array_like, shape ``(n, *item_shape)`` or (n, d); item_shape or (d,) for a single item
            Rounded to the dtype of the parameters.
        label : int, optional
            The class as which the items are judged; needed if the models were trained with labels.

        Returns
        -------
        ndarray, shape (models, n), or (models,) for a single item
            The logits by each model, with the bits of ``ensemble[i].gan.score(x)``.

        Raises
        ------
        TypeError, ValueError
            If `x` is not real, finite and of one of these shapes, or there is no such class.
        """
        from fastgan.networks import batched_inference

        c = self._class(label)
        rows, single = inference.item_rows("x", x, self.item_shape, self.options.dtype)
        parts = self._parts()
        weights, biases = parts.discriminator_weights[:, c], parts.discriminator_biases[:, c]
        scores = batched_inference.score(weights, biases, rows)
        return scores[:, 0] if single else scores

    def discriminate(self, x: npt.ArrayLike, *, label: int | None = None) -> Array:
        """Compute the probability of being real that every discriminator gives the same items.

        Parameters
        ----------
        x, label
            As for `score`.

        Returns
        -------
        ndarray, shape (models, n), or (models,) for a single item
            The probabilities by each model, with the bits of ``ensemble[i].gan.discriminate(x)``.

        Raises
        ------
        TypeError, ValueError
            As for `score`.
        """
        from fastgan.networks import batched_inference

        return batched_inference.probabilities(self.score(x, label=label))
