"""The command ``fastgan info``, which lists what is installed and explains what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import platform

import numpy as np

import fastgan
from fastgan import backends
from fastgan.cli import terminal

EXTRAS = {
    "numba": "numba",
    "matplotlib": "plot",
    "tqdm": "progress",
    "typer": "cli",
    "rich": "cli",
    "tornado": "lab",
}


def info() -> None:
    """Show versions, backends and extras, and explain what is unavailable."""
    out = terminal.console()
    rows = (
        ("fastgan", fastgan.__version__),
        ("numerics version", str(fastgan.NUMERICS_VERSION)),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("NumPy", np.__version__),
        ("platform", platform.platform()),
    )
    terminal.table(out, ("this installation", ""), rows)
    out.print()
    terminal.table(
        out,
        ("backend", "usable", ""),
        [
            (name, "yes" if usable else "no", reason)
            for name, (usable, reason) in backends.available().items()
        ],
    )
    out.print()
    terminal.table(
        out, ("library", ""), [(name, _version(name, extra)) for name, extra in EXTRAS.items()]
    )
    out.print()
    with terminal.user_errors():
        chosen = backends.choose()
    asked = os.environ.get(backends.VARIABLE)
    why = f"selected by {backends.VARIABLE}" if asked else "the first usable one"
    out.print(f"chosen now: {chosen.name}, {why}")
    if chosen.name == "c":
        from fastgan.backends.native import backend  # which exists only where the kernel does

        out.print(f"instruction set: {backend.chosen_variant()}")


def _version(library: str, extra: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return f"missing: pip install 'fastgan[{extra}]'"
