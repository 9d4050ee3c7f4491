"""Match rows to classes, for plain and conditional GANs alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN

Classes = npt.NDArray[np.int64]


def checked_gan(gan: object) -> GAN | ConditionalGAN:
    """Refuse anything but networks with or without classes, such as the run they come from."""
    if not isinstance(gan, GAN | ConditionalGAN):
        raise TypeError(f"gan must be a GAN or a ConditionalGAN, got {validation.describe(gan)}")
    return gan


def class_of_rows(
    gan: GAN | ConditionalGAN, name: str, label: npt.ArrayLike | None, count: int
) -> Classes | None:
    """Return the class of each of `count` rows, from 0, (count,); None without classes."""
    if isinstance(gan, GAN):
        if label is not None:
            raise ValueError(
                f"{name} must be None with a GAN, which has no classes, "
                f"got {validation.describe(label)}"
            )
        return None
    if label is None:
        raise ValueError(
            f"{name} must be given with a ConditionalGAN, of the classes "
            f"{gan.classes.tolist()}, got None"
        )
    labels = validation.labels_of_rows(name, label, count)
    # Clamp out-of-range labels to the last class; the comparison below then rejects them.
    places = np.minimum(np.searchsorted(gan.classes, labels), len(gan.classes) - 1)
    unknown = labels[gan.classes[places] != labels]
    if len(unknown):
        raise ValueError(f"{name} must be of the classes {gan.classes.tolist()}, got {unknown[0]}")
    return places.astype(np.int64)


def each_class(
    gan: GAN | ConditionalGAN, classes: Classes | None
) -> Iterator[tuple[GAN, npt.NDArray[np.intp] | slice]]:
    """Yield the GAN of each class that occurs, in increasing order, and the indices of its rows.

    A GAN without classes is yielded once, with a slice of all rows.
    """
    if isinstance(gan, GAN):
        yield gan, slice(None)
        return
    for c in np.unique(classes if classes is not None else []).tolist():
        yield gan.of(int(gan.classes[c])), np.flatnonzero(classes == c)
