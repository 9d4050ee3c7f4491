"""The headers of the C kernels stand alone, and include one another in one direction."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from helpers.paths import ROOT

CSRC = ROOT / "csrc"
INCLUDE = re.compile(r'^#include "(.+)"$', re.MULTILINE)
ORDER = re.compile(r"(include <[\w\s,<*]+)\n \*/")

pytestmark = pytest.mark.skipif(not CSRC.exists(), reason="the tests are not among the sources")

HEADERS = sorted(path.relative_to(CSRC).as_posix() for path in CSRC.rglob("*.h"))
TEMPLATES = [name for name in HEADERS if name.endswith("_template.h")]
ALONE = [name for name in HEADERS if name not in TEMPLATES]


def includes(name: str) -> list[str]:
    return INCLUDE.findall((CSRC / name).read_text(encoding="utf-8"))


@cache
def ranks() -> dict[str, int]:
    """The place of each folder in the order that kernels.c states."""
    order = ORDER.search((CSRC / "kernels.c").read_text(encoding="utf-8"))
    steps = re.sub(r"[\s*]", "", order[1]).split("<")
    return {folder: rank for rank, step in enumerate(steps) for folder in step.split(",")}


def folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def test_every_folder_has_a_place_in_the_order() -> None:
    folders = {path.relative_to(CSRC).as_posix() for path in CSRC.rglob("*") if path.is_dir()}
    assert folders == set(ranks())


def test_files_of_no_folder_are_the_ones_that_put_the_kernels_together() -> None:
    assert {path.name for path in CSRC.glob("*.*")} == {"dispatch.c", "kernels.c", "kernels.h"}


@pytest.mark.parametrize("name", [name for name in HEADERS if folder_of(name)])
def test_a_header_includes_its_own_folder_and_those_before_it(name: str) -> None:
    own = folder_of(name)
    for included in includes(name):
        assert (CSRC / included).is_file(), included
        other = folder_of(included)
        assert other == own or ranks()[other] < ranks()[own], included


def test_sources_include_headers_by_their_path_from_csrc() -> None:
    for path in CSRC.rglob("*.c"):
        found = includes(path.relative_to(CSRC).as_posix())
        assert found
        assert set(found) <= set(ALONE), path


def test_no_header_includes_itself_by_way_of_others() -> None:
    graph = {name: includes(name) for name in HEADERS}
    assert len(list(TopologicalSorter(graph).static_order())) == len(HEADERS)


@pytest.mark.parametrize("name", ALONE)
def test_a_header_has_an_include_guard_named_after_it(name: str) -> None:
    guard = f"FASTGAN_{Path(name).stem.upper()}_H".replace("FASTGAN_FASTGAN_", "FASTGAN_")
    code = re.sub(r"/\*.*?\*/", "", (CSRC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    assert code.strip().startswith(f"#ifndef {guard}\n#define {guard}\n")
    assert code.strip().endswith("#endif")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_states_its_parameters_and_is_included_for_every_width(name: str) -> None:
    text = (CSRC / name).read_text(encoding="utf-8")
    assert "\n * Parameters:\n *   WIDTH  " in text.partition("*/")[0]
    assert "#ifndef FASTGAN_" not in text
    users = {user for user in HEADERS if name in includes(user)}
    assert users
    for user in users:
        assert "#define WIDTH 1\n" in (CSRC / user).read_text(encoding="utf-8")


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("name", ALONE)
def test_a_header_compiles_alone(name: str, bits: int) -> None:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        pytest.skip("needs a C compiler")
    done = subprocess.run(
        [compiler, "-fsyntax-only", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-psabi",
         "-Wno-unused-function", f"-DFASTGAN_REAL_BITS={bits}", "-DFASTGAN_VARIANT=generic",
         f"-I{CSRC}", "-x", "c", "-"],
        input=f'#include "{name}"\n', capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
