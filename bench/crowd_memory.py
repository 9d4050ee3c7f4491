"""Peak memory of crowds of 10^3 to 10^6 models: apart from the results, it stays the same.

python bench/crowd_memory.py
"""

from __future__ import annotations

import subprocess
import sys

_TRAINING = """
import resource, sys
import fastgan

faces = fastgan.datasets.slanted_land()
models, threads = map(int, sys.argv[1:])

def train(models):
    return fastgan.train_many(faces, models, epochs=20, rng=42, backend="c", threads=threads)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

train(1)
before = peak()
ensemble = train(models)
options = ensemble.options
returned = (
    ensemble.parameters,
    ensemble.diverged_at,
    ensemble.history_rows,
    ensemble.index,
    options.learning_rate,
    options.discriminator_learning_rate,
)
print(peak() - before, sum(array.nbytes for array in returned))
"""

MODELS = (10**3, 10**4, 10**5, 10**6)
THREADS = (1, 2, 4)
MIB = 2**20


def memory(models: int, threads: int) -> tuple[int, int]:
    """Train `models` models in a separate process.

    Return the peak memory minus that for one model, and the size of the results, both in bytes.
    """
    command = [sys.executable, "-c", _TRAINING, str(models), str(threads)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    unit = 1 if sys.platform == "darwin" else 2**10  # ru_maxrss: bytes on macOS, KiB elsewhere
    peak, returned = map(int, printed.split())
    return peak * unit, returned


def main() -> None:
    """Print a line for each number of models and each number of threads."""
    print("| models | threads | peak minus that of one model, MiB | results | rest |")
    print("| --- | --- | --- | --- | --- |")
    for threads in THREADS:
        for models in MODELS:
            peak, returned = memory(models, threads)
            columns = (peak, returned, peak - returned)
            numbers = " | ".join(f"{column / MIB:.1f}" for column in columns)
            print(f"| {models:,} | {threads} | {numbers} |", flush=True)


if __name__ == "__main__":
    main()
