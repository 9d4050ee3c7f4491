"""Maps of outcomes over two options: every cell shows the counted share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fastgan.plotting import outcome_map
from fastgan.plotting.outcome_maps import COLOURS
from helpers.ensembles import PAINTERS, RATES, ensemble_with, grid

pytest.importorskip("matplotlib")


def cells_of(ax: Any) -> np.ma.MaskedArray:
    return ax.collections[0].get_array()


def test_cells_show_the_share_of_one_outcome() -> None:
    ax = outcome_map(grid(), *RATES)
    shares = cells_of(ax)
    expected = [[2 / 3, 0.0], [0.0, 1.0], [0.25, 0.0]]  # a row for each rate of D
    np.testing.assert_array_equal(shares.filled(0), expected)
    assert shares.mask.tolist() == [[False, False], [False, False], [False, True]]
    assert ax.collections[0].get_clim() == (0, 1)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert ax.get_ylim() == pytest.approx((10**-0.5, 10**2.5))
    assert ax.get_xlim() == pytest.approx((10**-1.5, 10**0.5))
    assert ax.get_xlabel() == "generator learning rate"
    assert ax.get_ylabel() == "discriminator learning rate"
    assert [other.get_ylabel() for other in ax.figure.axes[1:]] == ["share of models: learned"]


@pytest.mark.parametrize("name", PAINTERS)
def test_cells_can_show_any_outcome(name: str) -> None:
    ensemble = grid()
    ax = outcome_map(ensemble, *RATES, show=name)
    label, (x, y) = ensemble.outcome().label, (getattr(ensemble.options, n) for n in RATES)
    for row, rate in enumerate([1.0, 10.0, 100.0]):
        for column, other in enumerate([0.1, 1.0]):
            models = label[(x == other) & (y == rate)]
            if len(models):
                assert cells_of(ax)[row, column] == (models == name).mean()


def test_cells_can_show_the_most_frequent_outcome() -> None:
    ax = outcome_map(grid(), *RATES, show="most frequent")
    cells = cells_of(ax)
    mesh = ax.collections[0]
    from matplotlib.colors import to_rgba

    expected = [["learned", "unfinished"], ["saturated", "learned"], ["diverged", None]]
    for row in range(3):
        for column in range(2):
            name = expected[row][column]
            assert bool(np.ma.getmaskarray(cells)[row, column]) == (name is None)
            if name:
                assert mesh.cmap(mesh.norm(cells[row, column])) == to_rgba(COLOURS[name])
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["learned (5)", "unfinished (2)", "saturated (2)", "diverged (2)"]


def test_numbers_of_ones_own_along_the_axes() -> None:
    ensemble = ensemble_with(["learned", "saturated", "learned"])
    ax = outcome_map(ensemble, [1, 2, 2], [5, 5, 6])
    assert cells_of(ax).filled(-1).tolist() == [[1, 0], [-1, 1]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("", "")
