"""Parameters as one vector, in the order in which they are drawn, and by name."""

from __future__ import annotations

import numpy as np
import pytest

import fastgan
from fastgan import dynamics
from helpers.dynamics_cases import SIZES, random_conditional_gan, random_gan, random_rows

FACES = fastgan.datasets.slanted_land()


def test_names_stand_in_the_order_of_the_draw():
    assert dynamics.parameter_names(random_gan(2, 3)) == (
        "w_D[0]", "w_D[1]", "b_D",
        "W_G[0,0]", "W_G[0,1]", "W_G[1,0]", "W_G[1,1]", "W_G[2,0]", "W_G[2,1]",
        "b_G[0]", "b_G[1]",
    )  # fmt: skip


@pytest.mark.parametrize(("d", "k"), SIZES)
def test_a_vector_and_back(d, k):
    gan = random_gan(d, k)
    vector = dynamics.parameter_vector(gan)
    assert vector.shape == (d + 1 + (k + 1) * d,)
    assert vector[d] == gan.discriminator.bias
    np.testing.assert_array_equal(vector[d + 1 : d + 1 + k * d], gan.generator.weights.ravel())
    assert dynamics.with_parameters(random_gan(d, k, seed=5), vector) == gan


def test_the_order_is_that_of_a_trainings_own_draw():
    drawn = fastgan.train(FACES, epochs=1, learning_rate=0.0, rng=7).gan
    expected = np.random.default_rng(7).standard_normal(13)
    np.testing.assert_array_equal(dynamics.parameter_vector(drawn), expected)


@pytest.mark.parametrize(("d", "k"), SIZES)
def test_a_trajectory_finds_each_parameter_by_its_name(d, k):
    gans = [random_gan(d, k, seed) for seed in range(3)]
    table = np.stack([dynamics.parameter_vector(gan) for gan in gans])
    names = dynamics.parameter_names(gans[0])
    for snapshots, options in ((gans, {}), (iter(gans), {}), (table, {"features": d})):
        np.testing.assert_array_equal(
            dynamics.trajectory(snapshots, names[::-1], **options), table[:, ::-1]
        )
    for i, name in enumerate(names):
        np.testing.assert_array_equal(dynamics.trajectory(gans, name), table[:, i])


def test_a_trajectory_is_a_copy_and_names_may_hold_spaces():
    table = np.zeros((2, 13))
    dynamics.trajectory(table, "W_G[ 0, 3 ]", features=4)[...] = 1
    dynamics.trajectory(table, ["b_D"], features=4)[...] = 1
    assert not table.any()


CLASSES = (-2, 4, 7)


def test_names_of_classes_have_the_label_first():
    assert dynamics.parameter_names(random_conditional_gan(2, 1, (-2, 7))) == (
        "w_D[-2,0]", "w_D[-2,1]", "w_D[7,0]", "w_D[7,1]", "b_D[-2]", "b_D[7]",
        "W_G[0,0]", "W_G[0,1]",
        "b_G[-2,0]", "b_G[-2,1]", "b_G[7,0]", "b_G[7,1]",
    )  # fmt: skip


@pytest.mark.parametrize(("d", "k"), SIZES)
def test_a_vector_of_classes_and_back(d, k):
    gan = random_conditional_gan(d, k, CLASSES)
    vector = dynamics.parameter_vector(gan)
    named = dict(zip(dynamics.parameter_names(gan), vector, strict=True))
    for i, label in enumerate(CLASSES):
        assert named[f"b_D[{label}]"] == gan.discriminator_biases[i]
        for j in range(d):
            assert named[f"w_D[{label},{j}]"] == gan.discriminator_weights[i, j]
            assert named[f"b_G[{label},{j}]"] == gan.generator_biases[i, j]
    assert dynamics.with_parameters(random_conditional_gan(d, k, CLASSES, seed=5), vector) == gan


def test_the_order_of_classes_is_that_of_a_trainings_own_draw():
    rows, _ = random_rows(4, 1)
    drawn = fastgan.train(rows, labels=[0, 1, 0, 2, 2], epochs=1, learning_rate=0.0, rng=7).gan
    expected = np.random.default_rng(7).standard_normal(3 * 5 + 4 + 12)
    np.testing.assert_array_equal(dynamics.parameter_vector(drawn), expected)


@pytest.mark.parametrize(("d", "k"), SIZES)
def test_a_trajectory_of_classes_finds_each_parameter_by_its_name(d, k):
    gans = [random_conditional_gan(d, k, CLASSES, seed) for seed in range(3)]
    table = np.stack([dynamics.parameter_vector(gan) for gan in gans])
    names = dynamics.parameter_names(gans[0])
    for snapshots, options in (
        (gans, {}), (iter(gans), {"gan": gans[1]}), (table, {"gan": gans[1]}),
        (table.tolist(), {"gan": gans[1], "features": d}),
    ):  # fmt: skip
        np.testing.assert_array_equal(
            dynamics.trajectory(snapshots, names[::-1], **options), table[:, ::-1]
        )
    np.testing.assert_array_equal(dynamics.trajectory(table, "b_D[7]", gan=gans[0]),
                                  table[:, 3 * d + 2])  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_trajectory_takes_the_parameters_of_ensembles_and_of_no_snapshots(dtype):
    """These parameters are read-only arrays of the training's dtype."""
    rows, labels = random_rows(4, 1)[0], [0, 1, 0, 2, 2]
    crowd = fastgan.train_many(rows, 5, labels=labels, epochs=2, rng=0, dtype=dtype)
    assert not crowd.parameters.flags.writeable
    found = dynamics.trajectory(crowd.parameters, ["b_D[2]", "W_G[0,3]"], gan=crowd[0].gan)
    expected = [[run.gan.discriminator_biases[2], run.gan.generator_weights[0, 3]] for run in crowd]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.float64
    none = dynamics.trajectory(crowd.parameters[:0], ["b_D[2]", "b_D[0]"], gan=crowd[0].gan)
    assert none.shape == (0, 2)
    plain = fastgan.train_many(rows, 5, epochs=2, rng=0, dtype=dtype)
    np.testing.assert_array_equal(
        dynamics.trajectory(plain.parameters, "b_D", gan=plain[0].gan),
        dynamics.trajectory(plain.parameters, "b_D", features=4),
    )


@pytest.mark.parametrize("options", [{}, {"labels": [0, 1, 0, 2, 2]}], ids=["plain", "labels"])
def test_a_trajectory_follows_the_snapshots_of_a_training(options):
    run = fastgan.train(FACES, epochs=4, snapshot_every=5, rng=0, **options)
    names = dynamics.parameter_names(run.gan)
    found = dynamics.trajectory(run.snapshots.parameters, names, gan=run.gan)
    assert found.shape == (len(run.snapshots.steps), len(names)) == (5, len(names))
    np.testing.assert_array_equal(found, run.snapshots.parameters)
    np.testing.assert_array_equal(found[-1], dynamics.parameter_vector(run.gan))
    np.testing.assert_array_equal(dynamics.trajectory(run.snapshots, names), found)


OF_CLASSES = [random_conditional_gan(4, 1, CLASSES, seed) for seed in range(2)]


@pytest.mark.parametrize(
    "name",
    ["w_D[0]", "w_D[0,0]", "w_D[7,4]", "w_D[7,-1]", "w_D[-2]", "b_D", "b_D[0]", "b_D[7,0]",
     "W_G[-2,0]", "W_G[7,0]", "b_G[7]", "b_G[2,0]"],
)  # fmt: skip
def test_names_of_no_parameter_of_classes_are_refused(name):
    message = r"parameters must be among w_D\[y,j\].*y in \[-2, 4, 7\].*i < 1 and j < 4"
    with pytest.raises(ValueError, match=message):
        dynamics.trajectory(OF_CLASSES, name)


GANS = [random_gan(4, 1), random_gan(4, 1, seed=1)]


@pytest.mark.parametrize(
    "name",
    ["", "w", "w_D", "w_D[4]", "w_D[-1]", "w_D[0,0]", "b_D[0]", "W_G[0]", "W_G[1,0]", "W_G[0,4]",
     "W_G", "b_G", "b_G[4]", "b_G[0", "w_D[0]x", "w_D[٣]", "w_D[" + "9" * 30 + "]"],
)  # fmt: skip
def test_names_of_no_parameter_are_refused(name):
    for names in (name, [name], ("b_D", name)):
        with pytest.raises(ValueError, match=r"parameters must be among w_D\[j\].*i < 1 and j < 4"):
            dynamics.trajectory(GANS, names)


@pytest.mark.parametrize(
    ("error", "message", "snapshots", "parameters", "features"),
    [
        (TypeError, "parameters must be named by str", GANS, [3], None),
        (TypeError, "parameters must be a name or a sequence", GANS, 3, None),
        (TypeError, "parameters must be a name or a sequence", GANS, b"b_D", None),
        (TypeError, "snapshots must be several GANs", GANS[0], "b_D", None),
        (TypeError, "snapshots must", "b_D", "b_D", 4),
        (TypeError, "snapshots must", [GANS[0], 3], "b_D", 4),
        (TypeError, "snapshots must", None, "b_D", 4),
        (ValueError, "snapshots must be finite", np.full((2, 13), np.nan), "b_D", 4),
        (ValueError, r"snapshots must have shape \(snapshots, P\)", np.zeros(13), "b_D", 4),
        (ValueError, "snapshots must be GANs of equal shapes.* at index 1",
         [GANS[0], random_gan(3, 2)], "b_D", None),
        (ValueError, "features must be given", np.zeros((2, 13)), "b_D", None),
        (ValueError, "features must be d", np.zeros((2, 13)), "b_D", 5),
        (ValueError, "features must be d", np.zeros((2, 13)), "b_D", 12),
        (ValueError, "features must be 4", GANS, "b_D", 3),
        (TypeError, "features must be an int", np.zeros((2, 13)), "b_D", 4.0),
        (ValueError, "for networks with classes, pass gan", np.zeros((2, 31)), "b_D[7]", 4),
        (TypeError, "snapshots must be several GANs", OF_CLASSES[0], "b_D[7]", None),
        (ValueError, "equal shapes and classes.* at index 1",
         [OF_CLASSES[0], random_conditional_gan(4, 1, (0, 1, 2))], "b_D[7]", None),
        (ValueError, "equal shapes and classes.* at index 1", [OF_CLASSES[0], GANS[0]], "b_D", 4),
    ],
)  # fmt: skip
def test_bad_snapshots_are_refused(error, message, snapshots, parameters, features):
    with pytest.raises(error, match=message):
        dynamics.trajectory(snapshots, parameters, features=features)


@pytest.mark.parametrize(
    ("error", "message", "snapshots", "gan", "features"),
    [
        (TypeError, "gan must be a GAN or a ConditionalGAN", np.zeros((2, 13)), "x", None),
        (ValueError, "snapshots must have the 13 parameters of gan, got",
         np.zeros((2, 31)), GANS[0], None),
        (ValueError, "snapshots must have the 31 parameters of gan, got",
         np.zeros((2, 13)), OF_CLASSES[0], None),
        (ValueError, "gan must have the shapes and classes of the snapshots",
         OF_CLASSES, GANS[0], None),
        (ValueError, "gan must have the shapes and classes of the snapshots",
         GANS, random_gan(3, 2), None),
        (ValueError, "features must be 4, as in the snapshots, got 3",
         np.zeros((2, 13)), GANS[0], 3),
    ],
)  # fmt: skip
def test_a_gan_that_snapshots_are_not_of_is_refused(error, message, snapshots, gan, features):
    with pytest.raises(error, match=message):
        dynamics.trajectory(snapshots, "b_D", gan=gan, features=features)


@pytest.mark.parametrize("parameters", [np.zeros(12), np.zeros((1, 13)), [np.nan] * 13])
def test_bad_vectors_are_refused(parameters):
    with pytest.raises(ValueError, match="parameters must"):
        dynamics.with_parameters(GANS[0], parameters)
