"""Figures that several homeworks draw; each function draws on axes that it is given."""

from abinitio.plots.bands import draw_band, draw_fit_with_pulls, draw_measurements, draw_spread
from abinitio.plots.confusion import draw_confusion
from abinitio.plots.images import draw_images
from abinitio.plots.paths import draw_paths
from abinitio.plots.regions import draw_regions
from abinitio.plots.reliability import draw_reliability
from abinitio.plots.trajectories import draw_surface, draw_trajectory

__all__ = [
    "draw_band",
    "draw_confusion",
    "draw_fit_with_pulls",
    "draw_images",
    "draw_measurements",
    "draw_paths",
    "draw_regions",
    "draw_reliability",
    "draw_spread",
    "draw_surface",
    "draw_trajectory",
]
