"""The entry point of the command line, which needs two libraries that the package does not."""

from __future__ import annotations

import os
import sys

_LIBRARIES = ("typer", "rich")


def main() -> None:
    """Run ``fastgan``; without typer or rich, say in one line how to get them."""
    try:
        from fastgan.cli.commands import app
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _LIBRARIES:
            raise
        sys.exit(f"fastgan: the command line needs {missing}: pip install 'fastgan[cli]'")
    # A file may have a name that the terminal's encoding does not know.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="fastgan")
    except OSError as error:  # the commands answer for all files but the standard output
        # What could not be written is still buffered, and would fail once more at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"fastgan: cannot write the output: {error.strerror}")
