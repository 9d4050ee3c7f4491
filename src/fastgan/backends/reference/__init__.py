"""The specification: what every backend computes, written in NumPy to be read."""
