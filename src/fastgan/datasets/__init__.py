"""Small data sets to train on."""

from fastgan.datasets._slanted_land import noise_images, slanted_land

__all__ = ["noise_images", "slanted_land"]
