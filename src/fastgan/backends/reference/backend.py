"""The backend "numpy": the functions of the specification that a backend offers."""

from fastgan.backends.reference.networks import generate, probabilities, score
from fastgan.backends.reference.slanted_land import train
from fastgan.backends.reference.training import train as train_by_algorithm

__all__ = ["generate", "probabilities", "score", "train", "train_by_algorithm"]
