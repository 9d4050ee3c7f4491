"""Code that several test files share: cases, files, doubles, and comparisons of bits."""
