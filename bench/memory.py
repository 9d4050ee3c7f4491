"""Peak memory of trainings of 10^5, 10^6 and 10^7 steps without a history: it stays the same.

python bench/memory.py
"""

from __future__ import annotations

import subprocess
import sys

_TRAINING = """
import resource, sys
import fastgan

faces = fastgan.datasets.slanted_land()
steps = int(sys.argv[1])
run = fastgan.train(faces, epochs=steps // len(faces), record_every=0, rng=42, backend="c")
assert len(run.history) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

STEPS = (10**5, 10**6, 10**7)


def peak_memory(steps: int) -> float:
    """Train for `steps` steps in a separate process; return its peak memory in MiB."""
    command = [sys.executable, "-c", _TRAINING, str(steps)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    unit = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss: bytes on macOS, KiB elsewhere
    return int(printed) / unit


def main() -> None:
    """Print a row for each length of training."""
    print("| steps | peak memory, MiB |")
    print("| --- | --- |")
    for steps in STEPS:
        print(f"| {steps:,} | {peak_memory(steps):.1f} |", flush=True)


if __name__ == "__main__":
    main()
