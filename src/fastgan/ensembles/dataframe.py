"""Ensembles as tables; pandas is imported when needed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastgan.ensembles.outcomes import OUTCOMES, Outcomes
from fastgan.options.algorithm_options import AlgorithmOptions
from fastgan.options.training_options import EnsembleOptions

if TYPE_CHECKING:
    import pandas

# The classes are the same for all models, and a tuple does not fit into a cell.
ALGORITHM = [field.name for field in fields(AlgorithmOptions) if field.name != "classes"]
OWN = [field.name for field in fields(EnsembleOptions) if field.name not in (*ALGORITHM, "classes")]


def dataframe(
    models: npt.NDArray[np.int64],
    options: EnsembleOptions,
    outcomes: Outcomes,
    steps: npt.NDArray[np.int64],
    ended_by: npt.NDArray[np.str_],
) -> pandas.DataFrame:
    """Make a table with one row for each model; see `Ensemble.to_dataframe`."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("tables need pandas: pip install 'fastgan[dataframe]'") from error
    columns: dict[str, Any] = {"model": models}
    columns |= {name: getattr(options, name) for name in (*OWN, *ALGORITHM)}
    columns |= {
        "dtype": str(options.dtype),
        "outcome": pandas.Categorical(outcomes.label, categories=OUTCOMES),
        "distance": outcomes.distance,
        "saturation": outcomes.saturation,
        "diverged_at": outcomes.diverged_at,
        "steps": steps,
        "ended_by": ended_by,
    }
    return pandas.DataFrame(columns, index=pandas.RangeIndex(len(models)))
