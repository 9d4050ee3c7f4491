"""Draw how a GAN of one pixel rotates around its equilibrium, for several losses.

There is one face of one pixel, a generator of one picture, and a discriminator of one weight::

    python examples/dynamics.py --out docs/images

This writes dynamics_rotation.png, with paths in the gradient field, and dynamics_spectrum.png, with
the eigenvalues as the penalty R1 grows, and the factor by which a step changes the distance from
the equilibrium. docs/dynamics.md derives these results.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from fastgan import GAN, Discriminator, Generator, dynamics, plotting
from fastgan.plotting.style import BLUE, GREEN, GREY, VERMILION, new_figure

FACE = np.array([[0.5]])  # grey value that G should learn
LATENT = np.zeros((1, 1))  # so G makes only one picture, and W_G has no effect
COLOURS = {"non-saturating": BLUE, "least-squares": GREEN, "wasserstein": VERMILION}
PATHS: list[tuple[str, int, str, dict[str, Any]]] = [  # title, steps, schedule, losses
    ("Wasserstein", 60, "simultaneous", {"loss": "wasserstein"}),
    ("Wasserstein", 60, "alternating", {"loss": "wasserstein"}),
    ("Wasserstein, R1", 60, "simultaneous", {"loss": "wasserstein", "r1_weight": 0.05}),
    (
        "Wasserstein, gradient penalty",
        240,
        "alternating",
        {"loss": "wasserstein", "gradient_penalty_weight": 0.05},
    ),
    ("non-saturating", 240, "simultaneous", {"loss": "non-saturating"}),
    ("non-saturating, R1", 240, "simultaneous", {"loss": "non-saturating", "r1_weight": 0.05}),
]
RATE, START = 1.0, 0.8
NOTHING = 1e-9  # smaller eigenvalues count as 0: those of W_G, and of D's bias with Wasserstein


def main() -> None:
    """Draw both figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", default=".", type=Path, help="output directory (%(default)s)")
    directory = parser.parse_args().out
    for name, figure in (("rotation", draw_paths()), ("spectrum", draw_spectra())):
        path = directory / f"dynamics_{name}.png"
        figure.savefig(path, dpi=100)
        print(f"drawn to {path}")


def equilibrium(loss: str) -> GAN:
    """Return the equilibrium: G makes the face, and D, whose weight is 0, cannot tell."""
    bias = 0.5 if loss == "least-squares" else 0.0
    return GAN(Generator([[0.0]], [0.0]), Discriminator([0.0], bias))


def descend(gan: GAN, schedule: str, steps: int, rate: float, **game: Any) -> np.ndarray:
    """Return the parameters before and after each of `steps` descent steps, (steps + 1, P)."""
    theta = dynamics.parameter_vector(gan)
    of_d = np.array([name.endswith("D") or "_D[" in name for name in dynamics.parameter_names(gan)])
    path = [theta]
    for _ in range(steps):
        for moves in (of_d, ~of_d) if schedule == "alternating" else (True,):
            now = dynamics.with_parameters(gan, theta)
            field = dynamics.gradient_field(now, FACE, LATENT, **game)
            theta = theta + rate * np.where(moves, field, 0)
        path.append(theta)
    return np.array(path)


def draw_paths() -> Any:
    """Draw the gradient field and a path in it for each of `PATHS`."""
    figure = new_figure(9, 6.2)
    grid = {"x_values": np.linspace(-2, 2, 41), "y_values": np.linspace(-3, 3, 41)}
    axes = figure.subplots(2, 3, sharex=True, sharey=True)
    for ax, (title, steps, schedule, game) in zip(axes.flat, PATHS, strict=True):
        gan = equilibrium(game["loss"])
        plane = dynamics.field_slice(gan, FACE, LATENT, x="w_D[0]", y="b_G[0]", **grid, **game)
        plotting.gradient_field(plane, ax=ax)
        start = GAN(Generator([[0.0]], [START]), gan.discriminator)
        path = descend(start, schedule, steps, RATE, **game)
        w, b = dynamics.trajectory(path, ["w_D[0]", "b_G[0]"], features=1).T
        ax.plot(w, b, "o-", color=VERMILION, markersize=2, linewidth=0.6)
        ax.plot(w[0], b[0], "o", color=BLUE, markersize=6, zorder=3)
        ax.plot(0, 0, "+", color="black", markersize=9, markeredgewidth=1.5, zorder=3)
        ax.set_title(f"{title}\n{steps} {schedule} steps", fontsize="small")
        ax.label_outer()
    return figure


def draw_spectra() -> Any:
    """Draw eigenvalues as R1 grows, and the spectral radius of steps over the learning rate."""
    figure = new_figure(9, 4)
    plane, radii = figure.subplots(1, 2)
    for loss, colour in COLOURS.items():
        draw_eigenvalues(plane, loss, colour)
        draw_radii(radii, loss, colour)
    plane.axvline(0, color=GREY, linestyle=":", linewidth=1)
    plane.set(
        xlim=(-0.4, 0.03),
        xlabel="real part",
        ylabel="imaginary part",
        xticks=np.arange(-0.4, 0.01, 0.1),
    )
    plane.set_title("Eigenvalues as R1 grows from 0 (rings) to 0.4", fontsize="medium")
    plane.legend(loc="upper left", fontsize="small")
    radii.axhline(1, color=GREY, linestyle=":", linewidth=1)
    radii.plot([], [], color=GREY, label="simultaneous")
    radii.plot([], [], "--", color=GREY, label="alternating")
    radii.set(
        xscale="log",
        ylim=(0.98, 1.1),
        xlabel="learning rate",
        ylabel="spectral radius of one step",
    )
    radii.set_title("Steps without a penalty: stable below 1", fontsize="medium")
    radii.legend(loc="upper left", fontsize="small")
    return figure


def draw_eigenvalues(ax: Any, loss: str, colour: str) -> None:
    """Draw the eigenvalues that are not 0."""
    spectra = [
        dynamics.eigenvalues(
            dynamics.jacobian(equilibrium(loss), FACE, LATENT, loss=loss, r1_weight=weight)
        )
        for weight in np.linspace(0, 0.4, 801)
    ]
    size = 5 if loss == "non-saturating" else 2  # larger: least squares lies close to it
    values = np.concatenate(spectra)
    values = values[np.abs(values) > NOTHING]
    ax.plot(values.real, values.imag, "o", color=colour, markersize=size, label=loss)
    first = spectra[0][np.abs(spectra[0]) > NOTHING]
    ax.plot(first.real, first.imag, "o", color=colour, markersize=8, fillstyle="none")


def draw_radii(ax: Any, loss: str, colour: str) -> None:
    """Draw how a step without a penalty changes the distance from the equilibrium."""
    matrix = dynamics.jacobian(equilibrium(loss), FACE, LATENT, loss=loss)
    rates = np.geomspace(0.02, 20, 600)
    for schedule, style in (("simultaneous", "-"), ("alternating", "--")):
        radius = [
            dynamics.step_spectral_radius(
                matrix, rate, schedule=schedule, features=1, ignore_neutral=True
            )
            for rate in rates
        ]
        ax.plot(rates, radius, style, color=colour)


if __name__ == "__main__":
    main()
