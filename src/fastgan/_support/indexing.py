"""Check indices of one model of an ensemble, or of several."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation

Positions = npt.NDArray[np.intp]

_KINDS = "an int, a slice, or a mask or indices of shape (n,)"


def chosen(value: Any, count: int) -> int | slice | Positions:
    """Return the position of one of `count` models, or a slice or the positions of several."""
    if isinstance(value, slice):
        return value
    if hasattr(value, "__len__") and not isinstance(value, tuple | str | bytes):
        try:
            places = np.asarray(value)
        except ValueError:  # NumPy raises it for a ragged sequence
            raise TypeError(f"index must be {_KINDS}, got {validation.describe(value)}") from None
        if places.size == 0 and isinstance(value, list):
            places = places.astype(np.intp)
        if places.ndim:
            return _positions(places, count)
    return position(value, count)


def position(value: object, count: int, what: str = "models", kinds: str = _KINDS) -> int:
    """Return the position of one of `count` models; a negative index counts from the end."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        i = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"index must be {kinds}, got {validation.describe(value)}") from None
    if not -count <= i < count:
        raise IndexError(f"index must refer to one of {count} {what}, got {validation.describe(i)}")
    return i % count


def _positions(places: npt.NDArray[Any], count: int) -> Positions:
    if places.ndim != 1 or places.dtype.kind not in "biu":
        raise TypeError(f"index must be {_KINDS}, got {validation.describe(places)}")
    if places.dtype.kind == "b":
        if len(places) != count:
            raise IndexError(
                f"index must be a mask of length {count}, one bool per model, "
                f"got length {len(places)}"
            )
        return np.flatnonzero(places)
    outside = np.flatnonzero((places < -count) | (places >= count))
    if len(outside):
        first = int(outside[0])
        raise IndexError(
            f"index must refer to some of {count} models, got {places[first]} at position {first}"
        )
    return places.astype(np.intp)
