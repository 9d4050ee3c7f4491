"""Figures of generated pictures, networks, histories and outcomes.

matplotlib is imported only when something is drawn. pyplot is never used: no window opens, no
display is needed, and no figure stays open.
"""

from fastgan.plotting.animation import animate_snapshots
from fastgan.plotting.gradient_fields import gradient_field
from fastgan.plotting.history_curves import history
from fastgan.plotting.network_diagrams import networks
from fastgan.plotting.outcome_maps import outcome_map
from fastgan.plotting.overview import demo_figure
from fastgan.plotting.picture_grids import latent_traversal, samples, snapshots

__all__ = [
    "animate_snapshots",
    "demo_figure",
    "gradient_field",
    "history",
    "latent_traversal",
    "networks",
    "outcome_map",
    "samples",
    "snapshots",
]
