"""Measurements with error bars, curves with bands, repeated results with their spread."""

import numpy as np


def draw_measurements(ax, x, y, sigma=None, label=None, color="0.2", ms=3):
    """Points with their error bars: x, y : (n,);  sigma : (n,) standard errors or None;  label : for the legend.

    ax : matplotlib axes;  color, ms : of the points, where many lie close together. Returns the errorbar container.
    """
    bars = {"elinewidth": 0.8 * ms / 3, "capsize": 0.6 * ms}
    return ax.errorbar(x, y, yerr=sigma, fmt="o", ms=ms, lw=0, color=color, label=label, zorder=2, **bars)


def draw_band(ax, x, curve, width, color="C0", label=None, alpha=0.25):
    """A curve and the band curve ± width around it.

    ax : matplotlib axes;  x, curve : (m,);  width : (m,) or a number, in the units of the curve;
    color, label : of the curve;  alpha : opacity of the band. Returns (line, band).
    """
    x, curve = np.asarray(x, float), np.asarray(curve, float)
    (line,) = ax.plot(x, curve, color=color, lw=1.3, label=label, zorder=4)
    band = ax.fill_between(x, curve - width, curve + width, color=color, alpha=alpha, lw=0, zorder=3)
    return line, band


def draw_spread(ax, x, values, color="C0", label=None, marker="o", error_of_mean=False, connect=True):
    """Mean over repetitions at each x, with the spread between repetitions as error bar.

    ax : matplotlib axes;  x : (m,);  values : (repetitions, m);  color, label, marker : as in matplotlib;
    error_of_mean : draw the standard error of the mean instead of the standard deviation;
    connect : join the means by a line (leave it out where a theory is drawn through them).
    Returns (mean, error), each (m,). Raises ValueError below two repetitions, which have no spread.
    """
    values = np.asarray(values, float)
    if values.ndim != 2 or len(values) < 2:
        raise ValueError(f"values have shape {values.shape}; a spread needs (repetitions >= 2, {len(x)})")
    mean, error = values.mean(axis=0), values.std(axis=0, ddof=1)
    if error_of_mean:
        error = error / np.sqrt(len(values))
    line = {"lw": 1.1 if connect else 0, "marker": marker, "ms": 3, "color": color, "label": label}
    ax.errorbar(x, mean, yerr=error, elinewidth=0.9, capsize=1.5, **line)
    return mean, error


def draw_fit_with_pulls(figure, x, y, sigma, grid, curve, band, at_data, label=None):
    """A fit as it is published: data, curve and 1-sigma band above; the pulls (y - fit) / sigma below.

    figure : an empty matplotlib figure;  x, y, sigma : (n,) data;  grid, curve, band : (m,) the fitted curve on a grid
    and its 1-sigma half-width;  at_data : (n,) the fitted curve at x;  label : of the curve.
    Returns the two axes (above, below), which share x.
    """
    above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1], "hspace": 0.08})
    draw_measurements(above, x, y, sigma, label="data")
    draw_band(above, grid, curve, band, label=label)
    below.axhspan(-1, 1, color="0.88", lw=0)
    below.axhline(0, color="0.3", lw=0.6)
    pulls = (np.asarray(y) - at_data) / sigma
    below.errorbar(x, pulls, yerr=1.0, fmt="o", ms=2.5, lw=0, elinewidth=0.8, color="0.2")
    reach = max(2.5, 1.15 * (np.abs(pulls).max() + 1))
    below.set_ylim(-reach, reach)
    below.set_ylabel("pull")
    return above, below
