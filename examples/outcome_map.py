"""Map the outcomes of 10,000 GANs of Slanted Land at each of 20 learning rates.

Trains all of them, prints how many learned the faces, saturated, diverged, or are unfinished at
each rate, and draws these outcomes::

    python examples/outcome_map.py --out outcomes.png

`fastgan.Outcomes` defines the four outcomes.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import fastgan
from fastgan.plotting import outcome_map

RATES = np.geomspace(1e-4, 1e2, 20)
COLUMNS = ("learned", "unfinished", "saturated", "diverged")


def main() -> None:
    """Train the models, print the table and draw the map."""
    options = parse_options()
    start = time.perf_counter()
    ensemble = fastgan.train_many(
        fastgan.datasets.slanted_land(),
        len(RATES) * options.starts,
        epochs=options.epochs,
        learning_rate=np.repeat(RATES, options.starts),
        rng=options.seed,
        threads=options.threads,
        progress=True,
    )
    trained = time.perf_counter()
    outcomes = ensemble.outcome()
    judged = time.perf_counter()
    print_table(ensemble, outcomes)
    print(f"trained in {trained - start:.2f} s, judged in {judged - trained:.2f} s")
    outcome_map(ensemble, outcomes=outcomes).figure.savefig(options.out)
    print(f"drawn to {options.out}")


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--starts", type=int, default=10_000, help="models per rate (%(default)s)")
    parser.add_argument("--epochs", type=int, default=1000, help="epochs per model (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the whole map (%(default)s)")
    parser.add_argument("--threads", type=int, help="threads (default: one per core)")
    parser.add_argument("--out", default="outcome_map.png", help="the picture (%(default)s)")
    return parser.parse_args()


def print_table(ensemble: fastgan.Ensemble, outcomes: fastgan.Outcomes) -> None:
    """Print how many models had each outcome, for each learning rate."""
    print("learning rate" + "".join(f"{name:>12}" for name in COLUMNS))
    rates = ensemble.options.learning_rate
    for rate in np.unique(rates):
        labels = outcomes.label[rates == rate]
        print(f"{rate:13.3g}" + "".join(f"{np.sum(labels == name):12,}" for name in COLUMNS))
    counts = outcomes.counts()
    print(f"{'all':>13}" + "".join(f"{counts[name]:12,}" for name in COLUMNS))


if __name__ == "__main__":
    main()
