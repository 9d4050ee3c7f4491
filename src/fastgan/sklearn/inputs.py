"""Conversion of the arguments of scikit-learn's users into those of fastgan."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from fastgan._support import class_labels, validation
from fastgan.randomness.source import RandomInput

Array = npt.NDArray[Any]


def random_input(random_state: object) -> RandomInput:
    """Convert scikit-learn's random state into an argument for the `rng` of `fastgan.train`."""
    if random_state is None or isinstance(random_state, np.random.RandomState):
        return check_random_state(random_state)  # type: ignore[no-any-return]
    if isinstance(random_state, np.random.Generator):
        return random_state
    if not isinstance(random_state, numbers.Integral) or isinstance(random_state, bool):
        raise TypeError(
            "random_state must be None, an int, a RandomState or a Generator, "
            f"got {validation.describe(random_state)}"
        )
    return validation.count("random_state", random_state, least=0)


def rows_and_labels(
    estimator: object, X: object, y: object, *, labelled: bool, fitting: bool
) -> tuple[Array, Any]:
    """Return rows (n, d), and their labels (n,) if `labelled`; `fitting` notes the columns."""
    options = {"reset": fitting, "dtype": (np.float64, np.float32)}
    if not labelled:
        return validate_data(estimator, X, **options), None
    if y is None:
        raise ValueError("conditional=True requires y to be passed, but the target y is None")
    return validate_data(estimator, X, y, **options)  # type: ignore[no-any-return]


def classes_of_rows(labels: Any) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return the sorted classes, and the index among them of the class of each row."""
    try:
        check_classification_targets(labels)
        return np.unique(labels, return_inverse=True)
    except TypeError:  # raised for a mixture of ints and strs, or for None
        raise TypeError(
            f"y must hold only ints or only strs, got {validation.describe(labels.tolist())}"
        ) from None


def places(name: str, labels: object, classes: Array) -> npt.NDArray[np.intp]:
    """Return the index of each label among the classes."""
    given = np.asarray(labels)
    same = given[..., np.newaxis] == classes
    unknown = ~same.any(axis=-1)
    if unknown.any():
        first = given[unknown].tolist()[0]
        raise class_labels.unknown_label(name, classes, validation.describe(first))
    where: npt.NDArray[np.intp] = same.argmax(axis=-1)
    return where
