"""Time from a slider's event to the redrawn curves of the lab, in a real browser.

python bench/lab_latency.py [--moves 100]

Needs Playwright (pip install --group browser) and Debian's Chromium. Sliders are moved by their
keys, one move after the other. Times are the page's own, from the event's time stamp: until the
document has the new curves, and until the frame with them has been painted.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

import fastgan

SLIDERS = ("learning_rate", "discriminator_learning_rate", "epochs", "batch_size", "latent_dim",
           "seed")  # fmt: skip
LARGEST = {"epochs": "10000", "latent_dim": "8"}

_WATCH = """
window.moves = [];
let began = 0;
addEventListener("input", (event) => { began = event.timeStamp; }, true);
document.addEventListener("answered", (event) => {
    const curves = document.querySelectorAll("#losses polyline, #probabilities polyline").length;
    const drawn = performance.now() - began;
    const answer = event.detail;
    // A task that is queued in a frame's last callback runs when it has been painted.
    requestAnimationFrame(() => setTimeout(() => {
        window.moves.push({ answer, curves, drawn, painted: performance.now() - began });
    }));
});
"""


def serve() -> tuple[subprocess.Popen[str], str]:
    """Start the lab on a free port; return its process and address."""
    program = "from fastgan.cli.main import main; main()"
    lab = subprocess.Popen(
        [sys.executable, "-c", program, "lab", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert lab.stdout is not None
    return lab, lab.stdout.readline().split()[2]


def wait(page: Page, count: int) -> dict[str, Any]:
    """Wait until `count` moves are painted; return the last one."""
    while page.evaluate("window.moves.length") < count:
        page.wait_for_timeout(5)
    move: dict[str, Any] = page.evaluate("window.moves.at(-1)")
    return move


def check(move: dict[str, Any]) -> None:
    """Assert that the answer matches the result of its Python code, and was drawn."""
    namespace: dict[str, Any] = {"print": lambda *_: None}
    exec(move["answer"]["code"], namespace)
    gan = namespace["run"].gan
    assert isinstance(gan, fastgan.GAN)
    assert gan.generator.weights.tolist() == move["answer"]["generator"]["weights"]
    assert gan.discriminator.weights.tolist() == move["answer"]["discriminator"]["weights"]
    assert move["curves"] == 5


def measure(page: Page, slider: str, moves: int) -> list[dict[str, Any]]:
    """Move a slider back and forth `moves` times."""
    place = page.locator(f"input[data-of={slider}]")
    place.focus()
    measured = []
    for i in range(moves):
        count = page.evaluate("window.moves.length")
        page.keyboard.press("ArrowRight" if i % 2 == 0 else "ArrowLeft")
        measured.append(wait(page, count + 1))
    return measured


def report(name: str, measured: list[dict[str, Any]]) -> None:
    """Check the last two moves and print a row."""
    for move in measured[-2:]:
        check(move)
    cells = []
    for key in ("drawn", "painted"):
        times = [move[key] for move in measured]
        cells += [f"{np.median(times):.1f}", f"{np.percentile(times, 95):.1f}"]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the median and the 95th percentile for each slider, then for long trainings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=100, help="moves of each slider")
    moves = parser.parse_args().moves
    lab, url = serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.add_init_script(_WATCH)
            page.goto(url)
            wait(page, 1)
            print("| slider | redrawn, ms: median | 95 % | painted, ms: median | 95 % |")
            print("| --- | --- | --- | --- | --- |")
            every = []
            for slider in SLIDERS:
                measured = measure(page, slider, moves)
                every += measured
                report(slider, measured)
            report("all of them", every)
            for field, text in LARGEST.items():
                count = page.evaluate("window.moves.length")
                page.fill(f"#{field}", text)
                wait(page, count + 1)
            report("seed, 10,000 epochs of 8 latents", measure(page, "seed", moves))
            browser.close()
    finally:
        lab.terminate()
        lab.wait()


if __name__ == "__main__":
    main()
