"""Checked settings of the page: its fields hold text, and text may be anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fastgan._support.validation import describe
from fastgan.options.training_options import LATENT_DISTRIBUTIONS

Picture = tuple[tuple[float, float], tuple[float, float]]

# Low enough that the C kernel takes about a tenth of a second for the longest training.
MOST_FACES = 12
MOST_EPOCHS = 10_000
MOST_IN_BATCH = 12
MOST_LATENT_DIMENSIONS = 8
LARGEST_SEED = 2**63 - 1
SEEDS = 1000  # trainings in the second view, one for each seed

LABELS = {
    "faces": "The faces",
    "picture": "Your own picture",
    "learning_rate": "The learning rate of G",
    "discriminator_learning_rate": "The learning rate of D",
    "epochs": "The number of epochs",
    "batch_size": "The batch size",
    "latent_dim": "The number of latent dimensions",
    "latent": "The latent distribution",
    "seed": "The seed",
}


class SettingError(ValueError):
    """A setting that cannot be used.

    Attributes
    ----------
    field : str
        The name of the setting, as in `Settings`, or ``""`` if no single one is wrong.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Settings:
    """The settings of a training and the picture to judge, as the page sent them.

    Attributes
    ----------
    faces : tuple of 2x2 pictures
        The faces to learn, with pixels in [0, 1].
    picture : 2x2 picture
        Any other picture for D to judge.
    learning_rate, discriminator_learning_rate : float
        The learning rates of G and of D.
    epochs, batch_size, latent_dim : int
    latent : {"uniform", "normal"}
    seed : int
    child : int or None
        Index of a seed that is spawned from `seed`, or None for `seed` itself.
    """

    faces: tuple[Picture, ...]
    picture: Picture
    learning_rate: float
    discriminator_learning_rate: float
    epochs: int
    batch_size: int
    latent_dim: int
    latent: str
    seed: int
    child: int | None = None

    def options(self) -> dict[str, Any]:
        """Return options of `fastgan.train` and `fastgan.train_many`, except `epochs` and `rng`."""
        names = ("learning_rate", "discriminator_learning_rate", "batch_size", "latent_dim")
        return {name: getattr(self, name) for name in (*names, "latent")}

    def seed_sequence(self) -> np.random.SeedSequence:
        """Return the seed sequence of one GAN: without a child, the stream of the int itself."""
        key = () if self.child is None else (self.child,)
        return np.random.SeedSequence(self.seed, spawn_key=key)

    def larger_rate(self) -> str:
        """Return the name of the larger rate, the likely cause of numbers that are not finite."""
        faster = self.discriminator_learning_rate > self.learning_rate
        return "discriminator_learning_rate" if faster else "learning_rate"

    def without_picture(self) -> Settings:
        """Return the same settings with a fixed picture, which has no influence on the training."""
        return replace(self, picture=((0.0, 0.0), (0.0, 0.0)))


def read(given: object) -> Settings:
    """Check what a page has sent.

    Parameters
    ----------
    given : object
        A mapping from the names of `Settings` to numbers or their text; the seed of a child is
        written ``"42:17"``.

    Raises
    ------
    SettingError
        If a setting is missing or cannot be used. The message names the first such setting, what
        was expected and what came.
    """
    if not isinstance(given, Mapping):
        raise SettingError("", f"The settings must be an object, got {describe(given)}")
    missing = [name for name in LABELS if name not in given]
    if missing:
        raise SettingError(missing[0], f"{LABELS[missing[0]]} must be given")
    seed, child = _seed(given["seed"])
    return Settings(
        faces=_faces(given["faces"]),
        picture=_picture("picture", LABELS["picture"], given["picture"]),
        learning_rate=_rate("learning_rate", given),
        discriminator_learning_rate=_rate("discriminator_learning_rate", given),
        epochs=_whole("epochs", given["epochs"], 1, MOST_EPOCHS),
        batch_size=_whole("batch_size", given["batch_size"], 1, MOST_IN_BATCH),
        latent_dim=_whole("latent_dim", given["latent_dim"], 1, MOST_LATENT_DIMENSIONS),
        latent=_latent(given["latent"]),
        seed=seed,
        child=child,
    )


def _faces(value: object) -> tuple[Picture, ...]:
    if not isinstance(value, list):
        raise SettingError("faces", f"The faces must be a list, got {describe(value)}")
    if not value:
        raise SettingError("faces", "There are no faces to learn: add one, and click its pixels")
    if len(value) > MOST_FACES:
        raise SettingError("faces", f"The faces must be at most {MOST_FACES}, got {len(value)}")
    return tuple(_picture("faces", f"Face {i}", face) for i, face in enumerate(value, 1))


def _picture(field: str, label: str, value: object) -> Picture:
    expected = f"{label} must be 2 rows of 2 numbers from 0 to 1, got {describe(value)}"
    if not isinstance(value, list) or len(value) != 2:
        raise SettingError(field, expected)
    pixels = []
    for row in value:
        if not isinstance(row, list) or len(row) != 2:
            raise SettingError(field, expected)
        for pixel in row:
            if isinstance(pixel, bool) or not isinstance(pixel, int | float) or not 0 <= pixel <= 1:
                raise SettingError(field, expected)
            pixels.append(float(pixel))
    return (pixels[0], pixels[1]), (pixels[2], pixels[3])


def _rate(field: str, given: Mapping[str, object]) -> float:
    value = given[field]
    expected = f"{LABELS[field]} must be a finite number of at least 0, got {_shown(value)}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SettingError(field, expected)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise SettingError(field, expected) from None
    if not math.isfinite(number) or number < 0:
        raise SettingError(field, expected)
    return number


def _whole(field: str, value: object, least: int, most: int) -> int:
    expected = (
        f"{LABELS[field]} must be a whole number from {least} to {most:,}, got {_shown(value)}"
    )
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise SettingError(field, expected)
    try:
        number = int(value)
    except ValueError:
        raise SettingError(field, expected) from None
    if number < least or number > most:
        raise SettingError(field, expected)
    return number


def _latent(value: object) -> str:
    if not isinstance(value, str) or value not in LATENT_DISTRIBUTIONS:
        names = " or ".join(LATENT_DISTRIBUTIONS)
        raise SettingError("latent", f"{LABELS['latent']} must be {names}, got {_shown(value)}")
    return value


def _seed(value: object) -> tuple[int, int | None]:
    """Return the seed, and the index of its child or None."""
    if isinstance(value, str) and ":" in value:
        seed, _, child = value.partition(":")
        return _whole("seed", seed, 0, LARGEST_SEED), _whole("seed", child, 0, SEEDS - 1)
    return _whole("seed", value, 0, LARGEST_SEED), None


def _shown(value: object) -> str:
    """Quote text as it was typed, unless it is long; describe anything else."""
    return repr(value) if isinstance(value, str) and len(value) <= 40 else describe(value)
