"""Start the trainings of a crowd from the parameters of GANs: one for all, or one per model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.ensembles.ensemble import Ensemble
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions
from fastgan.training.warm_start import starting_vector

Array = npt.NDArray[Any]


def starting_vectors(
    init: object, first: TrainingOptions, item_shape: tuple[int, ...], d: int, count: int
) -> Array | None:
    """Return parameters (models, P) of one GAN for all or of one per model; None without `init`."""
    if init is None:
        return None
    if isinstance(init, GAN | ConditionalGAN):
        vector = starting_vector(init, first, item_shape, d)
        return np.broadcast_to(vector, (count, len(vector)))
    if isinstance(init, Ensemble):
        return _vectors_of_ensemble(init, first, item_shape, d, count)
    if isinstance(init, Sequence) and not isinstance(init, str | bytes):
        gans = list(init)
    else:
        raise TypeError(
            "init must be a GAN, an Ensemble or a sequence of GANs, "
            f"got {validation.describe(init)}"
        )
    if len(gans) != count:
        raise ValueError(f"init must be a GAN or have {count} GANs, one per model, got {len(gans)}")
    each = [starting_vector(gan, first, item_shape, d, f"init[{i}]") for i, gan in enumerate(gans)]
    return np.array(each)


def _vectors_of_ensemble(
    init: Any, first: TrainingOptions, item_shape: tuple[int, ...], d: int, count: int
) -> Array:
    """Return an ensemble's parameters; only its first model is checked, as all have one shape."""
    if len(init) != count:
        raise ValueError(f"init must have {count} models, to match n_models, got {len(init)}")
    starting_vector(init[0].gan, first, item_shape, d, "init[0]")
    with np.errstate(over="ignore", under="ignore"):
        vectors: Array = init.parameters.astype(first.dtype)
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise ValueError(
            f"init[{int(np.argmin(finite))}] must be finite in {first.dtype}, got numbers outside "
            "its range"
        )
    return vectors
