"""Tiny generative adversarial networks, trained natively, with the same bits everywhere."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastgan import backends, datasets
from fastgan.conditional import ConditionalGAN
from fastgan.gan import GAN
from fastgan.history import History
from fastgan.networks import Discriminator, Generator
from fastgan.numerics import NUMERICS_VERSION
from fastgan.options import TrainingOptions
from fastgan.results import DivergenceError, TrainingRun
from fastgan.saving import ModelFileError, load
from fastgan.training import train
from fastgan.watching import TrainingView

if TYPE_CHECKING:
    from fastgan import dynamics, metrics
    from fastgan.ensemble import Ensemble
    from fastgan.outcomes import Outcomes
    from fastgan.snapshots import Snapshots
    from fastgan.training_many import train_many
    from fastgan.traversal import latent_traversal

__all__ = [
    "GAN",
    "NUMERICS_VERSION",
    "ConditionalGAN",
    "Discriminator",
    "DivergenceError",
    "Ensemble",
    "Generator",
    "History",
    "ModelFileError",
    "Outcomes",
    "Snapshots",
    "TrainingOptions",
    "TrainingRun",
    "TrainingView",
    "backends",
    "datasets",
    "dynamics",
    "latent_traversal",
    "load",
    "metrics",
    "train",
    "train_many",
]

# Names that a single training does not need; they are imported at first use.
_LATER = {
    "Ensemble": "ensemble",
    "Outcomes": "outcomes",
    "Snapshots": "snapshots",
    "latent_traversal": "traversal",
    "train_many": "training_many",
}
_MODULES = ("dynamics", "metrics")


def __getattr__(name: str) -> Any:
    if name in _LATER:
        value = getattr(import_module(f"fastgan.{_LATER[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return import_module(f"fastgan.{name}")  # the import also sets the attribute
    if name == "__version__":
        from importlib.metadata import version  # takes longer to import than all the rest

        return version("fastgan")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
