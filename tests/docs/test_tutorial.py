"""The notebook of the tutorial: stored without outputs, run from end to end, with these results."""

from __future__ import annotations

import json
from typing import Any

import pytest

import fastgan
from helpers.paths import ROOT

NOTEBOOK = ROOT / "docs" / "tutorials" / "slanted_land.ipynb"

# Printed output, by the id of the cell. The numbers of the networks by hand, of the training and of
# the new faces are the published notebook's; see training/test_published_notebook.py.
PRINTED = {
    "faces": "(5, 2, 2)\n[[0.9 0.1]\n [0.2 0.8]]\n",
    "discriminator": (
        "scores of faces [1.  0.4 0.4 0.4 0.4]\n"
        "scores of noise [-1.82 -0.76 -0.7  -1.14 -0.43]\n"
        "score of another picture -0.5\n"
    ),
    "probability": (
        "D of faces [0.73 0.6  0.6  0.6  0.6 ]\n"
        "D of noise [0.14 0.32 0.33 0.24 0.39]\n"
        "D of the other picture 0.38\n"
    ),
    "generator": "[[0.85 0.15]\n [0.15 0.85]]\n",
    "loss": (
        "D(x)              [0.73 0.6  0.6  0.6  0.6 ]\n"
        "-log D(x)         [0.31 0.51 0.51 0.51 0.51]\n"
        "D(G(z))           [0.59 0.53 0.49 0.48 0.61]\n"
        "-log(1 - D(G(z))) [0.88 0.76 0.67 0.66 0.94]\n"
    ),
    "loss-curve": "loss of saying 0.5: 0.6931\n",
    "gradient-d": "[[-0.234 -0.092]\n [-0.092 -0.234]]\n",
    "gradient-g": (
        "biases [[0.053, -0.053], [-0.053, 0.053]]\nweights [[0.037, -0.037], [-0.037, 0.037]]\n"
    ),
    "gradient-field": (
        "w_D[0]   -0.234\nw_D[1]   -0.092\nw_D[2]   -0.092\nw_D[3]   -0.234\nb_D      -0.325\n"
        "W_G[0,0] +0.037\nW_G[0,1] -0.037\nW_G[0,2] -0.037\nW_G[0,3] +0.037\n"
        "b_G[0]   +0.053\nb_G[1]   -0.053\nb_G[2]   -0.053\nb_G[3]   +0.053\n"
        "a step is 0.1 of it: True\n"
    ),
    "training": (
        "generator's weights     [ 0.70702123  0.03720449 -0.45703394  0.79375751]\n"
        "generator's biases      [ 2.48490157 -3.36725912 -2.90139211  2.8172726 ]\n"
        "discriminator's weights [ 0.60175083 -0.29127513 -0.40093314  0.37759987]\n"
        "discriminator's bias    -0.8955103005797743\n"
    ),
    "curves": (
        "last 500 steps, means:\nd_real       0.47\nd_fake       0.51\n"
        "d_loss_real  0.76\nd_loss_fake  0.71\ng_loss       0.68\n"
    ),
    "new": (
        "[[[0.94688171 0.03401213]\n  [0.04080795 0.96308679]]\n\n"
        " [[0.95653992 0.03437852]\n  [0.03579494 0.97063836]]\n\n"
        " [[0.95056667 0.03414339]\n  [0.03893305 0.96599501]]\n\n"
        " [[0.94228203 0.03386046]\n  [0.04309146 0.95941292]]]\n"
    ),
    "limits": (
        "D of all ten [0.49 0.5  0.49 0.49 0.49 0.5  0.49 0.5  0.5  0.5 ]\n"
        "D's weights [ 0.15 -0.11  0.16 -0.11]\n"
    ),
    "limits-crowd": "20,000 pictures lean by -0.32 to 0.31\n",
    "limits-spread": "0.54 times as much\n",
}
DRAWN = {
    "curves", "faces", "generator", "limits", "limits-data", "loss-curve", "networks", "new",
    "noise", "sigmoid", "weights",
}  # fmt: skip


def test_it_is_kept_without_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells
    for cell in cells:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert cell["metadata"] == {}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Return the outputs of each code cell, run in a new kernel."""
    if fastgan.backends.choose().name == "numpy":
        pytest.skip("needs a compiled backend: the reference is too slow for its thousand models")
    reason = "needs Jupyter's kernel: pip install nbclient ipykernel"
    pytest.importorskip("ipykernel", reason=reason)
    pytest.importorskip("matplotlib", reason="needs matplotlib: pip install 'fastgan[plot]'")
    nbclient = pytest.importorskip("nbclient", reason=reason)
    nbformat = pytest.importorskip("nbformat", reason=reason)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    nbclient.NotebookClient(notebook, timeout=120, resources=folder).execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def test_what_cells_print(outputs: dict[str, list[Any]]) -> None:
    streams = [(name, one) for name, all_ in outputs.items() for one in all_ if "text" in one]
    assert {one.name for _, one in streams} == {"stdout"}  # no warning on stderr
    printed = {
        name: "".join(one.text for other, one in streams if other == name) for name, _ in streams
    }
    assert printed == PRINTED


def test_which_cells_draw(outputs: dict[str, list[Any]]) -> None:
    assert {
        name
        for name, all_ in outputs.items()
        if any("image/png" in one.get("data", {}) for one in all_)
    } == DRAWN
