"""NumPy files and archives of them, valid or damaged."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np


def contents_of(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as contents:
        return dict(contents)


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(array), **{"version": (1, 0), **options})
    return buffer.getvalue()


def npy_header(descr: str, shape: tuple[int, ...], *, fortran_order: bool = False) -> bytes:
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": fortran_order, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue()


def write(path: Path, members: list[tuple[str, bytes]], **options: Any) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        with zipfile.ZipFile(path, "w", **options) as archive:
            for name, content in members:
                archive.writestr(f"{name}.npy", content)


def members(path: Path) -> list[tuple[str, bytes]]:
    return [(name, npy(array)) for name, array in contents_of(path).items()]


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()
