"""The estimator: its parameters, training and sampling."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from fastgan._support import validation
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.randomness.draws import RandomInput
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

    `fit` is `fastgan.train`, with the same bits. Data belong into [0, 1], which is all that the
    generator reaches: put a ``MinMaxScaler`` before it in a pipeline.

    Parameters
    ----------
    conditional : bool
        Whether `fit` takes class labels, and trains a `ConditionalGAN`; otherwise it ignores them.
    epochs, batch_size, learning_rate, discriminator_learning_rate, latent_dim, shuffle
        As for `fastgan.train`, like the next four lines; the defaults are the same.
    schedule, discriminator_steps, generator_steps, loss, label_smoothing, clip_value
        The order of the moves, and what they descend.
    gradient_penalty_weight, r1_weight, optimizer, momentum, second_momentum, epsilon
        Penalties, and how a gradient moves the parameters.
    early_stopping, patience
        When a training ends before its last epoch.
    dtype, backend
        Of all arithmetic, and what computes it.
    latent : {"uniform", "normal"}
        The latent distribution. Vectors of your own are for `fastgan.train`: nothing could be
        sampled from them.
    record_every : int
        Record one step in so many in ``run_.history``. By default none, as copies of an estimator
        go from process to process.
    random_state : None, int, RandomState or Generator
        An int is a seed as in ``fastgan.train(rng=random_state)``: of ``numpy.random.default_rng``,
        not of a ``RandomState``. None is NumPy's global ``RandomState``.

    Attributes
    ----------
    gan_ : GAN or ConditionalGAN
        The networks, with items of shape (n_features,); of a conditional one class i is
        ``classes_[i]``.
    run_ : TrainingRun
        What `fastgan.train` gave: history, options, backend.
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted, if `conditional`.
    n_features_in_ : int
    feature_names_in_ : ndarray, shape (n_features,)
        If all names of the columns of `X` are strings.

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
        epochs: int = 1000,
        batch_size: int = 1,
        learning_rate: float = 0.01,
        discriminator_learning_rate: float | None = None,
        latent_dim: int = 1,
        latent: str = "uniform",
        shuffle: bool = False,
        schedule: str = "sequential",
        discriminator_steps: int = 1,
        generator_steps: int = 1,
        loss: str = "non-saturating",
        label_smoothing: float = 0.0,
        clip_value: float | None = None,
        gradient_penalty_weight: float = 0.0,
        r1_weight: float = 0.0,
        optimizer: str = "sgd",
        momentum: float | None = None,
        second_momentum: float | None = None,
        epsilon: float | None = None,
        early_stopping: float | None = None,
        patience: int | None = None,
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
            In [0, 1] if the generator is to reach them.
        y : array_like, shape (n_samples,), optional
            The class of each row, an int or a str, if `conditional`; ignored otherwise.

        Returns
        -------
        GANEstimator
            This one.

        Raises
        ------
        TypeError, ValueError
            If data, labels or a parameter are of the wrong type or value; the message names it.
        RuntimeError
            If a backend was asked for that this installation cannot use.
        DivergenceError
            If a parameter of the networks stops being finite.

        Warns
        -----
        UserWarning
            If data lie outside [0, 1] by more than a rounding.
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
            del self.classes_  # of an earlier training with labels
        if classes is not None:
            self.classes_ = classes
        return self

    def sample(
        self, n_samples: int = 1, *, label: Any = None, random_state: RandomInput = None
    ) -> Array:
        """Draw items of the generator.

        Parameters
        ----------
        n_samples : int
        label : one of `classes_`, or array_like of them, shape (n_samples,)
            The class of all of them, or of each; to be given if `conditional`, and only then.
        random_state : None, int, RandomState or Generator
            With an int the items are those of ``gan_.sample(n_samples, rng=random_state)``. By
            default they come from the estimator's own random state: if that is an int, from a
            stream beside that of the training, and the same at every call.

        Returns
        -------
        ndarray, shape (n_samples, n_features)

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError, ValueError
            If an argument is of the wrong type or value, or there is no such class.
        """
        check_is_fitted(self)
        n = validation.count("n_samples", n_samples)
        rng = random_input(self.random_state if random_state is None else random_state)
        if random_state is None and isinstance(rng, int):
            rng = np.random.SeedSequence(rng).spawn(1)[0]
        if isinstance(self.gan_, ConditionalGAN):
            return self.gan_.sample(n, label=places("label", label, self.classes_), rng=rng)
        if label is not None:
            raise ValueError("label must be None unless conditional=True, which has classes")
        return self.gan_.sample(n, rng=rng)
