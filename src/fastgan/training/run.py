"""What a training gives back, and what it raises when its numbers run away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.draws import RandomInput
from fastgan.training.history import History

if TYPE_CHECKING:
    from fastgan.metrics import ConditionalEvaluation, Evaluation
    from fastgan.training.snapshots import Snapshots


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
        step = validation.count("step", step, least=0)
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

    @overload
    def evaluate(
        self,
        real: npt.ArrayLike,
        *,
        labels: None = None,
        n: int | None = None,
        rng: RandomInput = None,
        latents: npt.ArrayLike | None = None,
        held_out: npt.ArrayLike | None = None,
        held_out_labels: npt.ArrayLike | None = None,
        loss: str | None = None,
    ) -> Evaluation: ...

    @overload
    def evaluate(
        self,
        real: npt.ArrayLike,
        *,
        labels: npt.ArrayLike,
        n: int | None = None,
        rng: RandomInput = None,
        latents: npt.ArrayLike | None = None,
        held_out: npt.ArrayLike | None = None,
        held_out_labels: npt.ArrayLike | None = None,
        loss: str | None = None,
    ) -> ConditionalEvaluation: ...

    def evaluate(
        self,
        real: npt.ArrayLike,
        *,
        labels: npt.ArrayLike | None = None,
        n: int | None = None,
        rng: RandomInput = None,
        latents: npt.ArrayLike | None = None,
        held_out: npt.ArrayLike | None = None,
        held_out_labels: npt.ArrayLike | None = None,
        loss: str | None = None,
    ) -> Evaluation | ConditionalEvaluation:
        """Compare fresh fakes with real items; see `fastgan.metrics.evaluate`.

        Parameters
        ----------
        real : array_like, shape ``(n_real, *item_shape)`` or (n_real, d)
            What the fakes are compared with.
        labels : array_like of int, shape (n_real,), or an int for all, optional
            The classes of `real`; needed if the training was with labels, and only then.
        n : int, optional
            How many fakes are drawn, of all classes together; 1000 by default.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Where their latent vectors come from.
        latents : array_like, shape (n, k), optional
            The latent vectors themselves, in place of `n` and `rng`; to be given if the training
            was on explicit ones.
        held_out : array_like, shape ``(m, *item_shape)`` or (m, d), optional
            Real items that were not trained on, for D's accuracy and the anomaly score; `real` by
            default.
        held_out_labels : array_like of int, shape (m,), or an int for all, optional
            The classes of `held_out`; needed with both.
        loss : str, optional
            The generator's loss, whose gradient is measured; the run's own by default.

        Returns
        -------
        fastgan.metrics.Evaluation, or fastgan.metrics.ConditionalEvaluation with labels
            The latter has an Evaluation for each class, and one over all.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described; the message names it.
        """
        from fastgan import metrics  # a training does without

        return metrics.evaluate(
            self.gan,
            real,
            labels=labels,
            n=n,
            rng=rng,
            latents=latents,
            held_out=held_out,
            held_out_labels=held_out_labels,
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
