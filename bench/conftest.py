"""SharedData setup of the benchmarks: one core, and the marks that select some of them."""

from __future__ import annotations

import one_core
import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    config.addinivalue_line("markers", "backends: fastgan's own backends")
    config.addinivalue_line("markers", "peers: other libraries doing the same work")


def pytest_report_header() -> str:
    """Report the core to which the timing is bound."""
    return "bench: " + ("not bound to a core" if one_core.CORE is None else f"core {one_core.CORE}")
