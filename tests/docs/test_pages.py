"""The Python blocks of each page, run in order, print what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import fastgan
from helpers.pages import DOCS, MAIN, NEEDED, WITHOUT_OUTPUT, blocks, pages, python_to_run, text

PAGES = pages()

PROGRAMS = [
    (name, content)
    for name, path in PAGES.items()
    for language, content in python_to_run(name, path)
    if language == "python" and MAIN in content
]
HASH = "\n    print(sha256(ensemble.parameters.tobytes()).hexdigest())\n"


@pytest.fixture
def executor() -> Any:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a temporary directory, since pages save figures and models."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_is_what_happens(page: str, executor: Executor) -> None:
    if page in NEEDED:
        pytest.importorskip(NEEDED[page])
    namespace: dict[str, Any] = {"__name__": "__main__", "executor": executor}
    printed = ""
    ran = 0
    for language, content in python_to_run(page, PAGES[page]):
        if language == "python" and MAIN not in content:
            assert not printed, f"the page does not show what its block {ran} prints: {printed}"
            output = StringIO()
            with redirect_stdout(output):
                exec(compile(content, f"{page}, block {ran}", "exec"), namespace)
            printed = "" if page in WITHOUT_OUTPUT else output.getvalue()
            ran += 1
        elif language == "text":
            assert without_spaces_at_ends(printed) == content
            printed = ""
    assert not printed
    assert ran


def without_spaces_at_ends(printed: str) -> str:
    return re.sub(" +$", "", printed, flags=re.MULTILINE)


def test_programs_are_found() -> None:
    assert len(PROGRAMS) >= 3


@pytest.mark.parametrize(("page", "program"), PROGRAMS)
def test_programs_train_what_one_process_does(page: str, program: str, tmp_path: Path) -> None:
    if "distributed" in program:
        pytest.importorskip("distributed", reason="needs Dask: pip install 'fastgan[dask]'")
        pytest.importorskip("cryptography", reason="needs certificates: pip install cryptography")
    (tmp_path / "program.py").write_text("from hashlib import sha256\n" + program + HASH)
    done = subprocess.run(
        [*command(program), "program.py"],
        env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    expected = fastgan.train_many(fastgan.datasets.slanted_land(), 1_000, rng=42)
    assert done.stdout == sha256(expected.parameters.tobytes()).hexdigest() + "\n"


def command(program: str) -> list[str]:
    """Return the command that runs a program: as on the page, with two processes under MPI."""
    if "mpi4py" not in program:
        return [sys.executable]
    beside_python = str(Path(sys.executable).parent)
    mpiexec = shutil.which("mpiexec", path=beside_python + os.pathsep + os.environ["PATH"])
    if mpiexec is None:
        pytest.skip("needs mpiexec, of an MPI such as MPICH or Open MPI")
    return [mpiexec, "-n", "2", sys.executable, "-m", "mpi4py.futures"]


def test_figures_of_pages_are_there() -> None:
    for path in (*DOCS.rglob("*.md"), DOCS.parent / "README.md"):
        for name in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text(path)):
            assert (path.parent / name).is_file(), f"{path.name} shows {name}"


def test_blocks_are_found() -> None:
    page = "a\n```python\nx = 1\nprint(x)\n```\nb\n```text\n1\n```\n```sh\nls\n```\n"
    assert blocks(page) == [("python", "x = 1\nprint(x)\n"), ("text", "1\n"), ("sh", "ls\n")]
