"""What each command says and writes."""

import importlib.metadata
import sys
from dataclasses import replace

import numpy as np
import pytest

import fastgan
from fastgan import saving

pytest.importorskip("typer")
pytest.importorskip("rich")

from command_line import attempt, complaint, invoke

from fastgan import commands, demonstration

FACES = fastgan.datasets.slanted_land()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    """An empty directory and no variable that changes what is written."""
    for name in ("FASTGAN_BACKEND", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def faces_file(tmp_path):
    np.save(tmp_path / "faces.npy", FACES)
    return tmp_path / "faces.npy"


@pytest.fixture
def model_file(tmp_path):
    saving.save(fastgan.train(FACES, rng=42).gan, tmp_path / "faces.gan")
    return tmp_path / "faces.gan"


# demo


def test_demo_draws_four_backslash_faces_and_writes_a_picture(tmp_path):
    text = invoke("demo").stdout
    lines = text.splitlines()
    dark_first, dark_last = "  ".join(["████░░░░"] * 4), "  ".join(["░░░░████"] * 4)
    assert lines.count(dark_first) == 2
    assert lines.count(dark_last) == 2
    assert lines.index(dark_first) < lines.index(dark_last)
    assert (tmp_path / "fastgan-demo.png").read_bytes().startswith(b"\x89PNG")
    assert "fastgan-demo.png" in text


def test_demo_shows_the_weights_of_both_networks():
    text = invoke("demo", "--epochs", "30", "--seed", "5", "--no-picture").stdout
    gan = fastgan.train(FACES, epochs=30, learning_rate=0.01, rng=5).gan
    rows = {line[:12].strip(): line[12:].split() for line in text.splitlines()}
    for j, pixel in enumerate(("top left", "top right", "bottom left", "bottom right")):
        assert rows[pixel] == [
            f"{gan.generator.weights[0, j]:.4f}",
            f"{gan.generator.biases[j]:.4f}",
            f"{gan.discriminator.weights[j]:.4f}",
        ]
    assert rows["bias"] == [f"{gan.discriminator.bias:.4f}"]


@pytest.mark.parametrize(
    "backend", [n for n, a in fastgan.backends.available().items() if a.usable and n != "numpy"]
)
def test_demo_says_what_ran_and_compares_it_with_the_reference(backend, monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", backend)
    text = " ".join(invoke("demo", "--epochs", "20", "--no-picture").stdout.split())
    assert f"backend '{backend}' took" in text
    assert "for 100 steps" in text
    assert "the NumPy reference took" in text
    assert "every bit is the same" in text


def test_demo_does_not_compare_the_reference_with_itself(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    text = " ".join(invoke("demo", "--epochs", "5", "--no-picture").stdout.split())
    assert "backend 'numpy' took" in text
    assert "nothing to compare" in text
    assert "times as long" not in text


def one_bit_more(run):
    weights = np.array(run.gan.generator.weights)
    weights[0, 0] = np.nextafter(weights[0, 0], np.inf)
    generator = fastgan.Generator(weights, run.gan.generator.biases)
    gan = fastgan.GAN(generator, run.gan.discriminator, run.gan.item_shape, run.gan.latent)
    return replace(run, gan=gan)


def one_bit_more_in_the_history(run):
    fields = {name: np.array(getattr(run.history, name)) for name in run.history.__annotations__}
    fields["d_fake"][-1] = np.nextafter(fields["d_fake"][-1], 1)
    history = fastgan.History(**fields)
    return replace(run, history=history)


@pytest.mark.parametrize("change", [one_bit_more, one_bit_more_in_the_history])
def test_demo_fails_loudly_where_a_single_bit_differs(change, monkeypatch):
    run = fastgan.train(FACES, epochs=3, rng=0)

    def timed(epochs, seed, backend=None):
        return (change(run) if backend == "numpy" else run), 1.0

    monkeypatch.setattr(demonstration, "_timed", timed)
    if run.backend == "numpy":
        pytest.skip("there is no backend but the reference here")
    result = attempt("demo", "--no-picture")
    assert result.exit_code == 1
    assert "different bits" in result.stderr
    assert "times as long" not in result.stdout


def test_demo_without_matplotlib_says_how_to_get_it(monkeypatch, tmp_path):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = invoke("demo", "--epochs", "2").stdout
    assert "pip install 'fastgan[plot]'" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--picture", "--out"])
def test_demo_writes_its_picture_where_it_is_told(option, tmp_path):
    invoke("demo", "--epochs", "2", option, "elsewhere.png")
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.png"]


def test_demo_writes_its_picture_under_the_very_name(tmp_path):
    text = invoke("demo", "--epochs", "2", "--out", "faces").stdout
    assert (tmp_path / "faces").read_bytes().startswith(b"\x89PNG")
    assert text.endswith("faces and loss curves: faces\n")


def test_demo_begins_nothing_where_the_name_is_of_no_picture(monkeypatch):
    monkeypatch.setattr(demonstration, "show", lambda *_: pytest.fail("it has begun"))
    line = complaint("demo", "--picture", "faces.txt")
    assert line.startswith("fastgan: faces.txt: a picture's name must end in")


def test_demo_writes_no_picture_if_none_is_wanted(tmp_path):
    invoke("demo", "--epochs", "2", "--no-picture")
    assert list(tmp_path.iterdir()) == []


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
    assert f"chosen now: {fastgan.backends.choose().name}, the first that is usable" in text


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
    assert "chosen now: numpy, as FASTGAN_BACKEND asks" in invoke("info").stdout


def test_info_reports_a_bad_variable_after_all_else(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "cuda")
    result = attempt("info")
    assert result.exit_code == 1
    assert "FASTGAN_BACKEND must be one of" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "matplotlib" in result.stdout
    assert "chosen now" not in result.stdout
