"""The arrays of parameters of which networks consist."""
