"""Old names of attributes, which can still be read."""

from __future__ import annotations

import warnings
from typing import Any


def renamed(old: str, new: str) -> property:
    """Return a property that reads the attribute `new` by its old name, with a warning."""

    def read(instance: object) -> Any:
        message = f"{type(instance).__name__}.{old} is deprecated; use {new} instead"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return getattr(instance, new)

    return property(read, doc=f"Deprecated name of `{new}`.")
