"""Labels of classes: checked, or refused with an error that names the argument."""

from __future__ import annotations

import operator

import numpy as np
import numpy.typing as npt

from fastgan._support.validation import LARGEST_INT, describe, read_only


def classes_of_rows(
    name: str, value: object, n_rows: int
) -> tuple[npt.NDArray[np.int64], tuple[int, ...]]:
    """Return the class of each of `n_rows` rows, from 0, and the class labels, increasing."""
    given = labels_of_rows(name, value, None)
    if given.shape != (n_rows,):
        raise ValueError(
            f"{name} must have shape ({n_rows},), one per row of data, got shape {given.shape}"
        )
    distinct, of_rows = np.unique(given, return_inverse=True)
    return of_rows.astype(np.int64), tuple(distinct.tolist())


def labels_of_rows(name: str, value: object, n_rows: int | None) -> npt.NDArray[np.int64]:
    """Return the labels of `n_rows` rows, given one for each or one for all of them.

    With `n_rows` None the labels may have any shape.
    """
    given = np.asarray(value)
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name} must be an int or hold ints, got {describe(value)}")
    if given.size and (given.max() > LARGEST_INT or given.min() < -LARGEST_INT):
        raise ValueError(f"{name} must be below 2**63, got {describe(value)}")
    if n_rows is not None and given.ndim == 0:
        given = np.full(n_rows, given)
    if n_rows is not None and given.shape != (n_rows,):
        raise ValueError(f"{name} must be an int or have shape ({n_rows},), got {given.shape}")
    return given.astype(np.int64)


def classes(name: str, value: object) -> npt.NDArray[np.int64]:
    """Return class labels, checked to be strictly increasing; read-only."""
    given = labels_of_rows(name, value, None)
    if given.ndim != 1 or not given.size or (np.diff(given) <= 0).any():
        raise ValueError(
            f"{name} must be strictly increasing and have shape (c,), got {describe(value)}"
        )
    return read_only(given)


def needs_label(name: str, label: object, known_labels: npt.ArrayLike) -> bool:
    """Return whether there are classes; refuse a missing label, and one without classes."""
    if not np.size(known_labels):
        if label is not None:
            raise ValueError(
                f"{name} must be None for networks without classes, got {describe(label)}"
            )
        return False
    if label is None:
        raise unknown_label(name, known_labels, "None")
    return True


def unknown_label(name: str, known_labels: npt.ArrayLike, given: str) -> ValueError:
    """Return the error for a label that no class has."""
    return ValueError(
        f"{name} must be among the classes {np.asarray(known_labels).tolist()}, got {given}"
    )


def same_classes(name: str, found: npt.ArrayLike, expected: npt.ArrayLike) -> None:
    """Refuse rows of other classes than expected; both are given as increasing labels."""
    if not np.array_equal(found, expected):
        wanted, others = np.asarray(expected).tolist(), np.asarray(found).tolist()
        raise ValueError(f"{name} must hold each of the classes {wanted}, got {others}")


def class_index(name: str, label: object, known_labels: npt.NDArray[np.int64]) -> int:
    """Return the index of the class that has this label."""
    try:
        if isinstance(label, bool | np.bool_):
            raise TypeError
        number = operator.index(label)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an int, got {describe(label)}") from None
    found = np.flatnonzero(known_labels == number)
    if not len(found):
        raise unknown_label(name, known_labels, describe(number))
    return int(found[0])
