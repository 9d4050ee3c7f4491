"""Fixtures and settings shared by all tests: backends, dtypes, faces, environment, profiles."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import fastgan

pytest.register_assert_rewrite("helpers")  # a failure shows its numbers, as it does in a test

from helpers.backends import require_backend  # noqa: E402

# HYPOTHESIS_PROFILE=thorough compares the backends on 2,000 random configurations; few is for
# running the same tests again in a different environment.
settings.register_profile("few", max_examples=20, deadline=None)
settings.register_profile("quick", max_examples=100, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# A shell's background jobs, and all processes that they start, ignore Ctrl-C, which is tested here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_backend_is_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTGAN_BACKEND", raising=False)


@pytest.fixture(scope="session", params=fastgan.backends.NAMES)
def backend(request: pytest.FixtureRequest) -> str:
    return require_backend(request.param)


@pytest.fixture(scope="session", params=["c", "numba"])
def kernel(request: pytest.FixtureRequest) -> str:
    """Return a backend that must agree with the reference."""
    return require_backend(request.param)


@pytest.fixture(scope="session", params=["float64", "float32"])
def dtype(request: pytest.FixtureRequest) -> np.dtype:
    return np.dtype(request.param)


@pytest.fixture
def faces() -> np.ndarray:
    return fastgan.datasets.slanted_land()


@pytest.fixture
def kernel_variants() -> Iterator[list[str]]:
    require_backend("c")
    native = importlib.import_module("fastgan.backends.native.backend")
    compiled = importlib.import_module("fastgan.backends.native._kernel")
    before = compiled.chosen_variant()
    yield [name for name, supported in compiled.variants().items() if supported]
    native.choose_variant(before)


@pytest.fixture
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use an empty directory and no variables that change the output."""
    for name in ("FASTGAN_BACKEND", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
