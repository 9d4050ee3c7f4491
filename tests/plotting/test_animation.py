"""Films: every snapshot is a frame, and the path holds a complete film or the previous file."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from fastgan import plotting

pytest.importorskip("matplotlib")

FILM = np.linspace(0, 1, 4 * 2 * 4).reshape(4, 2, 2, 2)


@pytest.fixture
def ffmpeg(monkeypatch):
    import imageio_ffmpeg
    import matplotlib

    path = imageio_ffmpeg.get_ffmpeg_exe()
    monkeypatch.setitem(matplotlib.rcParams, "animation.ffmpeg_path", path)
    return imageio_ffmpeg


def test_a_gif_has_a_frame_a_snapshot(tmp_path):
    from PIL import Image

    path = tmp_path / "film.GIF"
    plotting.animate_snapshots(FILM, path, steps=[0, 10, 20, 3000], frames_per_second=4)
    with Image.open(path) as film:
        assert (film.format, film.n_frames, film.info["loop"]) == ("GIF", 4, 0)
        means = []
        for i in range(4):
            film.seek(i)
            assert film.info["duration"] == 250
            means.append(np.asarray(film.convert("L")).mean())
    assert means == sorted(means, reverse=True), "black is 1, so that the film darkens"
    assert os.listdir(tmp_path) == ["film.GIF"]


def test_an_mp4_has_a_frame_a_snapshot(tmp_path, ffmpeg):
    path = tmp_path / "film.mp4"
    plotting.animate_snapshots(FILM, str(path), frames_per_second=4)
    frames, seconds = ffmpeg.count_frames_and_secs(str(path))
    assert (frames, seconds) == (4, 1)
    assert os.listdir(tmp_path) == ["film.mp4"]


def test_frames_are_opaque_and_of_one_size_whatever_the_settings(tmp_path):
    import matplotlib
    from PIL import Image

    odd = {"savefig.bbox": "tight", "savefig.transparent": True, "figure.facecolor": "none"}
    with matplotlib.rc_context(odd):
        plotting.animate_snapshots(FILM, tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 4
        assert film.convert("RGBA").getextrema()[3] == (255, 255)
        assert min(film.convert("RGB").getpixel((0, 0))) >= 250, "white, by a palette"


def test_without_ffmpeg_an_error_says_so_and_nothing_is_written(tmp_path, monkeypatch):
    import matplotlib

    monkeypatch.setitem(matplotlib.rcParams, "animation.ffmpeg_path", "no-such-ffmpeg")
    with pytest.raises(RuntimeError, match=r"^saving an MP4 needs ffmpeg, .*no-such-ffmpeg"):
        plotting.animate_snapshots(FILM, tmp_path / "film.mp4")
    assert not os.listdir(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="the broken ffmpeg is a shell script")
def test_what_was_there_stays_when_ffmpeg_fails(tmp_path, monkeypatch):
    import matplotlib

    broken, film = tmp_path / "ffmpeg", tmp_path / "film.mp4"
    broken.write_text("#!/bin/sh\ncat >/dev/null\necho no such codec >&2\nexit 1\n")
    broken.chmod(0o755)
    film.write_bytes(b"an older film")
    monkeypatch.setitem(matplotlib.rcParams, "animation.ffmpeg_path", str(broken))
    with pytest.raises(RuntimeError, match=r"^ffmpeg failed: no such codec"):
        plotting.animate_snapshots(FILM, film)
    assert film.read_bytes() == b"an older film"
    assert sorted(os.listdir(tmp_path)) == ["ffmpeg", "film.mp4"]


def test_what_was_there_stays_when_drawing_is_interrupted(tmp_path, monkeypatch):
    from matplotlib.animation import PillowWriter

    def interrupted(self, **_):
        if len(self._frames) == 2:
            raise KeyboardInterrupt
        self._frames.append(None)

    film = tmp_path / "film.gif"
    film.write_bytes(b"an older film")
    monkeypatch.setattr(PillowWriter, "grab_frame", interrupted)
    monkeypatch.setattr(PillowWriter, "finish", lambda self: None)
    with pytest.raises(KeyboardInterrupt):
        plotting.animate_snapshots(FILM, film)
    assert film.read_bytes() == b"an older film"
    assert os.listdir(tmp_path) == ["film.gif"]


@pytest.mark.parametrize(
    ("error", "name", "options"),
    [
        (ValueError, "path", {"path": "film.avi"}),
        (ValueError, "path", {"path": "film"}),
        (TypeError, "path", {"path": 3}),
        (ValueError, "pictures", {"pictures": FILM[0]}),
        (ValueError, "steps", {"steps": [1, 2]}),
        (TypeError, "frames_per_second", {"frames_per_second": "10"}),
        (TypeError, "frames_per_second", {"frames_per_second": True}),
        (ValueError, "frames_per_second", {"frames_per_second": 0}),
        (ValueError, "frames_per_second", {"frames_per_second": 51}),
        (ValueError, "frames_per_second", {"frames_per_second": float("nan")}),
    ],
)
def test_bad_input_is_refused(tmp_path, monkeypatch, error, name, options):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=rf"^{name} must"):
        plotting.animate_snapshots(**{"pictures": FILM, "path": "film.gif", **options})
    assert not os.listdir(tmp_path)
