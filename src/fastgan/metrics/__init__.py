"""Measure a training: how well its fakes match real items, and whether its networks still learn.

All metrics are computed in float64, whatever the dtype of the networks, from whole arrays of
items and in a fixed order of operations: the same arguments give the same numbers. All except
`jensen_shannon_distance` need only + - * / and square roots, so they have the same bits on every
processor and backend. They depend on nothing but NumPy.

Items are real array-likes of shape (n, ...). Their numbers are finite and below 1e140 in absolute
value, since they are squared and summed.
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
from fastgan.options.objectives import LOSSES

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
