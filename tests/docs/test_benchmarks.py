"""The page of benchmarks: its tables equal those of the pages that explain them."""

from __future__ import annotations

import re

from helpers.pages import DOCS, text
from helpers.paths import ROOT

PAGE = text(DOCS / "benchmarks.md")
EXPLAINED = (ROOT / "README.md", DOCS / "scaling.md", DOCS / "schedules-and-losses.md")
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def test_tables_are_those_of_the_other_pages() -> None:
    tables = [table for table in TABLE.findall(PAGE) if "`python bench/" not in table]
    assert len(tables) == 6
    others = [table for path in EXPLAINED for table in TABLE.findall(text(path))]
    for table in tables:
        assert table in others, f"no other page has this table:\n{table}"


def test_commands_are_there() -> None:
    commands = set(re.findall(r"python (bench/\w+\.py)", PAGE))
    assert len(commands) >= 7
    for command in commands:
        assert (ROOT / command).is_file(), command
