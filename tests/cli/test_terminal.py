"""Pictures and times as a terminal shows them."""

import io

import numpy as np
import pytest

pytest.importorskip("typer")
pytest.importorskip("rich")

from rich.console import Console

from fastgan._support.text import duration
from fastgan.cli import terminal


def console_of(width=80, **options):
    file = io.TextIOWrapper(io.BytesIO(), encoding=options.pop("encoding", "utf-8"))
    return Console(file=file, width=width, legacy_windows=False, **options)


def written(out):
    out.file.flush()
    return out.file.buffer.getvalue().decode(out.file.encoding)


def test_pictures_are_coloured_in_their_exact_grey():
    out = console_of(force_terminal=True, color_system="truecolor")
    terminal.draw(out, np.array([[[1.0, 0.25, 0.0]]]), ["caption"])
    text = written(out)
    for grey in (0, 191, 255):
        assert f"\x1b[38;2;{grey};{grey};{grey};48;2;{grey};{grey};{grey}m" in text
    assert "caption" in text


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", "░░▒▒▓▓██"), ("ascii", "..==**@@")])
def test_shades_grow_darker_with_the_value(encoding, expected):
    out = console_of(encoding=encoding)
    terminal.draw(out, np.array([[[0.0, 0.35, 0.65, 1.0]]]), [""])
    assert written(out).splitlines()[0] == expected


@pytest.mark.parametrize(("width", "in_a_line"), [(8, 1), (17, 1), (18, 2), (38, 4), (80, 8)])
def test_as_many_pictures_stand_in_a_line_as_fit(width, in_a_line):
    out = console_of(width=width)
    terminal.draw(out, np.zeros((9, 2, 2)), ["D = 0.50"] * 9)
    lines = written(out).splitlines()
    assert lines[4].count("D = 0.50") == in_a_line
    assert "".join(lines).count("D = 0.50") == 9
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize(
    ("shape", "width", "fits"),
    [
        ((2, 2), 40, True),
        ((28, 28), 80, True),
        ((28, 28), 56, True),
        ((28, 28), 55, False),
        ((65, 2), 80, False),
        ((4,), 80, False),
        ((3, 2, 2), 80, False),
        ((), 80, False),
        ((1, 1), 7, False),
    ],
)
def test_what_can_be_drawn(shape, width, fits):
    assert terminal.fits(console_of(width=width), shape) == fits


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.00091, "0.91 ms"), (0.5, "500.00 ms"), (2.5, "2.50 s")]
)
def test_durations(seconds, text):
    assert duration(seconds) == text
