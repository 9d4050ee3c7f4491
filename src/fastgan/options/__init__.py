"""Options of trainings: checked once, then fixed."""

from fastgan.options.training_options import EnsembleOptions, TrainingOptions

__all__ = ["EnsembleOptions", "TrainingOptions"]  # pickles of version 0.1.0 find them here
