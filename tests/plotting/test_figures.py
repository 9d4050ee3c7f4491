"""Figures show the given data and change no global state."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest

import fastgan
from fastgan import plotting
from fastgan.plotting.history_curves import BLOCKS, PROBABILITIES, loss_curves, running_mean
from fastgan.plotting.overview import AVERAGED

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def run():
    return fastgan.train(fastgan.datasets.slanted_land(), epochs=60, rng=42)


def heights_of_marks(ax):
    """Return the heights of the horizontal reference lines, which span the whole axes."""
    return sorted(line.get_ydata()[0] for line in ax.lines if list(line.get_xdata()) == [0, 1])


def labelled(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def test_samples_are_drawn_as_they_are_and_black_is_one():
    pictures = np.random.default_rng(0).random((5, 2, 3))
    ax = plotting.samples(pictures)
    assert len(ax.images) == 5
    for image, picture in zip(ax.images, pictures, strict=True):
        np.testing.assert_array_equal(image.get_array(), picture)
        assert image.cmap(image.norm(1.0))[:3] == (0, 0, 0)
        assert image.cmap(image.norm(0.0))[:3] == (1, 1, 1)


def test_upper_row_of_a_picture_is_drawn_above():
    ax = plotting.samples([[[1.0, 0.0], [0.0, 1.0]]])
    assert ax.yaxis_inverted()
    left, right, bottom, top = ax.images[0].get_extent()
    assert (left, top) == (0, 0)
    assert (right, bottom) == (2, 2)
    assert ax.images[0].origin == "upper"


@pytest.mark.parametrize(("columns", "rows"), [(None, 2), (1, 4), (4, 1), (9, 1)])
def test_samples_stand_in_a_grid_without_overlapping(columns, rows):
    ax = plotting.samples(np.zeros((4, 2, 2)), columns=columns)
    places = [image.get_extent() for image in ax.images]
    assert len({top for *_, top in places}) == rows
    assert len({(left, top) for left, _, _, top in places}) == 4
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert min(p[0] for p in places) == low
    assert max(p[1] for p in places) == high
    assert max(p[2] for p in places) == bottom
    assert min(p[3] for p in places) == top


def test_samples_draws_on_the_axes_that_it_is_given():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert plotting.samples(np.zeros((1, 2, 2)), ax=ax) is ax
    assert len(ax.images) == 1


@pytest.mark.parametrize("shape", [(2, 2), (0, 2, 2), (1, 2, 0), (1, 2, 2, 1)])
def test_samples_refuses_what_are_no_pictures(shape):
    with pytest.raises(ValueError, match=r"pictures must have shape \(n, height, width\)"):
        plotting.samples(np.zeros(shape))


@pytest.mark.parametrize(
    ("columns", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)]
)
def test_samples_refuses_bad_columns(columns, error):
    with pytest.raises(error, match="columns"):
        plotting.samples(np.zeros((1, 2, 2)), columns=columns)


def test_very_long_grids_can_be_saved(tmp_path):
    from matplotlib.image import imread

    for columns in (1, 300):
        ax = plotting.samples(np.ones((300, 2, 2)), columns=columns)
        ax.figure.savefig(tmp_path / "long.png")
        saved = imread(tmp_path / "long.png")
        width, height = ax.figure.get_size_inches() * ax.figure.dpi
        assert saved.shape == (round(height), round(width), 4)
        black = np.argwhere(saved[..., :3].max(axis=2) < 0.5)
        along = 0 if columns == 1 else 1
        assert np.ptp(black[:, along]) > 0.75 * saved.shape[along]  # the whole grid, up to margins


def test_history_draws_three_losses_two_probabilities_and_two_marks(run):
    ax = plotting.history(run.history)
    assert len(labelled(ax)) == 5
    assert heights_of_marks(ax) == [0.5, math.log(2)]
    assert ax.get_xlabel().startswith("step")
    assert "loss" in ax.get_ylabel()
    assert "probability" in ax.get_ylabel()
    assert len(ax.get_legend().get_texts()) == 5


@pytest.mark.parametrize("smoothing", [1, 2, 6, 77, 300])
def test_history_draws_running_means_on_request_at_their_middle(run, smoothing):
    ax = plotting.history(run.history, smoothing=smoothing)
    records = run.history
    for name, label, _ in (*loss_curves("non-saturating"), *PROBABILITIES):
        x, y = labelled(ax)[label].get_data()
        values = getattr(records, name)
        assert len(x) == len(y) == len(values) - smoothing + 1
        for i in {0, min(17, len(y) - 1), len(y) - 1}:
            assert y[i] == pytest.approx(values[i : i + smoothing].mean(), rel=1e-13)
            assert abs(x[i] - (i + (smoothing - 1) / 2)) < 1
    assert ("running means" in ax.get_xlabel()) == (smoothing > 1)


def test_history_draws_the_records_themselves_by_default():
    few = fastgan.train(fastgan.datasets.slanted_land(), epochs=1, rng=0, record_every=2).history
    ax = plotting.history(few)
    x, y = labelled(ax)[loss_curves("non-saturating")[0][1]].get_data()
    np.testing.assert_array_equal(x, [0, 2, 4])
    np.testing.assert_array_equal(y, few.d_loss_real)
    assert ax.get_xlabel() == "step"


@pytest.mark.parametrize(
    ("scale", "names"), [(1, ["log 2", "1/2"]), (2.9, ["log 2, 1/2"]), (1e307, ["log 2, 1/2"])]
)
def test_names_of_lines_never_cover_one_another(run, scale, names):
    high = dataclasses.replace(run.history, g_loss=run.history.g_loss * scale)
    ax = plotting.history(high)
    marks = [mark for mark in ax.texts if mark.get_position() == (3, 0)]
    assert [mark.get_text() for mark in marks] == names
    ax.figure.draw_without_rendering()
    boxes = [mark.get_window_extent() for mark in marks]
    assert sum(one.overlaps(other) for one in boxes for other in boxes) == len(boxes)


@pytest.mark.parametrize(("epochs", "smoothing"), [(1, 1), (2, 2)])
def test_a_single_point_is_seen(epochs, smoothing):
    data = fastgan.datasets.slanted_land()[:1]
    history = fastgan.train(data, epochs=epochs, rng=0).history
    curves = labelled(plotting.history(history, smoothing=smoothing))
    assert {line.get_marker() for line in curves.values()} == {"o"}
    assert {len(line.get_xdata()) for line in curves.values()} == {1}


def test_of_long_histories_each_few_records_show_their_lowest_and_highest():
    n = 20 * BLOCKS + 3
    values = np.random.default_rng(0).random(n)
    values[[0, 777, n - 4, n - 1]] = 5, -3, 7, -2
    rows = np.stack([values] * 5)
    ax = plotting.history(fastgan.History(np.arange(n), *rows), curves="probabilities")
    x, y = labelled(ax)["$D(x)$"].get_data()
    assert len(x) == 2 * BLOCKS + 3
    assert (np.diff(x) >= 0).all()
    np.testing.assert_array_equal(y, values[x])
    blocks = values[:-3].reshape(BLOCKS, 20)
    drawn = y[:-3].reshape(BLOCKS, 2)
    np.testing.assert_array_equal(drawn.min(axis=1), blocks.min(axis=1))
    np.testing.assert_array_equal(drawn.max(axis=1), blocks.max(axis=1))


def test_running_means_of_long_histories_are_drawn_so_too_and_keep_their_gaps():
    """In the second half, G has a turn only at every other one of the last records."""
    n = 40 * BLOCKS
    values = np.random.default_rng(0).random(n)
    values[n // 2 : -60] = values[-60::2] = np.nan
    rows = np.stack([values] * 5)
    ax = plotting.history(fastgan.History(np.arange(n), *rows), curves="losses", smoothing=2)
    x, y = labelled(ax)[loss_curves("non-saturating")[2][1]].get_data()
    assert len(x) < 3 * BLOCKS
    means = running_mean(values, 2)
    np.testing.assert_array_equal(y, means[x])
    assert np.isnan(y[(x > n // 2 + 40) & (x < n - 100)]).all()
    assert np.nanmax(y) == np.nanmax(means)
    assert np.nanmin(y) == np.nanmin(means)
    assert np.isfinite(y[-1])


def test_running_means_of_many_records_stay_exact_after_a_spike():
    values = np.full(10_000, 0.1)
    values[5] = 1e18
    np.testing.assert_allclose(running_mean(values, 1000)[6:], 0.1, rtol=1e-12)


def test_value_and_divergence_are_drawn_with_their_bounds(run):
    ax = plotting.history(run.history, curves=["value", "jensen_shannon"])
    value, divergence = (line.get_ydata() for line in labelled(ax).values())
    np.testing.assert_array_equal(value, run.history.value)
    np.testing.assert_array_equal(divergence, run.history.jensen_shannon)
    assert heights_of_marks(ax) == [-2 * math.log(2), 0, math.log(2)]


@pytest.mark.parametrize(
    ("error", "name", "options"),
    [
        (ValueError, "loss", {"loss": "hinge"}),
        (ValueError, "curves", {"curves": "loss"}),
        (ValueError, "curves", {"curves": ()}),
        (ValueError, "curves", {"curves": ["losses", 3]}),
        (ValueError, "curves", {"curves": "value", "loss": "wasserstein"}),
        (ValueError, "smoothing", {"smoothing": 0}),
        (ValueError, "smoothing", {"smoothing": 301}),
        (TypeError, "smoothing", {"smoothing": 2.0}),
    ],
)
def test_history_refuses_bad_options(run, error, name, options):
    with pytest.raises(error, match=rf"^{name} (must|can)"):
        plotting.history(run.history, **options)


def test_history_draws_nothing_else():
    with pytest.raises(TypeError, match=r"^history must be a History"):
        plotting.history([0.5])


def test_history_refuses_those_of_many_models():
    ensemble = fastgan.train_many(
        fastgan.datasets.slanted_land(), 3, epochs=1, rng=0, record_every=1
    )
    with pytest.raises(ValueError, match=r"^history must be of one model"):
        plotting.history(ensemble.history)
    assert len(labelled(plotting.history(ensemble[1].history))) == 5


def test_history_refuses_to_draw_nothing():
    empty = fastgan.train(fastgan.datasets.slanted_land(), epochs=1, record_every=0).history
    with pytest.raises(ValueError, match="history must have records"):
        plotting.history(empty)


def test_curves_of_a_figure_have_colours_of_their_own(run):
    ax = plotting.history(run.history)
    looks = {(line.get_color(), line.get_linestyle()) for line in labelled(ax).values()}
    assert len(looks) == 5


def test_demo_figure_names_each_face_by_its_probability(run, tmp_path):
    faces = run.gan.sample(4, rng=1)
    figure = plotting.demo_figure(run, faces)
    axes = figure.axes
    assert len(axes) == 6
    for ax, face in zip(axes[:4], faces, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), face)
        assert ax.get_title() == f"$D(x)={run.gan.discriminate(face):.2f}$"
    losses, probabilities = axes[4:]
    assert (len(labelled(losses)), len(labelled(probabilities))) == (3, 2)
    assert heights_of_marks(losses) == [math.log(2)]
    assert heights_of_marks(probabilities) == [0.5]
    assert all(ax.get_xlabel() and ax.get_ylabel() and ax.get_title() for ax in axes[4:])
    figure.savefig(tmp_path / "demo.png")
    assert (tmp_path / "demo.png").read_bytes().startswith(b"\x89PNG")


def test_nothing_global_is_touched_and_matplotlib_waits_until_it_is_needed():
    script = """
import sys
import fastgan, fastgan.plotting
assert "matplotlib" not in sys.modules
import matplotlib
before = matplotlib.rcParams.copy()
run = fastgan.train(fastgan.datasets.slanted_land(), epochs=5, rng=0)
fastgan.plotting.samples(run.gan.sample(3))
fastgan.plotting.history(run.history)
fastgan.plotting.demo_figure(run, run.gan.sample(2))
assert matplotlib.rcParams.copy() == before
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


@pytest.mark.parametrize("draw", ["samples", "history", "demo_figure"])
def test_without_matplotlib_an_error_says_how_to_get_it(draw, run, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    arguments = {
        "samples": (np.zeros((1, 2, 2)),),
        "history": (run.history,),
        "demo_figure": (run, np.zeros((1, 2, 2))),
    }
    with pytest.raises(ImportError, match=r"pip install 'fastgan\[plot\]'"):
        getattr(plotting, draw)(*arguments[draw])


def test_losses_of_other_trainings_are_drawn_as_what_they_are():
    faces = fastgan.datasets.slanted_land()
    options = {"schedule": "alternating", "discriminator_steps": 3, "loss": "wasserstein"}
    turns = fastgan.train(faces, epochs=60, clip_value=0.1, rng=1, **options).history
    window = 300 // AVERAGED
    ax = plotting.history(turns, loss="wasserstein", smoothing=window)
    curve = labelled(ax)["generator: $-s$"].get_ydata()
    assert np.isfinite(curve).all(), "G's turns are too far apart to be drawn"
    its_turn = np.isfinite(turns.g_loss)
    assert its_turn.sum() == 100
    first = turns.g_loss[:window]
    assert curve[0] == pytest.approx(first[np.isfinite(first)].mean())
    assert ax.get_ylim()[0] < 0
    assert math.log(2) not in heights_of_marks(ax)
    with pytest.raises(ValueError, match=r"^loss must be one of"):
        plotting.history(turns, loss="hinge")


def test_value_and_divergence_of_a_history(run):
    history = run.history
    value = -(history.d_loss_real + history.d_loss_fake)
    np.testing.assert_array_equal(history.value, value)
    np.testing.assert_array_equal(history.jensen_shannon, (value + 2 * math.log(2)) / 2)
    blind = fastgan.GAN(
        fastgan.Generator([0.0] * 4, [0.0] * 4), fastgan.Discriminator([0.0] * 4, 0.0), (2, 2)
    )
    first = fastgan.train(fastgan.datasets.slanted_land(), epochs=1, init=blind, rng=1,
                          schedule="simultaneous").history  # fmt: skip
    assert first.jensen_shannon[0] == 0
