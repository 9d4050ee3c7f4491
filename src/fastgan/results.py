"""What a training gives back, and what it raises when its numbers run away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from fastgan import arrays
from fastgan.conditional import ConditionalGAN
from fastgan.gan import GAN
from fastgan.history import History
from fastgan.latents import RandomInput
from fastgan.options import TrainingOptions

if TYPE_CHECKING:
    from fastgan.metrics import Evaluation
    from fastgan.snapshots import Snapshots


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
    steps : int
        How many steps were done.
    ended_by : str
        ``"epochs"`` where all were done, ``"early_stopping"``, ``"callback"`` or
        ``"divergence"``.
    snapshots : Snapshots or None
        The networks at some of the steps, with `snapshot_every`.
    """

    gan: GAN | ConditionalGAN
    history: History
    options: TrainingOptions
    backend: str
    numerics_version: int
    steps: int
    ended_by: str
    snapshots: Snapshots | None = None

    def gan_at(self, step: int) -> GAN | ConditionalGAN:
        """Give the networks as they were after so many steps.

        Parameters
        ----------
        step : int
            0 for before the first, `steps` for after the last, or another at which
            `snapshot_every` kept a copy.

        Returns
        -------
        GAN or ConditionalGAN

        Raises
        ------
        TypeError, ValueError
            If `step` is not an int, or nothing was kept there.
        """
        step = arrays.count("step", step, least=0)
        if step == self.steps:
            return self.gan
        every = self.options.snapshot_every
        if not every or self.snapshots is None:
            raise ValueError(
                f"step must be {self.steps}, the last one, without snapshot_every, got {step}"
            )
        if step % every or step > self.steps:
            raise ValueError(
                f"step must be a multiple of snapshot_every={every} up to {self.steps}, "
                f"or the last one, got {step}"
            )
        return self.snapshots[step // every]

    def evaluate(
        self,
        real: npt.ArrayLike,
        *,
        n: int | None = None,
        rng: RandomInput = None,
        latents: npt.ArrayLike | None = None,
        held_out: npt.ArrayLike | None = None,
        loss: str | None = None,
    ) -> Evaluation:
        """Compare fresh fakes with real items; see `fastgan.metrics.evaluate`.

        Parameters
        ----------
        real : array_like, shape (n_real, *item_shape) or (n_real, d)
            What the fakes are compared with.
        n : int, optional
            How many fakes are drawn; 1000 by default.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Where their latent vectors come from.
        latents : array_like, shape (n, k), optional
            The latent vectors themselves, in place of `n` and `rng`; to be given if the training
            was on explicit ones.
        held_out : array_like, shape (m, *item_shape) or (m, d), optional
            Real items that were not trained on, for D's accuracy and the anomaly score; `real` by
            default.
        loss : str, optional
            The generator's loss, whose gradient is measured; the run's own by default.

        Returns
        -------
        fastgan.metrics.Evaluation

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described; the message names it. A conditional GAN is judged
            class by class, by `fastgan.metrics.evaluate` of ``run.gan.of(label)``.
        """
        from fastgan import metrics  # a training does without

        if isinstance(self.gan, ConditionalGAN):
            raise TypeError(
                "gan must be that of one class, got a ConditionalGAN: judge "
                "fastgan.metrics.evaluate(run.gan.of(label), ...) with the real items of a label"
            )
        return metrics.evaluate(
            self.gan,
            real,
            n=n,
            rng=rng,
            latents=latents,
            held_out=held_out,
            loss=self.options.loss if loss is None else loss,
        )


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
