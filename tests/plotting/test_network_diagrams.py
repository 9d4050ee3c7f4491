"""Drawings of networks: an edge for each weight, thick if it is positive."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import fastgan
from fastgan import plotting
from fastgan.plotting.network_diagrams import MOST_PARAMETERS, MOST_VALUES
from fastgan.plotting.style import BLUE, VERMILION

pytest.importorskip("matplotlib")


def gan(k, d, seed=0):
    rng = np.random.default_rng(seed)
    generator = fastgan.Generator(rng.standard_normal((k, d)), rng.standard_normal(d))
    return fastgan.GAN(generator, fastgan.Discriminator(rng.standard_normal(d), -0.5))


def edges(ax):
    """Return the numbers of thick and thin edges of G and of D, with their widths."""
    from matplotlib.colors import to_hex

    found = [
        (to_hex(c.get_color()[0]).upper() if len(c.get_segments()) else None, c)
        for c in ax.collections
        if hasattr(c, "get_segments")
    ]
    return [found[:2], found[2:]]


@pytest.mark.parametrize(("k", "d"), [(1, 4), (3, 4), (5, 2), (1, 1), (2, 100)])
def test_edges_are_the_weights_thick_if_positive(k, d):
    one = gan(k, d)
    ax = plotting.networks(one)
    weights = (
        np.vstack([one.generator.weights, one.generator.biases]),
        np.append(one.discriminator.weights, one.discriminator.bias)[:, np.newaxis],
    )
    for drawn, of_network in zip(edges(ax), weights, strict=True):
        (_, thick), (_, thin) = drawn
        assert thick.get_linewidth()[0] > 3 * thin.get_linewidth()[0]
        assert len(thick.get_segments()) == (of_network > 0).sum()
        assert len(thin.get_segments()) == (of_network <= 0).sum()
        n, m = of_network.shape
        for collection, there in ((thick, of_network > 0), (thin, of_network <= 0)):
            for (start, end), (i, j) in zip(
                collection.get_segments(), np.argwhere(there), strict=True
            ):
                assert start[1] == pytest.approx((i + 0.5) / n)
                assert end[1] == pytest.approx((j + 0.5) / m)
                assert start[0] < end[0]


def test_zero_is_drawn_thin():
    zero = fastgan.GAN(
        fastgan.Generator([0.0, 0.0], [0.0, -0.0]), fastgan.Discriminator([0.0] * 2, 0)
    )
    for (_, thick), (colour, thin) in edges(plotting.networks(zero)):
        assert not len(thick.get_segments())
        assert len(thin.get_segments()) in (3, 4)
        assert colour == VERMILION


def test_the_legend_tells_both_kinds_by_width_and_colour():
    lines = plotting.networks(gan(1, 4)).get_legend().get_lines()
    assert [line.get_color() for line in lines] == [BLUE, VERMILION]
    assert lines[0].get_linewidth() > 3 * lines[1].get_linewidth()


def numbers(ax):
    return [text for text in ax.texts if text.get_text()[0] in "+\N{MINUS SIGN}"]


@pytest.mark.parametrize(("k", "d"), [(1, 4), (4, 16), (1, 64), (20, 2), (3, 3)])
def test_values_are_written_on_their_edges_and_never_on_one_another(k, d):
    one = gan(k, d)
    assert not numbers(plotting.networks(one))
    ax = plotting.networks(one, values=True)
    ax.figure.draw_without_rendering()
    written = numbers(ax)
    weights = [*one.generator.weights.flat, *one.generator.biases]
    weights += [*one.discriminator.weights, one.discriminator.bias]
    assert len(written) == len(weights)
    for text, weight in zip(written, weights, strict=True):
        number = float(text.get_text().replace("\N{MINUS SIGN}", "-"))
        assert number == pytest.approx(weight, rel=0.005)
    for part in (written[: (k + 1) * d], written[(k + 1) * d :]):
        boxes = sorted((text.get_window_extent() for text in part), key=lambda box: box.y0)
        assert all(below.y1 < above.y0 for below, above in itertools.pairwise(boxes))


def test_networks_of_a_class():
    faces = fastgan.datasets.slanted_land()
    run = fastgan.train(faces, labels=[0, 0, 1, 1, 1], epochs=50, rng=1)
    texts = [t.get_text() for t in plotting.networks(run.gan, label=1, values=True).texts]
    assert texts == [t.get_text() for t in plotting.networks(run.gan.of(1), values=True).texts]
    with pytest.raises(ValueError, match=r"^label must be among the classes \[0, 1\], got None"):
        plotting.networks(run.gan)
    with pytest.raises(ValueError, match=r"^label must be None for networks without classes, got"):
        plotting.networks(run.gan.of(1), label=1)


def test_any_size_up_to_the_stated_limit():
    d = (MOST_PARAMETERS - 1) // 3
    plotting.networks(gan(1, d)).figure.draw_without_rendering()
    with pytest.raises(ValueError, match=r"^gan must have at most 2,000 parameters .*got 2,002"):
        plotting.networks(gan(1, d + 1))
    assert f"at most {MOST_PARAMETERS:,} parameters" in plotting.networks.__doc__
    d = (MOST_VALUES - 1) // 3
    plotting.networks(gan(1, d), values=True)
    with pytest.raises(ValueError, match=r"^values must be False, or gan must have at most 200"):
        plotting.networks(gan(1, d + 1), values=True)
    assert f"at most {MOST_VALUES} parameters" in plotting.networks.__doc__


def test_bad_input_is_refused():
    with pytest.raises(TypeError, match=r"^gan must be a GAN"):
        plotting.networks(fastgan.datasets.slanted_land())
    with pytest.raises(TypeError, match=r"^values must be True or False"):
        plotting.networks(gan(1, 2), values=1)
