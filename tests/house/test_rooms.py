"""Imports go one way: each room imports only from itself and from rooms before it."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import fastgan

PACKAGE = Path(fastgan.__file__).parent

# The order of the rooms, which docs/architecture.md explains. A room imports only from those
# before it, at the top of a file, within a function, or for its types alone.
ROOMS = (
    "_support",
    "backends",
    "layers",
    "options",
    "randomness",
    "storage",
    "networks",
    "metrics",
    "training",
    "ensembles",
    "datasets",
    "dynamics",
    "sklearn",
    "plotting",
    "",  # fastgan/__init__.py, the public face
    "lab",
    "cli",
)


def module_name(path: Path) -> str:
    parts = ["fastgan", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imports_of(source: str) -> set[str]:
    """Name all modules of the package that a source imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                found.add(name if name in MODULES else str(node.module))
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.partition(".")[0] == "fastgan"}


IMPORTS = {name: imports_of(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def room_of(module: str) -> str:
    return [*module.split("."), ""][1]


def test_every_module_is_in_a_room() -> None:
    assert {room_of(name) for name in MODULES} == set(ROOMS)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_from_its_own_room_and_earlier_ones(module: str) -> None:
    place = ROOMS.index(room_of(module))
    assert {name for name in IMPORTS[module] if ROOMS.index(room_of(name)) > place} == set()


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Imports within functions and for types count too, so none of them hides a circle."""
    graph = {
        # A package's own __init__ runs before its modules, which do not look back at it.
        name: {other for other in others if other != name and not name.startswith(f"{other}.")}
        for name, others in IMPORTS.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' <- '.join(error.args[1])}")


def test_circles_and_wrong_ways_would_be_found() -> None:
    hidden = "def f():\n    from fastgan.training.loop import TrainingLoop\n"
    assert imports_of(hidden) == {"fastgan.training.loop"}
    assert imports_of("import fastgan.cli.main, sys\n") == {"fastgan.cli.main"}
    assert imports_of("from fastgan.training import loop\n") == {"fastgan.training.loop"}
    assert room_of("fastgan.training.loop") == "training"
    assert room_of("fastgan") == ""


def test_backends_know_plain_arrays_only() -> None:
    """No class of another room reaches a kernel's door."""
    for name, others in IMPORTS.items():
        if room_of(name) == "backends":
            assert {room_of(other) for other in others} <= {"backends", "_support"}, name
