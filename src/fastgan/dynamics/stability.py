"""Stability of an equilibrium by eigenvalues: whether steps converge, and how long they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fastgan._support import validation
from fastgan.dynamics.parameters import FLOAT64
from fastgan.layers.parameter_table import one_layer_table

Float64Array = npt.NDArray[np.float64]
Complex128Array = npt.NDArray[np.complex128]

SCHEDULES = ("simultaneous", "alternating")


def eigenvalues(jacobian: npt.ArrayLike) -> Complex128Array:
    """Compute the eigenvalues of a Jacobian, or of any real square matrix.

    Parameters
    ----------
    jacobian : array_like, shape (P, P)
        A matrix such as `fastgan.dynamics.jacobian` returns.

    Returns
    -------
    ndarray of complex128, shape (P,)
        In descending order of their real parts; where these are equal, of their imaginary parts.
        They are computed by LAPACK: unlike everything else here, they may differ by rounding from
        machine to machine, and so may the order of eigenvalues that are equal up to rounding.

    Raises
    ------
    TypeError, ValueError
        If `jacobian` is not real, finite and square.
    """
    values = np.linalg.eigvals(_square(jacobian)).astype(np.complex128)
    return values[np.lexsort((-values.imag, -values.real))]


@dataclass(frozen=True)
class StableStep:
    """The limit of the learning rate near an equilibrium, and the eigenvalue that sets it.

    Attributes
    ----------
    learning_rate : float
        Simultaneous steps with any smaller rate converge to the equilibrium, if they start near
        it. Infinite where nothing moves; 0 where there is no such rate.
    eigenvalue : complex or None
        The eigenvalue that sets this limit. Where the learning rate is 0, the one with the largest
        real part, which is not negative. None where nothing moves.
    neutral : int
        Number of eigenvalues that were ignored because they are 0 up to rounding.
    """

    learning_rate: float
    eigenvalue: complex | None
    neutral: int

    @property
    def explanation(self) -> str:
        """One sentence that explains the limit."""
        if self.eigenvalue is None:
            return "every eigenvalue is 0: to first order, nothing moves"
        z = self.eigenvalue + 0  # adding 0 removes the sign of a negative zero
        value = f"{z:.4g}" if z.imag else f"{z.real:.4g}"
        if self.learning_rate == 0:
            return (
                f"no step is stable: the eigenvalue {value} does not have a negative real part, "
                "so that |1 + learning rate * eigenvalue| is not below 1 for any rate"
            )
        return (
            f"steps are stable below a learning rate of {self.learning_rate:.4g}, at which "
            f"|1 + learning rate * eigenvalue| is 1 for the eigenvalue {value}"
        )


def largest_stable_step(
    jacobian: npt.ArrayLike, *, ignore_neutral: bool = False, tolerance: float | None = None
) -> StableStep:
    """Find the learning rate below which simultaneous steps are stable near an equilibrium.

    Parameters
    ----------
    jacobian : array_like, shape (P, P)
        The Jacobian at the equilibrium.
    ignore_neutral : bool
        Ignore eigenvalues that are 0 up to rounding. Along their directions no force acts, as where
        equilibria lie side by side: a generator can make the same mean picture in many ways, and
        steps neither leave nor approach any one of them [2]_.
    tolerance : float, optional
        Largest size at which the real part of an eigenvalue, or a neutral eigenvalue, counts as 0.
        By default P 2^-52 times the Frobenius norm of the Jacobian, about the uncertainty of an
        eigenvalue; eigenvalues that coincide can be off by more.

    Returns
    -------
    StableStep
        Its learning rate is the minimum of 2 abs(Re lambda) / abs(lambda)^2 over the eigenvalues
        lambda if all of them have a negative real part, and 0 otherwise. This is the bound on eta
        that follows from abs(1 + eta lambda) < 1 [1]_.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.

    References
    ----------
    .. [1] L. Mescheder, S. Nowozin and A. Geiger, "The Numerics of GANs", NIPS 2017.
    .. [2] V. Nagarajan and J. Z. Kolter, "Gradient descent GAN optimization is locally stable",
       NIPS 2017.

    Examples
    --------
    >>> from fastgan import dynamics
    >>> dynamics.largest_stable_step([[-0.5, -1.0], [1.0, -0.5]]).learning_rate
    0.8
    """
    matrix = _square(jacobian)
    zero = (
        _rounding(matrix) if tolerance is None else validation.rate("tolerance", tolerance, FLOAT64)
    )
    values = eigenvalues(matrix)
    left_aside = 0
    if validation.flag("ignore_neutral", ignore_neutral):
        neutral = np.abs(values) <= zero
        left_aside = int(neutral.sum())
        values = values[~neutral]
    if not len(values):
        return StableStep(float("inf"), None, left_aside)
    if values[0].real >= -zero:
        return StableStep(0.0, complex(values[0]), left_aside)
    limits = -2 * values.real / (values.real**2 + values.imag**2)
    binding = int(np.argmin(limits))
    return StableStep(float(limits[binding]), complex(values[binding]), left_aside)


def step_matrix(
    jacobian: npt.ArrayLike,
    learning_rate: float,
    *,
    schedule: str = "simultaneous",
    features: int | None = None,
    n_classes: int = 1,
    discriminator_learning_rate: float | None = None,
    discriminator_steps: int = 1,
    generator_steps: int = 1,
) -> Float64Array:
    """Linearise one step of gradient descent at an equilibrium.

    Parameters
    ----------
    jacobian : array_like, shape (P, P)
        The Jacobian at the equilibrium.
    learning_rate : float
        G's learning rate, and D's too unless `discriminator_learning_rate` is given.
    schedule : {"simultaneous", "alternating"}
        Whether both networks move from the same parameters, or G moves after D and sees D's new
        parameters.
    features : int, optional
        d: the first d + 1 rows of the Jacobian belong to D; with c classes, the first c (d + 1).
        Needed unless the step is simultaneous with one learning rate for both networks.
    n_classes : int
        c, the number of classes of a ConditionalGAN.
    discriminator_learning_rate : float, optional
        D's learning rate, if it differs from G's.
    discriminator_steps, generator_steps : int
        Number of moves of D and of G in one alternating step.

    Returns
    -------
    ndarray of float64, shape (P, P)
        The matrix M by which one step multiplies the displacement from the equilibrium. If the
        step is simultaneous, M = I + eta_D J_D + eta_G J_G, which is I + eta J for one learning
        rate eta; if it is alternating,
        M = (I + eta_G J_G)^generator_steps (I + eta_D J_D)^discriminator_steps. J_D has the rows
        of D and J_G those of G, and zeros elsewhere [1]_.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.

    References
    ----------
    .. [1] L. Mescheder, A. Geiger and S. Nowozin, "Which Training Methods for GANs do actually
       Converge?", ICML 2018.
    """
    matrix = _square(jacobian)
    rates = _rates(learning_rate, discriminator_learning_rate)
    if not isinstance(schedule, str):
        raise TypeError(f"schedule must be one of {SCHEDULES}, got {validation.describe(schedule)}")
    if schedule not in SCHEDULES:
        raise ValueError(f"schedule must be one of {SCHEDULES}, got {schedule!r}")
    moves = {
        "discriminator_steps": validation.count("discriminator_steps", discriminator_steps),
        "generator_steps": validation.count("generator_steps", generator_steps),
    }
    identity = np.eye(len(matrix))
    if schedule == "simultaneous":
        for name, number in moves.items():
            if number != 1:
                raise ValueError(f"{name} must be 1 in a simultaneous step, got {number}")
        if rates[0] == rates[1]:
            return identity + rates[0] * matrix
    of_d = _discriminator_rows(features, n_classes, len(matrix))
    d_move = np.where(of_d, identity + rates[0] * matrix, identity)
    g_move = np.where(of_d, identity, identity + rates[1] * matrix)
    if schedule == "simultaneous":
        return np.where(of_d, d_move, g_move)
    d_moves = np.linalg.matrix_power(d_move, moves["discriminator_steps"])
    step: Float64Array = np.linalg.matrix_power(g_move, moves["generator_steps"]) @ d_moves
    return step


def step_spectral_radius(
    jacobian: npt.ArrayLike,
    learning_rate: float,
    *,
    schedule: str = "simultaneous",
    features: int | None = None,
    n_classes: int = 1,
    discriminator_learning_rate: float | None = None,
    discriminator_steps: int = 1,
    generator_steps: int = 1,
    ignore_neutral: bool = False,
) -> float:
    """Compute the factor by which each step finally changes the distance from an equilibrium.

    Parameters
    ----------
    jacobian, learning_rate, schedule, features, n_classes
    discriminator_learning_rate, discriminator_steps, generator_steps
        As for `step_matrix`.
    ignore_neutral : bool
        Ignore eigenvalues of the step matrix that are 1 up to rounding, as `largest_stable_step`
        ignores those of the Jacobian that are 0.

    Returns
    -------
    float
        The largest modulus of an eigenvalue of `step_matrix`. Below 1, steps converge to the
        equilibrium if they start near it; above 1, they leave it; at 1, the terms that the
        linearisation omits decide. It is 1 where nothing moves.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong type or value.
    """
    matrix = step_matrix(
        jacobian,
        learning_rate,
        schedule=schedule,
        features=features,
        n_classes=n_classes,
        discriminator_learning_rate=discriminator_learning_rate,
        discriminator_steps=discriminator_steps,
        generator_steps=generator_steps,
    )
    values = eigenvalues(matrix)
    if validation.flag("ignore_neutral", ignore_neutral):
        values = values[np.abs(values - 1) > _rounding(matrix)]
    return float(np.abs(values).max()) if len(values) else 1.0


def _square(jacobian: Any) -> Float64Array:
    matrix = validation.real_array("jacobian", jacobian, FLOAT64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise ValueError(f"jacobian must have shape (P, P), got {matrix.shape}")
    return matrix


def _rounding(matrix: Float64Array) -> float:
    """Return about the rounding error of an eigenvalue."""
    return len(matrix) * 2.0**-52 * float(np.linalg.norm(matrix))


def _rates(learning_rate: object, discriminator_learning_rate: object) -> tuple[float, float]:
    """Return the learning rates of D and of G."""
    rate = validation.rate("learning_rate", learning_rate, FLOAT64)
    if discriminator_learning_rate is None:
        return rate, rate
    own = validation.rate("discriminator_learning_rate", discriminator_learning_rate, FLOAT64)
    return own, rate


def _discriminator_rows(
    features: object, n_classes: object, parameters: int
) -> npt.NDArray[np.bool_]:
    """Return a mask (P, 1) of the rows that belong to D."""
    if features is None:
        raise ValueError(
            "features must be given unless D and G move at the same time and rate, got None: the "
            "first features + 1 rows of the Jacobian belong to D"
        )
    d, c = validation.count("features", features), validation.count("n_classes", n_classes)
    # Where D's parameters end, whatever the latent dimension.
    of_d = one_layer_table(1, d, c).network("discriminator").stop
    if of_d >= parameters:
        of_classes = f", for each of {c} classes," if c > 1 else ""
        raise ValueError(
            f"features must leave rows for G, got {d}{of_classes} with {parameters} parameters"
        )
    rows: npt.NDArray[np.bool_] = np.arange(parameters)[:, np.newaxis] < of_d
    return rows
