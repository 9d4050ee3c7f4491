"""The estimator: its parameters, training and sampling."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from fastgan._support import class_labels, validation
from fastgan.networks.gan import GAN
from fastgan.options.defaults import DEFAULT
from fastgan.randomness.source import RandomInput
from fastgan.sklearn.inputs import (
    Array,
    classes_of_rows,
    places,
    random_input,
    rows_and_labels,
)
from fastgan.sklearn.judging import Judging
from fastgan.training.train import train

NOT_OF_TRAINING = ("conditional", "random_state")


class GANEstimator(Judging, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A generator and a discriminator of one layer each, behind scikit-learn's methods.

    `fit` calls `fastgan.train` and gives the same bits. Data should lie in [0, 1], the only range
    that the generator reaches: put a ``MinMaxScaler`` before the estimator in a pipeline.

    Parameters
    ----------
    conditional : bool
        Whether `fit` uses class labels and trains a `ConditionalGAN`; otherwise it ignores labels.
    epochs, batch_size, learning_rate, discriminator_learning_rate, latent_dim, shuffle
        As for `fastgan.train`, with the same defaults; so are the parameters in the next four
        groups.
    schedule, discriminator_steps, generator_steps, loss, label_smoothing, clip_value
        The order of the moves, the losses they descend, and the clipping of D's parameters.
    gradient_penalty_weight, r1_weight, optimizer, momentum, second_momentum, epsilon
        Penalties, and how a gradient moves the parameters.
    early_stopping, patience
        When training ends before the last epoch.
    dtype, backend
        The dtype of all arithmetic, and the backend that computes it.
    latent : {"uniform", "normal"}
        The latent distribution. Only `fastgan.train` takes explicit latent vectors, since nothing
        could be sampled from them.
    record_every : int
        Record every `record_every`-th step in ``run_.history``. By default, 0, nothing is
        recorded, since copies of an estimator are sent from process to process.
    random_state : None, int, RandomState or Generator
        An int is a seed as in ``fastgan.train(rng=random_state)``, for
        ``numpy.random.default_rng`` and not for a ``RandomState``. None stands for NumPy's global
        ``RandomState``.

    Attributes
    ----------
    gan_ : GAN or ConditionalGAN
        The networks, with items of shape (n_features,). Class i of a ConditionalGAN is
        ``classes_[i]``.
    run_ : TrainingRun
        The result of `fastgan.train`: history, options, backend.
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted; only if `conditional`.
    n_features_in_ : int
        The number of columns of `X`.
    feature_names_in_ : ndarray, shape (n_features,)
        The names of the columns of `X`, if all of them are strings.

    See Also
    --------
    fastgan.train : The training itself, and its options.

    Examples
    --------
    >>> import fastgan
    >>> from fastgan.sklearn import GANEstimator
    >>> faces = fastgan.datasets.slanted_land().reshape(5, 4)
    >>> GANEstimator(random_state=42).fit(faces).sample(3).shape
    (3, 4)
    """

    def __init__(
        self,
        *,
        conditional: bool = False,
        epochs: int = DEFAULT.epochs,
        batch_size: int = DEFAULT.batch_size,
        learning_rate: float = DEFAULT.learning_rate,
        discriminator_learning_rate: float | None = DEFAULT.discriminator_learning_rate,
        latent_dim: int = DEFAULT.latent_dim,
        latent: str = DEFAULT.latent,
        shuffle: bool = DEFAULT.shuffle,
        schedule: str = DEFAULT.schedule,
        discriminator_steps: int = DEFAULT.discriminator_steps,
        generator_steps: int = DEFAULT.generator_steps,
        loss: str = DEFAULT.loss,
        label_smoothing: float = DEFAULT.label_smoothing,
        clip_value: float | None = DEFAULT.clip_value,
        gradient_penalty_weight: float = DEFAULT.gradient_penalty_weight,
        r1_weight: float = DEFAULT.r1_weight,
        optimizer: str = DEFAULT.optimizer,
        momentum: float | None = DEFAULT.momentum,
        second_momentum: float | None = DEFAULT.second_momentum,
        epsilon: float | None = DEFAULT.epsilon,
        early_stopping: float | None = DEFAULT.early_stopping,
        patience: int | None = DEFAULT.patience,
        dtype: npt.DTypeLike = "float64",
        backend: str | None = None,
        record_every: int = 0,
        random_state: RandomInput = None,
    ) -> None:
        self.conditional = conditional
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.discriminator_learning_rate = discriminator_learning_rate
        self.latent_dim = latent_dim
        self.latent = latent
        self.shuffle = shuffle
        self.schedule = schedule
        self.discriminator_steps = discriminator_steps
        self.generator_steps = generator_steps
        self.loss = loss
        self.label_smoothing = label_smoothing
        self.clip_value = clip_value
        self.gradient_penalty_weight = gradient_penalty_weight
        self.r1_weight = r1_weight
        self.optimizer = optimizer
        self.momentum = momentum
        self.second_momentum = second_momentum
        self.epsilon = epsilon
        self.early_stopping = early_stopping
        self.patience = patience
        self.dtype = dtype
        self.backend = backend
        self.record_every = record_every
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = bool(self.conditional)
        return tags

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike | None = None) -> Self:
        """Train both networks.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
            The training data, in [0, 1] if the generator is to reach them.
        y : array_like, shape (n_samples,), optional
            The class of each row, an int or a str, if `conditional`; ignored otherwise.

        Returns
        -------
        GANEstimator
            The estimator itself.

        Raises
        ------
        TypeError, ValueError
            If data, labels or a parameter are of the wrong type or value; the message names it.
        RuntimeError
            If `backend` names one that this installation cannot use.
        DivergenceError
            If a parameter of the networks stops being finite.

        Warns
        -----
        UserWarning
            If data lie outside [0, 1] by more than a rounding error.
        """
        conditional = validation.flag("conditional", self.conditional)
        if not isinstance(self.latent, str):
            raise TypeError(
                f"latent must be 'uniform' or 'normal', got {validation.describe(self.latent)}"
            )
        rng = random_input(self.random_state)
        X, y = rows_and_labels(self, X, y, labelled=conditional, fitting=True)
        classes = labels = None
        if conditional:
            classes, labels = classes_of_rows(y)
        options = self.get_params(deep=False)
        for name in NOT_OF_TRAINING:
            del options[name]
        self.run_ = train(X, labels=labels, rng=rng, **options)
        self.gan_ = self.run_.gan
        if hasattr(self, "classes_"):
            del self.classes_  # left over from an earlier training with labels
        if classes is not None:
            self.classes_ = classes
        return self

    def sample(
        self, n_samples: int = 1, *, label: Any = None, random_state: RandomInput = None
    ) -> Array:
        """Draw items from the generator.

        Parameters
        ----------
        n_samples : int
            Number of items.
        label : one of `classes_`, or array_like of them, shape (n_samples,)
            The class of all items, or of each item; needed if `conditional`, and only then.
        random_state : None, int, RandomState or Generator
            With an int, the items are those of ``gan_.sample(n_samples, rng=random_state)``. By
            default the estimator's own random state is used; if that is an int, the items come
            from a stream separate from that of the training and are the same at every call.

        Returns
        -------
        ndarray, shape (n_samples, n_features)

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError, ValueError
            If an argument is of the wrong type or value, or `label` is not one of `classes_`.
        """
        check_is_fitted(self)
        n = validation.count("n_samples", n_samples)
        rng = random_input(self.random_state if random_state is None else random_state)
        if random_state is None and isinstance(rng, int):
            rng = np.random.SeedSequence(rng).spawn(1)[0]
        if isinstance(self.gan_, GAN):
            class_labels.needs_label("label", label, ())
            return self.gan_.sample(n, rng=rng)
        class_labels.needs_label("label", label, self.classes_)
        return self.gan_.sample(n, label=places("label", label, self.classes_), rng=rng)
