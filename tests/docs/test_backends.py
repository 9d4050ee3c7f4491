"""The page on backends: the backend that it adds gives the reference's bits."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import fastgan
from fastgan import backends
from fastgan.ensembles import block_sizes
from helpers.bits import assert_same_bits, assert_same_run, outcome
from helpers.pages import DOCS, blocks, text
from helpers.paths import ROOT
from helpers.strategies import trainings

PAGE = text(DOCS / "backends.md")
NAME = "scalars"
SOURCE = ROOT / "src" / "fastgan"


@pytest.fixture(scope="module", autouse=True)
def scalars(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Register the page's module as the page describes, while these tests run."""
    folder = tmp_path_factory.mktemp("backend")
    (module,) = (
        code for language, code in blocks(PAGE) if language == "python" and "def train" in code
    )
    (folder / f"{NAME}.py").write_text(module, encoding="utf-8")
    usable = backends.Availability(True, "plain Python, number by number")
    availability = backends._availability
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setitem(backends._OFFERS, NAME, backends.Offer(NAME, False, False))
        patch.setattr(backends, "NAMES", tuple(backends._OFFERS))
        patch.setattr(
            backends, "_availability", lambda name: usable if name == NAME else availability(name)
        )
        patch.setitem(block_sizes.UNITS_IN_A_SECOND, NAME, 1e5)
        yield NAME
    sys.modules.pop(NAME, None)
    backends._load.cache_clear()


@settings(max_examples=25)
@given(training=trainings())
def test_random_trainings(training: dict[str, Any]) -> None:
    step, run = outcome(**training, backend=NAME)
    expected_step, expected = outcome(**training, backend="numpy")
    assert run.backend == NAME
    assert step == expected_step
    assert_same_run(run, expected)


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("d", [3, 16, 21, 40])
def test_plain_trainings(d: int, batch_size: int, dtype: np.dtype) -> None:
    data = np.random.default_rng(d).random((9, d))
    options = {"epochs": 3, "batch_size": batch_size, "latent_dim": 2, "learning_rate": 0.5,
               "shuffle": d % 2 == 0, "record_every": 2, "dtype": dtype, "rng": d}  # fmt: skip
    _, run = outcome(data, **options, backend=NAME)
    assert_same_run(run, outcome(data, **options, backend="numpy")[1])


def test_pictures_and_scores(faces: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    gan = fastgan.train(faces, epochs=20, rng=42).gan
    expected = gan.sample(9, rng=0), gan.score(faces), gan.discriminate(faces)
    monkeypatch.setenv("FASTGAN_BACKEND", NAME)
    for got, wanted in zip(
        (gan.sample(9, rng=0), gan.score(faces), gan.discriminate(faces)), expected, strict=True
    ):
        assert_same_bits(got, wanted)


def test_a_crowd(faces: np.ndarray) -> None:
    crowd = fastgan.train_many(faces, 5, epochs=3, rng=1, backend=NAME)
    assert crowd.backend == NAME
    assert_same_bits(
        crowd.parameters, fastgan.train_many(faces, 5, epochs=3, rng=1, backend="numpy").parameters
    )


def test_it_hears_that_it_is_to_stop(faces: np.ndarray) -> None:
    rows = faces.reshape(5, 4)
    w, b, weights, biases = np.ones(4), np.ones(1), np.ones((1, 4)), np.ones(4)
    with pytest.raises(InterruptedError):
        backends.choose(NAME).module.train(
            rows, np.empty(0, np.int64), np.ones((5, 1)), w, b, weights, biases, 0.1, 0.1,
            1, 0, np.empty((5, 5)), 1, 0, np.ones(1, np.int32),
        )  # fmt: skip
    assert (w == 1).all()


def test_the_source_is_what_the_page_changes() -> None:
    """The source contains the lines that the page's diffs keep or remove."""
    names = "backends/__init__.py", "ensembles/block_sizes.py"
    sources = "\n".join(text(SOURCE / name) for name in names)
    there = {line.rstrip() for line in sources.splitlines()}
    differences = re.findall(r"^ *```diff\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(differences) == 3
    for difference in differences:
        for line in difference.splitlines():
            content = line[3:]  # without the indentation of the list
            if content[:1] in (" ", "-"):
                assert content[1:].rstrip() in there, content


def test_paths_that_the_page_names_are_there() -> None:
    for name in set(re.findall(r"`((?:src|tests|csrc)/[\w/.]*)`", PAGE)) - {
        f"src/fastgan/backends/{NAME}.py"
    }:
        assert Path(ROOT / name).exists(), name
