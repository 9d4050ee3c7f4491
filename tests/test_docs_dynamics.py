"""The page on dynamics: its examples print what they are said to; its figures can be made."""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "dynamics.md"
BLOCKS = re.compile(
    r"^```python\n(.*?)^```\n(?:\n^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL
)


def test_examples_print_what_the_page_says(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    blocks = BLOCKS.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    names: dict[str, Any] = {}
    for code, expected in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, str(PAGE), "exec"), names)
        assert [line.rstrip() for line in printed.getvalue().splitlines()] == expected.splitlines()


def test_figures_are_there_and_can_be_made_again(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    named = re.findall(r"!\[.+?\]\((\S+)\)", PAGE.read_text(encoding="utf-8"))
    assert named
    assert all((PAGE.parent / name).is_file() for name in named)
    monkeypatch.setattr(sys, "argv", ["dynamics.py", "--out", str(tmp_path)])
    runpy.run_path(str(ROOT / "examples" / "dynamics.py"), run_name="__main__")
    assert {path.name for path in tmp_path.iterdir()} == {Path(name).name for name in named}
    assert capsys.readouterr().out.count("drawn to") == len(named)
