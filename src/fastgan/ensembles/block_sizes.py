"""The sizes of the blocks in which threads or workers train a crowd. They change no bit."""

from __future__ import annotations

from typing import NamedTuple

from fastgan.ensembles.crowd import Crowd
from fastgan.options.cost import work_of_a_row
from fastgan.options.training_options import EnsembleOptions, table_for

MODELS_IN_GROUP = (
    64  # models in the vector lanes of a full group; in smaller groups each costs more
)
FEWEST_MODELS_IN_GROUP = 8  # the lanes of one vector, or of half a vector

# The measured speed of a core for few features, in units of `work_of_a_row` per second. Seeding a
# model takes about a microsecond, and drawing each of its parameters about ten nanoseconds.
UNITS_IN_A_SECOND = {"c": 27e9, "numba": 4e9, "numpy": 1e6}
C_ALONE = 2e9  # units per second, model by model and not in vector lanes
C_BY_ALGORITHM = 8e9  # units per second in vector lanes, for other algorithms than the default
SECONDS_BEFORE_TRAINING = 1e-6
SECONDS_OF_A_NORMAL = 1e-8

# A block of a thread is long compared with the tens of microseconds that it costs to hand out, and
# short enough for the threads to end together and for a progress bar to move.
SECONDS_IN_A_THREAD = 0.05
LEAST_SECONDS_IN_A_THREAD = 0.001
BLOCKS_OF_A_THREAD = 4
MOST_IN_A_THREAD = 4096

# A block of a worker is long compared with the milliseconds that a scheduler takes for a task, and
# short enough to be trained again if a worker is lost. The number of workers is unknown.
SECONDS_IN_A_WORKER = 0.5
LEAST_SECONDS_IN_A_WORKER = 0.05
BLOCKS_FOR_WORKERS = 32
MOST_BYTES_FROM_A_WORKER = 2**24


class ModelCost(NamedTuple):
    """The cost of training one model of a crowd."""

    seconds: float  # seconds of a core, estimated
    alone: bool  # true if models are trained one by one, not in vector lanes


def seconds_of_a_model(
    options: EnsembleOptions, n_rows: int, n_features: int, backend: str, alone: bool = False
) -> float:
    """Estimate the seconds that a core needs to train one model of a crowd."""
    work = options.epochs * n_rows * work_of_a_row(n_features, options.latent_dim)
    drawn = table_for(options, n_features).size * SECONDS_OF_A_NORMAL
    units = UNITS_IN_A_SECOND[backend]
    if backend == "c" and (alone or not options.is_plain):
        units = C_ALONE if alone else C_BY_ALGORITHM
    return SECONDS_BEFORE_TRAINING + drawn + work / units


def cost_of_a_model(crowd: Crowd, n_rows: int, n_features: int, backend: str) -> ModelCost:
    """Estimate the cost of a model of a crowd on a backend."""
    alone = crowd.is_one_by_one(n_rows, n_features) or backend != "c"
    seconds = seconds_of_a_model(crowd.options, n_rows, n_features, backend, alone)
    return ModelCost(seconds, alone)


def models_in_block(models: int, cost: ModelCost, threads: int) -> int:
    """Return the size of a block for `threads` threads of one process."""
    each, alone = cost
    fair = models // (BLOCKS_OF_A_THREAD * threads)
    worth = int(LEAST_SECONDS_IN_A_THREAD / each)
    wanted = min(max(min(int(SECONDS_IN_A_THREAD / each), fair), worth), MOST_IN_A_THREAD)
    if alone:
        return min(max(wanted, 1), models)
    group = MODELS_IN_GROUP
    while group > FEWEST_MODELS_IN_GROUP and models < group * threads:
        group //= 2
    return _in_groups(wanted, group, models)


def models_in_task(models: int, cost: ModelCost, threads: int, bytes_each: int) -> int:
    """Return the size of a block for a worker of an executor, with `threads` threads.

    The results of a model have `bytes_each` bytes.
    """
    each, alone = cost
    timely = int(SECONDS_IN_A_WORKER * threads / each)
    worth = int(LEAST_SECONDS_IN_A_WORKER * threads / each)
    wanted = min(timely, max(models // BLOCKS_FOR_WORKERS, worth))
    most = max(1, MOST_BYTES_FROM_A_WORKER // bytes_each)
    if alone:
        return min(max(wanted, 1), models, most)
    group = MODELS_IN_GROUP
    while group > FEWEST_MODELS_IN_GROUP and group * each > 8 * SECONDS_IN_A_WORKER * threads:
        group //= 2
    return min(_in_groups(wanted, group, models), most)


def _in_groups(wanted: int, group: int, models: int) -> int:
    """Round down to whole groups, but at least one, and at most `models` models."""
    return min(max(wanted // group * group, group), models)
