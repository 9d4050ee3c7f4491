"""The networks as they were at some of the steps of their training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from fastgan._support import indexing, validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.from_vector import gan_from_vector
from fastgan.networks.gan import GAN
from fastgan.networks.stacked import StackedNetworks
from fastgan.options.step_counts import snapshot_count
from fastgan.options.training_options import TrainingOptions

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Snapshots(StackedNetworks):
    """The networks of one training before its first step and after every `snapshot_every` steps.

    ``snapshots[i]`` is one snapshot as a GAN. The methods apply to all snapshots at once, which are
    the first axis of their results: `generate` and `sample` use the same latent vectors for every
    snapshot, `score` and `discriminate` judge the same items with every snapshot.

    Attributes
    ----------
    steps : ndarray of int64, shape (snapshots,)
        Number of completed steps at each snapshot.
    parameters : ndarray, shape (snapshots, P)
        The parameters in the order in which they are drawn: w_D, b_D, W_G row by row and b_G; with
        labels, w_D, b_D and b_G class by class. This and all other arrays are read-only.
    options : TrainingOptions
        The options of the training.
    item_shape : tuple of int
        The shape of one item.
    """

    steps: npt.NDArray[np.int64]
    parameters: Array
    options: TrainingOptions
    item_shape: tuple[int, ...]

    @classmethod
    def of(
        cls, rows: Array, options: TrainingOptions, item_shape: tuple[int, ...], done: int
    ) -> Snapshots:
        """Make the snapshots of the first `done` steps, which are the first of `rows`."""
        every = options.snapshot_every
        steps = every * np.arange(snapshot_count(done, every), dtype=np.int64)
        return cls(steps, rows[: len(steps)], options, item_shape)

    def __post_init__(self) -> None:
        for name in ("steps", "parameters"):
            object.__setattr__(self, name, validation.sealed(getattr(self, name)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the arrays come back read-only."""
        return type(self), (self.steps, self.parameters, self.options, self.item_shape)

    def __repr__(self) -> str:
        return (
            f"Snapshots(snapshots={len(self)}, every={self.options.snapshot_every}, "
            f"item_shape={self.item_shape}, dtype={self.options.dtype})"
        )

    def __getitem__(self, i: SupportsIndex) -> GAN | ConditionalGAN:
        """Return snapshot `i` as networks; a negative index counts from the end.

        Raises
        ------
        TypeError, IndexError
            If `i` is not an int, or there is no such snapshot.
        """
        row = self.parameters[indexing.position(i, len(self), "snapshots", "an int")]
        return gan_from_vector(row, self.item_shape, self.options)

    def __iter__(self) -> Iterator[GAN | ConditionalGAN]:
        return (self[i] for i in range(len(self)))
