"""The page on dynamics: its figures can be redrawn. test_pages.py runs its examples."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

from helpers.paths import ROOT

PAGE = ROOT / "docs" / "dynamics.md"


def test_figures_are_there_and_can_be_made_again(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    named = re.findall(r"!\[.+?\]\((\S+)\)", PAGE.read_text(encoding="utf-8"))
    assert named
    assert all((PAGE.parent / name).is_file() for name in named)
    monkeypatch.setattr(sys, "argv", ["dynamics.py", "--out", str(tmp_path)])
    runpy.run_path(str(ROOT / "examples" / "dynamics.py"), run_name="__main__")
    assert {path.name for path in tmp_path.iterdir()} == {Path(name).name for name in named}
    assert capsys.readouterr().out.count("drawn to") == len(named)
