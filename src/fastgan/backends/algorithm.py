"""An algorithm in plain numbers: the schedule, objective and optimizer of a training.

The enumerations in csrc have the same codes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SEQUENTIAL, ALTERNATING, SIMULTANEOUS = range(3)
NON_SATURATING, MINIMAX, LEAST_SQUARES, WASSERSTEIN = range(4)
SGD, MOMENTUM, ADAM = range(3)

MOMENTS = (0, 1, 2)  # numbers that each optimizer keeps for every parameter
POWERS = 4  # Adam's beta_1^t and beta_2^t, first for D and then for G


class Algorithm(NamedTuple):
    """Codes, counts, and real numbers of the run's dtype."""

    schedule: int
    discriminator_steps: int  # steps of D between two turns of G
    generator_steps: int  # moves of G in its turn
    loss: int
    optimizer: int
    discriminator_learning_rate: Any
    generator_learning_rate: Any
    label_smoothing: Any  # the target of real rows is 1 - label_smoothing
    clip_value: Any  # infinite for no clipping
    gradient_penalty_weight: Any
    r1_weight: Any
    momentum: Any  # or Adam's beta_1
    second_momentum: Any  # Adam's beta_2
    epsilon: Any


def generator_moves(algorithm: Algorithm, step: int) -> int:
    """Return the number of moves of G in the turn after a step; 0 if it has no turn then.

    Only the alternating schedule has turns. In the others G moves once in each step, on the latents
    of the batch.
    """
    if algorithm.schedule == ALTERNATING and (step + 1) % algorithm.discriminator_steps == 0:
        return algorithm.generator_steps
    return 0
