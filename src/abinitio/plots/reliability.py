"""Reliability diagrams: what part of what was called p came true."""

import numpy as np


def draw_reliability(ax, curve, color="C0", label=None, marker="o"):
    """Observed frequency against predicted probability, bin by bin, with the error that calibration would leave.

    ax : matplotlib axes;  curve : with the fields probability, frequency and error, each (bins,), as from
    `abinitio.metrics.reliability_curve`: the error is that of the frequency if the predictions are calibrated;
    color, label, marker : of the points. The diagonal, where a calibrated forecast lies, is drawn once.
    Returns the pulls (bins,), (frequency - probability) / error: infinite where a certainty failed, 0 where it held.
    """
    if not any(line.get_gid() == "diagonal" for line in ax.lines):
        ax.plot([0, 1], [0, 1], color="0.5", lw=0.8, ls=":", gid="diagonal", zorder=1)
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="predicted probability", ylabel="observed frequency")
    probability, frequency, error = (np.asarray(a, float) for a in (curve.probability, curve.frequency, curve.error))
    bars = {"elinewidth": 0.9, "capsize": 1.5, "lw": 0.8, "ms": 3.5}
    ax.errorbar(probability, frequency, yerr=error, marker=marker, color=color, label=label, zorder=3, **bars)
    difference = frequency - probability
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / error)
