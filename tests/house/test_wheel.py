"""Contents of a wheel: the typed package with one kernel for all Pythons, and nothing else.

Checks the installed files. `FASTGAN_WHEEL=FILE` names the wheel that was installed, and has this
file checked too.
"""

from __future__ import annotations

import os
import re
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from helpers.paths import ROOT

SOURCES = ROOT / "src"
KERNEL = re.compile(r"fastgan/backends/native/_kernel\.(abi3\.so|pyd)")
LARGEST = 1_500_000  # bytes


@pytest.fixture(scope="module")
def installed() -> Distribution:
    found = distribution("fastgan")
    if "editable" in (found.read_text("direct_url.json") or ""):
        pytest.skip("an editable installation keeps its files elsewhere")
    return found


@pytest.fixture(scope="module")
def names(installed: Distribution) -> list[str]:
    """Return the files of the wheel, without those that an installation adds."""
    files = [path.as_posix() for path in installed.files or []]
    added = ("INSTALLER", "REQUESTED", "direct_url.json", "bin/fastgan", "Scripts/fastgan.exe")
    return [name for name in files if not name.endswith((*added, ".pyc", ".nbi", ".nbc"))]


@pytest.fixture(scope="module")
def tags(installed: Distribution) -> list[str]:
    return re.findall(r"^Tag: (.*)$", installed.read_text("WHEEL") or "", re.MULTILINE)


def test_nothing_but_the_package(names: list[str]) -> None:
    assert {name.split("/")[0] for name in names} == {
        "fastgan",
        next(name.split("/")[0] for name in names if name.endswith("/RECORD")),
    }


def test_every_python_file_and_no_source_of_the_kernel(names: list[str]) -> None:
    if not SOURCES.is_dir():
        pytest.skip("the sources are not available")
    kinds = (".py", ".pyi", ".html", ".css", ".js", ".svg")
    expected = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*")
        if path.suffix in kinds or path.name == "py.typed"
    }
    packaged = {name for name in names if name.startswith("fastgan/")}
    assert {name for name in packaged if not KERNEL.fullmatch(name)} == expected


def test_types_and_licence(names: list[str]) -> None:
    assert "fastgan/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_one_kernel_for_all_pythons(names: list[str], tags: list[str]) -> None:
    kernels = [name for name in names if KERNEL.fullmatch(name)]
    if not kernels and os.environ.get("FASTGAN_REQUIRE_KERNEL") != "1":
        assert tags == ["py3-none-any"]
        return
    assert len(kernels) == 1
    assert tags
    assert all(tag.startswith("cp311-abi3-") for tag in tags)


def test_the_file_is_what_is_installed_and_small(names: list[str]) -> None:
    path = os.environ.get("FASTGAN_WHEEL")
    if not path:
        pytest.skip("FASTGAN_WHEEL does not name the installed file")
    with zipfile.ZipFile(path) as wheel:
        assert sorted(n for n in wheel.namelist() if n[-1] != "/") == sorted(names)
    assert Path(path).stat().st_size < LARGEST
