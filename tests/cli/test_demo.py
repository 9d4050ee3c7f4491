"""Output and files of `fastgan demo`."""

import sys
from dataclasses import replace

import numpy as np
import pytest

import fastgan

pytest.importorskip("typer")
pytest.importorskip("rich")
from fastgan.cli import demonstration
from helpers.command_line import attempt, complaint, invoke

pytestmark = pytest.mark.usefixtures("plain_environment")

FACES = fastgan.datasets.slanted_land()


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
        pytest.skip("only the reference backend is available")
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


def test_demo_writes_no_picture_if_none_is_wanted(tmp_path):
    invoke("demo", "--epochs", "2", "--no-picture")
    assert list(tmp_path.iterdir()) == []


def test_demo_writes_its_picture_under_the_very_name(tmp_path):
    text = invoke("demo", "--epochs", "2", "--out", "faces").stdout
    assert (tmp_path / "faces").read_bytes().startswith(b"\x89PNG")
    assert text.endswith("faces and loss curves: faces\n")


def test_demo_begins_nothing_where_the_name_is_of_no_picture(monkeypatch):
    monkeypatch.setattr(demonstration, "show", lambda *_: pytest.fail("it has begun"))
    line = complaint("demo", "--picture", "faces.txt")
    assert line.startswith("fastgan: faces.txt: a picture's name must end in")
