"""The two networks of one layer each, with immutable parameters, compared and pickled by value."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from fastgan._support import validation

Array = npt.NDArray[Any]


class Parameters:
    """Base class of immutable objects that are compared and pickled by value.

    `_names` lists the attributes in the order of the constructor's arguments.
    """

    __slots__ = ()
    _names: tuple[str, ...] = ()

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._names)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot set {name!r}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: cannot delete {name!r}")

    def _fingerprint(self) -> tuple[Any, ...]:
        return tuple(
            (value.dtype.str, value.shape, value.tobytes())
            if isinstance(value, np.ndarray)
            else (type(value).__name__, value.tobytes())
            if isinstance(value, np.generic)
            else value
            for value in self._values()
        )

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._fingerprint() == other._fingerprint()

    def __hash__(self) -> int:
        return hash(self._fingerprint())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()


P = TypeVar("P", bound=Parameters)


def unchecked(cls: type[P], *values: object) -> P:
    """Make an instance from values known to be valid, without copying them."""
    instance = object.__new__(cls)
    for name, value in zip(cls._names, values, strict=True):
        object.__setattr__(instance, name, value)
    return instance


def _common_dtype(*values: object) -> np.dtype[Any]:
    """Return float32 if there are arrays and all of them are float32, else float64."""
    dtypes = {v.dtype.newbyteorder("=") for v in values if isinstance(v, np.ndarray | np.generic)}
    return np.dtype(np.float32 if dtypes == {np.dtype(np.float32)} else np.float64)


class Generator(Parameters):
    """A generator of one layer, x = sigmoid(b + sum over k of z_k W[k]).

    Parameters
    ----------
    weights : array_like, shape (k, d), or (d,) for one latent dimension
    biases : array_like, shape (d,)

    Attributes
    ----------
    weights : ndarray, shape (k, d)
        Read-only; float32 if every array among the arguments is float32, else float64.
    biases : ndarray, shape (d,)
        Read-only, of the same dtype.
    """

    __slots__ = ("biases", "weights")
    _names = ("weights", "biases")
    weights: Array
    biases: Array

    def __init__(self, weights: npt.ArrayLike, biases: npt.ArrayLike) -> None:
        dtype = _common_dtype(weights, biases)
        w = validation.real_array("weights", weights, dtype)
        b = validation.real_array("biases", biases, dtype)
        if w.ndim == 1:
            w = w[np.newaxis, :]
        if w.ndim != 2 or w.size == 0:
            raise ValueError(f"weights must have shape (k, d) or (d,), got {np.shape(weights)}")
        if b.shape != w.shape[1:]:
            raise ValueError(
                f"biases must have shape ({w.shape[1]},) to fit the weights {w.shape}, "
                f"got {b.shape}"
            )
        object.__setattr__(self, "weights", validation.read_only(w))
        object.__setattr__(self, "biases", validation.read_only(b))

    def __repr__(self) -> str:
        return f"Generator(weights={self.weights.tolist()}, biases={self.biases.tolist()})"


class Discriminator(Parameters):
    """A discriminator of one layer, D(x) = sigmoid(b + sum over j of x_j w_j).

    Parameters
    ----------
    weights : array_like, shape (d,)
    bias : float

    Attributes
    ----------
    weights : ndarray, shape (d,)
        Read-only; float32 if every array among the arguments is float32, else float64.
    bias : numpy.floating
        A number of the same dtype.
    """

    __slots__ = ("bias", "weights")
    _names = ("weights", "bias")
    weights: Array
    bias: Any

    def __init__(self, weights: npt.ArrayLike, bias: npt.ArrayLike) -> None:
        typed = (weights, bias) if isinstance(bias, np.ndarray | np.generic) else (weights,)
        dtype = _common_dtype(*typed)
        w = validation.real_array("weights", weights, dtype)
        b = validation.real_array("bias", bias, dtype)
        if w.ndim != 1 or w.size == 0:
            raise ValueError(f"weights must have shape (d,), got {w.shape}")
        if b.size != 1:
            raise ValueError(f"bias must be a single number, got shape {b.shape}")
        object.__setattr__(self, "weights", validation.read_only(w))
        object.__setattr__(self, "bias", b.reshape(-1)[0])

    def __repr__(self) -> str:
        return f"Discriminator(weights={self.weights.tolist()}, bias={float(self.bias)!r})"
