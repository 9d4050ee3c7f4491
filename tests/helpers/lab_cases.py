"""Helpers for the tests of the lab: settings as a page sends them, and a lab in a process."""

import contextlib
import io
import signal
import subprocess
import sys

import numpy as np

import fastgan

FACES = fastgan.datasets.slanted_land()


def sent(**changes):
    """Return settings as the page sends them: numbers as the text of their fields."""
    settings = {
        "faces": FACES.tolist(),
        "picture": [[0, 1], [1, 0]],
        "learning_rate": "0.01",
        "discriminator_learning_rate": "0.02",
        "epochs": "40",
        "batch_size": "2",
        "latent_dim": "2",
        "latent": "normal",
        "seed": "7",
    }
    return {**settings, **changes}


def run_code(code):
    """Run a program that was copied from the page; return its namespace."""
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "copied", "exec"), namespace)
    return namespace


def assert_same_networks(gan, answer):
    """Assert that an answer holds exactly the bits of these networks."""
    pairs = (
        (gan.generator.weights, answer["generator"]["weights"]),
        (gan.generator.biases, answer["generator"]["bias"]),
        (gan.discriminator.weights, answer["discriminator"]["weights"]),
        (gan.discriminator.bias, answer["discriminator"]["bias"]),
    )
    for array, numbers in pairs:
        assert np.asarray(array).tobytes() == np.array(numbers, dtype=np.float64).tobytes()


class Lab:
    """`fastgan lab` in a separate process, on a free port or a given one."""

    def __init__(self, *arguments, port=0):
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from fastgan.cli.main import main; main()", "lab",
             "--no-browser", "--port", str(port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        line = self.process.stdout.readline()
        self.url = line.removeprefix("fastgan lab: ").partition(" ")[0]
        if not self.url.startswith("http://"):
            self.process.kill()
            raise AssertionError(line + self.process.communicate()[1])

    @property
    def port(self):
        return int(self.url.rstrip("/").rpartition(":")[2])

    def end(self, number=signal.SIGINT):
        """End it by a signal, or wait for its end; return its exit code and its output."""
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        try:
            out, err = self.process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode, out, err
