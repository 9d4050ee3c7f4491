"""The pages, their blocks of code, and the blocks that cannot be run as they are."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.paths import ROOT

DOCS = ROOT / "docs"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAIN = 'if __name__ == "__main__":'  # begins a separate program, which is run as one


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the language and the content of each block of code."""
    return BLOCK.findall(page)


def pages() -> dict[str, Path]:
    """Return every page that contains Python, by its name."""
    files = {path.relative_to(DOCS).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}
    files["README.md"] = ROOT / "README.md"
    return {name: path for name, path in files.items() if "python" in dict(blocks(text(path)))}


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# The crowds that readers train take seconds or hours; the tests train smaller ones.
FEWER = {
    "README.md": {"200_000": "2_000", "10_000": "100"},
    "scaling.md": {"100_000": "1_000", "range(100)": "range(2)", "10**7": "10**2"},
}

# Packages that a page needs besides NumPy and matplotlib.
NEEDED = {"scikit-learn.md": "sklearn"}

# The README shows pictures of its results, and not the printed output.
WITHOUT_OUTPUT = {"README.md"}

# Python blocks that are not run with the others of their page: a text that identifies each, and the
# reason. Some blocks of shell commands are run: those of the README by .ci/run, those of the quick
# start by tests/docs/test_commands.py, those of a cluster by tests/docs/test_cluster.py. The others
# install something, or serve or measure until they are ended.
NOT_RUN = {
    "scaling.md": {
        'Client("tls://head:8786"': "is run on a cluster, by tests/docs/test_cluster.py"
    },
}


def python_to_run(name: str, path: Path) -> list[tuple[str, str]]:
    """Return the blocks of a page, smaller, and without those that are not run."""
    kept = []
    left_out, changed = set(), set()
    for language, content in blocks(text(path)):
        reasons = [mark for mark in NOT_RUN.get(name, {}) if mark in content]
        left_out.update(reasons)
        if language == "python" and not reasons:
            for many, few in FEWER.get(name, {}).items():
                if many in content:
                    changed.add(many)
                    content = content.replace(many, few)
        if not reasons:
            kept.append((language, content))
    assert left_out == set(NOT_RUN.get(name, {})), f"{name} no longer has a block of NOT_RUN"
    assert changed == set(FEWER.get(name, {})), f"{name} no longer has a number of FEWER"
    return kept
