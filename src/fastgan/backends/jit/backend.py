"""The backend "numba": twins of the specification, compiled at first use, cached on disk.

Importing this module imports Numba, which is slow; `backends` does so only on request.
"""

from fastgan.backends.jit.networks import generate, probabilities, score
from fastgan.backends.jit.slanted_land import train
from fastgan.backends.jit.training import train as train_by_algorithm

__all__ = ["generate", "probabilities", "score", "train", "train_by_algorithm"]
