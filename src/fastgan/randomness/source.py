"""The source of random numbers: a NumPy generator, reduced to the draws of a training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from fastgan._support import validation

# As text: importing numpy.random would double the time that it takes to import fastgan.
RandomInput: TypeAlias = (
    "int | np.random.SeedSequence | np.random.BitGenerator | np.random.Generator "
    "| np.random.RandomState | None"
)


class RandomSource:
    """A `Generator` or a legacy `RandomState`, reduced to the three draws that are needed."""

    def __init__(self, generator: np.random.Generator | np.random.RandomState) -> None:
        self._generator = generator
        self.normal = generator.standard_normal
        self.permutation: Callable[[int], Any] = generator.permutation
        if isinstance(generator, np.random.RandomState):
            self.uniform = generator.random_sample
        else:
            self.uniform = generator.random

    def state(self) -> Any:
        """Return the state of the stream, for `restore`."""
        if isinstance(self._generator, np.random.RandomState):
            return self._generator.get_state(legacy=False)
        return self._generator.bit_generator.state

    def restore(self, state: Any) -> None:
        """Put the stream back into a state."""
        if isinstance(self._generator, np.random.RandomState):
            self._generator.set_state(state)
        else:
            self._generator.bit_generator.state = state


def random_source(rng: RandomInput) -> RandomSource:
    """Make a source of anything that SPEC 7 allows for `rng`, or of a legacy RandomState."""
    if isinstance(rng, np.random.RandomState):
        return RandomSource(rng)
    if isinstance(rng, _NO_SEEDS):
        raise TypeError(f"rng must be {_RNG_KINDS}, got {validation.describe(rng)}")
    try:
        return RandomSource(np.random.default_rng(rng))
    except ValueError:
        raise ValueError(
            f"rng must be {_RNG_KINDS}, with a seed that is not negative, "
            f"got {validation.describe(rng)}"
        ) from None
    except Exception:  # NumPy prints its argument in the message, and that may itself raise
        raise TypeError(f"rng must be {_RNG_KINDS}, got {validation.describe(rng)}") from None


_NO_SEEDS = (bool, np.bool_, float, str, bytes)  # even if NumPy would accept them
_RNG_KINDS = "None, an int, a SeedSequence, BitGenerator, Generator or RandomState"
