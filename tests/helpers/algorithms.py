"""Algorithms for calls of the backends, from the options of `fastgan.train`."""

from __future__ import annotations

from typing import Any

import numpy as np

from fastgan.backends.algorithm import Algorithm
from fastgan.options import algorithm_options as checked
from fastgan.options.algorithm_options import AlgorithmOptions

NO_ORDER, NO_STOP = np.zeros(0, np.int64), np.zeros(1, np.int32)


def algorithm_of(dtype: Any, rates: tuple[float, float] = (0.1, 0.05), **options: Any) -> Algorithm:
    dtype = np.dtype(dtype)
    return AlgorithmOptions(**checked.check(dtype, {**checked.UNCHECKED, **options})).algorithm(
        rates, dtype
    )
