"""How many models are trained in one go, of a crowd that is shared out among threads or workers.

The answer changes nothing but the time it takes.
"""

from __future__ import annotations

from fastgan.layers.parameter_table import one_layer_table
from fastgan.options.cost import work_of_a_row
from fastgan.options.training_options import EnsembleOptions

GROUP = 64  # models that the C kernel takes side by side; fewer at once cost more each
SMALLEST_GROUP = 8  # as many as fit a vector, or half of one

# What a core was measured to do in a second, in units of `work_of_a_row`, for few features.
# Seeding a model takes a microsecond or so, and drawing each of its parameters some nanoseconds.
UNITS_IN_A_SECOND = {"c": 27e9, "numba": 4e9, "numpy": 1e6}
C_ALONE = 2e9  # model by model, not in vector lanes
C_BY_RECIPE = 8e9  # in vector lanes, by other schedules, losses and optimizers
SECONDS_BEFORE_TRAINING = 1e-6
SECONDS_OF_A_NORMAL = 1e-8

# A block of a thread: long beside the tens of microseconds that it costs to hand out, short
# enough for the threads to end together and for a progress bar to move.
SECONDS_IN_A_THREAD = 0.05
LEAST_SECONDS_IN_A_THREAD = 0.001
BLOCKS_OF_A_THREAD = 4
MOST_IN_A_THREAD = 4096

# A block of a worker: long beside the milliseconds that a scheduler takes for a task, short enough
# to be trained again where a worker is lost. How many workers there are is not known.
SECONDS_IN_A_WORKER = 0.5
LEAST_SECONDS_IN_A_WORKER = 0.05
BLOCKS_FOR_WORKERS = 32
MOST_BYTES_FROM_A_WORKER = 2**24


def seconds_of_a_model(
    options: EnsembleOptions, n_rows: int, n_features: int, backend: str, alone: bool = False
) -> float:
    """Roughly how long one model of a crowd takes a core."""
    work = options.epochs * n_rows * work_of_a_row(n_features, options.latent_dim)
    drawn = (
        one_layer_table(options.latent_dim, n_features, options.n_classes).size
        * SECONDS_OF_A_NORMAL
    )
    units = UNITS_IN_A_SECOND[backend]
    if backend == "c" and (alone or not options.is_plain):
        units = C_ALONE if alone else C_BY_RECIPE
    return SECONDS_BEFORE_TRAINING + drawn + work / units


def models_in_block(models: int, each: float, threads: int, alone: bool = False) -> int:
    """For `threads` threads of one process, where a model takes `each` seconds."""
    fair = models // (BLOCKS_OF_A_THREAD * threads)
    worth = int(LEAST_SECONDS_IN_A_THREAD / each)
    wanted = min(max(min(int(SECONDS_IN_A_THREAD / each), fair), worth), MOST_IN_A_THREAD)
    if alone:
        return min(max(wanted, 1), models)
    group = GROUP
    while group > SMALLEST_GROUP and models < group * threads:
        group //= 2
    return _in_groups(wanted, group, models)


def models_in_task(
    models: int, each: float, threads: int, bytes_each: int, alone: bool = False
) -> int:
    """For the workers of an executor, each with `threads` threads.

    A model takes `each` seconds of a core, and what comes back of it `bytes_each` bytes.
    """
    timely = int(SECONDS_IN_A_WORKER * threads / each)
    worth = int(LEAST_SECONDS_IN_A_WORKER * threads / each)
    wanted = min(timely, max(models // BLOCKS_FOR_WORKERS, worth))
    most = max(1, MOST_BYTES_FROM_A_WORKER // bytes_each)
    if alone:
        return min(max(wanted, 1), models, most)
    group = GROUP
    while group > SMALLEST_GROUP and group * each > 8 * SECONDS_IN_A_WORKER * threads:
        group //= 2
    return min(_in_groups(wanted, group, models), most)


def _in_groups(wanted: int, group: int, models: int) -> int:
    """Whole groups, at least one, but no more than there are models."""
    return min(max(wanted // group * group, group), models)
