"""The arrays of which networks are made."""
