"""Start trainings from the parameters of GANs: check them, and order them as if drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.options.training_options import TrainingOptions

Array = npt.NDArray[Any]


def starting_vector(
    init: object,
    options: TrainingOptions,
    item_shape: tuple[int, ...],
    d: int,
    name: str = "init",
) -> Array:
    """Return w_D, b_D, W_G and b_G of a GAN in one vector, rounded to the run's dtype."""
    wanted = ConditionalGAN if options.classes else GAN
    if not isinstance(init, wanted):
        raise TypeError(
            f"{name} must be a {wanted.__name__}, got {validation.describe(init)}: with labels a "
            "ConditionalGAN, without them a GAN"
        )
    k, wide, parts = _parts(init)
    if (k, wide) != (options.latent_dim, d):
        raise ValueError(
            f"{name} must have {options.latent_dim} latent dimensions and {d} features "
            f"to fit latent_dim and data, got {k} and {wide}"
        )
    if init.item_shape != item_shape and init.item_shape != (d,):
        raise ValueError(
            f"{name} must be for items of shape {item_shape}, as in data, got {init.item_shape}"
        )
    if isinstance(init, ConditionalGAN) and tuple(init.classes.tolist()) != options.classes:
        raise ValueError(
            f"{name} must have the classes of labels, {options.classes}, got {init.classes}"
        )
    with np.errstate(over="ignore", under="ignore"):
        vector: Array = np.concatenate(parts).astype(options.dtype)
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must be finite in {options.dtype}, got numbers outside its range")
    return vector


def _parts(gan: GAN | ConditionalGAN) -> tuple[int, int, tuple[Array, ...]]:
    """Return k, d, and the flat arrays w_D, b_D, W_G and b_G."""
    if isinstance(gan, ConditionalGAN):
        w, b = gan.discriminator_weights, gan.discriminator_biases
        weights, biases = gan.generator_weights, gan.generator_biases
    else:
        w, b = gan.discriminator.weights, np.array([gan.discriminator.bias])
        weights, biases = gan.generator.weights, gan.generator.biases
    return *weights.shape, (w.ravel(), b, weights.ravel(), biases.ravel())


def starting_vectors(
    init: Any, first: TrainingOptions, item_shape: tuple[int, ...], d: int, count: int
) -> Array | None:
    """Return parameters (models, P) of one GAN for all or of one per model; None without `init`."""
    if init is None:
        return None
    if isinstance(init, GAN | ConditionalGAN):
        vector = starting_vector(init, first, item_shape, d)
        return np.broadcast_to(vector, (count, len(vector)))
    from fastgan.ensembles.ensemble import Ensemble  # a single training does without

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
        raise ValueError(f"init must be a GAN or have {count}, one per model, got {len(gans)}")
    each = [starting_vector(gan, first, item_shape, d, f"init[{i}]") for i, gan in enumerate(gans)]
    return np.array(each)


def _vectors_of_ensemble(
    init: Any, first: TrainingOptions, item_shape: tuple[int, ...], d: int, count: int
) -> Array:
    """Return an ensemble's parameters; only its first model is checked, as all have one shape."""
    if len(init) != count:
        raise ValueError(f"init must have {count} models, as n_models says, got {len(init)}")
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
