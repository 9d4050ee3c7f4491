"""Many trained GANs, stacked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from fastgan._support import indexing, validation
from fastgan.ensembles.outcomes import DISTANCE, SATURATION, Outcomes, outcomes_of
from fastgan.networks.from_vector import gan_from_vector
from fastgan.networks.stacked import StackedNetworks
from fastgan.options.step_counts import record_count
from fastgan.options.training_options import RATES, EnsembleOptions
from fastgan.randomness.seeds import Children
from fastgan.training.endings import ENDINGS, NEVER
from fastgan.training.history import History, from_rows
from fastgan.training.run import TrainingRun
from fastgan.training.snapshots import Snapshots

if TYPE_CHECKING:
    import pandas

Array = npt.NDArray[Any]

# What has the models as first axis.
OF_EACH = ("parameters", "diverged_at", "recorded", "kept", "steps", "endings", "index")


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble(StackedNetworks):
    """Many trained GANs, stacked: what `fastgan.train_many` gives back.

    ``len(ensemble)`` is how many there are. ``ensemble[i]`` is the run of one of them, in every
    bit the one that `fastgan.train` gives alone; a slice, a mask of bools or an array of indices
    gives an ensemble of some of them, and a loop goes through the runs.

    A model that diverged is among them as the last step with finite parameters left it. It makes
    and judges pictures like any other; `diverged_at` tells which ones these are.

    Attributes
    ----------
    parameters : ndarray, shape (models, P)
        Of each model w_D (d numbers), b_D, W_G (k times d, row by row) and b_G (d), in the order
        in which they are drawn; with labels w_D, b_D and b_G class by class. This and all other
        arrays are read-only.
    diverged_at : ndarray of int64, shape (models,)
        The step, counted from 0, after which a parameter was not finite; -1 for none.
    recorded : ndarray, shape (models, 5, records)
        What `history` gives name by name.
    kept : ndarray, shape (models, snapshots, P)
        The parameters before the first step and after every `snapshot_every`; NaN from where a
        model ended early. ``ensemble[i].snapshots`` makes networks of them.
    steps : ndarray of int64, shape (models,)
        How many steps were done.
    endings : ndarray of int64, shape (models,)
        What `ended_by` names.
    options : EnsembleOptions
        The options, with every default filled in; the two learning rates have shape (models,).
    index : ndarray of int64, shape (models,)
        Which model of the crowd that was trained each one is.
    children : Children
        The seeds of that crowd; see `seed_sequence`.
    data_mean : ndarray of float64, shape (d,)
        The mean of the items that all were trained on; with labels class by class, (c d,).
    item_shape : tuple of int
        The shape of one item, d numbers in all.
    backend : str
        What computed it: ``"c"``, ``"numba"`` or ``"numpy"``, or several of them, joined by "+",
        where an executor's workers had different ones. The bits are the same.
    numerics_version : int
        The version of the numbers' contract; equal versions give equal bits.
    """

    parameters: Array
    diverged_at: npt.NDArray[np.int64]
    recorded: Array
    kept: Array
    steps: npt.NDArray[np.int64]
    endings: npt.NDArray[np.int64]
    options: EnsembleOptions
    index: npt.NDArray[np.int64]
    children: Children
    data_mean: npt.NDArray[np.float64]
    item_shape: tuple[int, ...]
    backend: str
    numerics_version: int

    def __post_init__(self) -> None:
        for name in (*OF_EACH, "data_mean"):
            object.__setattr__(self, name, validation.sealed(getattr(self, name)))
        rates: dict[str, Any] = {
            name: validation.sealed(getattr(self.options, name)) for name in RATES
        }
        object.__setattr__(self, "options", replace(self.options, **rates))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the arrays come back read-only."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __repr__(self) -> str:
        o = self.options
        return (
            f"Ensemble(models={len(self)}, item_shape={self.item_shape}, "
            f"latent_dim={o.latent_dim}, latent={o.latent!r}, dtype={o.dtype}, "
            f"diverged={np.count_nonzero(self.diverged_at != NEVER)})"
        )

    def __len__(self) -> int:
        """How many models there are."""
        return len(self.parameters)

    def __iter__(self) -> Iterator[TrainingRun]:
        return (self._run(i) for i in range(len(self)))

    @overload
    def __getitem__(self, models: int | np.integer[Any]) -> TrainingRun: ...
    @overload
    def __getitem__(self, models: slice | Sequence[int] | npt.NDArray[Any]) -> Ensemble: ...
    def __getitem__(
        self, models: SupportsIndex | slice | Sequence[int] | npt.NDArray[Any]
    ) -> TrainingRun | Ensemble:
        """Give the run of one model, or an ensemble of some.

        Parameters
        ----------
        models : int, slice, or array_like, shape (models,) of bool or (n,) of int
            Negative ones count from the end.

        Raises
        ------
        TypeError, IndexError
            If `models` is none of these, there is no such model, or a mask has another length.
        """
        chosen = indexing.chosen(models, len(self))
        if isinstance(chosen, int):
            return self._run(chosen)
        arrays_of_some = {name: getattr(self, name)[chosen] for name in OF_EACH}
        return replace(self, **arrays_of_some, options=self.options.part(chosen))

    def seed_sequence(self, i: SupportsIndex) -> np.random.SeedSequence:
        """Give the seed that repeats a model alone: ``fastgan.train(..., rng=it)``.

        Parameters
        ----------
        i : int
            Which model of this ensemble; negative ones count from its end.

        Returns
        -------
        SeedSequence
            A new one at each call.

        Raises
        ------
        TypeError, IndexError
            If `i` is not an int, or there is no such model.
        """
        return self.children.child(int(self.index[indexing.position(i, len(self))]))

    @property
    def ended_by(self) -> npt.NDArray[np.str_]:
        """What ended each training, as `TrainingRun.ended_by` names it, shape (models,)."""
        return np.array(ENDINGS)[self.endings]

    @property
    def history(self) -> History:
        """Losses and mean probabilities of the recorded steps, shape (models, records).

        Those of a model that diverged, or ended early, are NaN from there on. `History.step`,
        (records,), is the same for all.
        """
        step = np.arange(self.recorded.shape[2], dtype=np.int64) * self.options.record_every
        return History(validation.sealed(step), *self.recorded.transpose(1, 0, 2))

    def outcome(
        self,
        data: npt.ArrayLike | None = None,
        *,
        distance: float = DISTANCE,
        saturation: float = SATURATION,
        latents: npt.ArrayLike | None = None,
        labels: npt.ArrayLike | None = None,
    ) -> Outcomes:
        """Tell what came of each model: learned, saturated, diverged or unfinished.

        Parameters
        ----------
        data : array_like, shape ``(n, *item_shape)`` or (n, d), optional
            What should have been learned; by default what was trained on.
        distance : float
            A model has learned if its mean picture is at most so far from that of the data.
        saturation : float
            A model that has not is saturated if its pictures are so at least.
        latents : array_like, shape (m, k), optional
            The latent vectors that pictures are made of, the same for all models. By default 64
            that are spread evenly; needed if the models were trained on explicit ones.
        labels : array_like of int, shape (n,), optional
            The classes of `data`; needed with them if the models were trained with labels, whose
            mean pictures are compared class by class.

        Returns
        -------
        Outcomes
            Defines the numbers, and says how far they can be trusted.

        Raises
        ------
        TypeError, ValueError
            If an argument is of the wrong type or value; the message names it.
        """
        return outcomes_of(self, data, distance, saturation, latents, labels)

    def to_dataframe(
        self, data: npt.ArrayLike | None = None, **outcome_options: Any
    ) -> pandas.DataFrame:
        """Make a table of one row a model: its options, and what came of it.

        Parameters
        ----------
        data, **outcome_options
            As for `outcome`.

        Returns
        -------
        pandas.DataFrame
            With the columns ``model`` (see `index`), those of the options, ``outcome`` (a
            Categorical), ``distance``, ``saturation``, ``diverged_at``, ``steps`` and
            ``ended_by``.

        Raises
        ------
        ImportError
            If pandas is not installed.
        TypeError, ValueError
            As for `outcome`.
        """
        from fastgan.ensembles import dataframe

        return dataframe.dataframe(self, self.outcome(data, **outcome_options))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file, whole or not at all; `fastgan.ensemble_files` describes the format.

        Parameters
        ----------
        path : str or os.PathLike
            Any name will do; no suffix is added.

        Raises
        ------
        TypeError, ValueError
            If `path` is no path.
        OSError
            If the file cannot be written; what was there is left as it was.
        """
        from fastgan.storage import ensemble_format  # it needs this module

        ensemble_format.save(self, path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Ensemble:
        """Load what `save` saved, with the same bits.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        Ensemble

        Raises
        ------
        ModelFileError
            If what is there is not an ensemble, is damaged, was saved by a newer fastgan, or is
            larger than the memory. It is a ValueError.
        OSError
            If the file cannot be opened or read.
        TypeError, ValueError
            If `path` is no path.
        """
        from fastgan.storage import ensemble_format

        return ensemble_format.load(path)

    def _run(self, i: int) -> TrainingRun:
        options = self.options.of(i)
        gan = gan_from_vector(self.parameters[i], self.item_shape, options)
        done = int(self.steps[i])
        records = record_count(done, options.record_every)
        history = from_rows(self.recorded[i, :, :records], options.record_every)
        snapshots = None
        if options.snapshot_every:
            snapshots = Snapshots.of(self.kept[i], options, self.item_shape, done)
        return TrainingRun(
            gan, history, options, self.backend, self.numerics_version,
            done, ENDINGS[self.endings[i]], snapshots,
        )  # fmt: skip
