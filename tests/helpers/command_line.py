"""Run the command line in tests, in this process or in a separate one."""

import os
import subprocess
import sys

from typer.testing import CliRunner

from fastgan.cli import commands


def attempt(*arguments):
    """Run a command in this process."""
    return CliRunner().invoke(commands.app, [str(argument) for argument in arguments])


def invoke(*arguments):
    """Run a command that succeeds."""
    result = attempt(*arguments)
    assert result.exit_code == 0, result.output
    return result


def complaint(*arguments):
    """Return the only line on stderr of a command that fails."""
    result = attempt(*arguments)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("fastgan: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def run_python(script, *arguments, stdout=subprocess.PIPE, **environment):
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=300,
    )


def run_fastgan(*arguments, **options):
    return run_python("from fastgan.cli.main import main; main()", *arguments, **options)
