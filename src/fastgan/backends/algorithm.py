"""How a training is done, in plain numbers: what a backend sees of schedule, loss and optimizer.

The numbers are those of the enumerations in csrc/recipe.h.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SEQUENTIAL, ALTERNATING, SIMULTANEOUS = range(3)
NON_SATURATING, MINIMAX, LEAST_SQUARES, WASSERSTEIN = range(4)
SGD, MOMENTUM, ADAM = range(3)

MOMENTS = (0, 1, 2)  # how many numbers an optimizer keeps of each parameter
POWERS = 4  # beta_1^t and beta_2^t of Adam: those of D, then those of G


class Recipe(NamedTuple):
    """Codes, counts, and real numbers of the run's dtype."""

    schedule: int
    discriminator_steps: int  # of D between two turns of G
    generator_steps: int  # moves of G in its turn
    loss: int
    optimizer: int
    discriminator_learning_rate: Any
    generator_learning_rate: Any
    label_smoothing: Any  # the target of real rows is 1 less this
    clip_value: Any  # infinite for none
    gradient_penalty_weight: Any
    r1_weight: Any
    momentum: Any  # beta_1 of Adam
    second_momentum: Any  # beta_2
    epsilon: Any
