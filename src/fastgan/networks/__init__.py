"""Generators and discriminators with their parameters, trained or given."""

from fastgan.networks.one_layer import Discriminator, Generator

__all__ = ["Discriminator", "Generator"]  # pickles of version 0.1.0 find them here
