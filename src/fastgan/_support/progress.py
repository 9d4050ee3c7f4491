"""A progress bar for long trainings."""

from __future__ import annotations

import sys
from typing import Any, Protocol, Self


class ProgressBar(Protocol):
    """What a training needs of a progress bar."""

    def update(self, n: float | None = 1) -> Any:
        """Say that `n` more are done."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> Any: ...


class _NoBar:
    def update(self, n: float | None = 1) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass


def progress_bar(wanted: bool, total: int, unit: str = "step") -> ProgressBar:
    """A tqdm bar on stderr that appears after half a second, or one that never does."""
    if not wanted:
        return _NoBar()
    try:
        from tqdm import tqdm
    except ImportError:
        raise ImportError("progress=True needs tqdm: pip install 'fastgan[progress]'") from None
    bar: ProgressBar = tqdm(
        total=total, unit=unit, unit_scale=True, delay=0.5, file=sys.stderr, leave=False
    )
    return bar
