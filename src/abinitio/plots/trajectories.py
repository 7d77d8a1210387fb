"""Trajectories of a descent on the surface of its loss, and the decay of an error along them."""

import numpy as np


def draw_surface(ax, loss, centre, reach, levels=12, resolution=120):
    """Contours of a loss of two parameters around its minimum, spaced evenly in the square root of the excess loss.

    ax : matplotlib axes;  loss : callable, (2,) -> number;  centre : (2,) the minimum;  reach : (2,) half-widths of the
    window;  levels : how many contours;  resolution : points along each axis.
    Returns the contour set. (For a quadratic loss the even spacing in the root makes equidistant ellipses.)
    """
    centre, reach = np.asarray(centre, float), np.asarray(reach, float)
    u, v = (np.linspace(c - r, c + r, resolution) for c, r in zip(centre, reach))
    height = np.array([[loss(np.array([a, b])) for a in u] for b in v]) - loss(centre)
    root = np.sqrt(np.maximum(height, 0.0))
    contours = ax.contour(u, v, root, levels=np.linspace(0, root.max(), levels + 1)[1:], colors="0.75", linewidths=0.6)
    ax.plot(*centre, marker="*", ms=8, color="0.1", ls="none", zorder=5)
    ax.set_xlim(u[0], u[-1])
    ax.set_ylim(v[0], v[-1])
    return contours


def draw_trajectory(ax, points, color="C0", label=None):
    """The path of a descent: points : (k, 2), from the start to the last iterate;  color, label : of the line.

    ax : matplotlib axes. The start is marked by an open circle. Returns the line.
    """
    points = np.asarray(points, float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"points have shape {points.shape}, not (k, 2): a trajectory in a plane of two parameters")
    (line,) = ax.plot(*points.T, marker=".", ms=3, lw=0.9, color=color, label=label, zorder=4)
    ax.plot(*points[0], marker="o", ms=5, mfc="none", color=color, zorder=4)
    return line
