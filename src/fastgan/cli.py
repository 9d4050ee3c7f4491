"""The entry point of the command line, which needs two libraries that the package does not."""

from __future__ import annotations

import sys

_LIBRARIES = ("typer", "rich")


def main() -> None:
    """Run ``fastgan``; without typer or rich, say in one line how to get them."""
    try:
        from fastgan.commands import app
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _LIBRARIES:
            raise
        sys.exit(f"fastgan: the command line needs {missing}: pip install 'fastgan[cli]'")
    # A file may have a name that the terminal's encoding does not know.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="fastgan")
