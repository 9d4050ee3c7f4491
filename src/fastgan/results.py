"""What a training gives back, and what it raises when its numbers run away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastgan.conditional import ConditionalGAN
from fastgan.gan import GAN
from fastgan.history import History
from fastgan.options import TrainingOptions


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """What a training gives back.

    Attributes
    ----------
    gan : GAN or ConditionalGAN
        The networks as the last step left them; conditional with labels.
    history : History
        Losses and mean probabilities of the recorded steps.
    options : TrainingOptions
        The options, with every default filled in.
    backend : str
        What computed it: ``"c"``, ``"numba"`` or ``"numpy"``. The bits are the same.
    numerics_version : int
        The version of the numbers' contract; equal versions give equal bits.
    """

    gan: GAN | ConditionalGAN
    history: History
    options: TrainingOptions
    backend: str
    numerics_version: int


class DivergenceError(ArithmeticError):
    """A parameter stopped being finite.

    Attributes
    ----------
    step : int
        The step, counted from 0, after which a parameter was not finite.
    run : TrainingRun
        The run up to, and without, that step.
    """

    def __init__(self, step: int, run: TrainingRun) -> None:
        super().__init__(
            f"the parameters stopped being finite at step {step}; a smaller learning_rate may "
            "help (the run up to there is this error's .run)"
        )
        self.step = step
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with both attributes."""
        return type(self), (self.step, self.run)
