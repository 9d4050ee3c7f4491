"""Install a built wheel for the Python that runs this script, and run the tests for wheels.

    python tools/try_wheel.py WHEELHOUSE

`tests/wheel_tests.txt` lists these tests: the kernel, identity of backends, golden hashes,
training, saving, crowds, and the contents of the wheel. The script creates its own virtual
environment. If there are several wheels, pip chooses one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def chosen_wheel(pip: list[str], wheelhouse: Path) -> Path:
    """Return the wheel that pip selects for this Python and machine."""
    with tempfile.TemporaryDirectory() as directory:
        options = ["--quiet", "--no-index", "--no-deps", "--only-binary", ":all:"]
        subprocess.run(
            [*pip, "download", *options, f"--find-links={wheelhouse}", "-d", directory, "fastgan"],
            check=True,
        )
        (wheel,) = Path(directory).iterdir()
        return wheelhouse / wheel.name


def main() -> int:
    """Install the wheel, run its tests, and return pytest's exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheelhouse", type=Path, help="the folder of wheels")
    wheelhouse = parser.parse_args().wheelhouse.resolve()
    with tempfile.TemporaryDirectory() as directory:
        venv.create(directory, with_pip=True)
        folder = "Scripts" if os.name == "nt" else "bin"
        python = str(Path(directory, folder, "python"))
        pip = [python, "-m", "pip"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", "pip"], check=True)
        wheel = chosen_wheel(pip, wheelhouse)
        print(f"{wheel.name} on Python {sys.version}", flush=True)
        subprocess.run(
            [*pip, "install", "--quiet", f"{wheel}[numba]", "--group", "wheel-test"],
            cwd=ROOT, check=True,
        )  # fmt: skip
        return subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "@tests/wheel_tests.txt"],
            cwd=ROOT,
            env={
                "HYPOTHESIS_PROFILE": "few",
                **os.environ,
                "FASTGAN_WHEEL": str(wheel),
                "FASTGAN_REQUIRE_KERNEL": "1",
            },
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
