"""Maps of outcomes: every drawn share is the counted one."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ensembles import PAINTERS, RATES, ensemble_with, grid

from fastgan.plotting import outcome_map
from fastgan.plotting.outcome_maps import STACKED, colours_on

pytest.importorskip("matplotlib")


def test_the_painters_are_what_they_are_called() -> None:
    assert ensemble_with(list(PAINTERS)).outcome().label.tolist() == list(PAINTERS)


def bands(ax: Any) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return the edges, bottoms and tops of each outcome's columns, by name."""
    return {
        patch.get_label().split(" ")[0]: (data.edges, data.baseline, data.values)
        for patch in ax.patches
        for data in [patch.get_data()]
    }


def test_shares_of_each_rate_are_stacked_to_one() -> None:
    names = ["learned"] * 3 + ["saturated"] + ["unfinished", "diverged"] + ["learned"]
    ensemble = ensemble_with(names, [0.01] * 4 + [0.1] * 2 + [1.0])
    ax = outcome_map(ensemble)
    drawn = bands(ax)
    assert tuple(drawn) == STACKED == ("learned", "unfinished", "saturated", "diverged")
    heights = {name: (top - bottom).tolist() for name, (_, bottom, top) in drawn.items()}
    assert heights == {
        "learned": [0.75, 0, 1],
        "unfinished": [0, 0.5, 0],
        "saturated": [0.25, 0, 0],
        "diverged": [0, 0.5, 0],
    }
    below = np.zeros(3)
    for edges, bottom, top in drawn.values():
        assert edges == pytest.approx(10 ** np.array([-2.5, -1.5, -0.5, 0.5]))
        np.testing.assert_array_equal(bottom, below)
        below = top
    np.testing.assert_array_equal(below, 1)
    assert ax.get_ylim() == (0, 1)
    assert ax.get_xlim() == (edges[0], edges[-1])
    assert ax.get_xscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate", "share of the models")


def test_the_legend_counts_models_of_each_outcome() -> None:
    ax = outcome_map(ensemble_with(["learned"] * 1200 + ["saturated"]))
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["learned (1,200)", "unfinished (0)", "saturated (1)", "diverged (0)"]
    handles = ax.get_legend().get_patches()
    from matplotlib.colors import to_rgba

    colours = [to_rgba(colour) for colour in colours_on(ax).values()]
    assert [handle.get_facecolor() for handle in handles] == colours


@pytest.mark.parametrize("background", ["default", "dark_background"])
@pytest.mark.parametrize("options", [{}, {"y": [1.0, 1, 2, 2], "show": "most frequent"}])
def test_no_outcome_has_the_colour_of_the_background(
    background: str, options: dict[str, Any]
) -> None:
    import matplotlib.style
    from matplotlib.colors import to_rgb

    with matplotlib.style.context(background, after_reset=True):
        ax = outcome_map(ensemble_with(list(PAINTERS)), **options)
    patches = ax.get_legend().get_patches()
    colours = {to_rgb(patch.get_facecolor()) for patch in patches}
    assert len(colours) == 4
    assert to_rgb(ax.get_facecolor()) not in colours


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (np.geomspace(1e-4, 1e2, 20), "log"),
        (np.linspace(0.01, 1, 20), "linear"),
        ([0.001, 0.01, 0.1], "log"),
        ([1, 2, 3], "linear"),
        ([0.0, 0.1, 1.0, 10.0], "linear"),
        ([0.1, 1.0], "log"),
        ([0.1, 0.2], "linear"),
        ([0.0, 5.0], "linear"),
        ([0.3], "log"),
        ([0.0], "linear"),
        ([1e-100, 1e100], "log"),
        ([1e306, 5e306, 1e307], "linear"),
    ],
)
def test_an_axis_is_logarithmic_where_the_values_look_so(values: Any, scale: str) -> None:
    ax = outcome_map(ensemble_with(["learned"] * len(values), values))
    assert ax.get_xscale() == scale
    edges, _, tops = bands(ax)["learned"]
    assert len(tops) == len(values)
    assert (edges[:-1] < values).all()
    assert (values < edges[1:]).all()


def test_many_values_are_gathered_in_columns_of_equal_width() -> None:
    rng = np.random.default_rng(0)
    values = 10 ** rng.uniform(-3, 1, 500)
    values[values.argmin()], values[values.argmax()] = 1e-3, 10.0
    values = values[(values < 0.01) | (values > 0.1)]  # one of eight columns has no models
    names = np.where(values < 1, "learned", "saturated").tolist()
    ax = outcome_map(ensemble_with(names, values), bins=8)
    edges, _, learned = bands(ax)["learned"]
    _, learned_again, saturated = bands(ax)["saturated"]
    assert edges == pytest.approx(10 ** np.linspace(-3, 1, 9))
    assert learned.tolist() == [1, 1, 0, 0, 1, 1, 0, 0]
    assert (saturated - learned_again).tolist() == [0, 0, 0, 0, 0, 0, 1, 1]


def test_as_many_values_as_columns_are_a_column_each() -> None:
    ensemble = ensemble_with(["learned", "saturated"] * 3, [1, 2, 3, 4, 5, 5])
    assert bands(outcome_map(ensemble, bins=5))["learned"][2].tolist() == [1, 0, 1, 0, 0.5]
    edges, _, learned = bands(outcome_map(ensemble, bins=4))["learned"]
    assert edges.tolist() == [1, 2, 3, 4, 5]
    assert learned.tolist() == [1, 0, 1, 1 / 3]  # each column includes its left edge, the last both


def test_outcomes_with_thresholds_of_their_own() -> None:
    ensemble = ensemble_with(["learned", "unfinished"])
    strict = ensemble.outcome([[1.0]], distance=0.2)
    for ax in (
        outcome_map(ensemble, outcomes=strict),
        outcome_map(ensemble, outcomes=ensemble.outcome([[0.9]])),
        outcome_map(ensemble, data=[[0.9]]),
    ):
        _, bottom, top = bands(ax)["learned"]
        assert (top - bottom).tolist() == [0.5]
    assert bands(outcome_map(ensemble, data=[[0.7]]))["learned"][2].tolist() == [0]


def test_it_is_drawn_where_it_is_asked_for() -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    assert outcome_map(grid(), ax=left) is left
    assert outcome_map(grid(), *RATES, ax=right) is right
    assert len(figure.axes) == 3  # including the colour scale


@pytest.mark.parametrize("size", [(2, 1.8), (3, 2.2), (7, 4.5), (12, 3)])
@pytest.mark.parametrize("arguments", [(), RATES])
def test_pictures_of_any_size(size: tuple[float, float], arguments: Any, tmp_path: Path) -> None:
    """There is always enough room for the axes, otherwise there would be a warning."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    outcome_map(grid(), *arguments, ax=figure.subplots())
    figure.savefig(tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_the_legend_is_beside_the_map_and_within_the_picture() -> None:
    from matplotlib.figure import Figure

    for width in (3, 4.5, 7):
        figure = Figure(figsize=(width, 2.5), layout="constrained", dpi=150)
        ax = outcome_map(
            ensemble_with(["learned"] * 2000 + ["saturated"] * 9), ax=figure.subplots()
        )
        figure.draw_without_rendering()
        legend, picture = ax.get_legend().get_window_extent(), figure.bbox
        assert legend.y0 >= ax.get_window_extent().y1 - 1
        assert picture.x0 <= legend.x0
        assert legend.x1 <= picture.x1
        assert legend.y1 <= picture.y1


@pytest.mark.parametrize(
    ("arguments", "options", "error", "match"),
    [
        (("epochs",), {}, ValueError, "x must be one of .*'learning_rate'"),
        (("learning_rate", "epochs"), {}, ValueError, "y must be one of .*'learning_rate'"),
        (([1, 2],), {}, ValueError, r"x must have shape \(11,\), one number for each model"),
        ((np.full(11, np.nan),), {}, ValueError, "x must be finite"),
        ((["a"] * 11,), {}, TypeError, "x must hold real numbers"),
        ((), {"show": "learned"}, ValueError, "show is for maps over two options"),
        (RATES, {"show": "collapsed"}, ValueError, r"show must be one of .*'most frequent'"),
        (RATES, {"show": 3}, ValueError, r"show must be one of"),
        ((), {"bins": 0}, ValueError, "bins must be at least 1"),
        ((), {"bins": 2.0}, TypeError, "bins must be an int"),
        ((), {"outcomes": {"learned": 3}}, TypeError, "outcomes must be Outcomes"),
        (
            (),
            {"outcomes": grid()[:2].outcome()},
            ValueError,
            "outcomes must be of 11 models, got 2",
        ),
        ((), {"outcomes": grid().outcome(), "data": [[1.0]]}, ValueError, "data must not be given"),
        ((), {"data": np.zeros((3, 2))}, ValueError, "data must hold items of shape"),
    ],
)
def test_bad_arguments(arguments: Any, options: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        outcome_map(grid(), *arguments, **options)


def test_only_ensembles_with_models_can_be_drawn() -> None:
    with pytest.raises(TypeError, match="ensemble must be an Ensemble"):
        outcome_map([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ensemble must have models"):
        outcome_map(grid()[:0])


def test_nothing_global_is_touched() -> None:
    script = """
import sys
import numpy as np
import fastgan, fastgan.plotting
assert "matplotlib" not in sys.modules
import matplotlib
before = matplotlib.rcParams.copy()
ensemble = fastgan.train_many(
    fastgan.datasets.slanted_land(), 4, epochs=5, rng=0, learning_rate=[0.1, 0.1, 1.0, 1.0],
    discriminator_learning_rate=[0.1, 0.2, 0.1, 0.2],
)
both = "learning_rate", "discriminator_learning_rate"
fastgan.plotting.outcome_map(ensemble)
fastgan.plotting.outcome_map(ensemble, *both)
fastgan.plotting.outcome_map(ensemble, *both, show="most frequent")
assert matplotlib.rcParams.copy() == before
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_without_matplotlib_an_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'fastgan\[plot\]'"):
        outcome_map(grid())


def test_the_example_prints_a_table_and_saves_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = Path(__file__).parent.parent / "examples" / "outcome_map.py"
    picture = tmp_path / "map.png"
    arguments = ["--starts", "3", "--epochs", "100", "--threads", "1", "--out", str(picture)]
    monkeypatch.setattr(sys, "argv", [str(example), *arguments])
    runpy.run_path(str(example), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    header, *rows, total = [line.split() for line in lines[:22]]
    assert header[2:] == ["learned", "unfinished", "saturated", "diverged"]
    assert len(rows) == 20
    assert all(sum(map(int, row[1:])) == 3 for row in rows)
    assert [int(n) for n in total[1:]] == np.sum([list(map(int, r[1:])) for r in rows], 0).tolist()
    assert float(rows[0][0]) == 1e-4
    assert float(rows[-1][0]) == 100
    assert rows[-1][3] == "3"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_rates_that_are_absurd_can_be_drawn() -> None:
    """Models diverge at such rates."""
    x = np.geomspace(0.01, 1e300, 6)
    ensemble = ensemble_with(["learned"] * 3 + ["diverged"] * 3, x)
    for y in (None, "discriminator_learning_rate"):
        ax = outcome_map(ensemble, y=y)
        ax.figure.canvas.draw()
        assert np.isfinite(ax.get_xlim()).all()
