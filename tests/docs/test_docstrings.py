"""Examples in docstrings run, and the API reference omits nothing public."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

import fastgan
from helpers.paths import ROOT

REFERENCE = ROOT / "docs" / "reference"
PACKAGE = Path(fastgan.__file__).parent

WITH_EXAMPLES = sorted(
    ".".join(("fastgan", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    failed, attempted = doctest.testmod(importlib.import_module(name))
    assert attempted
    assert not failed


def test_examples_are_found() -> None:
    assert "fastgan.training.train" in WITH_EXAMPLES


def test_the_reference_has_all_that_is_public() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.rst"))
    described = set(re.findall(r"^\.\. auto\w+:: (?:fastgan\.)?(\w+)$", text, re.MULTILINE))
    assert set(fastgan.__all__) - described == set()


@pytest.mark.parametrize("name", ["dynamics", "metrics", "plotting"])
def test_what_a_module_lists_is_there(name: str) -> None:
    """The API reference shows all names in `__all__`."""
    module = importlib.import_module(f"fastgan.{name}")
    for public in module.__all__:
        value = getattr(module, public)
        assert not isinstance(value, ModuleType)
        assert isinstance(value, tuple) or value.__doc__
