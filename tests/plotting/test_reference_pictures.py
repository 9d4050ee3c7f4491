"""Compare drawings, pixel by pixel, with reviewed pictures; see reference_pictures.py."""

from __future__ import annotations

import numpy as np
import pytest

import fastgan
from fastgan import plotting
from helpers.reference_pictures import BACKGROUNDS, DIRECTORY, DRAWN, draw

pytest.importorskip("matplotlib")

# Root mean square of the differences of all colours, on a scale to 255. Matplotlib 3.9 and 3.11
# draw the same lines and nodes, but round the corners of generated pictures to different dots,
# where up to 15.5 was measured.
TOLERANCE, TOLERANCE_OF_CORNERS = 2.0, 20.0


def tolerance(name):
    lines_alone = name.startswith(("history", "networks"))
    return TOLERANCE if lines_alone else TOLERANCE_OF_CORNERS


def difference(name, background, tmp_path):
    from matplotlib.testing.compare import compare_images

    path = tmp_path / f"{name}_{background}.png"
    draw(name, background, path)
    return compare_images(str(DIRECTORY / path.name), str(path), tolerance(name))


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("name", DRAWN)
def test_pictures_are_those_that_were_looked_at(name, background, tmp_path):
    assert difference(name, background, tmp_path) is None


def test_every_reference_picture_is_compared():
    kept = {path.name for path in DIRECTORY.iterdir()}
    assert kept == {f"{name}_{background}.png" for name in DRAWN for background in BACKGROUNDS}


def test_another_drawing_is_told_from_the_reference(tmp_path, monkeypatch):
    turned = fastgan.GAN(
        fastgan.Generator([-1.0, 1.5, 1.0, -1.25], [-1.0, 1.0, 0.5, -0.75]),
        fastgan.Discriminator([-1.0, 1.0, 1.0, -1.0], 0.5),
        (2, 2),
    )
    monkeypatch.setitem(DRAWN, "networks", lambda: plotting.networks(turned))
    assert difference("networks", "light", tmp_path) is not None
    monkeypatch.setitem(DRAWN, "samples", lambda: plotting.samples([[[0.0, 1.0], [1.0, 0.0]]] * 15))
    assert difference("samples", "dark", tmp_path) is not None


@pytest.mark.parametrize("name", DRAWN)
def test_no_picture_is_the_same_on_both_backgrounds(name):
    from matplotlib.testing.compare import calculate_rms
    from PIL import Image

    light, dark = (
        Image.open(DIRECTORY / f"{name}_{background}.png").convert("RGB")
        for background in BACKGROUNDS
    )
    assert calculate_rms(np.asarray(light), np.asarray(dark)) > 5 * TOLERANCE_OF_CORNERS


def test_a_single_line_that_is_missing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("fastgan.plotting.history_curves._draw_line", lambda *_: None)
    assert difference("history", "light", tmp_path) is not None
    assert difference("history", "dark", tmp_path) is not None
