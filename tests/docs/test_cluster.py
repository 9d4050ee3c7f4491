"""The page's cluster of several machines, on one machine: its commands, then its program."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

import fastgan
from helpers.pages import DOCS, blocks, text

for module in ("distributed", "cryptography"):
    pytest.importorskip(module, reason=f"needs {module}, as for Dask on several machines")

PAGE = blocks(text(DOCS / "scaling.md"))


def block(language: str, mark: str) -> str:
    (found,) = (content for kind, content in PAGE if kind == language and mark in content)
    return found


@pytest.fixture
def here() -> dict[str, str]:
    """Return replacements for the page's machines and paths on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "tls://head:8786": f"tls://127.0.0.1:{port}",
        "--host head --port 8786": f"--host 127.0.0.1 --port {port}",
        "--nworkers 8": "--nworkers 2",
        "100_000": "1_000",
    }


def on_this_machine(content: str, here: dict[str, str]) -> str:
    for there, instead in here.items():
        content = content.replace(there, instead)
    assert "head" not in content
    return content


@contextmanager
def running(command: str, folder: Path) -> Iterator[None]:
    """Run a command of the page in the background until the end of the block."""
    command = command.replace("dask ", f"exec {sys.executable} -m dask ", 1)
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(["sh", "-c", command], cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_scheduler_its_workers_and_the_program(tmp_path: Path, here: dict[str, str]) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, which creates the certificate")
    subprocess.run(
        ["sh", "-ec", block("sh", "openssl")], cwd=tmp_path, check=True, capture_output=True
    )
    program = on_this_machine(block("python", 'Client("tls://head:8786"'), here)
    program += "\nfrom hashlib import sha256\n"
    program += "print(sha256(ensemble.parameters.tobytes()).hexdigest())\n"
    with ExitStack() as cluster:
        for mark in ("dask scheduler", "dask worker"):
            cluster.enter_context(running(on_this_machine(block("sh", mark), here), tmp_path))
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr + (tmp_path / "log").read_text()
    expected = fastgan.train_many(fastgan.datasets.slanted_land(), 1_000, rng=42)
    assert done.stdout == sha256(expected.parameters.tobytes()).hexdigest() + "\n"
