"""Convert arguments to the form that kernels take, or raise an error that names the argument.

Nothing here ever writes to a user's array.
"""

from __future__ import annotations

import contextlib
import math
import numbers
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
LARGEST_INT = 2**63 - 1


def describe(value: object) -> str:
    """Describe a value briefly, for an error message."""
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    try:
        text = repr(value)
    except Exception:  # an int too long to print, or a repr that fails
        return f"a value of type {type(value).__name__} that cannot be printed"
    if len(text) > 60:
        text = text[:57] + "..."
    return f"{text} ({type(value).__name__})"


def count(name: str, value: object, *, least: int = 1) -> int:
    """Return a whole number, checked to be at least `least` and below 2**63."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an int, got {describe(value)}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {describe(number)}")
    if number > LARGEST_INT:
        raise ValueError(f"{name} must be below 2**63, got {describe(number)}")
    return number


def total(name: str, number: int, each: int) -> None:
    """Refuse `number` items of `each` numbers if their size in bytes may exceed 2**63."""
    if number > LARGEST_INT // 16 // each:
        raise ValueError(f"{name} is too large: {describe(number)} times {each} numbers")


@contextlib.contextmanager
def room_for(name: str, number: int, each: int) -> Iterator[None]:
    """Check a size with `total`, and make a MemoryError in the block name the argument."""
    total(name, number, each)
    try:
        yield
    except MemoryError:
        raise MemoryError(
            f"{name}: no memory for {number} times {each} numbers; ask for fewer"
        ) from None


def rate(name: str, value: object, dtype: np.dtype[Any]) -> float:
    """Return a learning rate or weight, finite and at least 0, rounded to the run's dtype."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool | np.timedelta64):
        raise TypeError(f"{name} must be a real number, got {describe(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    rounded = number
    if dtype != np.float64:
        with np.errstate(over="ignore", under="ignore"):
            rounded = float(dtype.type(number))
    if not math.isfinite(rounded) or value < 0:
        raise ValueError(f"{name} must be finite in {dtype} and at least 0, got {describe(value)}")
    return rounded


def rates(name: str, value: object, n_models: int, dtype: np.dtype[Any]) -> npt.NDArray[np.float64]:
    """Return the learning rates of models, read-only, from one for all or one for each."""
    if isinstance(value, numbers.Real):
        each = _repeated(rate(name, value, dtype), n_models)
    else:
        each = _rate_of_each(name, value, n_models, dtype)
    each.flags.writeable = False
    return each


def _repeated(number: float, n_models: int) -> npt.NDArray[np.float64]:
    try:
        return np.full(n_models, number)
    except MemoryError:
        raise MemoryError(
            f"n_models: the learning rates of {n_models} models alone need {8 * n_models:,} bytes; "
            "train fewer"
        ) from None


def _rate_of_each(
    name: str, value: object, n_models: int, dtype: np.dtype[Any]
) -> npt.NDArray[np.float64]:
    # Round to float64 first, as for a single rate: rounding only once could give another value.
    wide, given = real_array(name, value, np.dtype(np.float64)), np.asarray(value)
    if given.dtype.kind == "b":
        raise TypeError(f"{name} must hold real numbers, got {describe(value)}")
    if given.shape != (n_models,):
        raise ValueError(
            f"{name} must be a number or have shape ({n_models},), one per model, "
            f"got shape {given.shape}"
        )
    negative = np.flatnonzero(given < 0)
    if len(negative):
        index = int(negative[0])
        raise ValueError(f"{name} must be at least 0, got {given[index]} at index ({index},)")
    return real_array(name, wide, dtype).astype(np.float64)


def flag(name: str, value: object) -> bool:
    """Return a bool; refuse everything else, even 0 and 1."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {describe(value)}")
    return bool(value)


def run_dtype(value: npt.DTypeLike) -> np.dtype[Any]:
    """Return float64 or float32, in the machine's byte order."""
    try:
        dtype = np.dtype(value).newbyteorder("=")
    except Exception as error:  # including SyntaxError, for a string with commas
        kind = ValueError if isinstance(error, ValueError | SyntaxError) else TypeError
        raise kind(f"dtype must be float64 or float32, got {describe(value)}") from None
    if dtype not in DTYPES:
        raise ValueError(f"dtype must be float64 or float32, got {dtype}")
    return dtype


def real_array(name: str, value: object, dtype: np.dtype[Any]) -> Array:
    """Convert a real array-like to a C-contiguous array of `dtype`; every number must be finite.

    The result may share memory with `value`, so it must not be written to.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries; fill or drop them first")
    try:
        array = np.asarray(value)
    except ValueError as error:  # NumPy raises it for a ragged or too deeply nested sequence
        reason = "ragged" if "inhomogeneous" in str(error) else str(error)[:100]
        raise ValueError(f"{name} cannot be converted to an array: {reason}") from None
    except TypeError:
        raise TypeError(f"{name} must be a real array, got {describe(value)}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{name} must hold real numbers, got {describe(value)} of dtype {array.dtype}"
        )
    if array.dtype == dtype:
        flags = array.flags
        is_ready = flags.c_contiguous and flags.aligned and type(array) is np.ndarray
        result = array if is_ready else np.require(array, requirements=["C", "A"])
    else:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            result = array.astype(dtype, order="C")
    finite = np.isfinite(result)
    if not finite.all():
        position = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"{name} must be finite in {dtype}, got {array[position]} at index {position}"
        )
    return result


def rows_of_items(name: str, value: object, dtype: np.dtype[Any]) -> tuple[Array, tuple[int, ...]]:
    """Return data (n, ...) as a matrix (n, d), and the shape (...) of an item."""
    array = real_array(name, value, dtype)
    if array.ndim == 0:
        raise ValueError(f"{name} must have shape (n, ...), got a single number")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    return array.reshape(len(array), -1), array.shape[1:]


def sealed(array: Array) -> Array:
    """Make an array read-only and return a view of it, which cannot be made writeable again."""
    array.flags.writeable = False
    return array.view()


def read_only(array: Array) -> Array:
    """Return a read-only, C-contiguous copy."""
    owner = np.array(array, order="C")
    owner.flags.writeable = False
    return owner.view()  # a view, unlike the owner, cannot be made writeable again


def one_of(name: str, value: object, names: tuple[str, ...]) -> str:
    """Return a name, checked to be one of `names`."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {names}, got {describe(value)}")
    if value not in names:
        raise ValueError(f"{name} must be one of {names}, got {value!r}")
    return value


def below_one(name: str, value: object, dtype: np.dtype[Any]) -> float:
    """Return a number, checked to be at least 0 and below 1 in a dtype."""
    number = rate(name, value, dtype)
    if number >= 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {describe(value)}")
    return number
