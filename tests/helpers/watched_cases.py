"""Trainings of every kind, for the tests of snapshots, callbacks and early stopping."""

from __future__ import annotations

from typing import Any

import fastgan

FACES = fastgan.datasets.slanted_land()
LABELS = [0, 0, 1, 1, 1]

# Every kind of kernel, several chunks, and latents that are drawn between two steps of D.
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "shuffled": {"shuffle": True},
    "batches": {"batch_size": 2, "latent": "normal", "latent_dim": 3, "dtype": "float32"},
    "alternating": {
        "schedule": "alternating", "discriminator_steps": 3, "generator_steps": 2, "batch_size": 2,
        "shuffle": True,
    },
    "adam": {"optimizer": "adam", "loss": "least-squares"},
    "labels": {"labels": LABELS, "shuffle": True},
}  # fmt: skip


def in_epoch(options: dict[str, Any]) -> int:
    return -(-len(FACES) // options.get("batch_size", 1))
