"""The Slanted Land step for Numba: the twin of `reference.slanted_land`.

Batches of one row with few features have a kernel of their own.
"""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from fastgan.backends.jit.batches import train_batches
from fastgan.backends.jit.lanes import ROW
from fastgan.backends.jit.single_rows import train_few_features
from fastgan.backends.jit.stopping import raise_unless_done

Array = npt.NDArray[Any]


def train(
    data: Array,
    order: Array,
    latents: Array,
    discriminator_weights: Array,
    discriminator_bias: Array,
    generator_weights: Array,
    generator_biases: Array,
    discriminator_learning_rate: float,
    generator_learning_rate: float,
    batch_size: int,
    first_row: int,
    history: Array,
    *rest: Any,
) -> None:
    """Train on all latents by the Slanted Land step with plain descent."""
    dtype = data.dtype.type
    arguments = (
        data,
        order,
        latents,
        discriminator_weights,
        discriminator_bias,
        generator_weights,
        generator_biases,
        dtype(discriminator_learning_rate),
        dtype(generator_learning_rate),
    )
    # The rows of a whole history and of a slice have the same type, so kernels compile only once.
    rows = tuple(history)
    few_features = data.shape[1] <= ROW and latents.shape[1] == 1
    if min(batch_size, len(data)) == 1 and few_features:
        raise_unless_done(train_few_features(*arguments, first_row, rows, *rest))
    else:
        raise_unless_done(train_batches(*arguments, batch_size, first_row, rows, *rest))
