"""The backend "numba": twins of the reference, compiled at their first call."""
