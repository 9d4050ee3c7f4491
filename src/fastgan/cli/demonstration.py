"""The command ``fastgan demo``: train, draw, time, and compare with the NumPy reference."""

from __future__ import annotations

import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy.typing as npt
from rich.console import Console

import fastgan
from fastgan import plotting
from fastgan._support.text import duration
from fastgan.cli import terminal

Array = npt.NDArray[Any]

LEARNING_RATE = 0.01
FACES = 4
REPEATS = 5
REFERENCE = "numpy"
PIXELS = ("top left", "top right", "bottom left", "bottom right")


def show(epochs: int, seed: int, picture: Path | None) -> None:
    """Run the whole demonstration; save the figure as `picture` unless that is None."""
    out = terminal.console()
    run, _ = _timed(epochs, seed)  # also compiles, if the backend has to
    faces = run.gan.sample(FACES, rng=seed)
    out.print(
        f"Slanted Land: {epochs:,} epochs, learning rate {LEARNING_RATE}, seed {seed}, "
        f"backend {run.backend!r}\n"
    )
    _show_weights(out, run.gan)
    out.print(f"\n{FACES} generated faces, and what the discriminator thinks of each:\n")
    terminal.draw(out, faces, [f"D = {d:.2f}" for d in run.gan.discriminate(faces)])
    out.print()
    _show_times(out, run, epochs, seed)
    if picture is not None:
        _save_picture(out, run, faces, picture)


def require_drawable(picture: Path) -> None:
    """End the program, before any work is done, if a picture cannot have this suffix."""
    try:
        from matplotlib.backend_bases import FigureCanvasBase
    except ImportError:
        return  # reported later, instead of a picture
    formats = FigureCanvasBase.get_supported_filetypes()
    if _format(picture) not in formats:
        known = ", ".join(formats)
        terminal.fail(f"{picture}: a picture's name must end in one of {known}, or have no suffix")


def _format(picture: Path) -> str:
    """Return the format: PNG without a suffix, to which matplotlib would add one of its choice."""
    return picture.suffix[1:].lower() or "png"


def _timed(epochs: int, seed: int, backend: str | None = None) -> tuple[fastgan.TrainingRun, float]:
    """Train once; return the run and the seconds it took."""
    faces = fastgan.datasets.slanted_land()
    with terminal.user_errors():
        began = time.perf_counter()
        run = fastgan.train(
            faces, epochs=epochs, learning_rate=LEARNING_RATE, rng=seed, backend=backend
        )
        return run, time.perf_counter() - began


def _show_weights(out: Console, gan: fastgan.GAN | fastgan.ConditionalGAN) -> None:
    columns = (gan.generator.weights[0], gan.generator.biases, gan.discriminator.weights)
    rows = [(pixel, *(f"{values[j]:.4f}" for values in columns)) for j, pixel in enumerate(PIXELS)]
    rows.append(("bias", "", "", f"{gan.discriminator.bias:.4f}"))
    terminal.table(out, ("pixel", "G weight", "G bias", "D weight"), rows, numbers=True)


def _show_times(out: Console, run: fastgan.TrainingRun, epochs: int, seed: int) -> None:
    steps = f"{len(run.history):,} steps"
    if run.backend == REFERENCE:
        _, seconds = _timed(epochs, seed)
        out.print(
            f"backend {run.backend!r} took {duration(seconds)} for {steps}; it is the "
            "reference itself, so there is nothing to compare it with"
        )
        return
    seconds = min(_timed(epochs, seed)[1] for _ in range(REPEATS))
    out.print(
        f"backend {run.backend!r} took {duration(seconds)} for {steps}, the best of {REPEATS} runs"
    )
    with out.status("the NumPy reference takes a while", spinner="line"):
        reference, reference_seconds = _timed(epochs, seed, REFERENCE)
    require_same_bits(run, reference)
    out.print(
        f"the NumPy reference took {duration(reference_seconds)}, "
        f"{reference_seconds / seconds:,.0f} times as long; every bit is the same"
    )


def require_same_bits(run: fastgan.TrainingRun, reference: fastgan.TrainingRun) -> None:
    """End the program unless parameters and histories agree in every bit."""
    histories = (
        (getattr(run.history, field.name), getattr(reference.history, field.name))
        for field in fields(run.history)
    )
    if run.gan != reference.gan or any(a.tobytes() != b.tobytes() for a, b in histories):
        terminal.fail(
            f"backend {run.backend!r} and the NumPy reference gave different bits: this is a bug "
            "in fastgan; please report it with the output of 'fastgan info'"
        )


def _save_picture(out: Console, run: fastgan.TrainingRun, faces: Array, picture: Path) -> None:
    try:
        figure = plotting.demo_figure(run, faces)
    except ImportError as error:
        out.print(f"no picture: {error}")
        return
    with terminal.user_errors():
        figure.savefig(picture, format=_format(picture))
    out.print(f"faces and loss curves: {picture}", soft_wrap=True)
