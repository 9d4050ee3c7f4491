"""Development tasks, each in its own environment: `nox -s test`, `nox --list`."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "test"]
nox.options.error_on_missing_interpreters = False


def _with_groups(session: nox.Session) -> None:
    """Upgrade pip: dependency groups need pip 25.1, and Python may ship an older one."""
    session.install("--upgrade", "pip")


@nox.session(python=["3.11", "3.12", "3.13"])
def test(session: nox.Session) -> None:
    """Run all tests on an installation with a kernel; arguments go to pytest."""
    session.install(".[test]", env={"FASTGAN_REQUIRE_KERNEL": "1"})
    session.run("pytest", *session.posargs, env={"FASTGAN_REQUIRE_KERNEL": "1"})


@nox.session
def lint(session: nox.Session) -> None:
    """Run ruff, mypy, codespell and clang-format."""
    _with_groups(session)
    session.install("--group", "lint")
    session.run("tools/lint", external=True)


@nox.session
def bench(session: nox.Session) -> None:
    """Run benchmarks: `nox -s bench -- -m backends`; `--benchmark-disable` only checks identity."""
    session.install(".[bench]", env={"FASTGAN_REQUIRE_KERNEL": "1"})
    session.run("pytest", "bench", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages as HTML in build/docs; a warning is an error."""
    _with_groups(session)
    session.install(".[all]", "--group", "docs")
    session.run("sphinx-build", "-W", "-b", "html", "docs", "build/docs", *session.posargs)


@nox.session
def sanitize(session: nox.Session) -> None:
    """Run the kernel under AddressSanitizer and UBSan, on four sizes and two dtypes."""
    session.install(".[numba]", env={"FASTGAN_REQUIRE_KERNEL": "1"})
    session.run("python", "tools/hash_table.py", "--only", "Sanitizer", *session.posargs)


@nox.session
def wheels(session: nox.Session) -> None:
    """Build and audit an sdist and a repaired wheel in build/; run its tests on this Python."""
    _with_groups(session)
    session.install("--group", "wheels")
    session.run(
        "tools/wheels", "build/dist", "build/wheelhouse",
        external=True, env={"FASTGAN_REQUIRE_KERNEL": "1"},
    )  # fmt: skip
    session.run("python", "tools/try_wheel.py", "build/wheelhouse")
