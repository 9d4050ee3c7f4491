"""Film strips, latent traversals, and properties of all drawings."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest

import fastgan
from fastgan import plotting
from helpers.paths import TESTS
from helpers.reference_pictures import DRAWN

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def run():
    faces = fastgan.datasets.slanted_land()
    return fastgan.train(faces, epochs=20, latent_dim=2, snapshot_every=25, rng=42)


def axes(width=4.0, height=3.0):
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height)).subplots()


def labels(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def test_a_film_strip_has_a_column_a_snapshot_and_a_row_a_latent_vector(run):
    pictures = run.snapshots.generate([[0.0, 0.5], [0.5, 0.5], [1.0, 0.0]])
    assert pictures.shape == (5, 3, 2, 2)
    ax = plotting.snapshots(pictures, run.snapshots.steps)
    assert len(ax.images) == 15
    lefts, tops = (sorted({image.get_extent()[i] for image in ax.images}) for i in (0, 3))
    for image in ax.images:
        left, _, _, top = image.get_extent()
        snapshot, vector = lefts.index(left), tops.index(top)
        np.testing.assert_array_equal(image.get_array(), pictures[snapshot, vector])
    assert labels(ax) == ["0", "25", "50", "75", "100"]
    np.testing.assert_allclose(ax.get_xticks(), np.array(lefts) + 1)
    assert (ax.get_xlabel(), ax.xaxis.get_label_position()) == ("step", "top")
    assert plotting.snapshots(pictures).get_xlabel() == "snapshot"


@pytest.mark.parametrize("width", [1.0, 3.0, 12.0])
def test_steps_that_would_touch_are_left_out(width):
    ax = axes(width)
    plotting.snapshots(np.zeros((40, 1, 2, 2)), np.arange(40) * 12_345, ax=ax)
    ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))
    assert labels(ax)[0] == "0"
    assert len(boxes) >= width


def test_a_latent_traversal_is_what_the_function_of_this_name_gives(run):
    ax = plotting.latent_traversal(run.gan, 1, [-0.5, 0.25, 1])
    pictures = fastgan.latent_traversal(run.gan, 1, [-0.5, 0.25, 1])
    for image, picture in zip(ax.images, pictures, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)
    assert labels(ax) == ["\N{MINUS SIGN}0.5", "0.25", "1"]
    assert ax.get_xlabel() == "$z_{1}$, all others 0.5"
    assert plotting.latent_traversal(run.gan, -1).get_xlabel() == "$z_{1}$, all others 0.5"
    assert plotting.latent_traversal(run.gan, base=[0, 0.1]).get_xlabel() == "$z_{0}$"
    assert len(plotting.latent_traversal(run.gan).images) == 9


@pytest.mark.parametrize(
    ("error", "name", "call"),
    [
        (ValueError, "pictures", lambda: plotting.snapshots(np.zeros((2, 2, 2)))),
        (ValueError, "pictures", lambda: plotting.snapshots(np.zeros((2, 0, 2, 2)))),
        (ValueError, "pictures", lambda: plotting.snapshots(np.full((1, 1, 2, 2), np.nan))),
        (ValueError, "steps", lambda: plotting.snapshots(np.zeros((2, 1, 2, 2)), [1])),
        (TypeError, "steps", lambda: plotting.snapshots(np.zeros((2, 1, 2, 2)), [1, 2.5])),
        (TypeError, "gan", lambda: plotting.latent_traversal(None)),
        (
            ValueError,
            "gan",
            lambda: plotting.latent_traversal(
                fastgan.GAN(fastgan.Generator([1.0], [0.0]), fastgan.Discriminator([1.0], 0.0))
            ),
        ),
    ],
)
def test_bad_input_is_refused(error, name, call):
    with pytest.raises(error, match=rf"^{name} must"):
        call()


@pytest.mark.parametrize("name", [name for name in DRAWN if name.endswith("_on_axes")])
def test_a_drawing_on_axes_leaves_their_figure_as_large_as_it_was(name):
    assert tuple(DRAWN[name]().figure.get_size_inches()) == (3, 2)


def test_every_drawing_takes_axes_and_gives_them_back(run):
    pictures = run.snapshots.generate([[0.5, 0.5]])
    for draw in (
        lambda ax: plotting.samples(pictures[0], ax=ax),
        lambda ax: plotting.history(run.history, ax=ax),
        lambda ax: plotting.networks(run.gan, ax=ax),
        lambda ax: plotting.networks(run.gan, values=True, ax=ax),
        lambda ax: plotting.snapshots(pictures, ax=ax),
        lambda ax: plotting.latent_traversal(run.gan, ax=ax),
    ):
        ax = axes()
        assert draw(ax) is ax
        assert ax.figure.axes == [ax]
        ax.figure.draw_without_rendering()


def test_drawing_on_a_part_of_a_figure(run):
    from matplotlib.figure import Figure

    left, right = Figure((11, 5), layout="constrained").subfigures(1, 2)
    networks = plotting.networks(run.gan, values=True, ax=left.subplots())
    history = plotting.history(run.history, ax=right.subplots())
    left.figure.draw_without_rendering()
    for ax, part in ((networks, left), (history, right)):
        assert part.axes == [ax]
        inside, whole = ax.get_tightbbox(), part.bbox
        assert whole.x0 <= inside.x0 < inside.x1 <= whole.x1
        assert whole.y0 <= inside.y0 < inside.y1 <= whole.y1


def test_without_a_display_nothing_is_shown_or_left_open():
    script = """
import sys
sys.path.insert(0, sys.argv[1])
from helpers.reference_pictures import DRAWN
assert "matplotlib" not in sys.modules
import matplotlib
before = matplotlib.rcParams.copy()
for draw in DRAWN.values():
    draw().figure.draw_without_rendering()
import numpy as np
from fastgan import plotting
plotting.animate_snapshots(np.zeros((2, 1, 2, 2)), sys.argv[2])
assert matplotlib.rcParams.copy() == before
assert "matplotlib.pyplot" not in sys.modules
"""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as directory:
        arguments = [str(TESTS), str(Path(directory) / "film.gif")]
        subprocess.run(
            [sys.executable, "-W", "error", "-c", script, *arguments],
            check=True,
            timeout=300,
            env={"PATH": ""},
        )


def test_without_matplotlib_an_error_says_how_to_get_it(run, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    film = np.zeros((1, 1, 2, 2))
    for draw in (
        lambda: plotting.networks(run.gan),
        lambda: plotting.snapshots(film),
        lambda: plotting.latent_traversal(run.gan),
        lambda: plotting.animate_snapshots(film, "film.gif"),
    ):
        with pytest.raises(ImportError, match=r"pip install 'fastgan\[plot\]'"):
            draw()
