"""Pages whose examples run: the Python of a page, in order, prints what the page says."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent / "docs"
PAGES = (
    "conditional.md",
    "judging.md",
    "pictures.md",
    "schedules-and-losses.md",
    "watching.md",
    pytest.param(
        "scikit-learn.md",
        marks=pytest.mark.skipif(find_spec("sklearn") is None, reason="needs scikit-learn"),
    ),
)

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str]]:
    """The language and the content of each block of code."""
    return BLOCK.findall(page)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_is_what_happens(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    ran = 0
    for language, content in blocks((DOCS / page).read_text(encoding="utf-8")):
        if language == "python":
            assert not printed, f"the page does not show what its block {ran} prints: {printed}"
            output = StringIO()
            with redirect_stdout(output):
                exec(compile(content, f"{page}, block {ran}", "exec"), namespace)
            printed = output.getvalue()
            ran += 1
        elif language == "text":
            assert printed == content
            printed = ""
    assert not printed
    assert ran


def test_blocks_are_found() -> None:
    page = "a\n```python\nx = 1\nprint(x)\n```\nb\n```text\n1\n```\n```sh\nls\n```\n"
    assert blocks(page) == [("python", "x = 1\nprint(x)\n"), ("text", "1\n"), ("sh", "ls\n")]
