"""One training, from the front door to its result."""
