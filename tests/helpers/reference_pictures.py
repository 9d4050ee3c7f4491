"""The pictures whose pixels are compared: their drawings and backgrounds.

    PYTHONPATH=tests python -m helpers.reference_pictures

redraws them into the directory of the same name; look at them before you commit them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import fastgan
from fastgan import plotting
from helpers.ensembles import PAINTERS, ensemble_with

DIRECTORY = Path(__file__).parent / "reference_pictures"
BACKGROUNDS = {"light": ["default"], "dark": ["default", "dark_background"]}
DOTS_PER_INCH = 40  # enough to recognise the drawing; a picture takes a few KB


def _video() -> fastgan.GAN:
    """Return networks similar to those of the video, with weights of both signs and a zero."""
    return fastgan.GAN(
        fastgan.Generator([1.0, -1.5, 0.0, 1.25], [1.0, -1.0, -0.5, 0.75]),
        fastgan.Discriminator([1.0, -1.0, -1.0, 1.0], -0.5),
        (2, 2),
    )


def _three_latents(latent: str = "normal") -> fastgan.GAN:
    weights = np.linspace(-2, 2, 12).reshape(3, 4)
    biases, w = np.linspace(1, -1, 4), np.cos(np.arange(4.0))
    return fastgan.GAN(
        fastgan.Generator(weights, biases), fastgan.Discriminator(w, 0.25), (2, 2), latent
    )


def _conditional() -> fastgan.ConditionalGAN:
    biases, w = np.array([[-1.0, 1.0], [1.0, -1.0]]), np.array([[1.0, -1.0], [-1.0, 1.0]])
    return fastgan.ConditionalGAN([3, 7], [[0.5, -0.5]], biases, w, [0.25, -0.25], (1, 2))


def history(records: int = 40) -> fastgan.History:
    """Return curves without a training, so that the picture depends on the drawing alone."""
    t = np.linspace(0, 1, records)
    wave = 0.1 * np.sin(9 * np.arange(records))
    d_real, d_fake = 0.8 - 0.3 * t + wave, 0.2 + 0.3 * t + wave / 2
    losses = -np.log(d_real), -np.log(1 - d_fake), -np.log(d_fake)
    return fastgan.History(5 * np.arange(records), *losses, d_real, d_fake)


def _film() -> np.ndarray:
    """Return pictures (5, 3, 2, 2) that turn into slanted faces."""
    end = np.array([[1.0, 0.0], [0.0, 1.0]])
    sharp, z = np.linspace(0, 1, 5).reshape(5, 1, 1, 1), np.linspace(0, 0.4, 3).reshape(3, 1, 1)
    return 0.5 + sharp * (1 - z) * (end - 0.5)


def _ensemble() -> fastgan.Ensemble:
    """Return five models with cyclic outcomes for each pair of five rates of G and four of D."""
    rates = np.geomspace(0.001, 10, 5).repeat(20), np.tile(np.geomspace(0.01, 10, 4).repeat(5), 5)
    names = [list(PAINTERS)[(i // 7 + i // 20) % 4] for i in range(95)]
    return ensemble_with(names, *(rate[:95] for rate in rates))


def _axes() -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(3, 2), layout="constrained").subplots()


DRAWN: dict[str, Callable[[], Any]] = {
    "samples": lambda: plotting.samples(_film().reshape(15, 2, 2)),
    "samples_on_axes": lambda: plotting.samples(_film()[4], columns=3, ax=_axes()),
    "networks": lambda: plotting.networks(_video()),
    "networks_three_latents": lambda: plotting.networks(_three_latents()),
    "networks_conditional": lambda: plotting.networks(_conditional(), label=7, values=True),
    "history": lambda: plotting.history(history()),
    "history_smoothing": lambda: plotting.history(history(), smoothing=9),
    "history_value": lambda: plotting.history(
        history(), curves=("value", "jensen_shannon"), smoothing=9
    ),
    "history_wasserstein": lambda: plotting.history(history(), loss="wasserstein", curves="losses"),
    "snapshots": lambda: plotting.snapshots(_film(), [0, 50, 100, 1000, 25000]),
    "snapshots_on_axes": lambda: plotting.snapshots(_film(), ax=_axes()),
    "outcome_map": lambda: plotting.outcome_map(_ensemble()),
    "outcome_map_two": lambda: plotting.outcome_map(
        _ensemble(), y="discriminator_learning_rate", show="most frequent"
    ),
    "latent_traversal": lambda: plotting.latent_traversal(_video()),
    "latent_traversal_normal": lambda: plotting.latent_traversal(_three_latents(), 2),
}


def draw(name: str, background: str, path: Path) -> None:
    """Draw one picture, independently of the user's settings.

    The picture has no letters, because releases of matplotlib and FreeType differ in their size and
    smoothing. The axes have a fixed place, which would otherwise depend on the letters. Other tests
    of each drawing check its text.
    """
    import matplotlib.style
    from matplotlib.legend import Legend
    from matplotlib.text import Text

    with matplotlib.style.context(BACKGROUNDS[background], after_reset=True):
        ax = DRAWN[name]()
        ax.figure.set_layout_engine("none")
        ax.figure.set_size_inches(6, 4)
        ax.set_position((0.1, 0.1, 0.8, 0.8))
        for kind in (Text, Legend):
            for artist in ax.figure.findobj(kind):
                artist.set_visible(False)
        ax.tick_params(labelbottom=False, labelleft=False, labeltop=False)
        ax.figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Software": None})


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for name in DRAWN:
        for background in BACKGROUNDS:
            draw(name, background, DIRECTORY / f"{name}_{background}.png")
