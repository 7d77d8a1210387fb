"""Decision regions: which class a classifier gives to every point of the plane, under the samples it learnt from.

Regions are tints, samples are symbols: colour and shape tell the classes apart independently. Up to seven classes,
as many as the palette has.
"""

import numpy as np

from abinitio.plots.style import CYCLE, MARKERS


def draw_regions(ax, predict, X, y, *, names=None, steps=200, margin=0.15):
    """Shade the plane by the predicted class and draw the samples on it as symbols.

    ax : matplotlib axes;  predict : callable, points (m, 2) -> classes (m,), integers 0 ... K-1;
    X : (n, 2) samples;  y : (n,) their classes, integers 0 ... K-1;  names : K words for the legend, or None for no
    legend entries;  steps : points of the grid along each axis;  margin : how far the window reaches beyond the
    samples on every side, in units of their range.
    Returns the (steps, steps) predicted classes, row i at the i-th height from below. ValueError where X is not (n, 2),
    and for classes that the palette has no colour for.
    """
    X, y = np.asarray(X, float), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"X has shape {X.shape}, not (n, 2): regions are drawn in a plane of two features")
    edges = [_window(x, margin) for x in X.T]
    u, v = (np.linspace(low, high, steps) for low, high in edges)
    classes = np.asarray(predict(np.column_stack([axis.ravel() for axis in np.meshgrid(u, v)]))).reshape(steps, steps)
    _check_classes(np.union1d(classes, y))
    _shade(ax, u, v, classes)
    for k in np.unique(y):
        label = None if names is None else names[k]
        style = {"marker": MARKERS[k], "color": CYCLE[k], "mec": "white", "mew": 0.3, "ms": 3.5}
        ax.plot(*X[y == k].T, ls="none", label=label, zorder=3, **style)
    ax.set(xlim=edges[0], ylim=edges[1])
    return classes


def _window(x, margin):
    """The range of x, wider by `margin` of it on both sides; of width 2 where all x are equal."""
    reach = margin * np.ptp(x) if np.ptp(x) > 0 else 1.0
    return x.min() - reach, x.max() + reach


def _check_classes(present):
    """ValueError unless the classes are integers that have a colour."""
    if not (np.issubdtype(present.dtype, np.integer) and present.min() >= 0 and present.max() < len(CYCLE)):
        raise ValueError(f"the classes are {present}; integers from 0 to {len(CYCLE) - 1} can be drawn")


def _shade(ax, u, v, classes):
    """One tint a class, and a thin line where they meet."""
    from matplotlib.colors import ListedColormap, to_rgb

    tints = ListedColormap([0.72 + 0.28 * np.array(to_rgb(color)) for color in CYCLE])
    ax.pcolormesh(u, v, classes, cmap=tints, vmin=-0.5, vmax=len(CYCLE) - 0.5, rasterized=True, zorder=0)
    for k in np.unique(classes)[1:]:
        ax.contour(u, v, classes >= k, levels=[0.5], colors="0.35", linewidths=0.6, zorder=1)
