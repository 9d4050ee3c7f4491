"""The result of a training, and the error that is raised if it diverges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions
from fastgan.randomness.source import RandomInput
from fastgan.training.history import History

if TYPE_CHECKING:
    from fastgan.metrics import ConditionalEvaluation, Evaluation
    from fastgan.training.snapshots import Snapshots


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """The result of a training: the networks, and how they were trained.

    Attributes
    ----------
    gan : GAN or ConditionalGAN
        The networks after the last step; a ConditionalGAN if trained with labels.
    history : History
        Losses and mean probabilities of the recorded steps.
    options : TrainingOptions
        The options, with every default filled in.
    backend : str
        The backend that was used: ``"c"``, ``"numba"`` or ``"numpy"``. All give the same bits.
    numerics_version : int
        The version of the numerics, that is, of how every bit is computed. Equal versions give
        equal bits.
    steps : int
        Number of completed steps.
    ended_by : str
        The reason why the training ended: ``"epochs"`` if all of them were completed, or
        ``"early_stopping"``, ``"callback"`` or ``"divergence"``.
    snapshots : Snapshots or None
        The networks before the first step and after every `snapshot_every` steps; None without
        `snapshot_every`.
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
        """Return the networks as they were after `step` steps.

        Parameters
        ----------
        step : int
            `steps`, for the networks after the last step, or a multiple of `snapshot_every`, at
            which a copy was kept; 0 is before the first step.

        Returns
        -------
        GAN or ConditionalGAN

        Raises
        ------
        TypeError, ValueError
            If `step` is not an int, or no copy was kept at that step.
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
        """Compare newly generated items (fakes) with real ones; see `fastgan.metrics.evaluate`.

        Parameters
        ----------
        real : array_like, shape ``(n_real, *item_shape)`` or (n_real, d)
            The real items with which the fakes are compared.
        labels : array_like of int, shape (n_real,), or an int for all, optional
            The classes of `real`; required if the training had labels, and not allowed otherwise.
        n : int, optional
            Number of fakes, of all classes together; 1000 by default.
        rng : None, int, SeedSequence, BitGenerator, Generator or RandomState, optional
            Source of their latent vectors.
        latents : array_like, shape (n, k), optional
            The latent vectors themselves, instead of `n` and `rng`; required if the training used
            explicit ones.
        held_out : array_like, shape ``(m, *item_shape)`` or (m, d), optional
            Real items that were not used in training, for D's accuracy and the anomaly score;
            `real` by default.
        held_out_labels : array_like of int, shape (m,), or an int for all, optional
            The classes of `held_out`; required if both `labels` and `held_out` are given.
        loss : str, optional
            The generator's loss, whose gradient is measured; by default the one it was trained
            with.

        Returns
        -------
        fastgan.metrics.Evaluation, or fastgan.metrics.ConditionalEvaluation with labels
            The latter has an Evaluation for each class, and one over all classes.

        Raises
        ------
        TypeError, ValueError
            If an argument is not as described; the message names it.
        """
        from fastgan import metrics  # not needed for training

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
    """Raised when a parameter stops being finite during a training.

    Attributes
    ----------
    step : int
        The step, counted from 0, after which a parameter was not finite.
    run : TrainingRun
        The run up to that step, without the step itself.
    """

    def __init__(self, step: int, run: TrainingRun) -> None:
        super().__init__(
            f"the parameters stopped being finite at step {step}; a smaller learning_rate may "
            "help (this error's .run is the run up to that step)"
        )
        self.step = step
        self.run = run

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with both attributes."""
        return type(self), (self.step, self.run)
