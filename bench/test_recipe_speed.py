"""Time other schedules, losses and optimizers, end to end on the C kernel."""

from __future__ import annotations

from typing import Any

import pytest
from cases import DTYPES, SIZES, Size
from recipe_work import RECIPES, require_identity, training

pytestmark = pytest.mark.backends


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: size.name)
def test_recipe(benchmark: Any, size: Size, dtype: str, recipe: str) -> None:
    """Time one recipe, after checking that it gives the specification's bits."""
    require_identity(size, dtype, recipe)
    epochs = size.epochs if benchmark.enabled else size.short_epochs
    benchmark.group = f"{size.name} {dtype}, recipes"
    benchmark.extra_info["steps"] = epochs * size.rows // size.batch_size
    benchmark(training(size, dtype, epochs, recipe))
