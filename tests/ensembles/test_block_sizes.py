"""Number of models in a block."""

from __future__ import annotations

import pytest

from fastgan.ensembles import block_sizes
from fastgan.ensembles.block_sizes import ModelCost

SLANTED_LAND = 50e-6  # seconds per model: 5,000 steps


def in_lanes(seconds: float) -> ModelCost:
    return ModelCost(seconds, alone=False)


@pytest.mark.parametrize("threads", [1, 2, 7, 64])
@pytest.mark.parametrize("each", [1e-7, 1e-6, SLANTED_LAND, 1e-2, 100.0])
def test_blocks_of_threads_are_of_sensible_sizes(each: float, threads: int) -> None:
    for models in (1, 2, 7, 8, 63, 64, 65, 200, 1000, 12_345, 10**6, 10**9):
        size = block_sizes.models_in_block(models, in_lanes(each), threads)
        assert 1 <= size <= min(models, 4096)
        assert size == models or size % 8 == 0
        if models >= 64 * threads:
            assert size == models or size % 64 == 0
            assert size == 64 or size * each <= block_sizes.SECONDS_IN_A_THREAD


@pytest.mark.parametrize("threads", [1, 2, 16])
def test_there_are_enough_blocks_for_all_threads(threads: int) -> None:
    for models in (1000 * threads, 12_345 * threads, 10**6):
        size = block_sizes.models_in_block(models, in_lanes(SLANTED_LAND), threads)
        assert models / size >= 4 * threads
    # With few slow models, no thread may be idle.
    assert (
        -(-(8 * threads) // block_sizes.models_in_block(8 * threads, in_lanes(10.0), threads))
        == threads
    )


def test_little_work_is_not_cut_to_pieces() -> None:
    assert block_sizes.models_in_block(1000, in_lanes(1e-6), 8) >= 900


@pytest.mark.parametrize("each", [1e-6, SLANTED_LAND, 1e-2, 100.0])
def test_blocks_of_workers_are_of_sensible_sizes(each: float) -> None:
    for models in (1, 7, 64, 65, 1000, 12_345, 10**6, 10**9):
        for threads in (1, 4):
            size = block_sizes.models_in_task(models, in_lanes(each), threads, 112)
            assert 1 <= size <= models
            assert size == models or size % 8 == 0 or size == 2**24 // 112
            assert size <= 64 or size * each <= 0.5 * threads


def test_an_hour_of_work_is_cut_into_half_seconds() -> None:
    each = SLANTED_LAND
    size = block_sizes.models_in_task(int(3600 / each), in_lanes(each), 1, 112)
    assert size * each == pytest.approx(0.5, rel=0.01)


def test_a_block_of_a_worker_is_no_longer_than_a_message_may_be() -> None:
    with_history = 200_000  # bytes per model
    size = block_sizes.models_in_task(10**6, in_lanes(SLANTED_LAND), 1, with_history)
    assert size == 2**24 // with_history
    assert block_sizes.models_in_task(10**6, in_lanes(SLANTED_LAND), 1, 10**9) == 1


def test_models_that_are_trained_alone_need_no_company() -> None:
    """Models trained alone do not gain from larger blocks, and are slower than in vector lanes."""
    assert block_sizes.models_in_block(8, ModelCost(1.0, alone=True), 8) == 1
    assert block_sizes.models_in_block(2, ModelCost(1.0, alone=True), 1) == 1
    assert block_sizes.models_in_task(8, ModelCost(100.0, alone=True), 1, 112) == 1
    assert block_sizes.models_in_block(10**6, ModelCost(1e-6, alone=True), 2) > 100
