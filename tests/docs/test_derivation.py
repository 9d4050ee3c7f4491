"""The page on the derivation: its lines of Python and C are those of the source."""

from __future__ import annotations

import re

from helpers.pages import DOCS, text
from helpers.paths import ROOT

PAGE = text(DOCS / "derivation.md")
PYTHON = text(ROOT / "src" / "fastgan" / "backends" / "reference" / "slanted_land.py")
C = text(ROOT / "csrc" / "fast_paths" / "single_rows.h")
ROW = re.compile(r"^\|.*?\| `(.+?)` \| `(.+?)`.* \|$", re.MULTILINE)  # after the formula


def test_python_and_c_are_the_sources() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) == 10
    for python, c in rows:
        assert python in PYTHON, python
        assert c in C, c
