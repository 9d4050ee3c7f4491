"""Habits of English that a test can look for."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from helpers.paths import ROOT

FILES = sorted(
    path
    for folder in ("src", "bench", "tools", "examples", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
NAMED = [path.relative_to(ROOT).as_posix() for path in FILES]

# The first words of a docstring without a verb or a noun of its own.
RIDDLE = re.compile(r"(What|Of|Those|That) |As `")
KINDS = {".c", ".h", ".py", ".pyx", ".pxi"}
SOURCES = sorted(
    path
    for folder in ("csrc", "src")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in KINDS
)


def docstrings(path: Path) -> list[str]:
    kinds = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
    return [text for text in found if text]


def test_there_are_docstrings() -> None:
    assert sum(len(docstrings(path)) for path in FILES) > 1000


@pytest.mark.parametrize("name", NAMED)
def test_docstrings_begin_with_a_verb_or_a_noun(name: str) -> None:
    assert [text for text in docstrings(ROOT / name) if RIDDLE.match(text)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_numbers_are_named(path: Path) -> None:
    """Text names a number where it could say "so many"."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?i)\b(?:in|of|after|every|as) so many\b|\bas many again\b", text) == []


def test_riddles_would_be_found() -> None:
    assert RIDDLE.match("What came of it.")
    assert RIDDLE.match("As `train`.")
    assert not RIDDLE.match("Whatever the number of threads, the bits are the same.")
