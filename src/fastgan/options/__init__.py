"""Options of trainings: checked once, then fixed."""
