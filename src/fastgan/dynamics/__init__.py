"""The dynamics of the two networks: gradient field, Jacobian, eigenvalues and step sizes.

The two networks are the players of a game. The vector theta of all parameters, D's before G's, is
their position, and the joint gradient field

    v(theta) = (-grad by D's of L_D, -grad by G's of L_G)

is the direction in which they move: a step of gradient descent adds the learning rate times v.
Near an equilibrium, where v = 0, the eigenvalues of the Jacobian of v decide whether training
converges to it [1]_.

The field and its Jacobian have the same bits everywhere: they are computed in float64, with sums
in the order of the kernels and the project's own `exp`. Eigenvalues are computed by LAPACK and
agree up to rounding only.

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
from fastgan.options.objectives import LOSSES

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
