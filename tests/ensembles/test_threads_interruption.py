"""Crowds in threads react to Ctrl-C at once, and leave no thread running.

As in `training/test_interruption.py`, the promise is a tenth of a second, the tests
allow two seconds on a busy machine, and `pytest -rP` shows the measured time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest

from helpers.interruption import assert_ends_at_once

CHILD = """
import sys, threading, time
import numpy as np
import fastgan

n, d, options = {n}, {d}, {options!r}
data = np.full((n, d), 0.5)
rng = np.random.SeedSequence(1)
# Load the backend, and let Numba compile for one row and for batches.
fastgan.train(data[:1, :1], epochs=1, dtype=options.get("dtype", "float64"),
              backend=options["backend"])
threads = threading.active_count()
print("ready", flush=True)
try:
    fastgan.train_many(data, {models}, epochs={epochs}, rng=rng, threads=3, **options)
except KeyboardInterrupt:
    print("ended", time.monotonic(), flush=True)
    assert rng.n_children_spawned == 0, "the seed was left elsewhere"
    assert threading.active_count() == threads, threading.enumerate()
    assert not sys.exc_info()[1].__context__, "something else failed on the way"
    print("clean", flush=True)
"""


# A few models that take very long; very many that take a moment each; batches; long steps.
SIZES: dict[str, dict[str, Any]] = {
    "few": {"n": 5, "d": 4, "models": 7, "epochs": 10**8, "options": {}},
    "few, with a history": {"n": 5, "d": 4, "models": 200, "epochs": 10**7,
                            "options": {"shuffle": True, "record_every": 10**4}},
    "many": {"n": 5, "d": 4, "models": 5 * 10**6, "epochs": 200, "options": {}},
    "batches": {"n": 64, "d": 784, "models": 100, "epochs": 10**5,
                "options": {"latent_dim": 64, "batch_size": 64}},
    "giant": {"n": 500, "d": 20_000, "models": 4, "epochs": 10**5,
              "options": {"latent_dim": 100, "batch_size": 500, "dtype": "float32"}},
}  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
@pytest.mark.parametrize("size", SIZES)
def test_ctrl_c(backend: str, size: str) -> None:
    if size == "giant" and backend == "numpy":
        pytest.skip("the reference makes copies of a step's batch, more than memory may hold")
    case = SIZES[size]
    code = CHILD.format(**{**case, "options": {**case["options"], "backend": backend}})
    assert_ends_at_once(f"{backend}, {size}", code, after=1.0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_impatience_leaves_no_thread_behind() -> None:
    """Repeated Ctrl-C, while the main thread waits for the others."""
    code = CHILD.format(**{**SIZES["batches"], "options": {"backend": "numpy", "batch_size": 64}})
    code = code.replace("import fastgan\n", "import fastgan\n" + SLOW_TO_STOP)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout.readline() == "ready\n"
            time.sleep(0.5)
            for milliseconds in np.random.default_rng(0).uniform(0, 5, 100):
                child.send_signal(signal.SIGINT)
                time.sleep(milliseconds / 1000)
            time.sleep(0.2)
            output, _ = child.communicate(timeout=60)
        finally:
            child.kill()
    assert output.splitlines()[-1] == "clean"


# Threads that end once no more signals come.
SLOW_TO_STOP = """
import fastgan.ensembles.threads
def train_crowd(crowd, shared, trained, stop):
    while not stop[0]:
        time.sleep(0.001)
    sys.stdin.read()
    raise InterruptedError
fastgan.ensembles.threads.train_crowd = train_crowd
"""
