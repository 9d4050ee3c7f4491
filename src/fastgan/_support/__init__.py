"""Helpers of every room; nothing here knows of GANs."""
