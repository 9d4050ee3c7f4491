"""Output and files of the commands `train`, `sample` and `info`."""

import importlib.metadata
import sys

import numpy as np
import pytest

import fastgan
from fastgan.networks import saving

pytest.importorskip("typer")
pytest.importorskip("rich")

from command_line import attempt, complaint, invoke

from fastgan.cli import commands

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


# train


def test_train_has_the_defaults_of_the_library(faces_file):
    invoke("train", faces_file, "--out", "m", "--seed", "7")
    assert saving.load("m") == fastgan.train(FACES, rng=7).gan


def test_train_hands_every_option_on(faces_file):
    invoke(
        *("train", faces_file, "--out", "m", "--epochs", "12", "--batch-size", "2"),
        *("--learning-rate", "0.2", "--discriminator-learning-rate", "0.1", "--latent-dim", "3"),
        *("--latent", "normal", "--shuffle", "--seed", "9", "--dtype", "float32"),
        *("--backend", "numpy", "--no-progress"),
    )
    expected = fastgan.train(
        FACES,
        epochs=12,
        batch_size=2,
        learning_rate=0.2,
        discriminator_learning_rate=0.1,
        latent_dim=3,
        latent="normal",
        shuffle=True,
        rng=9,
        dtype=np.float32,
    )
    assert saving.load("m") == expected.gan


def test_train_goes_on_from_a_model_as_it_was_trained(faces_file):
    first = fastgan.train(FACES, epochs=2, latent_dim=3, latent="normal", dtype="f4", rng=1).gan
    saving.save(first, "first.gan")
    invoke("train", faces_file, "--init", "first.gan", "--out", "m", "--epochs", "2", "--seed", "3")
    options = {"epochs": 2, "latent_dim": 3, "latent": "normal", "dtype": "f4", "rng": 3}
    assert saving.load("m") == fastgan.train(FACES, init=first, **options).gan


def test_train_reports_what_it_did(faces_file):
    text = invoke("train", faces_file, "--out", "m", "--epochs", "20", "--seed", "7").stdout
    run = fastgan.train(FACES, epochs=20, rng=7)
    assert "100 steps" in text
    assert f"backend {run.backend!r}" in text
    assert "seed 7" in text
    rows = [line.split()[-2:] for line in text.splitlines()[4:9]]
    history = run.history
    curves = (history.d_loss_real, history.d_loss_fake, history.g_loss)
    curves += (history.d_real, history.d_fake)
    assert rows == [[f"{c[:10].mean():.4f}", f"{c[-10:].mean():.4f}"] for c in curves]


def test_train_shows_the_seed_that_it_drew(faces_file):
    text = invoke("train", faces_file, "--out", "m", "--epochs", "2").stdout
    seed = text.split("seed ")[1].split()[0]
    again = invoke("train", faces_file, "--out", "n", "--epochs", "2").stdout
    assert f"seed {seed}\n" not in again
    assert saving.load("m") == fastgan.train(FACES, epochs=2, rng=int(seed)).gan


def test_a_warning_is_one_line_and_the_training_goes_on(tmp_path):
    np.save("wide.npy", 3 * FACES)
    result = invoke("train", "wide.npy", "--out", "m", "--epochs", "2")
    assert result.stderr.startswith("fastgan: warning: data lie in [0, 3]")
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("epochs", "batch_size", "n_rows"),
    [(1, 1, 1), (1000, 1, 5), (10**6, 1, 5), (10**9, 32, 60_000), (10**5, 1, 30), (3, 9, 4)],
)
def test_a_history_is_bounded_and_sees_every_row(epochs, batch_size, n_rows):
    every = commands._record_every(epochs, batch_size, n_rows)
    batches = -(-n_rows // batch_size)
    records = -(-epochs * batches // every)
    assert min(epochs * batches, commands.MOST_RECORDS // 2) <= records <= commands.MOST_RECORDS
    if every <= 10**6:
        seen = {step % batches for step in range(0, every * batches, every)}
        assert len(seen) == batches


def test_a_progress_bar_without_tqdm_is_a_mistake_only_if_asked_for(faces_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    arguments = ("train", faces_file, "--out", "m", "--epochs", "2")
    assert "pip install 'fastgan[progress]'" in complaint(*arguments, "--progress")
    invoke(*arguments)


# sample


def test_sample_draws_pictures_and_saves_them(model_file):
    text = invoke("sample", model_file, "-n", "3", "--seed", "1", "--out", "items").stdout
    gan = saving.load(model_file)
    items = np.load("items")
    np.testing.assert_array_equal(items, gan.sample(3, rng=1))
    captions = "  ".join(f"D = {d:.2f}" for d in gan.discriminate(items))
    assert text.splitlines()[2:7] == [
        *["████░░░░  ████░░░░  ████░░░░"] * 2,
        *["░░░░████  ░░░░████  ░░░░████"] * 2,
        captions,
    ]


def test_sample_shows_the_seed_that_it_drew(model_file):
    text = invoke("sample", model_file, "-n", "2", "--out", "a.npy").stdout
    seed = text.splitlines()[0].split("seed ")[1]
    invoke("sample", model_file, "-n", "2", "--seed", seed, "--out", "b.npy")
    np.testing.assert_array_equal(np.load("a.npy"), np.load("b.npy"))


def test_sample_does_not_draw_pictures_without_end(model_file):
    text = invoke("sample", model_file, "-n", "100", "--out", "items.npy").stdout
    assert text.count("D = ") == 64
    assert "36 more" in text
    assert np.load("items.npy").shape == (100, 2, 2)


@pytest.mark.parametrize("shape", [(12,), (1, 12), (3, 2, 2)])
def test_sample_prints_what_are_no_pictures_as_numbers(shape, monkeypatch):
    data = np.random.default_rng(0).random((4, *shape))
    if shape == (1, 12):
        monkeypatch.setenv("COLUMNS", "20")  # too narrow for a picture of twelve columns
    gan = fastgan.train(data, epochs=2, rng=0).gan
    saving.save(gan, "m")
    text = invoke("sample", "m", "-n", "2", "--seed", "0").stdout
    numbers = text.split("\n\n", 1)[1].replace("[", " ").replace("]", " ").split()
    np.testing.assert_allclose(
        np.array(numbers, float), gan.sample(2, rng=0).ravel(), atol=0.5001e-4
    )


# info


def test_info_names_versions_backends_and_extras():
    text = invoke("info").stdout
    rows = [line.split() for line in text.splitlines()]
    for name, (usable, _) in fastgan.backends.available().items():
        assert any(row[:2] == [name, "yes" if usable else "no"] for row in rows)
    assert ["numerics", "version", str(fastgan.NUMERICS_VERSION)] in rows
    assert ["NumPy", np.__version__] in rows
    assert ["typer", importlib.metadata.version("typer")] in rows
    assert f"chosen now: {fastgan.backends.choose().name}, the first usable one" in text


def test_info_says_why_something_is_missing(monkeypatch):
    def version(name):
        if name in ("numba", "tqdm"):
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.2.3"

    reasons = {
        "c": fastgan.backends.Availability(False, "no compiler"),
        "numpy": fastgan.backends.Availability(True, "always there"),
    }
    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(fastgan.backends, "available", lambda: reasons)
    lines = [" ".join(line.split()) for line in invoke("info").stdout.splitlines()]
    assert "c no no compiler" in lines
    assert "numpy yes always there" in lines
    assert "numba missing: pip install 'fastgan[numba]'" in lines
    assert "tqdm missing: pip install 'fastgan[progress]'" in lines
    assert "matplotlib 1.2.3" in lines


def test_info_obeys_the_variable(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    assert "chosen now: numpy, selected by FASTGAN_BACKEND" in invoke("info").stdout


def test_info_reports_a_bad_variable_after_all_else(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "cuda")
    result = attempt("info")
    assert result.exit_code == 1
    assert "FASTGAN_BACKEND must be one of" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "matplotlib" in result.stdout
    assert "chosen now" not in result.stdout
