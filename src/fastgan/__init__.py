"""Tiny generative adversarial networks, trained natively, with the same bits everywhere."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastgan import backends, datasets
from fastgan._support.former_modules import keep_former_modules
from fastgan._support.numerics_version import NUMERICS_VERSION
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.networks.one_layer import Discriminator, Generator
from fastgan.networks.saving import ModelFileError, load
from fastgan.options.training_options import TrainingOptions
from fastgan.training.history import History
from fastgan.training.run import DivergenceError, TrainingRun
from fastgan.training.train import train
from fastgan.training.view import TrainingView

if TYPE_CHECKING:
    from fastgan import dynamics, metrics
    from fastgan.ensembles.ensemble import Ensemble
    from fastgan.ensembles.outcomes import Outcomes
    from fastgan.ensembles.train_many import train_many
    from fastgan.networks.traversal import latent_traversal
    from fastgan.training.snapshots import Snapshots

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

keep_former_modules()

# Names that a single training does not need; they are imported at first use.
_LATER = {
    "Ensemble": "ensembles.ensemble",
    "Outcomes": "ensembles.outcomes",
    "Snapshots": "training.snapshots",
    "latent_traversal": "networks.traversal",
    "train_many": "ensembles.train_many",
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
