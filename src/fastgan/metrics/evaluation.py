"""All numbers of a trained GAN together; of one with classes those of each, and over all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fastgan._support import validation


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` measured; each number is defined by the function of its name.

    Attributes
    ----------
    n_real, n_fake : int
        The items that were compared.
    mean_gap : float
        0 if the mean fake is the mean item.
    spread_ratio : float
        Near 0: collapsed. Near 1: fakes vary as much as real items.
    duplicate_share : float
        The share of fakes that another fake repeats.
    density, coverage : float
        Whether fakes lie where real items do, and the other way round; NaN for one real item.
    n_neighbours : int
        That these two looked at: 5, or as many others as there are; 0 for one real item.
    jensen_shannon_distance : float
        In [0, 1]: 0 if all histograms agree.
    discriminator_accuracy : float
        Balanced, in [0, 1]: 1/2 if D is at a loss.
    accuracy_on_real, accuracy_on_fake : float
        Its two parts; on real items that were held out, if there are any.
    generator_gradient_norm : float
        Near 0: the gradient has vanished.
    anomaly_score : float
        Mean over the real items, or those held out: 0 if G can draw them all.
    """

    n_real: int
    n_fake: int
    mean_gap: float
    spread_ratio: float
    duplicate_share: float
    density: float
    coverage: float
    n_neighbours: int
    jensen_shannon_distance: float
    discriminator_accuracy: float
    accuracy_on_real: float
    accuracy_on_fake: float
    generator_gradient_norm: float
    anomaly_score: float


@dataclass(frozen=True)
class ConditionalEvaluation:
    """What `evaluate` measured of a ConditionalGAN; as text, a table with a column for each class.

    Attributes
    ----------
    overall : Evaluation
        All fakes and all real items, whatever their classes; D is asked about each as its class.
    classes : tuple of int
        The labels, rising.
    by_class : tuple of Evaluation
        In the order of `classes`: the GAN of the class, and the real items and fakes of it.
    """

    overall: Evaluation
    classes: tuple[int, ...]
    by_class: tuple[Evaluation, ...]

    def of(self, label: int) -> Evaluation:
        """Give what was measured of one class.

        Parameters
        ----------
        label : int

        Returns
        -------
        Evaluation

        Raises
        ------
        TypeError, ValueError
            If `label` is not an int, or is not of a class that was judged.
        """
        return self.by_class[validation.class_index("label", label, np.array(self.classes))]

    def __str__(self) -> str:
        names = [field.name for field in fields(Evaluation)]
        columns = [["", *names], ["overall", *_numbers(self.overall, names)]]
        for label, evaluation in zip(self.classes, self.by_class, strict=True):
            columns.append([str(label), *_numbers(evaluation, names)])
        widths = [max(map(len, column)) for column in columns]
        return "\n".join(
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
            for row in zip(*columns, strict=True)
        )


def _numbers(evaluation: Evaluation, names: list[str]) -> list[str]:
    values: list[Any] = [getattr(evaluation, name) for name in names]
    return [str(value) if isinstance(value, int) else f"{value:.3g}" for value in values]
