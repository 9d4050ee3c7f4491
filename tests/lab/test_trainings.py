"""Trainings of the lab: in pieces that can be abandoned, with the bits of the copied Python."""

import json

import numpy as np
import pytest

import fastgan
from fastgan.ensembles.outcomes import OUTCOMES
from fastgan.lab import copied_code, many_seeds, one_gan
from fastgan.lab.settings import read
from fastgan.training.history import ROWS
from helpers.lab_cases import assert_same_networks, run_code, sent

pytest.importorskip("rich")

from fastgan.lab.answers import Answers


def last(pieces):
    *_, final = pieces
    return final


def ask(view="one", **changes):
    return last(Answers().to({"view": view, "settings": sent(**changes)}))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"latent": "uniform", "latent_dim": "1", "batch_size": "1"},
        {"seed": "42:17", "batch_size": "12"},
        {"faces": [[[0, 0.1], [0.2, 1]]], "learning_rate": "3.3e-3"},
        {"epochs": "3000", "batch_size": "5"},
    ],
)
def test_copied_python_gives_the_bits_that_are_shown(changes):
    answer = ask(**changes)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    namespace = run_code(answer["code"])
    gan = namespace["run"].gan
    assert_same_networks(gan, answer)
    shown = {
        "samples": namespace["samples"],
        "faces": np.array(namespace["faces"]),
    }
    for name, pictures in shown.items():
        pixels = np.array([judged["pixels"] for judged in answer[name]])
        assert pixels.tobytes() == pictures.reshape(-1, 4).tobytes()
        verdicts = np.array([judged["probability"] for judged in answer[name]])
        assert verdicts.tobytes() == gan.discriminate(pictures).tobytes()
        logits = np.array([judged["logit"] for judged in answer[name]])
        assert logits.tobytes() == gan.score(pictures).tobytes()
    assert answer["picture"]["probability"] == gan.discriminate([[0, 1], [1, 0]])


def test_pieces_have_the_history_of_one_go():
    settings = read(sent(epochs="3000"))
    pieces = list(one_gan.train(settings))
    trained = pieces[-1]
    assert len(pieces) > 2
    run = run_code(copied_code.one_gan(settings))["run"]
    history = np.stack([getattr(run.history, name) for name in ROWS])
    assert trained.history.tobytes() == history.tobytes()
    assert trained.gan == run.gan


def test_the_numpy_reference_is_asked_for_little_at_a_time(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    pieces = list(one_gan.train(read(sent(epochs="12"))))
    assert pieces[:2] == [None, None]
    assert pieces[-1].backend == "numpy"
    monkeypatch.delenv("FASTGAN_BACKEND")
    assert pieces[-1].gan == last(one_gan.train(read(sent(epochs="12")))).gan


def test_a_thousand_fates_have_the_bits_of_train_many():
    answers = list(Answers().to({"view": "many", "settings": sent(seed="42:17")}))
    dones = [answer["done"] for answer in answers]
    assert dones[0] < dones[-1] == 1000
    assert dones == sorted(set(dones))
    final = answers[-1]
    outcomes = run_code(final["code"])["outcomes"]
    assert [OUTCOMES[i] for i in final["outcome"]] == outcomes.label.tolist()
    assert final["counts"] == outcomes.counts()
    assert sum(final["counts"].values()) == 1000
    fates = last(many_seeds.train(read(sent(seed="42"))))
    assert fates.distance.tobytes() == outcomes.distance.tobytes()
    assert fates.saturation.tobytes() == outcomes.saturation.tobytes()


def test_one_of_a_thousand_can_be_shown_alone():
    ensemble = run_code(ask("many")["code"])["ensemble"]
    assert_same_networks(ensemble[17].gan, ask(seed="7:17"))


def test_a_thousand_are_not_begun_with_numpy_alone(monkeypatch):
    monkeypatch.setenv("FASTGAN_BACKEND", "numpy")
    assert "C kernel" in ask("many")["error"]


def test_networks_that_run_away_are_said_with_the_step():
    answer = ask(learning_rate="1e308", discriminator_learning_rate="1e308", seed="1")
    assert answer["field"] == "learning_rate"
    assert "stopped being finite" in answer["error"]
    settings = read(sent(learning_rate="1e308", discriminator_learning_rate="1e308", seed="1"))
    with pytest.raises(fastgan.DivergenceError) as failure:
        run_code(copied_code.one_gan(settings))
    assert f"step {failure.value.step:,}," in answer["error"]


@pytest.mark.parametrize("rates", [("0.01", "1e308"), ("1e308", "0.01"), ("0", "1e307")])
def test_numbers_beyond_all_bounds_are_never_shown(rates):
    for seed in range(12):
        answer = ask(learning_rate=rates[0], discriminator_learning_rate=rates[1], seed=seed)
        assert json.dumps(answer, allow_nan=False)
        if "error" in answer:
            assert "try smaller" in answer["error"]
            assert answer["field"] == (
                "learning_rate" if rates[0] == "1e308" else "discriminator_learning_rate"
            )


def test_another_picture_needs_no_other_training(monkeypatch):
    answers = Answers()
    first = last(answers.to({"view": "one", "settings": sent()}))
    monkeypatch.setattr(one_gan, "train", None)
    again = last(answers.to({"view": "one", "settings": sent(picture=[[1, 1], [0, 0]])}))
    assert again["generator"] == first["generator"]
    assert again["picture"]["pixels"] == [1, 1, 0, 0]
    assert "[[1.0, 1.0], [0.0, 0.0]]" in again["code"]


@pytest.mark.parametrize("request_", [None, {}, {"view": "two"}, {"view": ["one"]}, [1], "one"])
def test_what_is_no_request_is_answered_with_an_error(request_):
    assert "must have a view" in last(Answers().to(request_))["error"]


def test_an_abandoned_training_leaves_nothing_behind():
    answers = Answers()
    begun = answers.to({"view": "one", "settings": sent(epochs="9000")})
    assert next(begun) is None
    begun.close()
    answer = last(answers.to({"view": "one", "settings": sent(epochs="9000")}))
    assert_same_networks(run_code(answer["code"])["run"].gan, answer)
