"""Drawings of the gradient field show the given data and change no global state."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from fastgan import dynamics, plotting
from helpers.dynamics_cases import point_game

pytest.importorskip("matplotlib")


def plane(x_values=(-1, 0, 1, 2), y_values=(0, 0.5, 1)):
    gan, data, latents = point_game(0.5)
    return dynamics.field_slice(
        gan, data, latents, x="w_D[0]", y="b_G[0]", x_values=x_values, y_values=y_values
    )


@pytest.mark.parametrize("style", ["streams", "arrows"])
def test_the_axes_are_those_of_the_slice(style, tmp_path):
    ax = plotting.gradient_field(plane(), style=style)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (0, 1))
    assert ax.get_xlabel() == r"$w_\mathrm{D}[0]$"
    assert ax.get_ylabel() == r"$b_\mathrm{G}[0]$"
    ax.figure.savefig(tmp_path / "field.png")
    assert (tmp_path / "field.png").read_bytes().startswith(b"\x89PNG")


def test_an_arrow_stands_at_each_point_and_is_the_field_there():
    field = plane()
    (arrows,) = plotting.gradient_field(field, style="arrows").collections
    np.testing.assert_array_equal(arrows.U, field.u.ravel())
    np.testing.assert_array_equal(arrows.V, field.v.ravel())
    np.testing.assert_array_equal(arrows.X, np.tile(field.x, 3))
    np.testing.assert_array_equal(arrows.Y, np.repeat(field.y, 4))


def test_streams_run_along_the_field():
    field = plane(np.linspace(-2, 2, 21), np.linspace(-2, 2, 21))
    (streams,) = plotting.gradient_field(field).collections
    segments = np.array([s for s in streams.get_segments() if len(s) == 2])
    middle, direction = segments.mean(axis=1), np.diff(segments, axis=1)[:, 0]
    column, row = (np.rint((middle[:, i] + 2) / 0.2).astype(int) for i in (0, 1))
    along = direction[:, 0] * field.u[row, column] + direction[:, 1] * field.v[row, column]
    length = np.hypot(*direction.T) * np.hypot(field.u[row, column], field.v[row, column])
    assert np.mean(along > 0.7 * length) > 0.9


def test_it_draws_on_the_axes_that_it_is_given():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert plotting.gradient_field(plane(), ax=ax) is ax


@pytest.mark.parametrize("style", ["streams", "arrows"])
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_field_that_is_zero_or_not_finite_can_be_drawn(style, value):
    field = plane()
    u, v = field.u.copy(), field.v.copy()
    u[...] = v[...] = value
    still = dynamics.FieldSlice("b_D", "W_G[0,0]", field.x, field.y, u, v)
    ax = plotting.gradient_field(still, style=style)
    ax.figure.canvas.draw()
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (0, 1))
    (drawn,) = ax.collections
    if style == "streams":
        assert drawn.get_segments() == []
        assert not ax.patches  # no arrowheads
    elif value == 0:
        np.testing.assert_array_equal(np.hypot(drawn.U, drawn.V), np.zeros(12))
    else:
        np.testing.assert_array_equal(drawn.Umask, np.ones(12))


@pytest.mark.parametrize(
    ("error", "name", "field", "style"),
    [
        (TypeError, "field_slice", "x", "streams"),
        (ValueError, "field_slice", plane(x_values=(0, 1, 3)), "streams"),
        (ValueError, "style", plane(), "lines"),
        (ValueError, "style", plane(), None),
    ],
)
def test_bad_input_is_refused(error, name, field, style):
    with pytest.raises(error, match=rf"^{name} must"):
        plotting.gradient_field(field, style=style)


def test_arrows_may_stand_unevenly():
    field = plane(x_values=(0, 1, 3))
    (arrows,) = plotting.gradient_field(field, style="arrows").collections
    np.testing.assert_array_equal(arrows.X, [0, 1, 3] * 3)
    np.testing.assert_array_equal(arrows.U, field.u.ravel())
    np.testing.assert_array_equal(arrows.V, field.v.ravel())


def test_nothing_global_is_touched_and_matplotlib_waits_until_it_is_needed():
    script = """
import sys
import fastgan, fastgan.plotting
assert "fastgan.dynamics" not in sys.modules
gan = fastgan.GAN(fastgan.Generator([1.0], [0.0]), fastgan.Discriminator([0.0], 0.0))
plane = {"x": "w_D[0]", "y": "b_G[0]", "x_values": [-1, 0, 1], "y_values": [-1, 0, 1]}
field = fastgan.dynamics.field_slice(gan, [[0.5]], **plane)
assert "matplotlib" not in sys.modules
import matplotlib
before = matplotlib.rcParams.copy()
fastgan.plotting.gradient_field(field)
assert matplotlib.rcParams.copy() == before
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_without_matplotlib_an_error_says_how_to_get_it(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install 'fastgan\[plot\]'"):
        plotting.gradient_field(plane())
