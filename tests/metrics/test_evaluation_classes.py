"""Judge a GAN of several classes: each class like its own GAN, and all together."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, fields
from typing import Any

import numpy as np
import pytest

import fastgan
from fastgan import GAN, ConditionalGAN, backends, metrics
from fastgan.metrics import judging
from helpers.bits import assert_same_bits

RNG = np.random.default_rng(6)
DATA = RNG.random((40, 3, 2))
LABELS = RNG.permutation(np.repeat([-2, 4, 7], [20, 12, 8]))
HELD_OUT, HELD_OUT_LABELS = RNG.random((9, 3, 2)), np.repeat([4, 7, -2], 3)


@pytest.fixture(scope="module")
def run() -> fastgan.TrainingRun:
    return fastgan.train(
        DATA, labels=LABELS, epochs=20, learning_rate=0.1, batch_size=5, latent_dim=2, rng=1
    )


def fakes_of(n: int) -> np.ndarray:
    """Return the labels of n fakes."""
    labels = judging._in_proportion("n", LABELS, n)
    assert labels is not None
    return labels


def test_each_class_is_judged_as_its_gan_is(run: fastgan.TrainingRun) -> None:
    z = np.random.default_rng(4).random((70, 2))
    found = run.evaluate(
        real=DATA, labels=LABELS, n=70, rng=4, loss="minimax",
        held_out=HELD_OUT, held_out_labels=HELD_OUT_LABELS,
    )  # fmt: skip
    assert found.classes == (-2, 4, 7)
    for label, of_class in zip(found.classes, found.by_class, strict=True):
        assert found.of(label) == of_class == metrics.evaluate(
            run.gan.of(label), DATA[label == LABELS], latents=z[fakes_of(70) == label],
            held_out=HELD_OUT[label == HELD_OUT_LABELS], loss="minimax",
        )  # fmt: skip
    assert [each.n_real for each in found.by_class] == [20, 12, 8]
    assert [each.n_fake for each in found.by_class] == [35, 21, 14]


def test_over_all_every_row_counts_as_its_class(run: fastgan.TrainingRun) -> None:
    gan, labels = run.gan, fakes_of(70)
    fake = gan.sample(70, label=labels, rng=4)
    z = np.random.default_rng(4).random((70, 2))
    near = metrics.density_and_coverage(DATA, fake, 5)
    on_real = gan.score(HELD_OUT, label=HELD_OUT_LABELS) > 0
    on_fake = gan.score(fake, label=labels) <= 0
    found = run.evaluate(
        DATA, labels=LABELS, n=70, rng=4, held_out=HELD_OUT, held_out_labels=HELD_OUT_LABELS
    )
    assert asdict(found.overall) == {
        "n_real": 40,
        "n_fake": 70,
        "mean_gap": metrics.mean_gap(DATA, fake),
        "spread_ratio": metrics.spread_ratio(DATA, fake),
        "duplicate_share": metrics.duplicate_share(fake),
        "density": near.density,
        "coverage": near.coverage,
        "n_neighbours": 5,
        "jensen_shannon_distance": metrics.jensen_shannon_distance(DATA, fake),
        "discriminator_accuracy": (on_real.mean() + on_fake.mean()) / 2,
        "accuracy_on_real": on_real.mean(),
        "accuracy_on_fake": on_fake.mean(),
        "generator_gradient_norm": metrics.generator_gradient_norm(gan, z, label=labels),
        "anomaly_score": pytest.approx(
            metrics.anomaly_score(gan, HELD_OUT, label=HELD_OUT_LABELS).mean()
        ),
    }
    # The accuracies of the classes differ, so that mixed-up labels would be noticed.
    assert len({each.discriminator_accuracy for each in found.by_class}) == 3


def test_one_class_is_no_class() -> None:
    options: dict[str, Any] = {"epochs": 5, "rng": 1}
    labelled = fastgan.train(DATA, labels=np.full(40, 3), **options)
    alone = fastgan.train(DATA, **options)
    found = labelled.evaluate(DATA, labels=3, n=50, rng=2)
    assert found.overall == found.of(3) == alone.evaluate(DATA, n=50, rng=2)


def test_defaults(run: fastgan.TrainingRun) -> None:
    found = run.evaluate(DATA, labels=LABELS, rng=5)
    assert (found.overall.n_real, found.overall.n_fake) == (40, 1000)
    assert found == metrics.evaluate(
        run.gan, DATA, labels=LABELS.tolist(), n=1000, rng=5, held_out=DATA, held_out_labels=LABELS
    )
    assert found != run.evaluate(DATA, labels=LABELS, rng=6)
    z = np.random.default_rng(5).random((1000, 2))
    assert found == run.evaluate(DATA, labels=LABELS, latents=z)


def test_classes_without_real_items_are_left_out(run: fastgan.TrainingRun) -> None:
    some = LABELS != 4
    found = run.evaluate(DATA[some], labels=LABELS[some], n=20, rng=1)
    assert found.classes == (-2, 7)
    with pytest.raises(ValueError, match=r"^label must be among the classes \[-2, 7\], got 4"):
        found.of(4)
    with pytest.raises(TypeError, match=r"^label must be an int"):
        found.of("7")  # type: ignore[arg-type]


@pytest.mark.parametrize("counts", [(1,), (5, 5), (20, 12, 8), (1, 99), (7, 1, 1, 1)])
@pytest.mark.parametrize("n", [10, 37, 1000])
def test_fakes_are_as_frequent_as_real_items_and_well_mixed(
    counts: tuple[int, ...], n: int
) -> None:
    labels = RNG.permutation(np.repeat(np.arange(len(counts)), counts))
    if counts == (1, 99) and n < 100:  # its share is less than half a fake
        with pytest.raises(
            ValueError, match=r"^n must give .* got \d+, of which class 0 gets none"
        ):
            judging._in_proportion("n", labels, n)
        return
    found = judging._in_proportion("n", labels, n)
    assert found is not None
    assert found.shape == (n,)
    for label, count in enumerate(counts):
        places = np.flatnonzero(found == label)
        share = n * count / sum(counts)
        assert abs(len(places) - share) <= 1
        if len(places) > 1:
            assert np.diff(places).max() <= 2 * n / len(places) + len(counts)


def test_explicit_latents_are_needed_and_go_to_every_class() -> None:
    z = np.linspace(0, 1, 400)[:, np.newaxis]
    explicit = fastgan.train(DATA, labels=LABELS, epochs=10, latent=z, rng=1)
    with pytest.raises(ValueError, match="latent: the GAN was trained on explicit latent vectors"):
        explicit.evaluate(DATA, labels=LABELS)
    found = explicit.evaluate(DATA, labels=LABELS, latents=z[::10])
    assert [each.n_fake for each in found.by_class] == [20, 12, 8]
    scores = metrics.anomaly_score(explicit.gan, DATA, label=LABELS, latents=z[::10])
    assert found.overall.anomaly_score == pytest.approx(scores.mean())
    assert found.of(7).anomaly_score == pytest.approx(scores[LABELS == 7].mean())


def test_scores_and_accuracies_of_rows_are_those_of_their_classes(run: fastgan.TrainingRun) -> None:
    gan = run.gan
    scores = metrics.anomaly_score(gan, HELD_OUT, label=HELD_OUT_LABELS)
    for label in (-2, 4, 7):
        own = label == HELD_OUT_LABELS
        alone = metrics.anomaly_score(gan.of(label), HELD_OUT[own])
        assert_same_bits(scores[own], alone)
        assert_same_bits(metrics.anomaly_score(gan, HELD_OUT[own], label=label), alone)
        single = metrics.anomaly_score(gan, HELD_OUT[own][0], label=label)
        assert np.ndim(single) == 0
        assert single == alone[0]
        assert metrics.discriminator_accuracy(
            gan, HELD_OUT[own], DATA, real_label=label, fake_label=[label] * 40
        ) == metrics.discriminator_accuracy(gan.of(label), HELD_OUT[own], DATA)


@pytest.mark.parametrize("loss", metrics.LOSSES)
def test_the_gradient_is_that_of_the_mean_loss_of_all_classes(
    run: fastgan.TrainingRun, loss: str
) -> None:
    """Compared with the field of dynamics, where every latent vector gives a picture per class."""
    z = np.random.default_rng(3).random((30, 2))
    field = fastgan.dynamics.gradient_field(run.gan, DATA, z, labels=LABELS, loss=loss)
    labels = np.repeat(LABELS, 30)
    found = metrics.generator_gradient_norm(run.gan, np.tile(z, (40, 1)), loss, label=labels)
    assert found == pytest.approx(np.linalg.norm(field[3 * 7 :]), rel=1e-12)
    one = metrics.generator_gradient_norm(run.gan, z, loss, label=7)
    assert one == metrics.generator_gradient_norm(run.gan.of(7), z, loss)


def judged() -> list[str]:
    """Return the measures as exact text, except the histogram distance (NumPy's logarithm)."""
    rng = np.random.default_rng(10)
    gan = ConditionalGAN(
        [0, 5], rng.random((2, 3)), rng.random((2, 3)), rng.random((2, 3)), [-1.0, -0.5]
    )
    found = metrics.evaluate(gan, rng.random((30, 3)), labels=[0, 5, 5] * 10, n=40, rng=11)
    numbers = asdict(found.overall)
    del numbers["jensen_shannon_distance"]
    return [float(number).hex() for number in numbers.values()]


GOLDEN = [
    "0x1.e000000000000p+4",
    "0x1.4000000000000p+5",
    "0x1.1937c262e5e18p-2",
    "0x1.6bb360c965b1fp-3",
    "0x0.0p+0",
    "0x1.23d70a3d70a3dp+0",
    "0x1.ddddddddddddep-3",
    "0x1.4000000000000p+2",
    "0x1.999999999999ap-2",
    "0x1.999999999999ap-1",
    "0x0.0p+0",
    "0x1.0ef781632adcep-4",
    "0x1.7c6811c01b7b7p-1",
]


def test_the_bits_are_those_they_were_on_every_backend(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(backends.VARIABLE, backend)
    assert judged() == GOLDEN


def test_as_text_it_is_a_table(run: fastgan.TrainingRun) -> None:
    found = run.evaluate(DATA, labels=LABELS, rng=5)
    head, *lines = str(found).splitlines()
    assert head.split() == ["overall", "-2", "4", "7"]
    assert [line.split()[0] for line in lines] == [field.name for field in fields(found.overall)]
    assert lines[0].split()[1:] == ["40", "20", "12", "8"]
    assert lines[1].split()[1:] == ["1000", "500", "300", "200"]
    assert lines[2].split()[4] == f"{found.of(7).mean_gap:.3g}"
    assert len({len(line) for line in (head, *lines)}) == 1


def test_nothing_changes_it_and_copies_are_equal(run: fastgan.TrainingRun) -> None:
    found = run.evaluate(DATA, labels=LABELS, n=20, rng=9)
    with pytest.raises(FrozenInstanceError):
        found.overall = found.of(7)  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(found)) == found == copy.deepcopy(found)


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"labels": None}, ValueError, r"labels must be among the classes \[-2, 4, 7\], got None"),
        ({"labels": np.where(LABELS == 4, 5, LABELS)}, ValueError,
         r"labels must be among the classes \[-2, 4, 7\], got 5"),
        ({"labels": LABELS + 100}, ValueError, "labels must be among the classes"),
        ({"labels": LABELS[:-1]}, ValueError, r"labels must be an int or have shape \(40,\)"),
        ({"labels": LABELS / 1}, TypeError, "labels must be an int or hold ints"),
        ({"labels": LABELS == 4}, TypeError, "labels must be an int or hold ints"),
        ({"held_out": HELD_OUT}, ValueError, r"held_out_labels must be among the .*, got None"),
        ({"held_out": HELD_OUT, "held_out_labels": 3}, ValueError,
         r"held_out_labels must be among the classes \[-2, 4, 7\], got 3"),
        ({"held_out": HELD_OUT, "held_out_labels": 4}, ValueError,
         r"held_out_labels must hold each of the classes \[-2, 4, 7\], got \[4\]"),
        ({"held_out": HELD_OUT, "held_out_labels": HELD_OUT_LABELS[1:]}, ValueError,
         r"held_out_labels must be an int or have shape \(9,\)"),
        ({"held_out_labels": HELD_OUT_LABELS}, ValueError, "held_out_labels must not be given"),
        ({"n": 2}, ValueError, "n must give every class at least one fake, got 2, of which class"),
        ({"latents": np.zeros((2, 2))}, ValueError, "latents must give every class at least one"),
        ({"loss": "hinge"}, ValueError, "loss must be one of"),
    ],
)  # fmt: skip
def test_bad_arguments(
    run: fastgan.TrainingRun, options: Any, error: type[Exception], match: str
) -> None:
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    given = {"labels": LABELS, **({} if "latents" in options else {"rng": rng}), **options}
    with pytest.raises(error, match=f"^{match}"):
        run.evaluate(DATA, **given)
    assert rng.bit_generator.state == before


def test_a_gan_without_classes_takes_no_labels(run: fastgan.TrainingRun) -> None:
    gan = run.gan.of(7)
    assert isinstance(gan, GAN)
    for name, call in (
        ("labels", lambda: metrics.evaluate(gan, DATA, labels=LABELS)),
        ("held_out_labels",
         lambda: metrics.evaluate(gan, DATA, held_out=HELD_OUT, held_out_labels=HELD_OUT_LABELS)),
        ("label", lambda: metrics.anomaly_score(gan, DATA, label=LABELS)),
        ("label", lambda: metrics.generator_gradient_norm(gan, [[0.5, 0.5]], label=7)),
        ("real_label", lambda: metrics.discriminator_accuracy(gan, DATA, DATA, real_label=7)),
        ("fake_label", lambda: metrics.discriminator_accuracy(gan, DATA, DATA, fake_label=7)),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{name} must be None for networks without classes"):
            call()


def test_a_conditional_gan_takes_nothing_without(run: fastgan.TrainingRun) -> None:
    gan = run.gan
    for name, call in (
        ("label", lambda: metrics.anomaly_score(gan, DATA)),
        ("label", lambda: metrics.generator_gradient_norm(gan, [[0.5, 0.5]])),
        ("real_label", lambda: metrics.discriminator_accuracy(gan, DATA, DATA, fake_label=7)),
        ("fake_label", lambda: metrics.discriminator_accuracy(gan, DATA, DATA, real_label=7)),
    ):
        with pytest.raises(
            ValueError, match=rf"^{name} must be among the classes \[.*\], got None"
        ):
            call()
