"""Skip tests of backends that are unavailable."""

from __future__ import annotations

import os

import pytest

import fastgan


def require_backend(name: str) -> str:
    """Skip, with the reason, a backend that is unavailable, but never a required kernel."""
    usable, reason = fastgan.backends.available()[name]
    if not usable:
        if name == "c" and os.environ.get("FASTGAN_REQUIRE_KERNEL") == "1":
            pytest.fail(f"FASTGAN_REQUIRE_KERNEL=1, but {reason}")
        pytest.skip(reason)
    return name
