"""Answers to the page's requests, piece by piece: values for JSON, with finished drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

import fastgan
from fastgan._support.text import duration
from fastgan.ensembles.outcomes import OUTCOMES
from fastgan.lab import copied_code, many_seeds, one_gan
from fastgan.lab.curve_svg import losses, probabilities
from fastgan.lab.network_svg import networks
from fastgan.lab.outcome_svg import bars, marks
from fastgan.lab.settings import SEEDS, SettingError, Settings, read

Answer = dict[str, Any]

VIEWS = ("one", "many")


class Answers:
    """Answers to one page.

    The last training is kept: the next request may differ from it only in the picture. A piece of
    work takes a moment; a caller that stops iterating abandons the rest.
    """

    def __init__(self) -> None:
        self._known: tuple[Settings, one_gan.TimedRun] | None = None

    def to(self, request: object) -> Iterator[Answer | None]:
        """Answer a request ``{"view": "one" or "many", "settings": ...}``.

        None is yielded after a piece of work that has no answer yet. If the request cannot be
        answered, the answer has an ``error``, and the ``field`` that it is about.
        """
        try:
            if not isinstance(request, Mapping) or request.get("view") not in VIEWS:
                raise SettingError("", "A request must have a view, one or many, and settings")
            settings = read(request.get("settings"))
            if request["view"] == "one":
                yield from self._one(settings)
            else:
                yield from _many(settings)
        except SettingError as error:
            yield {"error": str(error), "field": error.field}

    def _one(self, settings: Settings) -> Iterator[Answer | None]:
        training = settings.without_picture()
        if self._known is None or self._known[0] != training:
            self._known = None
            for trained in one_gan.train(settings):
                if trained is None:
                    yield None
                else:
                    self._known = training, trained
        assert self._known is not None
        yield _answer_of_one(settings, self._known[1])


def _answer_of_one(settings: Settings, trained: one_gan.TimedRun) -> Answer:
    gan, steps = trained.gan, trained.history.shape[1]
    return {
        "view": "one",
        "generator": _parameters(gan.generator),
        "discriminator": _parameters(gan.discriminator),
        "networks": networks(gan),
        "losses": losses(trained.history),
        "probabilities": probabilities(trained.history),
        "faces": _judged(gan, settings, settings.faces),
        "samples": _judged(gan, settings, trained.samples),
        "picture": _judged(gan, settings, (settings.picture,))[0],
        "said": (
            f"{steps:,} steps in {duration(trained.seconds)} with backend {trained.backend}: "
            f"{_verdict(gan, settings, trained)}"
        ),
        "code": copied_code.one_gan(settings),
    }


def _parameters(network: fastgan.Generator | fastgan.Discriminator) -> dict[str, Any]:
    biases = network.biases if isinstance(network, fastgan.Generator) else network.bias
    return {"weights": network.weights.tolist(), "bias": biases.tolist()}


def _judged(gan: fastgan.GAN, settings: Settings, pictures: npt.ArrayLike) -> list[dict[str, Any]]:
    """Return each picture with D's judgement: w_j x_j of each pixel, logit and probability."""
    rows = np.asarray(pictures, dtype=np.float64).reshape(-1, 4)
    items = rows.reshape(-1, 2, 2)
    logits = gan.score(items)
    if not np.isfinite(logits).all():  # JSON cannot express them
        raise SettingError(
            settings.larger_rate(), "D's logit is not finite: try smaller learning rates"
        )
    columns = (
        rows.tolist(),
        (rows * gan.discriminator.weights).tolist(),
        logits.tolist(),
        gan.discriminate(items).tolist(),
    )
    names = ("pixels", "products", "logit", "probability")
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _verdict(gan: fastgan.GAN, settings: Settings, trained: one_gan.TimedRun) -> str:
    real = float(gan.discriminate(settings.faces).mean())
    fake = float(gan.discriminate(trained.samples).mean())
    return f"D gives the faces {real:.2f} and G's pictures {fake:.2f} on average"


def _many(settings: Settings) -> Iterator[Answer]:
    for fates in many_seeds.train(settings):
        done, counts = len(fates.outcome), fates.counts()
        share = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
        yield {
            "view": "many",
            "done": done,
            "of": SEEDS,
            "marks": marks(fates),
            "bars": bars(fates),
            "counts": counts,
            "outcomes": list(OUTCOMES),
            "outcome": fates.outcome.tolist(),
            "distance": fates.distance.round(4).tolist(),
            "saturation": fates.saturation.round(4).tolist(),
            "said": f"{done:,} of {SEEDS:,} seeds in {duration(fates.seconds)}: {share}",
            "code": copied_code.many_seeds(settings),
        }
