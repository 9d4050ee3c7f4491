"""An algorithm in plain numbers: the schedule, objective and optimizer of a training.

The enumerations in csrc have the same codes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SEQUENTIAL, ALTERNATING, SIMULTANEOUS = range(3)
NON_SATURATING, MINIMAX, LEAST_SQUARES, WASSERSTEIN = range(4)
SGD, MOMENTUM, ADAM = range(3)

MOMENTS = (0, 1, 2)  # numbers that each optimizer keeps of each parameter
POWERS = 4  # beta_1^t and beta_2^t of Adam, for D and then for G


class Algorithm(NamedTuple):
    """Codes, counts, and real numbers of the run's dtype."""

    schedule: int
    discriminator_steps: int  # steps between two turns of G
    generator_steps: int  # moves of G in its turn
    loss: int
    optimizer: int
    discriminator_learning_rate: Any
    generator_learning_rate: Any
    label_smoothing: Any  # the target of real rows is 1 - label_smoothing
    clip_value: Any  # infinite for no clipping
    gradient_penalty_weight: Any
    r1_weight: Any
    momentum: Any  # beta_1 of Adam
    second_momentum: Any  # beta_2
    epsilon: Any


def generator_moves(algorithm: Algorithm, step: int) -> int:
    """Return the number of moves of G in its turn; 0 in a step after which G has no turn.

    Only the alternating schedule has turns. In the others G moves once, on the batch's latents.
    """
    if algorithm.schedule == ALTERNATING and (step + 1) % algorithm.discriminator_steps == 0:
        return algorithm.generator_steps
    return 0
