"""Compare the backends: end to end, and the kernel alone."""

from __future__ import annotations

from typing import Any

import pytest
import trainings
from cases import DTYPES, SIZES, Size, work

from fastgan import backends

pytestmark = pytest.mark.backends


@pytest.mark.parametrize("backend", backends.NAMES)
@pytest.mark.parametrize("record_every", [1, 0], ids=["history", "no-history"])
@pytest.mark.parametrize("kind", trainings.KINDS, ids=lambda kind: kind.replace(" ", "-"))
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_backend(
    benchmark: Any, size: Size, dtype: str, kind: str, record_every: int, backend: str
) -> None:
    """Time one backend, after checking that it gives the reference's bits."""
    usable, reason = backends.available()[backend]
    if not usable:
        pytest.skip(reason)
    slow = backend == "numpy"
    in_full = benchmark.enabled and not slow
    epochs = size.identity_epochs if in_full else size.short_epochs
    trainings.require_identity(size, dtype, backend, record_every, epochs)
    timed = work(size, dtype, size.epochs if in_full else size.short_epochs)
    make = trainings.end_to_end if kind == "end to end" else trainings.kernel_alone
    run = make(timed, backend, record_every)
    benchmark.group = f"{size.name} {dtype}, {'' if record_every else 'no '}history"
    benchmark.extra_info["steps"] = timed.steps
    if slow:
        benchmark.pedantic(run, rounds=1)
    else:
        benchmark(run)
