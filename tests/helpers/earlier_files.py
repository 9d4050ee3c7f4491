"""Pickles and files as a fastgan makes them: `python tests/helpers/earlier_files.py FOLDER`.

The folder tests/support/files_of_0.1.0 holds those of version 0.1.0 before its modules moved into
rooms. The tests compare them with what this version makes of the same arguments.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np

import fastgan
from fastgan import dynamics, metrics
from fastgan.sklearn import GANEstimator

FACES = fastgan.datasets.slanted_land()
LABELS = [3, 5, 3, 5, 5]


def objects() -> dict[str, Any]:
    """Make an object of each public kind that can be pickled, from fixed arguments."""
    views: list[Any] = []
    run = fastgan.train(FACES, epochs=4, rng=1, snapshot_every=5, callback=views.append)
    labelled = fastgan.train(FACES, labels=LABELS, epochs=3, rng=2, optimizer="adam")
    ensemble = fastgan.train_many(FACES, 5, epochs=3, rng=3, record_every=2, snapshot_every=4)
    try:
        fastgan.train(FACES, epochs=9, rng=4, learning_rate=1e308)
    except fastgan.DivergenceError as error:
        divergence = error
    rows = FACES.reshape(5, 4)
    return {
        "run": run,
        "labelled": labelled,
        "view": views[-1],
        "ensemble": ensemble,
        "outcomes": ensemble.outcome(),
        "divergence": divergence,
        "file_error": fastgan.ModelFileError("not a model"),
        "evaluation": run.evaluate(FACES, n=64, rng=5),
        "class_evaluation": labelled.evaluate(FACES, labels=LABELS, n=64, rng=5),
        "accuracy": metrics.discriminator_accuracy(run.gan, FACES, rows),
        "coverage": metrics.density_and_coverage(FACES, FACES, n_neighbours=2),
        "field": dynamics.field_slice(
            run.gan, FACES, 8, x="b_D", y="b_G[0]", x_values=[0.0, 1.0], y_values=[0.0, 1.0]
        ),
        "estimator": GANEstimator(epochs=2, random_state=6).fit(rows),
        "availability": fastgan.backends.Availability(True, "here"),
    }


def write(folder: Path) -> None:
    """Write the pickles of all objects, and a file of each kind of model."""
    folder.mkdir(parents=True, exist_ok=True)
    made = objects()
    for name, thing in made.items():
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(thing, 4))
    made["run"].gan.save(folder / "run.gan")
    made["labelled"].gan.save(folder / "labelled.gan")
    made["ensemble"].save(folder / "ensemble.npz")


if __name__ == "__main__":
    with np.errstate(all="raise"):
        write(Path(sys.argv[1]))
