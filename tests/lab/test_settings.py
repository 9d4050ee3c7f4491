"""Messages that a page may send: settings, or anything else."""

import json

import numpy as np
import pytest

from fastgan.lab import settings
from fastgan.lab.settings import SettingError, read
from helpers.lab_cases import FACES, sent


def test_settings_are_read_from_text():
    given = read(sent())
    assert np.array_equal(given.faces, FACES)
    assert given.picture == ((0.0, 1.0), (1.0, 0.0))
    assert given.options() == {
        "learning_rate": 0.01,
        "discriminator_learning_rate": 0.02,
        "batch_size": 2,
        "latent_dim": 2,
        "latent": "normal",
    }
    assert (given.epochs, given.seed, given.child) == (40, 7, None)


def test_numbers_are_as_good_as_their_text():
    numbers = {"learning_rate": 0.01, "epochs": 40, "batch_size": 2, "latent_dim": 2, "seed": 7}
    assert read(sent(**numbers)) == read(sent())


def test_a_seed_may_be_that_of_a_child():
    given = read(sent(seed=" 42 : 17 "))
    assert (given.seed, given.child) == (42, 17)
    alone, spawned = given.seed_sequence(), np.random.SeedSequence(42).spawn(18)[17]
    assert alone.generate_state(4).tolist() == spawned.generate_state(4).tolist()
    plain = read(sent(seed="42")).seed_sequence()
    assert plain.generate_state(4).tolist() == np.random.SeedSequence(42).generate_state(4).tolist()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("learning_rate", "nan", "learning rate of G must be a finite number .* got 'nan'"),
        ("learning_rate", "fast", "got 'fast'"),
        ("learning_rate", "", "got ''"),
        ("learning_rate", "-1", "at least 0, got '-1'"),
        ("learning_rate", None, "got None"),
        ("learning_rate", True, "got True"),
        ("learning_rate", 10**400, "learning rate of G"),
        ("discriminator_learning_rate", "inf", "learning rate of D must be a finite number"),
        ("epochs", "many", "epochs must be a whole number from 1 to 10,000, got 'many'"),
        ("epochs", "0", "got '0'"),
        ("epochs", "10001", "got '10001'"),
        ("epochs", "1.5", "got '1.5'"),
        ("epochs", "9" * 5000, "epochs must be a whole number"),
        ("batch_size", "13", "batch size must be a whole number from 1 to 12"),
        ("batch_size", [1], "got \\[1\\]"),
        ("latent_dim", "9", "latent dimensions must be a whole number from 1 to 8"),
        ("latent", "cauchy", "latent distribution must be uniform or normal, got 'cauchy'"),
        ("seed", "-1", "seed must be a whole number from 0 to .* got '-1'"),
        ("seed", "42:1000", "seed must be a whole number from 0 to 999, got '1000'"),
        ("seed", "1:2:3", "got '2:3'"),
        ("seed", str(2**63), "seed must be a whole number from 0 to 9,223,372,036,854,775,807"),
        ("faces", [], "no faces to learn"),
        ("faces", {}, "faces must be a list"),
        ("faces", [[[0, 1], [1, 0]]] * 13, "at most 12, got 13"),
        ("faces", [[[0, 1], [1, 0]], [[0, 1], [1, 2]]], "Face 2 must be 2 rows of 2 numbers"),
        ("faces", [[[0, 1], [1, float("nan")]]], "Face 1 must be"),
        ("faces", [[[0, 1], [1, True]]], "Face 1 must be"),
        ("faces", [[[0, 1], [1, "0"]]], "Face 1 must be"),
        ("faces", [[0, 1, 1, 0]], "Face 1 must be"),
        ("picture", None, "Your own picture must be"),
    ],
)
def test_bad_settings_are_named_with_what_came(field, value, words):
    with pytest.raises(SettingError, match=words) as failure:
        read(sent(**{field: value}))
    assert failure.value.field == field


@pytest.mark.parametrize("name", settings.LABELS)
def test_every_setting_must_be_there(name):
    given = sent()
    del given[name]
    with pytest.raises(SettingError, match="must be given") as failure:
        read(given)
    assert failure.value.field == name


@pytest.mark.parametrize("given", [None, [], "settings", 3, json.loads("NaN")])
def test_what_are_no_settings_is_refused(given):
    with pytest.raises(SettingError, match="must be an object"):
        read(given)
