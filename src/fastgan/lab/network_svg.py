"""Both networks with their weights: nodes in columns, joined by thick and thin edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

import fastgan
from fastgan.lab.svg import drawing, element, text

HEIGHT = 222
TOP, BOTTOM = 44, 200  # heights of the highest and the lowest node
LATENTS, DRAWN, JUDGED, VERDICT = 24, 150, 222, 336  # columns, from the left
MOST_WRITTEN = 2  # latent dimensions, above which weights on the edges would hide one another
LARGE, SMALL = 17.0, 9.0  # radii of nodes
PIXELS = ("\u2196", "\u2197", "\u2199", "\u2198")  # where each stands in the picture


def networks(gan: fastgan.GAN) -> str:
    """Draw G and D; an edge is thick if its weight is positive, thin if it is negative or zero."""
    k, d = gan.generator.weights.shape
    pixels, latents = _spread(d), _spread(k)
    edges, numbers = [], []
    for i, row in enumerate(gan.generator.weights):
        for j, weight in enumerate(row):
            ends = (LATENTS, latents[i]), (DRAWN, pixels[j])
            edges.append(_edge(weight, *ends))
            if k <= MOST_WRITTEN:
                numbers.append(_number(weight, *ends, 0.66))
    for j, weight in enumerate(gan.discriminator.weights):
        ends = (JUDGED, pixels[j]), (VERDICT, (TOP + BOTTOM) / 2)
        edges.append(_edge(weight, *ends))
        numbers.append(_number(weight, *ends, 0.42))
    names = [f"z{i}" if k > 1 else "z" for i in range(1, k + 1)]
    nodes = [
        *_column(LATENTS, latents, names, LARGE if k <= MOST_WRITTEN else SMALL),
        *_column(DRAWN, pixels, [_signed(b) for b in gan.generator.biases], LARGE),
        *_column(JUDGED, pixels, PIXELS, LARGE),
        *_column(VERDICT, [(TOP + BOTTOM) / 2], [_signed(gan.discriminator.bias)], LARGE),
    ]
    heads = [
        text("generator G", x=(LATENTS + DRAWN) / 2, y=14, class_="head"),
        text("discriminator D", x=(JUDGED + VERDICT) / 2, y=14, class_="head"),
    ]
    label = (
        f"The networks: G's weights {_listed(gan.generator.weights.ravel())}, its biases "
        f"{_listed(gan.generator.biases)}; D's weights {_listed(gan.discriminator.weights)}, its "
        f"bias {_signed(gan.discriminator.bias)}"
    )
    return drawing(HEIGHT, label, "".join([*heads, *edges, *numbers, *nodes]))


def _spread(count: int) -> list[float]:
    """Return the heights of `count` nodes in a column."""
    step = (BOTTOM - TOP) / max(count, 4)
    middle = (TOP + BOTTOM) / 2
    return [middle + (i - (count - 1) / 2) * step * 1.15 for i in range(count)]


def _edge(weight: Any, start: tuple[float, float], end: tuple[float, float]) -> str:
    kind = "positive" if weight > 0 else "negative"
    line = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    title = element("title", f"weight {_signed(weight)}")
    return element("line", title, class_=f"edge {kind}", **line)


def _number(weight: Any, start: tuple[float, float], end: tuple[float, float], part: float) -> str:
    x, y = (a + part * (b - a) for a, b in zip(start, end, strict=True))
    plate = element("rect", x=x - 15, y=y - 6, width=30, height=12, class_="plate")
    return plate + text(_signed(weight), x=x, y=y + 3.5, class_="weight")


def _column(x: float, heights: Sequence[float], names: Sequence[str], radius: float) -> list[str]:
    size = "small" if radius == SMALL else "name"
    return [
        element("circle", cx=x, cy=y, r=radius, class_="node")
        + text(name, x=x, y=y + 3.5, class_=size)
        for y, name in zip(heights, names, strict=True)
    ]


def _signed(number: Any) -> str:
    """Write a number as exactly as fits into a node, with a minus sign as wide as a digit."""
    size = abs(number)
    how = ".2f" if size < 100 else ".0f" if size < 10_000 else ".0e"
    return f"{number:{how}}".replace("-", "\u2212").replace("e+", "e").replace("e0", "e")


def _listed(numbers: npt.NDArray[Any]) -> str:
    return ", ".join(_signed(number) for number in numbers)
