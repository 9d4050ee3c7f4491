"""The commands of ``fastgan``: demo, train and sample; lab and info have files of their own."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import secrets
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer
from rich.console import Console

import fastgan
from fastgan import GAN, ConditionalGAN, backends
from fastgan._support.text import duration
from fastgan.cli import demonstration, terminal
from fastgan.cli.info import info
from fastgan.cli.lab import lab
from fastgan.networks import saving
from fastgan.networks.row_labels import of_class
from fastgan.options.defaults import DEFAULT
from fastgan.options.step_counts import steps_in_epoch

Array = npt.NDArray[Any]

MOST_RECORDS = 100_000  # records in a history: plenty for a mean, and only megabytes
MOST_DRAWN = 64


class Latent(StrEnum):
    """The latent distributions."""

    UNIFORM = "uniform"
    NORMAL = "normal"


class Dtype(StrEnum):
    """The dtypes of a run."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


# In panels, Typer's help truncates the names of options on narrow terminals.
app = typer.Typer(
    cls=terminal.Commands,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Seed = Annotated[int | None, typer.Option(min=0, help="By default a random one, which is shown.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fastgan {fastgan.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Tiny generative adversarial networks, with the same bits everywhere."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def demo(
    epochs: Annotated[
        int, typer.Option(min=1, help="Passes over the five faces.")
    ] = DEFAULT.epochs,
    seed: Annotated[int, typer.Option(min=0)] = 42,
    picture: Annotated[
        Path,
        typer.Option("--picture", "--out", dir_okay=False, help="The PNG to write."),
    ] = Path("fastgan-demo.png"),
    no_picture: Annotated[bool, typer.Option("--no-picture", help="Do not write a PNG.")] = False,
) -> None:
    """Train on Slanted Land, draw faces, and compare the time with NumPy's."""
    if not no_picture:
        _require_folder(picture)
        demonstration.require_drawable(picture)
    demonstration.show(epochs, seed, None if no_picture else picture)


@app.command()
def train(
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="A .npy file, shape (n, ...), in [0, 1].")
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The file to save the model in.")],
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the data.")] = DEFAULT.epochs,
    batch_size: Annotated[
        int, typer.Option(min=1, help="Rows per mini-batch.")
    ] = DEFAULT.batch_size,
    learning_rate: Annotated[
        float, typer.Option(help="For both networks.")
    ] = DEFAULT.learning_rate,
    discriminator_learning_rate: Annotated[
        float | None,
        typer.Option(help="For the discriminator; --learning-rate is then the generator's."),
    ] = None,
    latent_dim: Annotated[
        int | None,
        typer.Option(min=1, help="Numbers in a latent vector; by default 1, or as in --init."),
    ] = None,
    latent: Annotated[
        Latent | None,
        typer.Option(help="The latent distribution; by default uniform, or as in --init."),
    ] = None,
    shuffle: Annotated[
        bool, typer.Option("--shuffle", help="Visit the rows in a new order in each epoch.")
    ] = False,
    seed: Seed = None,
    dtype: Annotated[
        Dtype | None, typer.Option(help="For all arithmetic; by default float64, or as in --init.")
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(backends.NAMES)}; by default the first usable one."),
    ] = None,
    init: Annotated[Path | None, typer.Option(help="A model to start from.")] = None,
    progress: Annotated[
        bool | None,
        typer.Option(help="Show a progress bar; by default on terminals, if tqdm is installed."),
    ] = None,
) -> None:
    """Train a GAN on the rows of a .npy file and save it."""
    _require_folder(out)
    seed = secrets.randbits(32) if seed is None else seed
    with terminal.user_errors(), terminal.warnings_in_one_line():
        items = _read_array(data)
        start = None if init is None else _start(saving.load(init))
        began = time.perf_counter()
        run = fastgan.train(
            items,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            discriminator_learning_rate=discriminator_learning_rate,
            latent_dim=latent_dim or (start.latent_dim if start else 1),
            latent=str(latent or (start.latent if start else Latent.UNIFORM)),
            shuffle=shuffle,
            init=start,
            rng=seed,
            dtype=dtype or (start.dtype if start else Dtype.FLOAT64),
            backend=backend,
            record_every=_record_every(epochs, batch_size, len(items) if items.ndim else 1),
            progress=_progress_by_default() if progress is None else progress,
        )
        seconds = time.perf_counter() - began
        saving.save(run.gan, out)
    screen = terminal.console()
    _report(screen, run, len(items), seed, seconds)
    screen.print(f"model: {out}", soft_wrap=True)


def _start(gan: GAN | ConditionalGAN) -> GAN:
    if isinstance(gan, ConditionalGAN):
        raise ValueError(
            "--init must be a model without classes, since the rows have no labels here"
        )
    return gan


def _require_folder(path: Path) -> None:
    """End the program, before any work is done, if the file's folder does not exist."""
    if not path.parent.is_dir():
        terminal.fail(f"{path}: there is no folder {path.parent}")


def _read_array(path: Path) -> Array:
    with path.open("rb") as file:
        try:
            array: Array = np.lib.format.read_array(file, allow_pickle=False)
        except Exception as error:  # a damaged header can make NumPy raise anything
            raise ValueError(f"{path}: not a .npy file that can be read: {error}") from None
    return array


def _record_every(epochs: int, batch_size: int, n_rows: int) -> int:
    """Return an interval that bounds the history, but records all batches of an epoch in turn."""
    batches = steps_in_epoch(n_rows, batch_size)
    every = -(-epochs * batches // MOST_RECORDS)
    while math.gcd(every, batches) > 1:
        every += 1
    return max(every, 1)


def _progress_by_default() -> bool:
    return sys.stderr.isatty() and importlib.util.find_spec("tqdm") is not None


def _report(out: Console, run: fastgan.TrainingRun, n_rows: int, seed: int, seconds: float) -> None:
    steps = run.options.steps(n_rows)
    took = duration(seconds)
    out.print(f"{steps:,} steps with backend {run.backend!r} in {took}, seed {seed}\n")
    history, tenth = run.history, -(-len(run.history) // 10)
    rows = {
        "D's loss on real items": history.d_loss_real,
        "D's loss on G's": history.d_loss_fake,
        "G's loss": history.g_loss,
        "mean D of real items": history.d_real,
        "mean D of G's": history.d_fake,
    }
    terminal.table(
        out,
        ("mean over steps", "first 10%", "last 10%"),
        [
            (name, f"{values[:tenth].mean():.4f}", f"{values[-tenth:].mean():.4f}")
            for name, values in rows.items()
        ],
        numbers=True,
    )


@app.command()
def sample(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A saved model.")],
    n: Annotated[int, typer.Option("-n", min=1, help="Number of items.")] = 16,
    seed: Seed = None,
    label: Annotated[
        int | None, typer.Option(help="Class of the items, if the model has classes.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, help="A .npy file to save the items in.")
    ] = None,
) -> None:
    """Draw items from a model, and show them as pictures if they fit, else as numbers."""
    if out is not None:
        _require_folder(out)
    screen = terminal.console()
    seed = secrets.randbits(32) if seed is None else seed
    with terminal.user_errors():
        gan = of_class(saving.load(model), "--label", label)
        items = gan.sample(n, rng=seed)
        drawn = items[:MOST_DRAWN]
        drawable = terminal.fits(screen, gan.item_shape)
        captions = [f"D = {d:.2f}" for d in gan.discriminate(drawn)] if drawable else []
        if out is not None:
            with out.open("wb") as file:  # given a name, NumPy would add a suffix
                np.save(file, items, allow_pickle=False)
    screen.print(f"{n:,} of shape {gan.item_shape}, seed {seed}\n")
    if drawable:
        terminal.draw(screen, drawn, captions)
        if n > MOST_DRAWN:
            screen.print(f"and {n - MOST_DRAWN:,} more, not drawn")
    else:
        terminal.write_numbers(screen, items)
    if out is not None:
        screen.print(f"items: {out}", soft_wrap=True)


app.command()(lab)
app.command()(info)
