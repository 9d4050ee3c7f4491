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


def _digest_of_sources() -> str:
    """Hash the sources of all backends: a kernel compiles code and numbers of several of them."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
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
