"""How functions are compiled by Numba, and when a compiled one on disk may be used again."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core.caching import FunctionCache

_F = TypeVar("_F", bound=Callable[..., Any])

_SOURCES = (
    "elementary_constants",
    "numpy_reference",
    "recipe",
    "numba_compiler",
    "numba_lanes",
    "numba_look_up",
    "numba_elementary",
    "numba_panels",
    "numba_batches",
    "numba_single_rows",
    "numba_objectives",
    "numba_recipe_moves",
    "numba_recipes",
    "numba_jit",
)


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()


class _KernelCache(FunctionCache):  # type: ignore[misc]
    """A cache on disk that forgets a function when any of the sources has changed.

    Numba's own looks only at the file of the function itself, not at what it calls, and would
    go on with the constants of another version.
    """

    _sources = _digest_of_sources()

    def _index_key(self, signature: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(signature, codegen), self._sources)


def compiled(function: _F) -> _F:
    """Compile a function at its first call, and keep it on disk where there is a place for it.

    Without fastmath LLVM may neither fuse nor reorder; with NumPy's error model a division does
    not ask whether its divisor is 0.
    """
    dispatcher: Any = njit(error_model="numpy", nogil=True)(function)
    with contextlib.suppress(RuntimeError):  # no place to write to: compiled in every process
        dispatcher._cache = _KernelCache(function)
    result: _F = dispatcher
    return result
