"""How the two networks pull each other about: gradient field, Jacobian, eigenvalues, step sizes.

All parameters theta in one vector, D's before G's, are the players' places in a game, and

    v(theta) = (-grad by D's of L_D, -grad by G's of L_G)

is where each of them wants to go: a step of gradient descent adds the learning rate times v. Near
an equilibrium, where v = 0, the eigenvalues of its Jacobian decide what becomes of the two [1]_.

The field and its Jacobian have the same bits everywhere: float64, sums in the order of the
kernels, `exp` of the project's own. Eigenvalues are LAPACK's and agree to rounding only.

References
----------
.. [1] L. Mescheder, S. Nowozin and A. Geiger, "The Numerics of GANs", NIPS 2017.
"""

from fastgan.dynamics.fields import FieldSlice, field_slice, gradient_field
from fastgan.dynamics.jacobians import jacobian
from fastgan.dynamics.parameters import (
    parameter_names,
    parameter_vector,
    with_parameters,
)
from fastgan.dynamics.stability import (
    StableStep,
    eigenvalues,
    largest_stable_step,
    step_matrix,
    step_spectral_radius,
)
from fastgan.dynamics.trajectories import trajectory
from fastgan.options.algorithm import LOSSES

__all__ = [
    "LOSSES",
    "FieldSlice",
    "StableStep",
    "eigenvalues",
    "field_slice",
    "gradient_field",
    "jacobian",
    "largest_stable_step",
    "parameter_names",
    "parameter_vector",
    "step_matrix",
    "step_spectral_radius",
    "trajectory",
    "with_parameters",
]
