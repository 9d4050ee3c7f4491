"""Which rows, and how many latent vectors, the steps of a training take: counted, not listed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fastgan._support.fast_frozen import frozen
from fastgan.options.training_options import TrainingOptions


@dataclass(frozen=True)
class Steps:
    """The steps of a training, counted from 0: one for each mini-batch.

    A step takes a latent vector for each row of its batch. In the alternating schedule G has its
    turn after every `discriminator_steps` steps, and takes as many again for each of its
    `generator_moves`.
    """

    n_rows: int
    batch_size: int  # at most n_rows
    discriminator_steps: int = 1
    generator_moves: int = 0

    @classmethod
    def of(cls, options: TrainingOptions, n_rows: int) -> Steps:
        """Those of a training on so many rows."""
        batch_size = min(options.batch_size, n_rows)
        if options.schedule != "alternating":
            return frozen(cls, n_rows=n_rows, batch_size=batch_size)
        return cls(n_rows, batch_size, options.discriminator_steps, options.generator_steps)

    @property
    def in_epoch(self) -> int:
        """How many batches an epoch has; the last may be short."""
        return -(-self.n_rows // self.batch_size)

    def rows_before(self, step: int) -> int:
        """How many rows the steps before this one take."""
        epochs, batches = divmod(step, self.in_epoch)
        return epochs * self.n_rows + batches * self.batch_size

    def latents_before(self, step: int) -> int:
        """How many latent vectors the steps before this one take."""
        if not self.generator_moves:
            return self.rows_before(step)
        turns = step // self.discriminator_steps
        # Every so many turns one falls on the last batch of an epoch, which may be short.
        between = self.in_epoch // math.gcd(self.discriminator_steps, self.in_epoch)
        missing = self.in_epoch * self.batch_size - self.n_rows
        rows_of_turns = turns * self.batch_size - turns // between * missing
        return self.rows_before(step) + self.generator_moves * rows_of_turns

    def latents_at_most(self, rows: int) -> int:
        """A bound for what the steps of so many rows take, a turn more than is due included."""
        turns = rows // (self.batch_size * self.discriminator_steps) + 1
        return rows + self.generator_moves * self.batch_size * turns
