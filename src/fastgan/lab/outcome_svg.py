"""The outcomes of a thousand GANs: a mark for each GAN, and a bar for each outcome.

Each outcome has a mark of its own shape, so colour is never the only signal.
"""

from __future__ import annotations

from collections.abc import Callable

from fastgan.ensembles.outcomes import OUTCOMES
from fastgan.lab.many_seeds import Fates
from fastgan.lab.settings import SEEDS
from fastgan.lab.svg import WIDTH, drawing, element, text
from fastgan.plotting.outcome_maps import STACKED

COLUMNS = 40
CELL = WIDTH / COLUMNS
ROW = 26  # height of the row of a bar
BARS = 112, 312  # left and right ends of the longest bar

# Paths of the marks, which are about 7 units wide, with the upper left corner at (x, y).
MARKS: dict[str, Callable[[float, float], str]] = {
    "learned": lambda x, y: f"M{x:g} {y:g}h7v7h-7z",
    "unfinished": lambda x, y: f"M{x + 1.5:g} {y + 3.5:g}h4",
    "saturated": lambda x, y: f"M{x:g} {y:g}l7 7m-7 0l7-7",
    "diverged": lambda x, y: f"M{x + 3.5:g} {y:g}l3.5 7h-7z",
}


def marks(fates: Fates) -> str:
    """Draw a mark for each model, in rows of 40 from the first seed on."""
    paths: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for i, outcome in enumerate(fates.outcome.tolist()):
        row, column = divmod(i, COLUMNS)
        name = OUTCOMES[outcome]
        paths[name].append(MARKS[name](CELL * column + 1, CELL * row + 1))
    content = [
        element("path", d="".join(of_one), class_=f"fate {name}")
        for name, of_one in paths.items()
        if of_one
    ]
    content.append(element("rect", width=CELL + 4, height=CELL + 4, class_="chosen"))
    height = SEEDS // COLUMNS * int(CELL)
    return drawing(
        height, f"The outcomes of {len(fates.outcome):,} seeds, one mark each", "".join(content)
    )


def bars(fates: Fates) -> str:
    """Draw the number of models of each outcome."""
    counts, done = fates.counts(), len(fates.outcome)
    left, right = BARS
    content = []
    for i, name in enumerate(STACKED):
        y = ROW * i + 4
        share = counts[name] / done
        content += [
            element("path", d=MARKS[name](2, y + 5), class_=f"fate {name}"),
            text(name, x=18, y=y + 13, class_="tick start"),
            element("rect", x=left, y=y + 1, width=(right - left) * share, height=15,
                    class_=f"bar {name}"),
            text(f"{counts[name]:,}", x=left + (right - left) * share + 5, y=y + 13,
                 class_="tick start"),
        ]  # fmt: skip
    said = ", ".join(f"{counts[name]:,} {name}" for name in STACKED)
    return drawing(ROW * len(STACKED), f"Of {done:,} seeds: {said}", "".join(content))
