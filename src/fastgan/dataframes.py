"""Ensembles as tables; pandas is imported when needed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from fastgan.algorithms import Algorithm
from fastgan.outcomes import OUTCOMES, Outcomes

if TYPE_CHECKING:
    import pandas

    from fastgan.ensemble import Ensemble

ALGORITHM = [field.name for field in fields(Algorithm)]


def dataframe(ensemble: Ensemble, outcomes: Outcomes) -> pandas.DataFrame:
    """One row a model: its number, its options and its outcome; see `Ensemble.to_dataframe`."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError("tables need pandas: pip install 'fastgan[dataframe]'") from error
    options = ensemble.options
    columns: dict[str, Any] = {"model": ensemble.index}
    own = [field.name for field in fields(options) if field.name not in ALGORITHM]
    columns |= {name: getattr(options, name) for name in (*own, *ALGORITHM)}
    columns |= {
        "dtype": str(options.dtype),
        "outcome": pandas.Categorical(outcomes.label, categories=OUTCOMES),
        "distance": outcomes.distance,
        "saturation": outcomes.saturation,
        "diverged_at": outcomes.diverged_at,
    }
    return pandas.DataFrame(columns, index=pandas.RangeIndex(len(ensemble)))
