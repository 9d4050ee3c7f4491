"""The published notebook's program: two classes, one face at a time, derivatives by hand.

As published, every quantity is recomputed wherever it is needed. The discriminator's loss is
recorded at G(z), whereas the notebook plots it at z.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cases import LEARNING_RATE, Array, Outcome, Parameters, Work


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e^-x)."""
    return np.exp(x) / (1.0 + np.exp(x))


class Discriminator:
    """Judges a face by a weighted sum of its pixels."""

    def __init__(self, weights: Array, bias: float) -> None:
        self.weights = weights
        self.bias = bias

    def forward(self, face: Array) -> Array:
        """Return D's probability that a face is real."""
        return sigmoid(np.dot(face, self.weights) + self.bias)

    def error_from_image(self, image: Array) -> Array:
        """Return the loss on a real face."""
        return -np.log(self.forward(image))

    def error_from_noise(self, noise: Array) -> Array:
        """Return the loss on a generated face."""
        return -np.log(1.0 - self.forward(noise))

    def derivatives_from_image(self, image: Array) -> tuple[Array, Array]:
        """Return the derivatives of the loss on a real face."""
        delta = -(1.0 - self.forward(image))
        return delta * image, delta

    def derivatives_from_noise(self, noise: Array) -> tuple[Array, Array]:
        """Return the derivatives of the loss on a generated face."""
        delta = self.forward(noise)
        return delta * noise, delta

    def update_from_image(self, image: Array) -> None:
        """Take a step on a real face."""
        weights, bias = self.derivatives_from_image(image)
        self.weights = self.weights - LEARNING_RATE * weights
        self.bias = self.bias - LEARNING_RATE * bias

    def update_from_noise(self, noise: Array) -> None:
        """Take a step on a generated face."""
        weights, bias = self.derivatives_from_noise(noise)
        self.weights = self.weights - LEARNING_RATE * weights
        self.bias = self.bias - LEARNING_RATE * bias


class Generator:
    """Makes a face from one number."""

    def __init__(self, weights: Array, biases: Array) -> None:
        self.weights = weights
        self.biases = biases

    def forward(self, z: float) -> Array:
        """Return the face generated from z."""
        return sigmoid(z * self.weights + self.biases)

    def error(self, z: float, discriminator: Discriminator) -> Array:
        """Return the loss, which is small if the discriminator is fooled."""
        return -np.log(discriminator.forward(self.forward(z)))

    def derivatives(self, z: float, discriminator: Discriminator) -> tuple[Array, Array]:
        """Return the derivatives of that loss."""
        face = self.forward(z)
        factor = -(1.0 - discriminator.forward(face)) * discriminator.weights * face * (1.0 - face)
        return factor * z, factor

    def update(self, z: float, discriminator: Discriminator) -> None:
        """Take a step towards fooling the discriminator."""
        weights, biases = self.derivatives(z, discriminator)
        self.weights = self.weights - LEARNING_RATE * weights
        self.biases = self.biases - LEARNING_RATE * biases


def prepare(work: Work, history: bool) -> Callable[[], Outcome]:
    """Turn the latent vectors into the numbers that the notebook draws."""
    numbers = work.latents[:, 0].tolist()

    def train() -> Outcome:
        start = work.parameters()
        discriminator = Discriminator(start.discriminator_weights, start.discriminator_bias[0])
        generator = Generator(start.generator_weights[0], start.generator_biases)
        records = []
        for step, z in enumerate(numbers):
            face = work.data[step % len(work.data)]
            if history:
                real = discriminator.error_from_image(face), discriminator.forward(face)
            discriminator.update_from_image(face)
            noise = generator.forward(z)
            if history:
                fake = discriminator.error_from_noise(noise), discriminator.forward(noise)
            discriminator.update_from_noise(noise)
            if history:
                g_loss = generator.error(z, discriminator)
                records.append((real[0], fake[0], g_loss, real[1], fake[1]))
            generator.update(z, discriminator)
        parameters = Parameters(
            discriminator.weights,
            np.array([discriminator.bias]),
            generator.weights,
            generator.biases,
        )
        return Outcome(parameters, np.array(records).T if history else None)

    return train
