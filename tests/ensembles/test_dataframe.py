"""Ensembles as tables: a row for each model, with its options and its outcome."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from fastgan.ensembles.outcomes import OUTCOMES
from helpers.bits import assert_same_bits
from helpers.ensembles import ensemble_of, train

pandas = pytest.importorskip("pandas")


def test_a_table_has_a_row_for_each_model() -> None:
    ensemble = train("float32")
    table, found = ensemble.to_dataframe(), train("float32").outcome()
    assert list(table.columns) == [
        "model", "epochs", "batch_size", "learning_rate", "discriminator_learning_rate",
        "latent_dim", "latent", "shuffle", "dtype", "record_every",
        "schedule", "discriminator_steps", "generator_steps", "loss", "label_smoothing",
        "clip_value", "gradient_penalty_weight", "r1_weight", "optimizer", "momentum",
        "second_momentum", "epsilon", "snapshot_every", "early_stopping", "patience",
        "outcome", "distance", "saturation", "diverged_at", "steps", "ended_by",
    ]  # fmt: skip
    assert table["model"].tolist() == [0, 1, 2, 3, 4]
    assert isinstance(table["outcome"].dtype, pandas.CategoricalDtype)
    assert tuple(table["outcome"].cat.categories) == OUTCOMES
    assert table["outcome"].tolist() == found.label.tolist()
    for name in ("distance", "saturation", "diverged_at"):
        assert_same_bits(table[name].to_numpy(), getattr(found, name))
    for i, run in enumerate(ensemble):
        row = table.iloc[i]
        assert (type(row["dtype"]), row["dtype"]) == (str, "float32")
        for name in ("epochs", "batch_size", "learning_rate", "discriminator_learning_rate",
                     "latent_dim", "latent", "shuffle", "record_every"):  # fmt: skip
            assert row[name] == getattr(run.options, name)


def test_a_table_of_some_models_keeps_their_numbers() -> None:
    ensemble = train("some diverge")
    table = ensemble[ensemble.diverged_at >= 0].to_dataframe()
    assert len(table) >= 2
    assert table["model"].tolist() == np.flatnonzero(ensemble.diverged_at >= 0).tolist()
    assert (table["outcome"] == "diverged").all()
    assert list(table.index) == list(range(len(table)))


def test_a_table_takes_what_outcomes_take() -> None:
    ensemble = ensemble_of([[0.0, 0.0, 0.0, bias] for bias in (0.0, 40.0)], data_mean=[0.5])
    table = ensemble.to_dataframe([[1.0]], distance=0.0, saturation=2, latents=[0.5])
    assert table["outcome"].tolist() == ["unfinished", "learned"]
    assert ensemble[:0].to_dataframe().shape == (0, 31)
    with pytest.raises(TypeError, match="nearness"):
        ensemble.to_dataframe(nearness=3)


def test_a_column_of_a_table_picks_models() -> None:
    ensemble = ensemble_of([[0.0, 0.0, 0.0, bias] for bias in (0.0, 40.0, 0.0)], data_mean=[0.5])
    table = ensemble.to_dataframe()
    assert ensemble[table["outcome"] == "learned"].index.tolist() == [0, 2]


def test_without_pandas_an_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'fastgan\[dataframe\]'"):
        train("faces").to_dataframe()
