"""Output of the command line: pictures, tables and errors, on any terminal or in a file.

Larger values are drawn with darker characters, so pictures are readable in a file, and in their
exact grey where there are colours. Nothing here needs more than ASCII.
"""

from __future__ import annotations

import sys
import warnings
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
from typer.core import TyperGroup

from fastgan.training.run import DivergenceError

Array = npt.NDArray[Any]

SHADES = "░▒▓█"  # from 0, white, to 1, black
ASCII_SHADES = ".:-=+*#%@"
MOST_ROWS = 64  # of a picture; a taller one would need scrolling
LEAST_WIDTH = 8  # characters; narrower pictures are magnified to at least this width
GAP = 2  # characters between pictures
COMFORTABLE_WIDTH = 60  # characters; on a narrower terminal, the columns of tables stand closer
ASCII_HEAD = box.Box(str(box.SIMPLE_HEAD).replace("─", "-"), ascii=True)

USER_ERRORS = (
    ValueError,
    TypeError,
    OSError,
    ArithmeticError,
    RuntimeError,
    ImportError,
    MemoryError,
)

# Typer exports only a child of this class; which library defines it depends on Typer's version.
_UsageError: Any = typer.BadParameter.__mro__[1]


class Commands(TyperGroup):
    """Commands that report usage errors in one line on stderr, like all other errors."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and exit."""
        options["standalone_mode"] = False
        try:
            code = super().main(*args, **options)
        except _UsageError as error:
            complain(f"{error.format_message()} (--help shows the usage)")
            code = error.exit_code
        except typer.Abort:
            code = 130  # as shells report a program that Ctrl-C ended
        sys.exit(code)


def console() -> Console:
    """Return a console on the current stdout that writes every text unchanged."""
    return Console(markup=False, highlight=False, emoji=False)


def fail(message: object) -> NoReturn:
    """Write a message to stderr, in one line, and end the program with status 1."""
    complain(message)
    raise typer.Exit(1)


def complain(message: object) -> None:
    """Write a message to stderr in one line, whatever line breaks it has."""
    print("fastgan:", *str(message).split(), file=sys.stderr)


@contextmanager
def user_errors() -> Iterator[None]:
    """Report an exception that a user may cause in one line on stderr, and end the program."""
    try:
        yield
    except (typer.Exit, typer.Abort):  # subclasses of RuntimeError, but not errors
        raise
    except DivergenceError as error:
        fail(
            f"the parameters stopped being finite at step {error.step}; a smaller "
            "--learning-rate may help"
        )
    except USER_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:
            fail(f"{error.filename}: {error.strerror}")
        fail(str(error) or type(error).__name__)


@contextmanager
def warnings_in_one_line() -> Iterator[None]:
    """Show warnings on stderr, each in one line and without its place in the code."""

    def show(message: Warning | str, *_: object, **__: object) -> None:
        complain(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield


def fits(out: Console, item_shape: tuple[int, ...]) -> bool:
    """Return whether items of this shape are pictures that fit on the terminal."""
    if len(item_shape) != 2:
        return False
    rows, columns = item_shape
    return rows <= MOST_ROWS and _width(columns) <= out.width


def _width(columns: int) -> int:
    """Return a picture's width: two characters per pixel, as they are narrow, or a multiple."""
    pixel = 2 * -(-LEAST_WIDTH // (2 * columns))
    return pixel * columns


def draw(out: Console, pictures: Array, captions: Sequence[str]) -> None:
    """Draw pictures (n, rows, columns), as many in a line as fit, with captions below."""
    columns = pictures.shape[2]
    width = _width(columns)
    in_a_line = max(1, (out.width + GAP) // (width + GAP))
    shades = _shades(out)
    gap = Text(" " * GAP)
    for start in range(0, len(pictures), in_a_line):
        group = slice(start, start + in_a_line)
        drawn = [_lines(picture, width, shades) for picture in pictures[group]]
        for parts in zip(*drawn, strict=True):
            _print_line(out, gap.join(parts))
        named = [Text(caption.ljust(width)[:width]) for caption in captions[group]]
        _print_line(out, gap.join(named))


def _print_line(out: Console, line: Text) -> None:
    line.rstrip()
    out.print(line, no_wrap=True, crop=False, overflow="ignore")


def _lines(picture: Array, width: int, shades: str) -> list[Text]:
    pixel = width // picture.shape[1]
    lines = []
    for row in np.clip(picture, 0, 1).tolist():
        line = Text()
        for value in row:
            shade = shades[round(value * (len(shades) - 1))]
            grey = round(255 * (1 - value))
            colour = f"rgb({grey},{grey},{grey})"
            line.append(shade * pixel, style=f"{colour} on {colour}")
        lines.extend([line] * (pixel // 2))
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
    """Write a table whose first column names the rows; `numbers` aligns the others to the right."""
    grid = Table(
        box=box.SIMPLE_HEAD if _encodable(out, str(box.SIMPLE_HEAD)) else ASCII_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1 if out.width >= COMFORTABLE_WIDTH else 0),
        header_style="bold",
    )
    grid.add_column(header[0], overflow="fold")
    for name in header[1:]:
        grid.add_column(name, overflow="fold", justify="right" if numbers else "left")
    for row in rows:
        grid.add_row(*row)
    out.print(grid)


def write_numbers(out: Console, values: Array) -> None:
    """Write an array as NumPy does, abbreviated in the middle if it is long."""
    text = np.array2string(values, max_line_width=out.width, precision=4, suppress_small=True)
    out.print(text, soft_wrap=True)
