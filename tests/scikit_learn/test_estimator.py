"""The estimator: training with the bits of `fastgan.train`, and results about items."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import metrics
from fastgan.randomness.even_latents import even_latents
from helpers.bits import assert_same_bits, assert_same_run

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import check_random_state

from fastgan.sklearn import GANEstimator

FACES = fastgan.datasets.slanted_land(60, rng=0).reshape(60, 4)
OTHERS = fastgan.datasets.slanted_land(40, rng=1).reshape(40, 4)
BOTH = np.concatenate([FACES, 1 - FACES])
NAMES = np.array(["left"] * 60 + ["dark"] * 60)
SHORT: dict[str, Any] = {"epochs": 5, "learning_rate": 0.1, "random_state": 7}
VARIED: list[dict[str, Any]] = [
    {},
    {"batch_size": 7, "latent_dim": 3, "latent": "normal", "shuffle": True, "dtype": "float32"},
    {"schedule": "alternating", "discriminator_steps": 2, "generator_steps": 3,
     "loss": "least-squares", "label_smoothing": 0.1, "r1_weight": 0.1,
     "gradient_penalty_weight": 0.2, "optimizer": "adam", "momentum": 0.5,
     "second_momentum": 0.9, "epsilon": 1e-6, "discriminator_learning_rate": 0.05},
    {"loss": "wasserstein", "clip_value": 0.1, "optimizer": "momentum", "record_every": 3,
     "early_stopping": 0.5, "patience": 2},
]  # fmt: skip


def as_train_takes_them(options: dict[str, Any]) -> dict[str, Any]:
    renamed = {"record_every": 0, **SHORT, **options}
    renamed["rng"] = renamed.pop("random_state")
    return renamed


def fitted(**options: Any) -> GANEstimator:
    return GANEstimator(**SHORT, **options).fit(FACES)


def conditional(**options: Any) -> GANEstimator:
    return GANEstimator(conditional=True, **SHORT, **options).fit(BOTH, NAMES)


def test_parameters_are_those_of_train_with_the_same_defaults() -> None:
    of_train = inspect.signature(fastgan.train).parameters
    own = inspect.signature(GANEstimator).parameters
    assert set(of_train) - set(own) == {
        "data", "labels", "init", "rng", "snapshot_every", "callback", "callback_every", "progress",
    }  # fmt: skip
    assert set(own) - set(of_train) == {"conditional", "random_state"}
    different = {name for name in set(own) & set(of_train)
                 if own[name].default != of_train[name].default}  # fmt: skip
    assert different == {"dtype", "record_every"}
    assert np.dtype(own["dtype"].default) == of_train["dtype"].default


@pytest.mark.parametrize("options", VARIED)
def test_training_has_the_bits_of_train(backend: str, options: dict[str, Any]) -> None:
    estimator = fitted(backend=backend, **options)
    run = fastgan.train(FACES, backend=backend, **as_train_takes_them(options))
    assert_same_run(estimator.run_, run)
    assert estimator.gan_ == run.gan
    assert estimator.n_features_in_ == 4


@pytest.mark.parametrize("options", VARIED)
def test_training_with_labels_has_the_bits_of_train(options: dict[str, Any]) -> None:
    estimator = conditional(**options)
    labels = np.array([1] * 60 + [0] * 60)  # in alphabetical order
    run = fastgan.train(BOTH, labels=labels, **as_train_takes_them(options))
    assert_same_run(estimator.run_, run)
    assert estimator.classes_.tolist() == ["dark", "left"]


def test_random_states() -> None:
    expected = fastgan.train(FACES, epochs=5, rng=np.random.RandomState(3)).gan
    own = np.random.RandomState(3)
    assert GANEstimator(epochs=5, random_state=own).fit(FACES).gan_ == expected
    everybodys = check_random_state(None)
    before = everybodys.get_state()
    try:
        everybodys.seed(3)
        assert GANEstimator(epochs=5).fit(FACES).gan_ == expected
        assert GANEstimator(epochs=5).fit(FACES).gan_ != expected
    finally:
        everybodys.set_state(before)
    generator = np.random.default_rng(3)
    first = GANEstimator(epochs=5, random_state=generator).fit(FACES).gan_
    assert first == fastgan.train(FACES, epochs=5, rng=3).gan
    assert first == GANEstimator(epochs=5, random_state=np.int64(3)).fit(FACES).gan_


def test_samples() -> None:
    estimator = fitted()
    assert estimator.sample().shape == (1, 4)
    assert_same_bits(estimator.sample(9, random_state=2), estimator.gan_.sample(9, rng=2))
    assert_same_bits(estimator.sample(9), estimator.sample(9))
    assert (estimator.sample(9) != estimator.gan_.sample(9, rng=7)).any(), "a separate stream"
    generator = np.random.default_rng(5)
    of_generator = [estimator.sample(2, random_state=generator) for _ in range(2)]
    assert_same_bits(np.concatenate(of_generator), estimator.sample(4, random_state=5))
    moving = GANEstimator(epochs=5, random_state=np.random.RandomState(1)).fit(FACES)
    assert (moving.sample(9) != moving.sample(9)).any()


def test_samples_of_classes() -> None:
    estimator = conditional()
    of_place = estimator.gan_.sample(3, label=[1, 0, 1], rng=2)
    assert_same_bits(estimator.sample(3, label=["left", "dark", "left"], random_state=2), of_place)
    alone = estimator.gan_.of(1).sample(3, rng=2)
    assert_same_bits(estimator.sample(3, label="left", random_state=2), alone)
    for label in (None, "right", ["left", 3, "dark"], 0):
        with pytest.raises(
            ValueError, match=r"^label must be among the classes \['dark', 'left'\], got"
        ):
            estimator.sample(3, label=label)
    with pytest.raises(ValueError, match=r"^label must be an int or have shape"):
        estimator.sample(3, label=["left", "left"])
    with pytest.raises(ValueError, match=r"^label must be None for networks without classes, got"):
        fitted().sample(3, label=0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_decision_function_gives_logits(dtype: str) -> None:
    estimator = fitted(dtype=dtype)
    assert_same_bits(estimator.decision_function(OTHERS), estimator.gan_.score(OTHERS))
    several = conditional(dtype=dtype)
    logits = several.decision_function(OTHERS)
    assert logits.shape == (40, 2)
    for place in (0, 1):
        assert_same_bits(logits[:, place], several.gan_.of(place).score(OTHERS))


def test_score_samples_is_the_opposite_of_the_anomaly_score() -> None:
    estimator = GANEstimator(epochs=100, learning_rate=0.1, random_state=0).fit(FACES)
    scores = estimator.score_samples(OTHERS)
    assert_same_bits(scores, -metrics.anomaly_score(estimator.gan_, OTHERS))
    assert scores.max() <= 0
    assert scores.min() > estimator.score_samples(1 - OTHERS).max()
    several = conditional(latent="normal")
    both = [metrics.anomaly_score(several.gan_.of(i), OTHERS) for i in (0, 1)]
    assert_same_bits(several.score_samples(OTHERS), -np.minimum(*both))


def test_score_is_the_opposite_of_the_energy_score() -> None:
    estimator = fitted(latent_dim=2, latent="normal")
    fakes = estimator.gan_.generate(even_latents(512, 2, "normal"))
    assert estimator.score(OTHERS) == -metrics.energy_score(OTHERS, fakes)
    several = conditional()
    z = even_latents(512, 1, "uniform")
    of_classes = [metrics.energy_score(rows, several.gan_.of(place).generate(z))
                  for place, rows in ((1, FACES), (0, 1 - FACES[:20]))]  # fmt: skip
    rows, labels = BOTH[:80], NAMES[:80]
    expected = -(60 * of_classes[0] + 20 * of_classes[1]) / 80
    assert several.score(rows, labels) == pytest.approx(expected, rel=1e-14)
    assert several.score(rows, labels) > several.score(rows, labels[::-1])
    assert several.score(FACES, NAMES[:60]) == -of_classes[0]


def test_score_is_greater_of_what_has_learned_more() -> None:
    learned, early, collapsed = (
        GANEstimator(epochs=epochs, learning_rate=rate, random_state=42).fit(FACES).score(OTHERS)
        for epochs, rate in ((200, 0.1), (1, 0.1), (200, 30))
    )
    assert learned > early
    assert learned > collapsed


def test_a_training_may_end_early() -> None:
    run = fitted(early_stopping=10.0, patience=2).run_
    assert (run.ended_by, run.steps) == ("early_stopping", 2 * 60)


def test_labels_are_ignored_unless_conditional() -> None:
    estimator = fitted()
    again = GANEstimator(**SHORT).fit(FACES, ["any", None, 3])
    assert again.gan_ == estimator.gan_
    assert again.score(OTHERS, "whatever") == estimator.score(OTHERS)
    assert not hasattr(again, "classes_")


def test_another_fit_forgets_the_first() -> None:
    estimator = conditional()
    estimator.set_params(conditional=False).fit(FACES)
    assert not hasattr(estimator, "classes_")
    assert estimator.gan_ == fitted().gan_
    assert estimator.sample(3).shape == (3, 4)


def test_clones_have_the_parameters_and_nothing_else() -> None:
    estimator = conditional(dtype=np.float32, latent_dim=2)
    copy = clone(estimator)
    assert copy.get_params() == estimator.get_params()
    with pytest.raises(NotFittedError):
        copy.sample()
    assert copy.fit(BOTH, NAMES).gan_ == estimator.gan_


def test_pickles_come_back_as_they_were() -> None:
    for estimator in (fitted(record_every=1), conditional()):
        again = pickle.loads(pickle.dumps(estimator))
        assert again.gan_ == estimator.gan_
        assert_same_run(again.run_, estimator.run_)
        assert again.get_params() == estimator.get_params()
        for method in ("decision_function", "score_samples"):
            assert_same_bits(getattr(again, method)(OTHERS), getattr(estimator, method)(OTHERS))
    assert_same_bits(again.sample(5, label="dark"), estimator.sample(5, label="dark"))


@pytest.mark.parametrize("method", ["decision_function", "sample", "score", "score_samples"])
def test_nothing_is_said_before_fit(method: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(GANEstimator(), method)(*([] if method == "sample" else [FACES]))


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"loss": "hinge"}, ValueError, "loss must be"),
        ({"latent": FACES}, TypeError, "latent must be 'uniform' or 'normal', got an array"),
        ({"latent": "explicit"}, ValueError, "latent must be"),
        ({"conditional": 1}, TypeError, "conditional must be True or False"),
        ({"random_state": -1}, ValueError, "random_state must be at least 0"),
        ({"random_state": 1.0}, TypeError, "random_state must be None, an int"),
        ({"random_state": True}, TypeError, "random_state must be None, an int"),
        ({"random_state": np.random.SeedSequence(1)}, TypeError, "random_state must be None"),
        ({"conditional": True}, ValueError, "conditional=True requires y"),
    ],
)
def test_bad_parameters(options: dict[str, Any], error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=f"^{match}"):
        GANEstimator(**options).fit(FACES)


def test_bad_arguments() -> None:
    estimator, several = fitted(), conditional()
    for n in (0, 1.5):
        with pytest.raises((TypeError, ValueError), match=r"^n_samples must be"):
            estimator.sample(n)
    with pytest.raises(TypeError, match=r"^random_state must be"):
        estimator.sample(1, random_state="0")
    with pytest.raises(ValueError, match=r"^X has 3 features, but GANEstimator is expecting 4"):
        estimator.decision_function(FACES[:, :3])
    with pytest.raises(ValueError, match=r"^conditional=True requires y"):
        several.score(FACES)
    with pytest.raises(
        ValueError, match=r"^y must be among the classes \['dark', 'left'\], got 'up'"
    ):
        several.score(FACES[:2], ["left", "up"])
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        GANEstimator(conditional=True).fit(FACES, FACES[:, 0])


@pytest.mark.parametrize("odd", [None, 3])
def test_labels_of_several_kinds_are_refused_by_name(odd: Any) -> None:
    labels = np.array(NAMES, dtype=object)
    labels[1] = odd  # with a different kind at index 0 scikit-learn itself complains
    with pytest.raises(TypeError, match=r"^y must hold only ints or only strs, got \["):
        GANEstimator(conditional=True, **SHORT).fit(BOTH, labels)


def test_data_that_cannot_be_reached_warn_and_a_divergence_is_told() -> None:
    with pytest.warns(UserWarning, match=r"a sigmoid generator reaches only \[0, 1\]"):
        GANEstimator(epochs=1).fit(FACES * 2)
    wild = GANEstimator(loss="wasserstein", learning_rate=1e300, random_state=0)
    with pytest.raises(fastgan.DivergenceError):
        wild.fit(FACES)
