"""A progress bar for long trainings."""

from __future__ import annotations

import sys
from typing import Any, Protocol, Self


class ProgressBar(Protocol):
    """The interface of a progress bar that trainings use."""

    def update(self, n: float | None = 1) -> Any:
        """Report that `n` more steps or models are done."""

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
    """Return a tqdm bar on stderr that appears after half a second, or one that never appears."""
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
