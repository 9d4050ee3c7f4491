"""What the command line writes: pictures, tables and errors, in any terminal or none.

Pictures are drawn in characters that grow darker with the value, and coloured in its exact grey
where there are colours; so they can be read in a file, too. Nothing here needs more than ASCII.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Array = npt.NDArray[Any]

SHADES = "░▒▓█"  # from 0, white, to 1, black
ASCII_SHADES = ".:-=+*#%@"
MOST_ROWS = 64  # of a picture: above, one would have to scroll to see it
LEAST_WIDTH = 8  # characters: small pictures are magnified to it
GAP = 2

USER_ERRORS = (
    ValueError,
    TypeError,
    OSError,
    ArithmeticError,
    RuntimeError,
    ImportError,
    MemoryError,
)


def console() -> Console:
    """Stdout as it is now, taking every text as it is."""
    return Console(markup=False, highlight=False, emoji=False)


def fail(message: object, code: int = 1) -> NoReturn:
    """Say on stderr what is wrong, in one line, and end the program."""
    _complain(message)
    raise typer.Exit(code)


def warn(message: object) -> None:
    """Say on stderr, in one line, what may be wrong."""
    _complain(f"warning: {message}")


def _complain(message: object) -> None:
    typer.echo(f"fastgan: {' '.join(str(message).split())}", err=True)


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn what the package raises of a user's mistake into one line on stderr."""
    try:
        yield
    except USER_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:
            fail(f"{error.filename}: {error.strerror}")
        fail(str(error) or type(error).__name__)


def fits(out: Console, item_shape: tuple[int, ...]) -> bool:
    """Whether items of this shape are pictures that can be drawn."""
    if len(item_shape) != 2:
        return False
    rows, columns = item_shape
    return rows <= MOST_ROWS and 2 * columns <= out.width


def draw(out: Console, pictures: Array, captions: Sequence[str]) -> None:
    """Draw pictures (n, rows, columns) next to each other, as many as fit, with captions below.

    A pixel is two characters wide, since characters are about twice as high as they are wide.
    """
    columns = pictures.shape[2]
    scale = max(1, LEAST_WIDTH // (2 * columns))
    width = 2 * columns * scale
    in_a_line = max(1, (out.width + GAP) // (width + GAP))
    shades = _shades(out)
    gap = Text(" " * GAP)
    for start in range(0, len(pictures), in_a_line):
        group = slice(start, start + in_a_line)
        drawn = [_lines(picture, scale, shades) for picture in pictures[group]]
        for parts in zip(*drawn, strict=True):
            _print_line(out, gap.join(parts))
        named = [Text(caption.ljust(width)[:width]) for caption in captions[group]]
        _print_line(out, gap.join(named))


def _print_line(out: Console, line: Text) -> None:
    line.rstrip()
    out.print(line, no_wrap=True, crop=False, overflow="ignore")


def _lines(picture: Array, scale: int, shades: str) -> list[Text]:
    lines = []
    for row in np.clip(picture, 0, 1).tolist():
        line = Text()
        for value in row:
            shade = shades[round(value * (len(shades) - 1))]
            grey = round(255 * (1 - value))
            colour = f"rgb({grey},{grey},{grey})"
            line.append(shade * (2 * scale), style=f"{colour} on {colour}")
        lines.extend([line] * scale)
    return lines


def _shades(out: Console) -> str:
    return SHADES if _encodable(out, SHADES) else ASCII_SHADES


def _encodable(out: Console, text: str) -> bool:
    try:
        text.encode(out.encoding)
    except UnicodeEncodeError:
        return False
    return True


def table(
    out: Console, header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False
) -> None:
    """Write a table whose first column names the rows; `numbers` stand to the right."""
    grid = Table(
        box=box.SIMPLE_HEAD if _encodable(out, "─") else None,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1),
        header_style="bold",
    )
    grid.add_column(header[0], overflow="fold")
    for name in header[1:]:
        grid.add_column(name, overflow="fold", justify="right" if numbers else "left")
    for row in rows:
        grid.add_row(*row)
    out.print(grid)


def write_numbers(out: Console, values: Array) -> None:
    """Write an array as NumPy does, shortened in the middle if it is long."""
    text = np.array2string(values, max_line_width=out.width, precision=4, suppress_small=True)
    out.print(text, soft_wrap=True)
