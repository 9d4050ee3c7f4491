"""Send Ctrl-C to a training in another process, and measure how soon it ends."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

ALLOWED = 2.0  # seconds
TRIES = 3


def seconds_to_end(code: str, after: float) -> float:
    """Return the time from a signal, sent `after` seconds into the training, to its end."""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout.readline() == "ready\n", child.stderr.read()
            time.sleep(after)
            assert child.poll() is None, child.stderr.read()
            sent = time.monotonic()
            child.send_signal(signal.SIGINT)
            output, errors = child.communicate(timeout=60)
        finally:
            child.kill()
    assert child.returncode == 0, errors
    lines = output.splitlines()
    assert lines[-1] == "clean", errors
    return float(lines[0].split()[1]) - sent


def assert_ends_at_once(what: str, code: str, after: float) -> None:
    """Let a child train for `after` seconds, send it a signal, and assert that it soon ends."""
    latencies = []
    while not latencies or (latencies[-1] >= ALLOWED and len(latencies) < TRIES):
        latencies.append(seconds_to_end(code, after))
        print(f"{what}: {1000 * latencies[-1]:.0f} ms")
    assert min(latencies) < ALLOWED
