"""Train a conditional GAN on scikit-learn's 8x8 digits, and draw its pictures of each class.

The drawing has a column for each class: the mean digit of the data, the mean picture, and three
pictures. One layer learns a mean digit for each class, and little else::

    python examples/digits.py --out digits.png

This needs scikit-learn and matplotlib.
"""

from __future__ import annotations

import argparse

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits

import fastgan

DRAWN = 3


def main() -> None:
    """Train the GAN, measure its mean pictures and draw them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--epochs", type=int, default=60, help="passes over the data (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="(%(default)s)")
    parser.add_argument("--out", default="digits.png", help="the picture (%(default)s)")
    options = parser.parse_args()
    digits = load_digits()
    data, labels = digits.images / 16, digits.target  # (1797, 8, 8) in [0, 1]
    run = fastgan.train(
        data,
        labels=labels,
        epochs=options.epochs,
        batch_size=64,
        learning_rate=0.01,
        schedule="alternating",
        optimizer="adam",
        momentum=0.5,
        r1_weight=0.1,
        latent_dim=4,
        latent="normal",
        shuffle=True,
        rng=options.seed,
    )
    means = np.stack([data[labels == digit].mean(axis=0) for digit in range(10)])
    made = np.stack([run.gan.sample(500, label=digit, rng=1) for digit in range(10)])
    gaps = np.sqrt(((made.mean(axis=1) - means) ** 2).mean(axis=(1, 2)))
    print("distance of the mean picture from the mean digit, class by class:")
    print(gaps.round(3))
    draw(means, made).savefig(options.out)
    print(f"drawn to {options.out}")


def draw(means: np.ndarray, made: np.ndarray) -> Figure:
    """Draw a column per class: the mean of the data, the mean picture, and some pictures."""
    figure = Figure(figsize=(10, 5.2), layout="constrained", dpi=120)
    rows = [means, made.mean(axis=1), *made[:, :DRAWN].swapaxes(0, 1)]
    names = ["mean of data", "mean picture", *["a picture"] * DRAWN]
    for axes, pictures, name in zip(figure.subplots(len(rows), 10), rows, names, strict=True):
        for digit, (ax, picture) in enumerate(zip(axes, pictures, strict=True)):
            ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            if pictures is means:
                ax.set_title(str(digit))
        axes[0].set_ylabel(name, fontsize="small")
    return figure


if __name__ == "__main__":
    main()
