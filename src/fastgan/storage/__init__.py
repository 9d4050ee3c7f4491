"""Files of models: bytes to and from named, checked arrays."""
