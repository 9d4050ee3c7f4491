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


PAGE = ROOT / "docs" / "architecture.md"
PICTURE = ROOT / "docs" / "images" / "architecture.svg"


def rooms(top: str) -> set[str]:
    """Name the folders of sources directly within a folder."""
    folders = (path for path in (ROOT / top).iterdir() if path.is_dir())
    return {f"{path.name}/" for path in folders if not path.name.startswith("__")}


@pytest.mark.parametrize("top", ["src/fastgan", "csrc"])
def test_the_architecture_page_shows_every_room(top: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    first_columns = "\n".join(re.findall(r"^\| (`[^|]*`) \|", page, re.MULTILINE))
    assert rooms(top)
    assert {room for room in rooms(top) if f"`{room}`" not in first_columns} == set()


def test_the_picture_shows_every_room() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert {room for room in rooms("src/fastgan") if f">{room}" not in picture} == set()


def test_the_architecture_page_names_only_what_is_there() -> None:
    """A path is one of the repository, of the package, or of csrc."""
    page = PAGE.read_text(encoding="utf-8")
    names = set(re.findall(r"`([\w./]+(?:/|\.(?:py|pyx|h|c|md)))`", page))
    assert len(names) > 60
    tops = (ROOT, ROOT / "src" / "fastgan", ROOT / "csrc")
    paths = [
        *tops,
        *(top / room for top in tops[1:] for room in rooms(str(top.relative_to(ROOT)))),
    ]
    assert {name for name in names if not any((top / name).exists() for top in paths)} == set()
