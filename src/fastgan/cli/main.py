"""The entry point of the command line, which says how to install typer and rich if need be."""

from __future__ import annotations

import os
import sys

_LIBRARIES = ("typer", "rich")


def main() -> None:
    """Run ``fastgan``; without typer or rich, say in one line how to install them."""
    try:
        from fastgan.cli.commands import app
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _LIBRARIES:
            raise
        sys.exit(f"fastgan: the command line needs {missing}: pip install 'fastgan[cli]'")
    # A file's name may have characters that the terminal's encoding lacks.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="fastgan")
    except OSError as error:  # commands handle errors of all files except the standard output
        # Output that could not be written is still buffered, and would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"fastgan: cannot write the output: {error.strerror}")
