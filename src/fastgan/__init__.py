"""Tiny generative adversarial networks, trained natively, with the same bits everywhere."""

from typing import Any

from fastgan import backends, datasets
from fastgan.gan import GAN
from fastgan.history import History
from fastgan.networks import Discriminator, Generator
from fastgan.numerics import NUMERICS_VERSION
from fastgan.options import TrainingOptions
from fastgan.results import DivergenceError, TrainingRun
from fastgan.saving import ModelFileError, load
from fastgan.training import train

__all__ = [
    "GAN",
    "NUMERICS_VERSION",
    "Discriminator",
    "DivergenceError",
    "Generator",
    "History",
    "ModelFileError",
    "TrainingOptions",
    "TrainingRun",
    "backends",
    "datasets",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # takes longer to import than all the rest

        return version("fastgan")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
