"""Coefficient paths: how every coefficient moves as the penalty grows."""

from itertools import pairwise

import numpy as np


def draw_paths(ax, alphas, coefficients, names=(), labelled=6):
    """Draw one line a feature against the penalty, on a logarithmic axis, the largest ones labelled on their left.

    ax : matplotlib axes;  alphas : (m,) penalties > 0;  coefficients : (m, d), row i belongs to alphas[i];
    names : d words, one a feature, or empty for no labels;  labelled : how many features get colour and name (those
    with the largest |coefficient| at the smallest penalty), the others are drawn thin and grey.
    Returns the d lines. Raises ValueError where the shapes do not fit.
    """
    alphas, coefficients = np.asarray(alphas, float), np.asarray(coefficients, float)
    if coefficients.ndim != 2 or len(coefficients) != len(alphas):
        raise ValueError(
            f"coefficients have shape {coefficients.shape}, not ({len(alphas)}, d): one row for each alpha"
        )
    smallest = np.argmin(alphas)
    loudest = np.argsort(-np.abs(coefficients[smallest]))[:labelled]
    lines = []
    for j, path in enumerate(coefficients.T):
        named = j in loudest
        style = {"lw": 1.4, "zorder": 3} if named else {"lw": 0.7, "color": "0.6", "zorder": 2}
        lines += ax.plot(alphas, path, **style)
    low, high = alphas.min(), alphas.max()
    ax.plot([low, high], [0, 0], color="0.3", lw=0.6, zorder=1)
    ax.set_xscale("log")
    if len(names):
        _make_room(ax, low, high)
        heights = _apart(coefficients[smallest, loudest], 0.055 * np.ptp(coefficients))
        for j, height in zip(loudest, heights):
            ax.annotate(
                names[j],
                (alphas[smallest], height),
                xytext=(-3, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize="x-small",
                color=lines[j].get_color(),
                annotation_clip=False,
            )
    return lines


def _make_room(ax, low, high):
    """Widen the axis to the left of `low` for the names, with neither ticks nor a line under them."""
    from matplotlib.ticker import NullLocator

    ax.set_xlim(low * (low / high) ** 0.6, high)
    ax.spines.bottom.set_bounds(low, high)
    powers = np.arange(np.ceil(np.log10(low) - 1e-9), np.floor(np.log10(high) + 1e-9) + 1)
    ax.set_xticks(10.0 ** powers[:: 1 + len(powers) // 6])
    ax.xaxis.set_minor_locator(NullLocator())


def _apart(heights, distance):
    """The heights, moved as little as a single upward sweep needs so that neighbours are `distance` apart."""
    order = np.argsort(heights)
    apart = np.array(heights, float)
    for below, above in pairwise(order):
        apart[above] = max(apart[above], apart[below] + distance)
    return apart - np.mean(apart - heights)  # the sweep only moves upwards: share the shift
