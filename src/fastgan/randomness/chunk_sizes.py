"""The sizes of chunks: numbers of steps that are drawn together and go to a backend in one call.

They change no result, since a generator gives the same numbers in parts as all at once.
"""

from __future__ import annotations

from fastgan.options.cost import work_of_a_row
from fastgan.options.step_counts import Steps
from fastgan.options.training_options import TrainingOptions

# The latent numbers of a chunk stay in the cache. Its multiplications, at up to half a nanosecond
# each, take about 15 ms, so Ctrl-C, which is noticed between chunks, takes effect soon.
CHUNK_NUMBERS = 2**15
CHUNK_WORK = 2**25


def has_long_steps(plan: Steps, n_features: int, latent_dim: int) -> bool:
    """Return whether a single step may take so long that Ctrl-C would have to wait for it."""
    return plan.latents_in_longest_step * work_of_a_row(n_features, latent_dim) > CHUNK_WORK


def steps_in_chunk(steps: Steps, n_features: int, options: TrainingOptions) -> int:
    """Return the largest number of steps of a chunk: whole epochs, or a part of one."""
    k, work = options.latent_dim, work_of_a_row(n_features, options.latent_dim)
    vectors = min(CHUNK_NUMBERS // k, CHUNK_WORK // work)
    rows = vectors
    if steps.generator_moves:
        rows = vectors * steps.n_rows // steps.latents_at_most(steps.n_rows)
    if rows >= steps.n_rows:
        return rows // steps.n_rows * steps.in_epoch
    return max(rows // steps.batch_size, 1)
