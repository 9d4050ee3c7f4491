"""The estimator within scikit-learn: all of its checks, pipelines, searches, tables."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from unittest import SkipTest

import numpy as np
import pytest

import fastgan
from fastgan import metrics
from helpers.bits import assert_same_bits
from helpers.paths import TESTS

pytest.importorskip("sklearn")

from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from fastgan.sklearn import GANEstimator

FACES = fastgan.datasets.slanted_land(60, rng=0).reshape(60, 4)
LENGTHS = 300 + 50 * FACES  # in an arbitrary unit
ESTIMATORS = [
    GANEstimator(epochs=5),
    GANEstimator(epochs=5, conditional=True),
    GANEstimator(epochs=5, dtype="float32", loss="wasserstein", latent="normal", latent_dim=3),
]

# One check of scikit-learn 1.9 is skipped if SciPy was not imported with SCIPY_ARRAY_API=1; the
# next test runs all checks in a process where it was. None is expected to fail.
SKIPPED_ELSEWHERE = {"check_array_api_input"}


# Many checks train on normal numbers, and the estimator rightly warns that it cannot reach them.
@pytest.mark.filterwarnings("ignore:data lie in:UserWarning")
@parametrize_with_checks(ESTIMATORS)
def test_a_check_of_scikit_learn(estimator: Any, check: Any) -> None:
    try:
        check(estimator)
    except SkipTest:
        if getattr(check, "func", check).__name__ not in SKIPPED_ELSEWHERE:
            raise AssertionError("a check is skipped that nobody has explained") from None
        raise


def test_no_check_is_skipped_or_fails_where_all_can_run() -> None:
    script = """
import warnings
from sklearn.utils.estimator_checks import check_estimator
from scikit_learn.test_checks import ESTIMATORS

warnings.filterwarnings("ignore", "data lie in")
for estimator in ESTIMATORS:
    results = check_estimator(estimator, on_skip=None)
    assert len(results) >= 40
    for result in results:
        assert result["status"] == "passed", result
"""
    environment = {**os.environ, "SCIPY_ARRAY_API": "1", "PYTHONPATH": str(TESTS)}
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300, env=environment)


def test_in_a_pipeline_behind_a_scaler() -> None:
    pipeline = make_pipeline(
        MinMaxScaler(), GANEstimator(epochs=200, learning_rate=0.1, random_state=42)
    ).fit(LENGTHS)
    scaler, estimator = pipeline
    scaled = scaler.transform(LENGTHS)
    assert estimator.gan_ == fastgan.train(scaled, epochs=200, learning_rate=0.1, rng=42).gan
    lengths = scaler.inverse_transform(estimator.sample(500))
    assert (lengths >= LENGTHS.min(axis=0) - 1e-9).all()
    assert (lengths <= LENGTHS.max(axis=0) + 1e-9).all()
    assert metrics.mean_gap(LENGTHS, lengths) < 3
    for method in ("decision_function", "score_samples"):
        assert_same_bits(getattr(pipeline, method)(LENGTHS), getattr(estimator, method)(scaled))
    assert pipeline.score(LENGTHS) == estimator.score(scaled)


def test_roundings_of_a_scaler_do_not_warn() -> None:
    """The scaler maps some of these to 1 plus a rounding error."""
    beyond = 0
    for seed in range(20):
        data = np.random.default_rng(seed).normal(1000, 100, (50, 4))
        beyond += MinMaxScaler().fit_transform(data).max() > 1
        make_pipeline(MinMaxScaler(), GANEstimator(epochs=1)).fit(data)
    assert beyond


def test_a_grid_search_finds_the_rate_that_learns() -> None:
    rates = [0.0, 0.1, 30.0]  # 0 keeps the initial parameters, and 30 saturates
    search = GridSearchCV(
        make_pipeline(MinMaxScaler(), GANEstimator(epochs=200, random_state=0)),
        {"ganestimator__learning_rate": rates},
        cv=KFold(3),
    ).fit(LENGTHS)
    assert search.best_params_ == {"ganestimator__learning_rate": 0.1}
    for place, (trained, held_out) in enumerate(KFold(3).split(LENGTHS)):
        scaler = MinMaxScaler().fit(LENGTHS[trained])
        estimator = GANEstimator(epochs=200, random_state=0, learning_rate=0.1)
        estimator.fit(scaler.transform(LENGTHS[trained]))
        expected = estimator.score(scaler.transform(LENGTHS[held_out]))
        assert search.cv_results_[f"split{place}_test_score"][1] == expected
    assert_same_bits(search.best_estimator_[-1].sample(3), search.best_estimator_[-1].sample(3))


def test_a_grid_search_with_labels() -> None:
    data, labels = np.concatenate([FACES, 1 - FACES]), ["face"] * 60 + ["negative"] * 60
    search = GridSearchCV(
        GANEstimator(conditional=True, epochs=60, shuffle=True, random_state=0),
        {"learning_rate": [0.0, 0.1]},
        cv=StratifiedKFold(3),
    ).fit(data, labels)
    assert search.best_params_ == {"learning_rate": 0.1}
    assert search.classes_.tolist() == ["face", "negative"]
    assert metrics.mean_gap(FACES, search.best_estimator_.sample(200, label="face")) < 0.1


def test_a_candidate_that_diverges_does_not_end_a_search() -> None:
    search = GridSearchCV(
        GANEstimator(epochs=20, loss="wasserstein", random_state=0),
        {"learning_rate": [0.01, 1e300]},
        cv=KFold(2),
    )
    with (
        pytest.warns(FitFailedWarning, match="DivergenceError"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(FACES)
    assert search.best_params_ == {"learning_rate": 0.01}
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]


def test_columns_have_names() -> None:
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(FACES, columns=["a", "b", "c", "d"])
    estimator = GANEstimator(epochs=5, random_state=1).fit(table)
    assert estimator.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert estimator.gan_ == GANEstimator(epochs=5, random_state=1).fit(FACES).gan_
    with pytest.raises(ValueError, match="feature names should match"):
        estimator.score(table[["b", "a", "c", "d"]])


def test_how_it_is_shown() -> None:
    estimator = GANEstimator(epochs=3, latent="normal")
    assert repr(estimator) == "GANEstimator(epochs=3, latent='normal')"
    assert "GANEstimator" in estimator._repr_html_()
    assert "GANEstimator" in estimator.fit(FACES)._repr_html_()
