"""Time of `import fastgan` minus that of the `import numpy` that it contains.

python bench/import_time.py
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median

import one_core

PAIRS = 40

_IMPORT = """
import time
start = time.perf_counter()
import {}
print(time.perf_counter() - start)
"""


def milliseconds(module: str) -> float:
    """Return the time to import a module in a fresh interpreter."""
    command = [sys.executable, "-c", _IMPORT.format(module)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(printed) * 1e3


def main() -> None:
    """Import both alternately, many times, and print the median of the differences."""
    milliseconds("fastgan")  # brings the files into the operating system's cache
    pairs = [(milliseconds("numpy"), milliseconds("fastgan")) for _ in range(PAIRS)]
    numpy, fastgan = (median(times) for times in zip(*pairs, strict=True))
    over = median(pair[1] - pair[0] for pair in pairs)
    where = "not bound to a core" if one_core.CORE is None else "on one core"
    print(f"import numpy {numpy:.0f} ms, import fastgan {fastgan:.0f} ms {where}:")
    print(f"{over:.1f} ms over numpy, the median of {PAIRS} pairs")


if __name__ == "__main__":
    main()
