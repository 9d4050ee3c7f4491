"""The commands of the quick start: those of fastgan run, and the others are the README's."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest

import fastgan
from helpers.pages import DOCS, blocks, text
from helpers.paths import ROOT

pytest.importorskip("typer")
pytest.importorskip("rich")

from helpers.command_line import invoke

COMMANDS = [
    line
    for language, content in blocks(text(DOCS / "quick-start.md"))
    if language == "sh"
    for line in content.splitlines()
]
OF_FASTGAN = [line for line in COMMANDS if line.startswith("fastgan ")]


def test_commands_of_fastgan(faces: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    np.save("faces.npy", faces)
    assert [shlex.split(line)[1] for line in OF_FASTGAN] == ["info", "train", "sample"]
    for line in OF_FASTGAN:
        assert invoke(*shlex.split(line)[1:]).stdout
    trained = fastgan.train(faces, epochs=1000, rng=42).gan
    assert fastgan.load("trained.gan") == trained


def test_other_commands_are_the_readmes() -> None:
    """.ci/run runs the README's commands word for word."""
    others = [line for line in COMMANDS if line not in OF_FASTGAN]
    assert others
    readme = [content for language, content in blocks(text(ROOT / "README.md")) if language == "sh"]
    for line in others:
        assert f"{line}\n" in readme
