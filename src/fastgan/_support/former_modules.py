"""Modules that pickles of version 0.1.0 name, and the modules that hold their classes now."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_NOW = {
    "fastgan.conditional": "fastgan.networks.conditional_gan",
    "fastgan.ensemble": "fastgan.ensembles.ensemble",
    "fastgan.files": "fastgan._support.atomic_files",
    "fastgan.gan": "fastgan.networks.gan",
    "fastgan.history": "fastgan.training.history",
    "fastgan.metrics.networks": "fastgan.metrics.learning_signal",
    "fastgan.outcomes": "fastgan.ensembles.outcomes",
    "fastgan.results": "fastgan.training.run",
    "fastgan.seeds": "fastgan.randomness.seeds",
    "fastgan.snapshots": "fastgan.training.snapshots",
    "fastgan.watching": "fastgan.training.view",
}


class _FormerModules:
    """Find a former module as a module with the names of its successor."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Describe how to load the module of this name if it is a former module."""
        if name not in _NOW:
            return None
        return ModuleSpec(name, _Successor(_NOW[name]))  # type: ignore[arg-type]


class _Successor:
    """Fill a module with the names of another one, which is imported when a name is looked up."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave the creation of the module to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Look up every name of the module in its successor."""

        def name_of_successor(name: str) -> Any:
            return getattr(import_module(self._name), name)

        module.__getattr__ = name_of_successor  # type: ignore[method-assign]


def keep_former_modules() -> None:
    """Let `pickle` find classes in their former modules, if no other finder knows these."""
    sys.meta_path.append(_FormerModules)
