"""The training of one model, from its arguments to its result."""
