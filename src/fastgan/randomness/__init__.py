"""The only source of randomness: its streams, their seeds, and the order of draws."""
