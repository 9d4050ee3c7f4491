"""All metrics of a trained GAN together; with classes, those of each class and those over all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fastgan._support import class_labels


@dataclass(frozen=True)
class Evaluation:
    """The results of `evaluate`; each number is defined by the function of the same name.

    Attributes
    ----------
    n_real, n_fake : int
        The numbers of items that were compared.
    mean_gap : float
        0 if the mean fake equals the mean real item.
    spread_ratio : float
        Near 0: collapsed. Near 1: fakes vary as much as real items.
    duplicate_share : float
        The share of fakes that another fake repeats.
    density, coverage : float
        Whether fakes lie where real items do, and the other way round; NaN for one real item.
    n_neighbours : int
        Number of neighbours used for density and coverage: 5, or n_real - 1 if that is less.
    jensen_shannon_distance : float
        In [0, 1]: 0 if all histograms agree.
    discriminator_accuracy : float
        Balanced, in [0, 1]: 1/2 if D cannot tell fakes from real items.
    accuracy_on_real, accuracy_on_fake : float
        The two accuracies it averages; the first is on the held-out items, if any were given.
    generator_gradient_norm : float
        Near 0: the gradient has vanished.
    anomaly_score : float
        Mean over the held-out items if any were given, else over the real items; 0 if G can draw
        all of them.
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
    """The results of `evaluate` for a ConditionalGAN; printed as a table, one column a class.

    Attributes
    ----------
    overall : Evaluation
        All fakes and all real items together; D judges each item as one of its own class.
    classes : tuple of int
        The labels, in ascending order.
    by_class : tuple of Evaluation
        One for each class, in the order of `classes`: of its GAN, its real items and its fakes.
    """

    overall: Evaluation
    classes: tuple[int, ...]
    by_class: tuple[Evaluation, ...]

    def of(self, label: int) -> Evaluation:
        """Return the results of one class.

        Parameters
        ----------
        label : int

        Returns
        -------
        Evaluation

        Raises
        ------
        TypeError, ValueError
            If `label` is not an int, or no class with this label was evaluated.
        """
        return self.by_class[class_labels.class_index("label", label, np.array(self.classes))]

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
