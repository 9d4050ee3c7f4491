"""Conversion of an ensemble into the named arrays of a file, and back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan import backends
from fastgan._support import class_labels, validation
from fastgan.networks.gan import MOST_DIMENSIONS
from fastgan.options.algorithm_options import AlgorithmOptions, check
from fastgan.options.optimizers import OPTIMIZERS_WITH
from fastgan.options.step_counts import record_count, snapshot_count
from fastgan.options.training_options import EnsembleOptions, table_for
from fastgan.randomness.seeds import Children
from fastgan.storage.gan_format import LATENTS
from fastgan.training.endings import DIVERGENCE, EARLY_STOPPING, ENDINGS, EPOCHS, NEVER

Array = npt.NDArray[Any]

ALGORITHM = [field.name for field in fields(AlgorithmOptions)]
OPTIONS = [
    field.name for field in fields(EnsembleOptions) if field.name not in ("dtype", *ALGORITHM)
]
LEAST_POOL, MOST_POOL = 4, 2**16  # words in the pool of a SeedSequence; more takes hours to mix
_NUMBER = re.compile("0x[0-9a-f]+")


def arrays_of(ensemble: Mapping[str, Any]) -> dict[str, Array]:
    """Return the whole content of an ensemble as named arrays; see `ensemble_format`."""
    children = ensemble["seeds"]
    options = {name: getattr(ensemble["options"], name) for name in OPTIONS}
    algorithm = {name: getattr(ensemble["options"], name) for name in ALGORITHM}
    return {
        "numerics_version": np.array(ensemble["numerics_version"]),
        "backend": np.array(ensemble["backend"]),
        "item_shape": np.array(ensemble["item_shape"], np.int64),
        "data_mean": ensemble["data_mean"],
        **{name: np.asarray(value) for name, value in options.items()},
        "algorithm": np.array(json.dumps(algorithm)),
        "entropy": _texts(children.entropy),
        "spawn_key": _texts(children.spawn_key),
        "pool_size": np.array(children.pool_size),
        "first_child": np.array(children.first),
        "children": np.array(children.count),
        "index": ensemble["index"],
        "diverged_at": ensemble["diverged_at"],
        "parameters": ensemble["parameters"],
        "recorded": ensemble["history_rows"],
        "kept": ensemble["snapshot_parameters"],
        "steps": ensemble["steps"],
        "endings": ensemble["ending_codes"],
    }


def fields_of(contents: dict[str, Array]) -> dict[str, Any]:
    """Return the fields of an ensemble from named arrays of the right dtypes and shapes.

    Raises
    ------
    ValueError
        If their values are invalid or contradict each other; the message says why.
    """
    scalars = {name: array.item() for name, array in contents.items() if array.ndim == 0}
    options = _options(contents, scalars)
    item_shape = tuple(validation.count("item_shape", size) for size in contents["item_shape"])
    d, unused = divmod(len(contents["data_mean"]), options.n_classes)
    if len(item_shape) > MOST_DIMENSIONS or math.prod(item_shape) != d or unused:
        raise ValueError(f"item_shape does not fit items of {d} numbers")
    if contents["parameters"].shape[1] != table_for(options, d).size:
        raise ValueError(f"parameters do not fit {options.latent_dim} latent dimensions")
    if not np.isfinite(contents["parameters"]).all():
        raise ValueError("parameters are not finite")
    names = scalars["backend"].split("+")  # several if workers had different backends
    if not set(names) <= set(backends.NAMES) or names != sorted(set(names)):
        raise ValueError(f"there is no backend {scalars['backend']!r}")
    _check_ends(contents, options)
    children = _children(contents, scalars)
    index = contents["index"]
    if ((index < 0) | (index >= len(children))).any():
        raise ValueError(f"index must be at least 0 and below the {len(children)} children")
    return {
        "parameters": contents["parameters"],
        "diverged_at": contents["diverged_at"],
        "history_rows": contents["recorded"],
        "snapshot_parameters": contents["kept"],
        "steps": contents["steps"],
        "ending_codes": contents["endings"],
        "options": options,
        "index": index,
        "seeds": children,
        "data_mean": contents["data_mean"],
        "item_shape": item_shape,
        "backend": scalars["backend"],
        "numerics_version": validation.count("numerics_version", scalars["numerics_version"]),
    }


def _options(contents: dict[str, Array], scalars: dict[str, Any]) -> EnsembleOptions:
    n, dtype = len(contents["parameters"]), contents["parameters"].dtype
    if scalars["latent"] not in LATENTS:
        raise ValueError(f"there is no latent distribution {scalars['latent']!r}")
    return EnsembleOptions(
        epochs=validation.count("epochs", scalars["epochs"]),
        batch_size=validation.count("batch_size", scalars["batch_size"]),
        latent_dim=validation.count("latent_dim", scalars["latent_dim"]),
        latent=scalars["latent"],
        shuffle=scalars["shuffle"],
        dtype=dtype,
        record_every=validation.count("record_every", scalars["record_every"], least=0),
        learning_rate=validation.rates("learning_rate", contents["learning_rate"], n, dtype),
        discriminator_learning_rate=validation.rates(
            "discriminator_learning_rate", contents["discriminator_learning_rate"], n, dtype
        ),
        **_algorithm(scalars["algorithm"], dtype),
    )


def _check_ends(contents: dict[str, Array], options: EnsembleOptions) -> None:
    """Refuse endings, histories and snapshots that no training can produce."""
    steps, endings, diverged_at = (contents[name] for name in ("steps", "endings", "diverged_at"))
    if ((endings < 0) | (endings >= len(ENDINGS))).any():
        raise ValueError("endings contains an unknown code")
    if (steps < 0).any():
        raise ValueError("steps contains a negative number")
    diverged = endings == ENDINGS.index(DIVERGENCE)
    if not np.array_equal(diverged_at, np.where(diverged, steps, NEVER)):
        raise ValueError("diverged_at does not fit steps and endings")
    if options.early_stopping is None and (endings == ENDINGS.index(EARLY_STOPPING)).any():
        raise ValueError("endings contains an early stop, but early_stopping is None")
    if len(set(steps[endings == ENDINGS.index(EPOCHS)].tolist())) > 1:
        raise ValueError("models that completed all epochs have different step counts")
    most = int(steps.max(initial=0))
    if contents["recorded"].size and not options.record_every:
        raise ValueError("recorded must be empty with record_every=0")
    records = contents["recorded"].shape[2]
    if records < record_count(most, options.record_every):
        raise ValueError(f"{records} records do not fit record_every={options.record_every}")
    kept, every = contents["kept"], options.snapshot_every
    count = kept.shape[1]
    if (count and not every) or (every and len(steps) and count < snapshot_count(most, every)):
        raise ValueError(f"{count} snapshots do not fit snapshot_every={every}")
    if every:
        later = np.arange(count) > steps[:, np.newaxis] // every
        if not np.all(np.isfinite(kept) | later[:, :, np.newaxis]):
            raise ValueError("kept is not finite up to the last step")


def _algorithm(text: str, dtype: np.dtype[Any]) -> dict[str, Any]:
    given = json.loads(text)
    if not isinstance(given, dict) or sorted(given) != sorted(ALGORITHM):
        raise ValueError("algorithm does not have the fields of AlgorithmOptions")
    for name, optimizers in OPTIMIZERS_WITH.items():
        if given["optimizer"] not in optimizers and given[name] == 0:
            given[name] = None
    if given["early_stopping"] is None and given["patience"] == 0:
        given["patience"] = None
    classes = given.pop("classes")
    if not isinstance(classes, list):
        raise ValueError("classes are not a list")
    labels = class_labels.classes("classes", classes).tolist() if classes else []
    return {**check(dtype, given), "classes": tuple(labels)}


def _children(contents: dict[str, Array], scalars: dict[str, Any]) -> Children:
    pool_size = scalars["pool_size"]
    if not LEAST_POOL <= pool_size <= MOST_POOL:
        raise ValueError(f"pool_size is out of range: {pool_size} words")
    return Children(
        entropy=_numbers(contents["entropy"]),
        spawn_key=_numbers(contents["spawn_key"]),
        pool_size=pool_size,
        first=validation.count("first_child", scalars["first_child"], least=0),
        count=validation.count("children", scalars["children"]),
    )


def _texts(numbers: int | tuple[int, ...]) -> Array:
    """Return ints of any size as an array of hexadecimal texts, which are fast to convert."""
    return np.array(
        hex(numbers) if isinstance(numbers, int) else [hex(number) for number in numbers], np.str_
    )


def _numbers(texts: Array) -> Any:
    """Return the number in a text, or a tuple of the numbers in several texts."""
    each = [texts.item()] if texts.ndim == 0 else texts.tolist()
    wrong = [text for text in each if not _NUMBER.fullmatch(text)]
    if wrong:
        raise ValueError(f"{wrong[0][:60]!r} is not a hexadecimal number of a seed")
    numbers = tuple(int(text, 16) for text in each)
    return numbers[0] if texts.ndim == 0 else numbers
