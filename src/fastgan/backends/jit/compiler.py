"""How Numba compiles functions, and when a compiled function on disk may be used again."""

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
    """Hash the sources of all backends: a kernel contains code and numbers of several of them."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


class _KernelCache(FunctionCache):  # type: ignore[misc]
    """A cache on disk that forgets a function when any of the sources has changed.

    Numba's own cache checks only the file of the function itself, not the functions that it calls,
    and would go on using the constants of another version.
    """

    _sources = _digest_of_sources()

    def _index_key(self, signature: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(signature, codegen), self._sources)


def compiled(function: _F) -> _F:
    """Compile a function at its first call, and keep it on disk if there is a writable folder.

    Without fastmath, LLVM may neither fuse nor reorder operations. With NumPy's error model, a
    division does not check whether its divisor is 0.
    """
    dispatcher: Any = njit(error_model="numpy", nogil=True)(function)
    with contextlib.suppress(RuntimeError):  # no writable folder: compile in every process
        dispatcher._cache = _KernelCache(function)
    result: _F = dispatcher
    return result
