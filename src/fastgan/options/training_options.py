"""The options of a training, checked once and then fixed."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan._support.fast_frozen import frozen
from fastgan.layers.parameter_table import ParameterTable, one_layer_table
from fastgan.options.algorithm_options import AlgorithmOptions, checked
from fastgan.options.step_counts import record_count, snapshot_count, steps_in_epoch

LATENT_DISTRIBUTIONS = ("uniform", "normal")
EXPLICIT = "explicit"

ADDRESSABLE = 2**44  # numbers of 8 bytes in the 47-bit address space of a process


@dataclass(frozen=True, kw_only=True)
class TrainingOptions(AlgorithmOptions):
    """The options of a training, with every default filled in.

    Attributes
    ----------
    schedule, loss, optimizer and their numbers
        As in `AlgorithmOptions`.
    epochs, batch_size, latent_dim, record_every : int
        As given to `fastgan.train`.
    learning_rate, discriminator_learning_rate : float
        The rates of G and of D, rounded to the run's dtype.
    latent : str
        ``"uniform"``, ``"normal"``, or ``"explicit"`` if the vectors themselves were given.
    shuffle : bool
        True if each epoch took the rows in a new random order.
    dtype : numpy.dtype
        float64 or float32.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    discriminator_learning_rate: float
    latent_dim: int
    latent: str
    shuffle: bool
    dtype: np.dtype[Any]
    record_every: int

    def steps(self, n_rows: int) -> int:
        """Return the number of steps of the training: one for each mini-batch."""
        return self.epochs * steps_in_epoch(n_rows, self.batch_size)


@dataclass(frozen=True, eq=False, kw_only=True)
class EnsembleOptions(AlgorithmOptions):
    """The options of an ensemble's trainings: rates for each model, the others common to all.

    Attributes
    ----------
    schedule, loss, optimizer and their numbers
        As in `AlgorithmOptions`.
    learning_rate, discriminator_learning_rate : ndarray, shape (models,)
        The rates of G and of D, rounded to the run's dtype.
    epochs, batch_size, latent_dim, latent, shuffle, dtype, record_every
        As in `TrainingOptions`.
    """

    epochs: int
    batch_size: int
    learning_rate: npt.NDArray[np.float64]
    discriminator_learning_rate: npt.NDArray[np.float64]
    latent_dim: int
    latent: str
    shuffle: bool
    dtype: np.dtype[Any]
    record_every: int

    def __len__(self) -> int:
        """Return the number of models."""
        return len(self.learning_rate)

    def steps(self, n_rows: int) -> int:
        """Return the number of steps of a model that does not end early."""
        return self.epochs * steps_in_epoch(n_rows, self.batch_size)

    def of(self, i: int) -> TrainingOptions:
        """Return the options of model `i`, as `fastgan.train` takes them."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in RATES:
            values[name] = float(values[name][i])
        return TrainingOptions(**values)

    def part(self, models: Any) -> EnsembleOptions:
        """Return the options of some models, chosen by a slice or an array of indices."""
        return replace(self, **{name: getattr(self, name)[models] for name in RATES})


RATES = ("learning_rate", "discriminator_learning_rate")


def check(
    *,
    epochs: object,
    batch_size: object,
    learning_rate: object,
    discriminator_learning_rate: object | None,
    latent_dim: object,
    latent: object,
    shuffle: object,
    dtype: npt.DTypeLike,
    record_every: object,
    **algorithm: Any,
) -> TrainingOptions:
    """Check each option by itself; `check_fit` checks whether they fit the data."""
    run_dtype = validation.run_dtype(dtype)
    rate = validation.rate("learning_rate", learning_rate, run_dtype)
    return frozen(
        TrainingOptions,
        epochs=validation.count("epochs", epochs),
        batch_size=validation.count("batch_size", batch_size),
        learning_rate=rate,
        discriminator_learning_rate=(
            rate
            if discriminator_learning_rate is None
            else validation.rate(
                "discriminator_learning_rate", discriminator_learning_rate, run_dtype
            )
        ),
        latent_dim=validation.count("latent_dim", latent_dim),
        latent=latent_name(latent),
        shuffle=validation.flag("shuffle", shuffle),
        dtype=run_dtype,
        record_every=validation.count("record_every", record_every, least=0),
        **checked(run_dtype, algorithm),
    )


def check_many(n_models: int, **options: Any) -> tuple[TrainingOptions, EnsembleOptions]:
    """Check the options of `n_models` trainings, whose two rates may differ between models.

    Return the options of the first model, and those of all models.
    """
    validation.total("n_models", n_models, len(RATES))
    dtype = validation.run_dtype(options["dtype"])
    given = {name: options[name] for name in RATES}
    if given["discriminator_learning_rate"] is None:
        given["discriminator_learning_rate"] = given["learning_rate"]
    rates = {name: validation.rates(name, value, n_models, dtype) for name, value in given.items()}
    first = check(**{**options, **{name: float(values[0]) for name, values in rates.items()}})
    common = {field.name: getattr(first, field.name) for field in fields(first)}
    return first, EnsembleOptions(**{**common, **rates})


def with_labels(
    options: TrainingOptions, labels: object, n_rows: int
) -> tuple[npt.NDArray[np.int64] | None, TrainingOptions]:
    """Return the class of each row, from 0, and the options with the labels of the classes."""
    if labels is None:
        return None, options
    of_rows, classes = class_labels.classes_of_rows("labels", labels, n_rows)
    return of_rows, replace(options, classes=classes)


def table_for(options: TrainingOptions | EnsembleOptions, n_features: int) -> ParameterTable:
    """Return the table of the parameters of a training with these options."""
    return one_layer_table(options.latent_dim, n_features, options.n_classes)


def latent_name(latent: object) -> str:
    """Return the name of a latent distribution, or "explicit" for anything that may be vectors."""
    if isinstance(latent, str):
        if latent not in LATENT_DISTRIBUTIONS:
            raise ValueError(
                f"latent must be 'uniform', 'normal' or an array of latent vectors, got {latent!r}"
            )
        return latent
    return EXPLICIT


def check_fit(options: TrainingOptions, n_rows: int, n_features: int) -> None:
    """Refuse sizes whose products are beyond what 64 bits can count.

    The largest products are the numbers of generator weights, of latent draws and of records.
    """
    most = 2**63 // 16  # numbers, so that the count of their bytes fits too
    if (options.latent_dim + 8 * options.n_classes) * (n_features + 16) > most:
        raise ValueError(
            f"latent_dim={options.latent_dim} with {n_features} features makes too many weights"
        )
    if options.epochs * n_rows > most:
        raise ValueError(f"epochs={options.epochs} with {n_rows} rows makes too many steps")
    if options.snapshot_every:
        snapshots = snapshot_count(options.steps(n_rows), options.snapshot_every)
        if snapshots * table_for(options, n_features).size > most:
            raise ValueError(
                f"epochs={options.epochs} with snapshot_every={options.snapshot_every} "
                "makes too many snapshots"
            )
    if 5 * record_count(options.steps(n_rows), options.record_every) > most:
        raise ValueError(
            f"epochs={options.epochs} with record_every={options.record_every} "
            "makes too long a history"
        )
    if options.schedule == "alternating" and options.discriminator_steps <= options.steps(n_rows):
        _check_turn(options, min(options.batch_size, n_rows))


def _check_turn(options: TrainingOptions, rows: int) -> None:
    """Refuse turns of G on batches of `rows` rows if their latent vectors exceed all addresses."""
    most = max(1, ADDRESSABLE // (rows * options.latent_dim) - 1)
    if options.generator_steps > most:
        raise ValueError(
            f"generator_steps must be at most {most} with batches of {rows} rows and "
            f"latent_dim={options.latent_dim}, since a turn holds all of its latent vectors at "
            f"once, got {options.generator_steps}"
        )
