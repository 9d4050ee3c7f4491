"""Count the rows and latent vectors that the steps of a training use, without listing them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fastgan.frozen import frozen
from fastgan.options import TrainingOptions


@dataclass(frozen=True)
class Steps:
    """The steps of a training, counted from 0: one for each mini-batch.

    A step uses one latent vector for each row of its batch. In the alternating schedule, G has its
    turn after every `discriminator_steps` steps; each of its `generator_moves` updates then uses
    one more latent vector for each row of the batch.
    """

    n_rows: int
    batch_size: int  # at most n_rows
    discriminator_steps: int = 1
    generator_moves: int = 0

    @classmethod
    def of(cls, options: TrainingOptions, n_rows: int) -> Steps:
        """Return the steps of a training on `n_rows` rows."""
        batch_size = min(options.batch_size, n_rows)
        if options.schedule != "alternating":
            return frozen(cls, n_rows=n_rows, batch_size=batch_size)
        return cls(n_rows, batch_size, options.discriminator_steps, options.generator_steps)

    @property
    def in_epoch(self) -> int:
        """The number of batches in an epoch; the last may be short."""
        return -(-self.n_rows // self.batch_size)

    def rows_before(self, step: int) -> int:
        """Return the number of rows that the steps before this one use."""
        epochs, batches = divmod(step, self.in_epoch)
        return epochs * self.n_rows + batches * self.batch_size

    def latents_before(self, step: int) -> int:
        """Return the number of latent vectors that the steps before this one use."""
        if not self.generator_moves:
            return self.rows_before(step)
        turns = step // self.discriminator_steps
        # One turn in `between` falls on the last batch of an epoch, which may be short.
        between = self.in_epoch // math.gcd(self.discriminator_steps, self.in_epoch)
        missing = self.in_epoch * self.batch_size - self.n_rows
        rows_of_turns = turns * self.batch_size - turns // between * missing
        return self.rows_before(step) + self.generator_moves * rows_of_turns

    def latents_at_most(self, rows: int) -> int:
        """Return a bound for the latent vectors of steps with `rows` rows.

        It includes one turn of G more than is due.
        """
        turns = rows // (self.batch_size * self.discriminator_steps) + 1
        return rows + self.generator_moves * self.batch_size * turns
