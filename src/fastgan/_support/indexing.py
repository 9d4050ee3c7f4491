"""Which models of an ensemble are meant: one, or some of them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation

Positions = npt.NDArray[np.intp]

_KINDS = "an int, a slice, or a mask or indices of shape (n,)"


def chosen(value: Any, count: int) -> int | slice | Positions:
    """The place of one model among `count`, or the places of some, as NumPy would take them."""
    if isinstance(value, slice):
        return value
    if hasattr(value, "__len__") and not isinstance(value, tuple | str | bytes):
        try:
            places = np.asarray(value)
        except ValueError:  # NumPy's word for a ragged sequence
            raise TypeError(f"index must be {_KINDS}, got {validation.describe(value)}") from None
        if places.size == 0 and isinstance(value, list):
            places = places.astype(np.intp)
        if places.ndim:
            return _positions(places, count)
    return position(value, count)


def position(value: object, count: int, what: str = "models", kinds: str = _KINDS) -> int:
    """The place of one model among `count`, counted from the end where it is negative."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        i = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"index must be {kinds}, got {validation.describe(value)}") from None
    if not -count <= i < count:
        raise IndexError(
            f"index must be that of one of {count} {what}, got {validation.describe(i)}"
        )
    return i % count


def _positions(places: npt.NDArray[Any], count: int) -> Positions:
    if places.ndim != 1 or places.dtype.kind not in "biu":
        raise TypeError(f"index must be {_KINDS}, got {validation.describe(places)}")
    if places.dtype.kind == "b":
        if len(places) != count:
            raise IndexError(f"index must mask {count} models, got a mask of {len(places)}")
        return np.flatnonzero(places)
    outside = np.flatnonzero((places < -count) | (places >= count))
    if len(outside):
        first = int(outside[0])
        raise IndexError(f"index must be of {count} models, got {places[first]} at place {first}")
    return places.astype(np.intp)
