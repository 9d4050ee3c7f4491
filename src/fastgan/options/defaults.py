"""The default of every option of a training, defined once for all functions that take them."""

from __future__ import annotations

from typing import NamedTuple


class _Defaults(NamedTuple):
    """The default arguments of `train`; its docstring says what None stands for."""

    epochs: int = 1000
    batch_size: int = 1
    learning_rate: float = 0.01
    discriminator_learning_rate: None = None
    latent_dim: int = 1
    latent: str = "uniform"
    shuffle: bool = False
    schedule: str = "sequential"
    discriminator_steps: int = 1
    generator_steps: int = 1
    loss: str = "non-saturating"
    label_smoothing: float = 0.0
    clip_value: None = None
    gradient_penalty_weight: float = 0.0
    r1_weight: float = 0.0
    optimizer: str = "sgd"
    momentum: None = None
    second_momentum: None = None
    epsilon: None = None
    record_every: int = 1
    snapshot_every: int = 0
    early_stopping: None = None
    patience: None = None


DEFAULT = _Defaults()

# For the optimizers that have these numbers; the values are those of Kingma and Ba 2015.
MOMENTUM, SECOND_MOMENTUM, EPSILON = 0.9, 0.999, 1e-8
PATIENCE = 1  # consecutive calm epochs before early stopping

CROWD_RECORD_EVERY = 0  # histories of many models are kept only on request
