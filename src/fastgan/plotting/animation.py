"""Films of a training: the pictures of fixed latent vectors, one frame for each snapshot."""

from __future__ import annotations

import numbers
import os
import shutil
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan._support import atomic_files, validation
from fastgan.plotting.picture_grids import (
    checked_snapshots,
    columns_of_grid,
    draw_grid,
    extent_of_grid,
)
from fastgan.plotting.style import new_figure

if TYPE_CHECKING:
    from matplotlib.animation import AbstractMovieWriter
    from matplotlib.figure import Figure

SUFFIXES = (".gif", ".mp4")
INCHES, TITLE_INCHES = 3.0, 0.4  # the longer side of the grid, and the title's height
DOTS_PER_INCH = 100
FASTEST = 50.0  # frames per second; viewers play a faster GIF at a speed of their own


def animate_snapshots(
    pictures: npt.ArrayLike,
    path: str | os.PathLike[str],
    *,
    steps: Sequence[int] | None = None,
    frames_per_second: float = 10,
) -> None:
    """Save a film of how the pictures of fixed latent vectors changed during training.

    Each frame shows the pictures of one snapshot in a grid, as `samples` draws it, with the step
    above. The file is written completely or not at all: an existing file is kept until the film
    is ready.

    Parameters
    ----------
    pictures : array_like, shape (snapshots, m, height, width)
        The pictures of the same m latent vectors at each snapshot.
    path : str or os.PathLike of str
        The file to write. Its suffix selects the format: ``.gif``, or ``.mp4``, which needs ffmpeg.
    steps : sequence of int, shape (snapshots,), optional
        The step of each snapshot; by default, snapshots are numbered from 0.
    frames_per_second : float
        Above 0, at most 50. A frame of a GIF lasts a whole number of hundredths of a second.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.
    RuntimeError
        If ffmpeg, which saves an MP4, is not found or fails.
    ImportError
        If matplotlib is not installed.
    OSError
        If the file cannot be written.

    See Also
    --------
    snapshots : Draw the same pictures as a film strip.
    """
    film, frame_numbers = checked_snapshots(pictures, steps)
    suffix = os.path.splitext(atomic_files.checked_path(path))[1].lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"path must end in one of {SUFFIXES}, got {validation.describe(path)}")
    speed = _checked_speed(frames_per_second)
    figure = _new_screen(film.shape[1:])
    writer = _writer(suffix, speed)
    titles = [f"{'snapshot' if steps is None else 'step'} {number:,}" for number in frame_numbers]
    with atomic_files.replacing(path) as file, tempfile.TemporaryDirectory() as directory:
        made = os.path.join(directory, f"film{suffix}")  # writers look at the suffix
        _shoot(figure, writer, made, film, titles)
        with open(made, "rb") as whole:
            shutil.copyfileobj(whole, file)


def _checked_speed(frames_per_second: object) -> float:
    if not isinstance(frames_per_second, numbers.Real) or isinstance(frames_per_second, bool):
        raise TypeError(
            f"frames_per_second must be a real number, got {validation.describe(frames_per_second)}"
        )
    speed = float(frames_per_second)
    if not 0 < speed <= FASTEST:
        raise ValueError(
            f"frames_per_second must be above 0 and at most {FASTEST:g}, "
            f"got {validation.describe(frames_per_second)}"
        )
    return speed


def _new_screen(shape: tuple[int, ...]) -> Figure:
    """Return an opaque figure for the frames, since each frame is laid over the one before."""
    wide, high = extent_of_grid(shape, columns_of_grid(shape[0]))
    inches = INCHES / max(wide, high)
    figure = new_figure(max(1.5, wide * inches), max(1, high * inches) + TITLE_INCHES)
    from matplotlib.colors import to_rgba

    *colour, alpha = to_rgba(figure.get_facecolor())
    figure.set_facecolor(tuple(alpha * np.array(colour) + 1 - alpha))
    return figure


def _writer(suffix: str, frames_per_second: Any) -> AbstractMovieWriter:  # matplotlib says int
    from matplotlib.animation import FFMpegWriter, PillowWriter

    if suffix == ".gif":
        return PillowWriter(fps=frames_per_second)
    if not FFMpegWriter.isAvailable():
        raise RuntimeError(
            f"saving an MP4 needs ffmpeg, but {FFMpegWriter.bin_path()!r} was not found: install "
            "it, set matplotlib.rcParams['animation.ffmpeg_path'], or save a GIF"
        )
    return FFMpegWriter(fps=frames_per_second)


def _shoot(
    figure: Figure,
    writer: AbstractMovieWriter,
    path: str,
    film: npt.NDArray[Any],
    titles: list[str],
) -> None:
    """Draw the frames one by one, and pass each to the writer."""
    import subprocess

    import matplotlib

    ax = figure.subplots()
    ax.set_axis_off()
    images = draw_grid(ax, film[0], columns_of_grid(len(film[0])))
    ax.set_title(titles[0])
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the title keeps its height, so nothing has to move
    # All frames must have one size and be as opaque as the figure, whatever the user's settings.
    settings = {"savefig.bbox": None, "savefig.transparent": False, "savefig.facecolor": "auto"}
    try:
        with matplotlib.rc_context(settings), writer.saving(figure, path, DOTS_PER_INCH):
            for pictures, title in zip(film, titles, strict=True):
                for image, picture in zip(images, pictures, strict=True):
                    image.set_data(picture)
                ax.set_title(title)
                writer.grab_frame()
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"ffmpeg failed: {error.stderr or error}") from None
