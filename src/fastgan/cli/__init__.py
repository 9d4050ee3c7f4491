"""The command line, which needs two libraries that the package does not."""
