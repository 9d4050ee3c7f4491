"""The specification of what every backend computes, in NumPy, written to be read."""
