"""Judging a training: what its fakes have of the real items, and whether its networks still learn.

Numbers are computed in float64, whatever the networks' dtype, from whole arrays of items, in an
order of operations that is fixed: the same arguments give the same numbers. Where only + - * /
and square roots are needed, which is everywhere but in `jensen_shannon_distance`, they are the
same in every bit on every processor and backend. NumPy is all they need.

Items are real array-likes of shape (n, ...), finite, and of numbers below 1e140 in size, since
they are squared and added up.
"""

from fastgan.metrics.anomaly import anomaly_score
from fastgan.metrics.distributions import jensen_shannon_distance, mean_gap, spread_ratio
from fastgan.metrics.energy import energy_score
from fastgan.metrics.evaluation import ConditionalEvaluation, Evaluation
from fastgan.metrics.judging import evaluate
from fastgan.metrics.learning_signal import (
    DiscriminatorAccuracy,
    discriminator_accuracy,
    generator_gradient_norm,
)
from fastgan.metrics.neighbours import DensityAndCoverage, density_and_coverage, duplicate_share
from fastgan.options.algorithm import LOSSES

__all__ = [
    "LOSSES",
    "ConditionalEvaluation",
    "DensityAndCoverage",
    "DiscriminatorAccuracy",
    "Evaluation",
    "anomaly_score",
    "density_and_coverage",
    "discriminator_accuracy",
    "duplicate_share",
    "energy_score",
    "evaluate",
    "generator_gradient_norm",
    "jensen_shannon_distance",
    "mean_gap",
    "spread_ratio",
]
