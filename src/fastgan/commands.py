"""The commands of ``fastgan``: demo, train, sample, info."""

from __future__ import annotations

import importlib.metadata
import math
import platform
import secrets
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from typer.core import TyperGroup

import fastgan
from fastgan import backends, demonstration, saving, terminal

Array = npt.NDArray[Any]

MOST_RECORDS = 100_000  # of a history: enough for means, and a few megabytes
MOST_DRAWN = 64
EXTRAS = {  # what each library is for, by the name of the extra that brings it
    "numba": "numba",
    "matplotlib": "plot",
    "tqdm": "progress",
    "typer": "cli",
    "rich": "cli",
}

# Typer exports only this class's child; the library that it builds on differs between versions.
_UsageError: Any = typer.BadParameter.__mro__[1]


class _Commands(TyperGroup):
    """Commands whose errors of usage are one line on stderr, as all other errors are."""

    def main(self, *args: Any, **options: Any) -> Any:
        options["standalone_mode"] = False
        try:
            code = super().main(*args, **options)
        except _UsageError as error:
            message = error.format_message()
            if message:  # none where the help was shown instead
                terminal.complain(f"{message} (--help shows the usage)")
            code = error.exit_code
        except typer.Abort:
            code = 130
        sys.exit(code)


app = typer.Typer(
    cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fastgan {fastgan.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Tiny generative adversarial networks, with the same bits everywhere."""
