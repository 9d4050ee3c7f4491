"""Choice of the backend: the best available one, or the requested one, or an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastgan


def test_the_backend_that_is_chosen(faces: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    usable = [name for name, found in fastgan.backends.available().items() if found.usable]
    assert fastgan.train(faces, epochs=1).backend == usable[0]
    for name in usable:
        monkeypatch.setenv("FASTGAN_BACKEND", name)
        assert fastgan.train(faces, epochs=1).backend == name
        assert fastgan.train(faces, epochs=1, backend="numpy").backend == "numpy"
    monkeypatch.setenv("FASTGAN_BACKEND", "")
    assert fastgan.train(faces, epochs=1).backend == usable[0]


def test_a_backend_that_is_missing_fails_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = fastgan.backends.Availability(False, "it is not here")
    monkeypatch.setattr(fastgan.backends, "_availability", lambda name: missing)
    with pytest.raises(RuntimeError, match="backend='c' cannot be used: it is not here"):
        fastgan.train([0.5], backend="c")
    monkeypatch.setenv("FASTGAN_BACKEND", "numba")
    with pytest.raises(RuntimeError, match="FASTGAN_BACKEND='numba' cannot be used"):
        fastgan.train([0.5])


def test_a_broken_numba_is_not_chosen(tmp_path: Path) -> None:
    """For example, a Numba built for another version of NumPy is found but does not load."""
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs another NumPy')")
    code = (
        "import sys; sys.modules['fastgan.backends.native._kernel'] = None\n"
        "import fastgan; print(fastgan.train([0.5], epochs=1).backend)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True,
                          text=True, timeout=60)  # fmt: skip
    assert done.stdout.strip() == "numpy", done.stderr


def test_importing_fastgan_imports_nothing_that_is_slow() -> None:
    code = "import sys, fastgan; print({'numba', 'matplotlib', 'typer', 'tqdm'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "set()", done.stderr
