"""Numbers of steps, rows, latent vectors, records and snapshots of a training, by formulas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from fastgan._support.fast_frozen import frozen


class Batches(Protocol):
    """The options on which the numbers of steps and latent vectors depend."""

    @property
    def batch_size(self) -> int:
        """The number of rows of a full batch."""

    @property
    def schedule(self) -> str:
        """The order of the moves."""

    @property
    def discriminator_steps(self) -> int:
        """The number of steps from one turn of G to the next."""

    @property
    def generator_steps(self) -> int:
        """The number of moves of G in its turn."""


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
    def of(cls, options: Batches, n_rows: int) -> Steps:
        """Count the steps of a training on `n_rows` rows."""
        batch_size = min(options.batch_size, n_rows)
        if options.schedule != "alternating":
            return frozen(cls, n_rows=n_rows, batch_size=batch_size)
        return cls(n_rows, batch_size, options.discriminator_steps, options.generator_steps)

    @property
    def in_epoch(self) -> int:
        """The number of batches of an epoch; the last may be short."""
        return -(-self.n_rows // self.batch_size)  # as `steps_in_epoch`, without the call

    def rows_before(self, step: int) -> int:
        """The number of rows that the steps before this one take."""
        epochs, batches = divmod(step, self.in_epoch)
        return epochs * self.n_rows + batches * self.batch_size

    def first_row(self, step: int) -> int:
        """The number of rows of its epoch that the steps before this one take."""
        return self.rows_before(step) % self.n_rows

    def latents_before(self, step: int) -> int:
        """The number of latent vectors that the steps before this one take."""
        if not self.generator_moves:
            return self.rows_before(step)
        turns = step // self.discriminator_steps
        # One turn in `between` falls on the last batch of an epoch, which may be short.
        between = self.in_epoch // math.gcd(self.discriminator_steps, self.in_epoch)
        missing = self.in_epoch * self.batch_size - self.n_rows
        rows_of_turns = turns * self.batch_size - turns // between * missing
        return self.rows_before(step) + self.generator_moves * rows_of_turns

    @property
    def latents_in_longest_step(self) -> int:
        """The number of latent vectors of a step after which G has its turn."""
        return self.batch_size * (1 + self.generator_moves)

    def latents_at_most(self, rows: int) -> int:
        """Return an upper bound on the latent vectors for `rows` rows, with one turn to spare."""
        turns = rows // (self.batch_size * self.discriminator_steps) + 1
        return rows + self.generator_moves * self.batch_size * turns


def steps_in_epoch(n_rows: int, batch_size: int) -> int:
    """The number of batches of `n_rows` rows; the last may be short."""
    return -(-n_rows // batch_size)


def steps_to_next_record(step: int, record_every: int) -> int:
    """The number of steps from `step` to the next recorded one; 0 without records."""
    return -step % record_every if record_every else 0


def record_count(steps: int, record_every: int) -> int:
    """The number of records of the first `steps` steps: one every `record_every`, from step 0."""
    return -(-steps // record_every) if record_every else 0


def snapshot_count(steps: int, snapshot_every: int) -> int:
    """The number of snapshots of the first `steps` steps: one before step 0 and the later ones.

    A snapshot is made after every `snapshot_every` steps; 0 makes none.
    """
    return steps // snapshot_every + 1 if snapshot_every else 0
