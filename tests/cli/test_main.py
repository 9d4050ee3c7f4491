"""The command line as a whole: help, failures, and all kinds of terminals."""

import importlib.metadata
import os
from pathlib import Path

import numpy as np
import pytest

import fastgan
from fastgan.networks import saving

pytest.importorskip("typer")
pytest.importorskip("rich")

from helpers.command_line import attempt, complaint, invoke, run_fastgan, run_python

pytestmark = pytest.mark.usefixtures("plain_environment")

FACES = fastgan.datasets.slanted_land()


@pytest.fixture
def faces_file(tmp_path):
    np.save(tmp_path / "faces.npy", FACES)
    return tmp_path / "faces.npy"


@pytest.fixture
def model_file(tmp_path):
    saving.save(fastgan.train(FACES, rng=42).gan, tmp_path / "faces.gan")
    return tmp_path / "faces.gan"


def test_version():
    assert invoke("--version").stdout == f"fastgan {importlib.metadata.version('fastgan')}\n"


def test_help_is_shown_when_nothing_is_asked_for():
    text = invoke().stdout
    assert text == invoke("--help").stdout
    assert all(name in text for name in ("demo", "train", "sample", "info", "--version"))


@pytest.mark.parametrize("library", ["typer", "rich"])
def test_a_missing_library_is_named_in_one_line(library):
    script = (
        f"import sys; sys.modules['{library}'] = None; from fastgan.cli.main import main; main()"
    )
    result = run_python(script, "info")
    assert result.returncode == 1
    assert result.stdout == b""
    line = result.stderr.decode().strip()
    assert line == f"fastgan: the command line needs {library}: pip install 'fastgan[cli]'"


def test_another_missing_module_is_not_mistaken_for_an_extra():
    script = (
        "import sys; sys.modules['fastgan.plotting'] = None\n"
        "from fastgan.cli.main import main; main()"
    )
    result = run_python(script, "info")
    assert b"ModuleNotFoundError" in result.stderr
    assert b"pip install" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], "No such command 'trian'"),
        (["--nonsense"], "No such option"),
        (["train"], "Missing"),
        (["train", "faces.npy"], "--out"),
        (["train", "faces.npy", "--out", "m", "--epochs", "many"], "--epochs"),
        (["train", "faces.npy", "--out", "m", "--epochs", "0"], "--epochs"),
        (["train", "faces.npy", "--out", "m", "--batch-size", "-1"], "--batch-size"),
        (["train", "faces.npy", "--out", "m", "--seed", "-1"], "--seed"),
        (["train", "faces.npy", "--out", "m", "--dtype", "float16"], "--dtype"),
        (["train", "faces.npy", "--out", "m", "--latent", "cauchy"], "--latent"),
        (["train", "faces.npy", "--out", "m", "--learning-rate", "nan"], "learning_rate"),
        (["train", "faces.npy", "--out", "m", "--learning-rate", "-1"], "learning_rate"),
        (["train", "faces.npy", "--out", "m", "--learning-rate", "1e308"], "--learning-rate"),
        (["train", "faces.npy", "--out", "m", "--epochs", "1" + 18 * "0"], "too many steps"),
        (["train", "faces.npy", "--out", "m", "--backend", "cuda"], "backend must be one of"),
        (["train", "faces.npy", "--out", "no/m"], "there is no folder no"),
        (["train", "faces.npy", "--out", "."], "--out"),
        (["train", "none.npy", "--out", "m"], "none.npy: No such file"),
        (["train", ".", "--out", "m"], "Is a directory"),
        (["train", "text.npy", "--out", "m"], "text.npy: not a .npy file"),
        (["train", "objects.npy", "--out", "m"], "objects.npy: not a .npy file"),
        (["train", "archive.npz", "--out", "m"], "archive.npz: not a .npy file"),
        (["train", "nothing.npy", "--out", "m"], "nothing.npy: not a .npy file"),
        (["train", "scalar.npy", "--out", "m"], "data must have shape (n, ...)"),
        (["train", "empty.npy", "--out", "m"], "data must not be empty"),
        (["train", "nan.npy", "--out", "m"], "data must be finite"),
        (["train", "complex.npy", "--out", "m"], "data must hold real numbers"),
        (["train", "faces.npy", "--out", "m", "--init", "none.gan"], "none.gan"),
        (["train", "faces.npy", "--out", "m", "--init", "faces.npy"], "faces.npy"),
        (["train", "empty.npy", "--out", "m", "--init", "wide.gan"], "data must not be empty"),
        (["train", "faces.npy", "--out", "m", "--init", "wide.gan"], "init must have"),
        (["sample"], "Missing"),
        (["sample", "none.gan"], "none.gan"),
        (["sample", "faces.npy"], "faces.npy"),
        (["sample", "damaged.gan"], "damaged.gan"),
        (["sample", "explicit.gan"], "explicit latent vectors"),
        (["sample", "wide.gan", "-n", "0"], "-n"),
        (["sample", "wide.gan", "-n", "x"], "-n"),
        (["sample", "wide.gan", "--seed", "-3"], "--seed"),
        (["sample", "wide.gan", "--out", "no/s.npy"], "there is no folder no"),
        (["demo", "--epochs", "0"], "--epochs"),
        (["demo", "--epochs", "2", "--picture", "no/p.png"], "there is no folder no"),
        (["demo", "--epochs", "2", "--picture", "p.nonsense"], "nonsense"),
    ],
)
def test_mistakes_are_named_in_one_line(arguments, words, tmp_path, faces_file):
    for name, array in {
        "objects": np.array([{}, 1], dtype=object),
        "scalar": np.float64(1),
        "empty": np.empty((0, 2)),
        "nan": np.array([[0.5, np.nan]]),
        "complex": np.array([[1j]]),
    }.items():
        np.save(tmp_path / f"{name}.npy", array)
    np.savez(tmp_path / "archive.npz", FACES)
    (tmp_path / "nothing.npy").touch()
    (tmp_path / "text.npy").write_text("1, 0, 0, 1\n")
    discriminator = fastgan.Discriminator(np.ones(9), 0.0)
    generator = fastgan.Generator(np.ones((2, 9)), np.zeros(9))
    saving.save(fastgan.GAN(generator, discriminator), tmp_path / "wide.gan")
    explicit = fastgan.GAN(generator, discriminator, latent="explicit")
    saving.save(explicit, tmp_path / "explicit.gan")
    (tmp_path / "damaged.gan").write_bytes((tmp_path / "wide.gan").read_bytes()[:-9])
    assert words in complaint(*arguments)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("name", ["damaged.npy", "damaged.gan"])
def test_no_damage_to_a_file_makes_a_traceback(name, tmp_path, faces_file, model_file):
    whole = faces_file.read_bytes() if name.endswith("npy") else model_file.read_bytes()
    rng = np.random.default_rng(0)
    damaged = [whole[:length] for length in range(0, len(whole), 7)]
    for _ in range(150):
        content = bytearray(whole)
        content[rng.integers(min(len(whole), 128))] = rng.integers(256)
        damaged.append(bytes(content))
    arguments = (
        ["train", name, "--out", "m", "--epochs", "1"] if name.endswith("npy") else ["sample", name]
    )
    failed = 0
    for content in damaged:
        (tmp_path / name).write_bytes(content)
        result = attempt(*arguments)
        assert isinstance(result.exception, SystemExit | None), repr(content)
        assert result.exit_code in (0, 1)
        failed += result.exit_code
    assert failed > len(damaged) / 3


@pytest.mark.parametrize(
    "arguments",
    [["demo", "--epochs", "300"], ["info"], ["train", "--help"], ["sample", "faces.gan"], []],
)
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_a_narrow_terminal_of_any_encoding(arguments, encoding, model_file):
    result = run_fastgan(*arguments, PYTHONIOENCODING=encoding, COLUMNS="40")
    assert result.returncode == 0, result.stderr
    assert result.stderr == b""
    text = result.stdout.decode(encoding)
    if "train" not in arguments:  # Typer's help takes at least 50 columns
        assert max(len(line) for line in text.splitlines()) <= (40 if arguments else 76)
    assert "\\u" not in text
    if "demo" in arguments:
        assert 38 * ("-" if encoding == "ascii" else "─") in text.splitlines()
    if "demo" in arguments or "sample" in arguments:
        assert ("@@@@" in text or "%%%%" in text) == (encoding == "ascii")
        assert ("█" in text or "▓" in text) == (encoding == "utf-8")


def test_a_file_name_that_cannot_be_encoded(faces_file, tmp_path):
    name = "лицо.gan"
    result = run_fastgan(
        "train", faces_file, "--epochs", "2", "--out", name, PYTHONIOENCODING="ascii"
    )
    assert result.returncode == 0, result.stderr
    assert b"\\u043b" in result.stdout
    assert (tmp_path / name).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_cannot_be_written_is_one_line():
    with open("/dev/full", "w") as full:
        result = run_fastgan("info", stdout=full)
    assert result.returncode == 1
    assert result.stderr.decode().startswith("fastgan: cannot write the output: ")
    assert result.stderr.count(b"\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error():
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as broken:
        result = run_fastgan("info", stdout=broken)
    assert result.stderr == b""
