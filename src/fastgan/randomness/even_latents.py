"""Evenly spread latent vectors, the same at every call, for comparing models."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fastgan.options.training_options import EXPLICIT

Float64Array = npt.NDArray[np.float64]

EVEN_LATENTS = 64  # the default number of vectors on which models are compared


def even_latents(n: int, k: int, latent: str) -> Float64Array:
    """Return n latent vectors (n, k), the midpoints of a Latin hypercube; see `Outcomes`."""
    if latent == EXPLICIT:
        raise ValueError(
            "latents must be given: the models were trained on explicit latent vectors, whose "
            "distribution is not known"
        )
    midpoints = (np.arange(n) + 0.5) / n
    if latent == "normal":
        from statistics import NormalDist  # rarely needed, and slow to import

        midpoints = np.array([NormalDist().inv_cdf(p) for p in midpoints])
    generator = np.random.default_rng(0)
    return np.stack([midpoints[generator.permutation(n)] for _ in range(k)], axis=1)
