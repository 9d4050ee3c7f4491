"""Match rows to classes, for plain and conditional GANs alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from fastgan._support import class_labels, validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN

Classes = npt.NDArray[np.int64]


def checked_gan(gan: object) -> GAN | ConditionalGAN:
    """Refuse anything but networks with or without classes, such as the run they come from."""
    if not isinstance(gan, GAN | ConditionalGAN):
        raise TypeError(f"gan must be a GAN or a ConditionalGAN, got {validation.describe(gan)}")
    return gan


def classes_of(gan: GAN | ConditionalGAN) -> Classes:
    """Return the class labels in ascending order, (c,); c = 0 for a GAN without classes."""
    return gan.classes if isinstance(gan, ConditionalGAN) else np.empty(0, np.int64)


def of_class(gan: GAN | ConditionalGAN, name: str, label: int | None) -> GAN:
    """Return the networks of the class `label`; those of a GAN without classes are itself."""
    class_labels.needs_label(name, label, classes_of(gan))
    if isinstance(gan, GAN):
        return gan
    return gan.of(int(gan.classes[class_labels.class_index(name, label, gan.classes)]))


def class_of_rows(
    gan: GAN | ConditionalGAN, name: str, label: npt.ArrayLike | None, count: int
) -> Classes | None:
    """Return the class of each of `count` rows, from 0, (count,); None without classes."""
    classes = classes_of(gan)
    if not class_labels.needs_label(name, label, classes):
        return None
    labels = class_labels.labels_of_rows(name, label, count)
    # Clamp out-of-range labels to the last class; the comparison below then rejects them.
    places = np.minimum(np.searchsorted(classes, labels), len(classes) - 1)
    unknown = labels[classes[places] != labels]
    if len(unknown):
        raise class_labels.unknown_label(name, classes, validation.describe(int(unknown[0])))
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
