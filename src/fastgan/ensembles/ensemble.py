"""Many trained GANs, stacked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np
import numpy.typing as npt

from fastgan._support import indexing, validation
from fastgan._support.deprecation import renamed
from fastgan.ensembles import contents, dataframe
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

# The fields whose first axis is the models.
OF_EACH = (
    "parameters", "diverged_at", "history_rows", "snapshot_parameters", "steps", "ending_codes",
    "index",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Ensemble(StackedNetworks):
    """Many trained GANs, stacked: the result of `fastgan.train_many`.

    ``len(ensemble)`` is the number of models. ``ensemble[i]`` is the run of one model, bit for bit
    the same as from `fastgan.train` alone. A slice, a mask of bools or an array of indices gives
    an ensemble of some of the models, and iteration gives the run of each.

    A model that diverged keeps its parameters as they were after the last step at which all of
    them were finite. It makes and judges pictures like any other model; `diverged_at` tells which
    models diverged.

    Attributes
    ----------
    parameters : ndarray, shape (models, P)
        For each model w_D (d numbers), b_D, W_G (k times d, row by row) and b_G (d), in the order
        in which they are drawn; with labels, w_D, b_D and b_G come class by class. This and all
        other arrays are read-only.
    diverged_at : ndarray of int64, shape (models,)
        The step, counted from 0, after which a parameter was not finite; -1 for none.
    history_rows : ndarray, shape (models, 5, records)
        The recorded numbers; `history` gives them by name.
    snapshot_parameters : ndarray, shape (models, snapshots, P)
        The parameters before the first step and after every `snapshot_every` steps; NaN from the
        point at which a model ended early. ``ensemble[i].snapshots`` makes networks of them.
    steps : ndarray of int64, shape (models,)
        The number of completed steps.
    ending_codes : ndarray of int64, shape (models,)
        Codes of what ended each training; `ended_by` gives them by name.
    options : EnsembleOptions
        The options, with every default filled in; the two learning rates have shape (models,).
    index : ndarray of int64, shape (models,)
        The index of each model in the whole ensemble that `fastgan.train_many` trained.
    seeds : Children
        The seeds of that whole ensemble; see `seed_sequence`.
    data_mean : ndarray of float64, shape (d,)
        The mean of the items that all models were trained on; with labels, class by class, (c d,).
    item_shape : tuple of int
        The shape of one item, d numbers in all.
    backend : str
        The backend that computed the ensemble: ``"c"``, ``"numba"`` or ``"numpy"``, or several
        joined by "+" if the workers of an executor had different ones. The bits do not depend on
        it.
    numerics_version : int
        The version of the project's numerics; equal versions give equal bits.
    """

    parameters: Array
    diverged_at: npt.NDArray[np.int64]
    history_rows: Array
    snapshot_parameters: Array
    steps: npt.NDArray[np.int64]
    ending_codes: npt.NDArray[np.int64]
    options: EnsembleOptions
    index: npt.NDArray[np.int64]
    seeds: Children
    data_mean: npt.NDArray[np.float64]
    item_shape: tuple[int, ...]
    backend: str
    numerics_version: int

    recorded = renamed("recorded", "history_rows")
    kept = renamed("kept", "snapshot_parameters")
    endings = renamed("endings", "ending_codes")
    children = renamed("children", "seeds")

    def __post_init__(self) -> None:
        for name in (*OF_EACH, "data_mean"):
            object.__setattr__(self, name, validation.sealed(getattr(self, name)))
        rates: dict[str, Any] = {
            name: validation.sealed(getattr(self.options, name)) for name in RATES
        }
        object.__setattr__(self, "options", replace(self.options, **rates))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by value; the restored arrays are read-only."""
        return type(self), tuple(getattr(self, field.name) for field in fields(self))

    def __repr__(self) -> str:
        o = self.options
        return (
            f"Ensemble(models={len(self)}, item_shape={self.item_shape}, "
            f"latent_dim={o.latent_dim}, latent={o.latent!r}, dtype={o.dtype}, "
            f"diverged={np.count_nonzero(self.diverged_at != NEVER)})"
        )

    def __iter__(self) -> Iterator[TrainingRun]:
        return (self._run(i) for i in range(len(self)))

    @overload
    def __getitem__(self, models: int | np.integer[Any]) -> TrainingRun: ...
    @overload
    def __getitem__(self, models: slice | Sequence[int] | npt.NDArray[Any]) -> Ensemble: ...
    def __getitem__(
        self, models: SupportsIndex | slice | Sequence[int] | npt.NDArray[Any]
    ) -> TrainingRun | Ensemble:
        """Return the run of one model, or an ensemble of some models.

        Parameters
        ----------
        models : int, slice, or array_like, shape (models,) of bool or (n,) of int
            The chosen model or models. Negative indices count from the end.

        Raises
        ------
        TypeError, IndexError
            If `models` is none of these, there is no such model, or a mask has the wrong length.
        """
        chosen = indexing.chosen(models, len(self))
        if isinstance(chosen, int):
            return self._run(chosen)
        arrays_of_some = {name: getattr(self, name)[chosen] for name in OF_EACH}
        return replace(self, **arrays_of_some, options=self.options.part(chosen))

    def seed_sequence(self, i: SupportsIndex) -> np.random.SeedSequence:
        """Return the seed that repeats one model alone: ``fastgan.train(..., rng=seed)``.

        Parameters
        ----------
        i : int
            Index of the model in this ensemble; negative indices count from the end.

        Returns
        -------
        SeedSequence
            A new one at each call.

        Raises
        ------
        TypeError, IndexError
            If `i` is not an int, or there is no such model.
        """
        return self.seeds.child(int(self.index[indexing.position(i, len(self))]))

    @property
    def ended_by(self) -> npt.NDArray[np.str_]:
        """Names of what ended each training, as in `TrainingRun.ended_by`, shape (models,)."""
        return np.array(ENDINGS)[self.ending_codes]

    @property
    def history(self) -> History:
        """Losses and mean probabilities of the recorded steps, shape (models, records).

        For a model that diverged or ended early, they are NaN from that step on. `History.step`,
        (records,), is the same for all models.
        """
        step = np.arange(self.history_rows.shape[2], dtype=np.int64) * self.options.record_every
        return History(validation.sealed(step), *self.history_rows.transpose(1, 0, 2))

    def outcome(
        self,
        data: npt.ArrayLike | None = None,
        *,
        distance: float = DISTANCE,
        saturation: float = SATURATION,
        latents: npt.ArrayLike | None = None,
        labels: npt.ArrayLike | None = None,
    ) -> Outcomes:
        """Decide the outcome of each model: learned, saturated, diverged or unfinished.

        Parameters
        ----------
        data : array_like, shape ``(n, *item_shape)`` or (n, d), optional
            The items that should have been learned; by default the training data.
        distance : float
            A model has learned if the distance of its mean picture from the mean item is at most
            this.
        saturation : float
            A model that has not learned is saturated if the saturation of its pictures is at least
            this.
        latents : array_like, shape (m, k), optional
            The latent vectors that pictures are made from, the same for all models. By default 64
            evenly spread ones; needed if the models were trained on explicit latent vectors.
        labels : array_like of int, shape (n,), optional
            The classes of `data`; needed with `data` if the models were trained with labels. Mean
            pictures are then compared class by class.

        Returns
        -------
        Outcomes
            The outcomes and the measurements; its documentation defines them and gives their
            limits.

        Raises
        ------
        TypeError, ValueError
            If an argument is of the wrong type or value; the message names it.
        """
        measured_on = self.data_mean, self.diverged_at
        return outcomes_of(self, *measured_on, data, distance, saturation, latents, labels)

    def to_dataframe(
        self, data: npt.ArrayLike | None = None, **outcome_options: Any
    ) -> pandas.DataFrame:
        """Make a table with one row for each model: its options and its outcome.

        Parameters
        ----------
        data, **outcome_options
            As for `outcome`.

        Returns
        -------
        pandas.DataFrame
            Its columns are ``model`` (see `index`), one for each option, ``dtype``, ``outcome`` (a
            Categorical), ``distance``, ``saturation``, ``diverged_at``, ``steps`` and
            ``ended_by``.

        Raises
        ------
        ImportError
            If pandas is not installed.
        TypeError, ValueError
            As for `outcome`.
        """
        outcomes = self.outcome(data, **outcome_options)
        return dataframe.dataframe(self.index, self.options, outcomes, self.steps, self.ended_by)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Save to a file, completely or not at all; see `fastgan.storage.ensemble_format`.

        Parameters
        ----------
        path : str or os.PathLike
            The file; any name is allowed, and no suffix is added.

        Raises
        ------
        TypeError, ValueError
            If `path` is not a path.
        OSError
            If the file cannot be written; an existing file is then left unchanged.
        """
        from fastgan.storage import ensemble_format  # zipfile takes long to import

        ensemble_format.write(path, contents.arrays_of(vars(self)))

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Ensemble:
        """Load an ensemble that `save` wrote, with the same bits.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        Ensemble

        Raises
        ------
        ModelFileError
            If the file is not an ensemble, is damaged, was saved by a newer fastgan, or does not
            fit into memory. This exception is a ValueError.
        OSError
            If the file cannot be opened or read.
        TypeError, ValueError
            If `path` is not a path.
        """
        from fastgan.storage import ensemble_format  # zipfile takes long to import

        return ensemble_format.read(path, lambda named: Ensemble(**contents.fields_of(named)))

    def _run(self, i: int) -> TrainingRun:
        options = self.options.of(i)
        gan = gan_from_vector(self.parameters[i], self.item_shape, options)
        done = int(self.steps[i])
        records = record_count(done, options.record_every)
        history = from_rows(self.history_rows[i, :, :records], options.record_every)
        snapshots = None
        if options.snapshot_every:
            snapshots = Snapshots.of(self.snapshot_parameters[i], options, self.item_shape, done)
        return TrainingRun(
            gan, history, options, self.backend, self.numerics_version,
            done, ENDINGS[self.ending_codes[i]], snapshots,
        )  # fmt: skip
