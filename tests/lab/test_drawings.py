"""The lab's drawings: thick and thin edges, curves of the history, marks of four shapes."""

import itertools
import math
import re
import xml.etree.ElementTree as ET
from importlib import resources

import numpy as np
import pytest

import fastgan
from fastgan.ensembles.outcomes import OUTCOMES
from fastgan.lab import curve_svg, network_svg, outcome_svg
from fastgan.lab.many_seeds import Fates

SVG = "{http://www.w3.org/2000/svg}"


def elements(drawing, name, kind=""):
    found = ET.fromstring(drawing).iter(SVG + name)
    return [e for e in found if kind in e.get("class", "").split() or not kind]


@pytest.mark.parametrize("k", [1, 2, 3, 8])
def test_edges_are_thick_for_positive_weights_only(k):
    weights = np.random.default_rng(k).normal(size=(k, 4))
    weights[0, 0] = 0
    judging = [1.0, -2.0, 0.0, 3.0]
    gan = fastgan.GAN(
        fastgan.Generator(weights, [0.0] * 4), fastgan.Discriminator(judging, 0.5), (2, 2)
    )
    drawing = network_svg.networks(gan)
    edges = elements(drawing, "line", "edge")
    every = [*weights.ravel(), *judging]
    assert len(edges) == len(every)
    for edge, weight in zip(edges, every, strict=True):
        assert ("positive" in edge.get("class")) == (weight > 0)
        assert ("negative" in edge.get("class")) == (weight <= 0)
    nodes = elements(drawing, "circle", "node")
    assert len(nodes) == k + 4 + 4 + 1
    assert len({node.get("cx") for node in nodes}) == 4
    ends = {(node.get("cx"), node.get("cy")) for node in nodes}
    for edge in edges:
        assert {(edge.get("x1"), edge.get("y1")), (edge.get("x2"), edge.get("y2"))} <= ends
    width = dict(re.findall(r"\.edge\.(\w+) \{ stroke-width: ([\d.]+)px", style()))
    assert float(width["positive"]) >= 3 * float(width["negative"])


def test_numbers_are_written_as_exactly_as_there_is_room():
    weights = [[-0.126, 99.994, 130.4, -171.6]]
    judge = fastgan.Discriminator([-1234.5, 12345.0, -2e99, 0.0], 1e300)
    gan = fastgan.GAN(fastgan.Generator(weights, [0.0] * 4), judge, (2, 2))
    drawing = network_svg.networks(gan)
    written = [text.text for text in elements(drawing, "text", "weight")]
    minus = "\N{MINUS SIGN}"
    assert written[:4] == [f"{minus}0.13", "99.99", "130", f"{minus}172"]
    assert written[4:] == [f"{minus}1234", "1e4", f"{minus}2e99", "0.00"]
    assert "1e300" in [text.text for text in elements(drawing, "text", "name")]


def test_curves_stand_at_the_means_of_their_windows():
    history = np.random.default_rng(0).random((5, 1200))
    for draw, rows, top in (
        (curve_svg.losses, (0, 1, 2), 1.0),
        (curve_svg.probabilities, (3, 4), 1.0),
    ):
        curves = elements(draw(history), "polyline", "curve")
        assert len(curves) == len(rows)
        for curve, row in zip(curves, rows, strict=True):
            points = [point.split(",") for point in curve.get("points").split()]
            means = history[row].reshape(curve_svg.WINDOWS, -1).mean(axis=1)
            high, low = curve_svg.TOP, curve_svg.BOTTOM
            expected = low - (low - high) * means / top
            np.testing.assert_allclose([float(y) for _, y in points], expected, atol=0.051)


def test_the_marks_of_log_2_and_a_half_are_where_they_should_be():
    history = np.full((5, 10), math.log(2))
    history[3:] = 0.5
    for draw in (curve_svg.losses, curve_svg.probabilities):
        (mark,) = elements(draw(history), "line", "mark")
        for curve in elements(draw(history), "polyline", "curve"):
            heights = {point.split(",")[1] for point in curve.get("points").split()}
            assert float(heights.pop()) == pytest.approx(float(mark.get("y1")), abs=0.06)
            assert not heights


@pytest.mark.parametrize("steps", [1, 2, 119, 121, 5000])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 40.0, 1e9, 1.7e308])
def test_histories_of_any_length_and_height_stay_inside(steps, scale):
    history = np.random.default_rng(1).random((5, steps)) * scale
    drawing = curve_svg.losses(history)
    for shape in (*elements(drawing, "polyline"), *elements(drawing, "polygon")):
        points = np.array([p.split(",") for p in shape.get("points").split()], dtype=float)
        assert len(points) >= 2
        assert (points >= (curve_svg.LEFT, curve_svg.TOP)).all()
        assert (points <= (curve_svg.RIGHT, curve_svg.BOTTOM)).all()
    ticks = [tick.text for tick in elements(drawing, "text", "end")]
    assert 2 <= len(ticks) <= 7
    assert max(map(len, ticks)) <= 7
    step = float(ticks[1])
    np.testing.assert_allclose([float(t) for t in ticks], step * np.arange(len(ticks)), rtol=1e-9)


def fates(counts):
    outcome = np.repeat(np.arange(4), counts)
    zeros = np.zeros(len(outcome))
    return Fates(outcome, zeros, zeros, 0.1)


def test_each_fate_has_its_mark_and_its_bar():
    counts = [500, 30, 20, 10]
    some = fates(counts)
    assert some.counts() == dict(zip(OUTCOMES, counts, strict=True))
    drawing = outcome_svg.marks(some)
    for name, count in some.counts().items():
        (path,) = elements(drawing, "path", name)
        # each mark begins with an absolute move; a cross also has a relative one
        assert len(re.findall("M", path.get("d"))) == count
    starts = re.findall(r"M([\d.]+) ([\d.]+)", drawing)
    assert len(set(starts)) == 560
    bars = outcome_svg.bars(some)
    for name, count in some.counts().items():
        (bar,) = elements(bars, "rect", name)
        left, right = outcome_svg.BARS
        assert float(bar.get("width")) == pytest.approx((right - left) * count / 560, abs=0.01)
        assert str(count) in [text.text for text in elements(bars, "text")]


def test_marks_differ_by_their_shape():
    shapes = {draw(0, 0) for draw in outcome_svg.MARKS.values()}
    assert len(shapes) == len(OUTCOMES)
    assert set(outcome_svg.MARKS) == set(OUTCOMES)


def style():
    return (resources.files("fastgan.lab") / "page" / "lab.css").read_text(encoding="utf-8")


def schemes():
    """Return the colours of both schemes, by name."""
    light, dark = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in (light, dark)]
    assert found[0].keys() == found[1].keys()
    return dict(zip(("light", "dark"), found, strict=True))


def luminance(colour):
    """Return the luminance of an sRGB colour, as WCAG 2 defines it."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out_in_both_schemes(scheme):
    colours = schemes()[scheme]
    for name in ("ink", "soft", "error"):  # colours of text
        for ground in ("page", "panel"):
            assert contrast(colours[name], colours[ground]) >= 4.5, name
    assert contrast(colours["accent"], colours["on-accent"]) >= 4.5
    for name in ("rule", "accent", "real", "fake", "generator", *OUTCOMES):  # colours of drawings
        assert contrast(colours[name], colours["panel"]) >= 3, name


def test_curves_differ_by_their_dashes():
    kinds = ("real", "fake", "generator")
    dashes = [re.search(rf"\.curve\.{kind} \{{(.*?)\}}", style())[1] for kind in kinds]
    patterns = [re.findall(r"stroke-dasharray: ([\d ]+)", dash) for dash in dashes]
    for one, other in itertools.combinations(patterns, 2):
        assert one != other
