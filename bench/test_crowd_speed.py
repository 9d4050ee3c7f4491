"""Time crowds: `train_many` on one thread, and the same work in other libraries.

`crowd_ratios.py` times JAX's crowds, since each of its forms needs its own process.
"""

from __future__ import annotations

from typing import Any

import crowd_peers
import pytest
from cases import DTYPES
from crowd_work import MODELS_COMPARED, SLANTED_LAND, crowd, crowd_work, require_identity
from recipe_work import RECIPES

from fastgan import backends

EPOCHS, SHORT_EPOCHS = 1000, 100
PEERS = [name for name, peer in crowd_peers.PEERS.items() if peer.package != "jax"]


@pytest.mark.backends
@pytest.mark.parametrize("record_every", [1, 0], ids=["history", "no-history"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_crowd(benchmark: Any, dtype: str, record_every: int) -> None:
    """Time a crowd, after checking that each model has the bits that it has when trained alone."""
    usable, reason = backends.available()["c"]
    if not usable:
        pytest.skip(reason)
    epochs = EPOCHS if benchmark.enabled else SHORT_EPOCHS
    require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, epochs, record_every=record_every)
    models = 256 if benchmark.enabled else MODELS_COMPARED
    benchmark.group = f"crowd, {dtype}, {'' if record_every else 'no '}history"
    benchmark.extra_info["model_steps"] = models * SLANTED_LAND.steps(epochs)
    benchmark(crowd(SLANTED_LAND, dtype, models, epochs, record_every=record_every))


@pytest.mark.backends
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_crowd_by_recipe(benchmark: Any, dtype: str, recipe: str) -> None:
    """Time a crowd with another schedule, loss or optimizer, after checking its bits."""
    usable, reason = backends.available()["c"]
    if not usable:
        pytest.skip(reason)
    require_identity(SLANTED_LAND, dtype, MODELS_COMPARED, 10, record_every=1, recipe=recipe)
    epochs = EPOCHS if benchmark.enabled else 10
    benchmark.group = f"crowd, {dtype}, recipes"
    benchmark.extra_info["model_steps"] = MODELS_COMPARED * SLANTED_LAND.steps(epochs)
    benchmark(crowd(SLANTED_LAND, dtype, MODELS_COMPARED, epochs, recipe=recipe))


@pytest.mark.peers
@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_crowd_peer(benchmark: Any, dtype: str, name: str) -> None:
    """Time a peer, after checking that its result is fastgan's up to rounding."""
    reason = crowd_peers.why_not(name)
    if reason:
        pytest.skip(reason)
    crowd_peers.require_agreement(name, dtype, 256, SHORT_EPOCHS)
    work = crowd_work(dtype, 256, EPOCHS if benchmark.enabled else SHORT_EPOCHS)
    benchmark.group = f"crowd, {dtype}, no history"
    benchmark.extra_info["model_steps"] = work.model_steps
    benchmark(crowd_peers.load(name).prepare(work, False))
