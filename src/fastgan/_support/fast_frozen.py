"""Frozen dataclasses made at once, for what a short training would wait for."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def frozen(cls: type[T], **values: Any) -> T:
    """Make a frozen dataclass of values known to be right; fields left out have their defaults.

    Its own `__init__` sets one field after the other, around its own guard, and takes up to ten
    times as long. For classes without slots, default factories and `__post_init__`.
    """
    instance = object.__new__(cls)
    vars(instance).update(values)
    return instance
