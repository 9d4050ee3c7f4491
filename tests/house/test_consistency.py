"""Consistency between the repository's own files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from helpers.paths import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("tool", ["clang-format", "codespell", "mypy", "ruff"])
def test_commits_are_looked_at_with_the_versions_of_the_checks(tool: str) -> None:
    hooks = ROOT / ".pre-commit-config.yaml"
    if not hooks.exists():
        pytest.skip("this is not a clone")
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lint = groups["dependency-groups"]["lint"]
    (version,) = [line.split("==")[1] for line in lint if line.startswith(f"{tool}==")]
    found = re.findall(
        rf"{tool}\S*\n    rev: [0-9a-f]{{40}} # frozen: v(\S+)$|\"{tool}==([^\"]+)\"",
        hooks.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert ["".join(versions) for versions in found] == [version]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"\./\S+|[\w./-]+@[0-9a-f]{40} # v[\d.]+", action)


@pytest.mark.parametrize("folder", ["src/fastgan", "csrc"])
def test_the_architecture_page_names_every_file(folder: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    kinds = {".py", ".pyi", ".pyx", ".pxd", ".pxi", ".c", ".h"}
    files = {path.name for path in (ROOT / folder).rglob("*") if path.suffix in kinds}
    assert files
    assert {name for name in files if f"`{name}`" not in page} == set()
