"""Other ways to train many Slanted Land GANs, each checked before it is timed.

A peer is a module of `peers/` with one function, ``prepare(work, drawn)``. It lays out its arrays,
compiles, and returns the function that is timed, which trains every model from its initial
parameters and returns the parameters (models, 13). If `drawn` is False, the latent numbers are
those of `work`, already laid out as the peer needs them; if True, the peer draws its own, provided
that it can.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from cases import Array
from crowd_work import SLANTED_LAND, CrowdWork, crowd, crowd_work
from peers import TOLERANCE
from trainings import outcome


class Peer(NamedTuple):
    """Facts about a peer that are known without importing it."""

    package: str
    draws: bool
    says: str


PEERS = {
    "jax_crowd": Peer("jax", True, "JAX, the fastest form and options found"),
    "jax_plain_crowd": Peer("jax", True, "JAX, plain: `lax.scan`, default options"),
    "numpy_crowd": Peer("numpy", False, "NumPy, models on the last axis"),
    "numba_crowd": Peer("numba", False, "Numba, model by model with libm's exp"),
}


class PeerModule(Protocol):
    """Interface of a peer's module."""

    prepare: Callable[[CrowdWork, bool], Callable[[], Array]]


def why_not(name: str) -> str:
    """Return the reason why a peer cannot run here, or an empty string if it can."""
    package = PEERS[name].package
    if importlib.util.find_spec(package) is None:
        return f"{name}: {package} is not installed: pip install {package}"
    return ""


def load(name: str) -> PeerModule:
    """Import a peer, and with it its library."""
    module: Any = importlib.import_module(f"peers.{name}")
    return module


# Other latent numbers move each model's final parameters by some hundredths, but hardly change the
# mean of 256 models.
MEANS_DIFFER_BY = 0.02


@cache
def require_agreement(name: str, dtype: str, models: int, epochs: int) -> None:
    """Assert that a peer's parameters are fastgan's, up to rounding.

    With latent numbers of its own, the parameters must agree on average.
    """
    work = crowd_work(dtype, models, epochs)
    ensemble = crowd(SLANTED_LAND, dtype, models, epochs)()
    vectors = [
        np.concatenate([part.ravel() for part in outcome(run).parameters]) for run in ensemble
    ]
    expected, tolerance = np.array(vectors), TOLERANCE[dtype]
    got = load(name).prepare(work, False)()
    assert got.dtype == expected.dtype, f"{name} in {got.dtype}"
    np.testing.assert_allclose(
        got, expected, rtol=tolerance, atol=tolerance, err_msg=f"{name}, {dtype}"
    )
    if PEERS[name].draws:
        drawn = load(name).prepare(work, True)()
        assert not np.array_equal(drawn, got), f"{name} did not draw its own latent numbers"
        np.testing.assert_allclose(
            drawn.mean(axis=0), expected.mean(axis=0), atol=MEANS_DIFFER_BY, err_msg=name
        )
