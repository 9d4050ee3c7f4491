"""Time other libraries on the same work, each checked against the reference first."""

from __future__ import annotations

from typing import Any

import peers
import pytest
from cases import DTYPES, SIZES, Size, work

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("name", peers.NAMES)
@pytest.mark.parametrize("history", [True, False], ids=["history", "no-history"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_peer(benchmark: Any, size: Size, dtype: str, history: bool, name: str) -> None:
    """Time one peer, after checking that its result is the reference's up to rounding."""
    reason = peers.why_not(name, size, dtype)
    if reason:
        pytest.skip(reason)
    peers.require_agreement(name, size, dtype, history, size.short_epochs)
    timed = work(size, dtype, size.epochs if benchmark.enabled else size.short_epochs)
    benchmark.group = f"{size.name} {dtype}, {'' if history else 'no '}history"
    benchmark.extra_info["steps"] = timed.steps
    benchmark(peers.load(name).prepare(timed, history))
