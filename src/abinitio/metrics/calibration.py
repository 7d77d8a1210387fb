r"""Calibration: does what was called 70 % happen in 70 % of the cases?

Predictions are binned by their probability. In a bin with the predictions $p_1 \dots p_m$ of a calibrated forecaster
the number of positives has the mean $\sum_i p_i$ and the variance $\sum_i p_i(1 - p_i)$, exactly: that is the error bar
of a reliability diagram, and the sum of the squared deviations in units of it is a $\chi^2$.

A forecast here is (n,) probabilities p with outcomes y, 0 or 1: of class 1 of two, of one class against the rest, or of
the most probable class with y = whether it was right ("confidence").

Oracles: these moments on simulated calibrated forecasts; the decomposition of the Brier score; scikit-learn.
Sources: A. H. Murphy, J. Appl. Meteorol. 12 (1973) 595; D. J. Spiegelhalter, Stat. Med. 5 (1986) 421;
C. Guo et al., "On calibration of modern neural networks", arXiv:1706.04599, section 2.
"""

from typing import NamedTuple

import numpy as np


class Reliability(NamedTuple):
    """One entry for each bin that is not empty.

    probability : mean prediction;  frequency : fraction of positives;  error : standard deviation that the frequency
    has if the predictions are calibrated;  count : number of samples.
    """

    probability: np.ndarray
    frequency: np.ndarray
    error: np.ndarray
    count: np.ndarray


def reliability_curve(y, p, edges):
    r"""Mean prediction and observed frequency of the positives, bin by bin.

    y : (n,) outcomes, 0 or 1;  p : (n,) predicted probabilities of 1;
    edges : (B + 1,) rising edges of B bins, the first <= all p, the last >= all p. A p on an inner edge belongs to the
    lower bin, and the two outer edges to their bins: `np.linspace(0, 1, 11)` gives bins of equal width,
    `np.quantile(p, np.linspace(0, 1, 11))` bins of equal content.
    Returns a Reliability; its error is $\sqrt{\sum_i p_i(1 - p_i)}/m$ over the m samples of the bin. Empty bins are
    left out. For an interval without reference to p: `wilson_interval(count * frequency, count, confidence)`.
    ValueError for outcomes other than 0 and 1 and for p outside of the edges.

    >>> curve = reliability_curve(np.array([0, 1, 1]), np.array([0.5, 0.5, 0.9]), np.array([0.0, 0.6, 0.8, 1.0]))
    >>> curve.probability, curve.frequency, curve.count
    (array([0.5, 0.9]), array([0.5, 1. ]), array([2, 1]))
    """
    check_forecast(y, p, edges[0], edges[-1])
    bins = np.searchsorted(edges[1:-1], p)
    total = lambda values: np.bincount(bins, values, minlength=len(edges) - 1)
    filled = total(None) > 0
    count = total(None)[filled]
    mean = lambda values: total(values)[filled] / count
    return Reliability(mean(p), mean(y), np.sqrt(mean(p * (1 - p)) / count), count)


def expected_calibration_error(y, p, edges):
    r"""The mean distance between prediction and frequency, $\sum_b \frac{m_b}{n} |f_b - \bar p_b|$.

    y : (n,) outcomes, 0 or 1;  p : (n,) predicted probabilities of 1;  edges : those of the bins, as in
    `reliability_curve`.  Returns a float from 0 to 1. It is not 0 for a calibrated forecaster: chance alone gives about
    $\sum_b \frac{m_b}{n} \sigma_b \sqrt{2/\pi}$, with the errors $\sigma_b$ of `reliability_curve`.

    >>> expected_calibration_error(np.array([0, 1, 1, 1]), np.array([0.5, 0.5, 0.75, 0.75]), [0.0, 0.6, 1.0])
    0.125
    """
    curve = reliability_curve(y, p, edges)
    return float(np.average(np.abs(curve.frequency - curve.probability), weights=curve.count))


def calibration_chi_squared(y, p, edges):
    r"""Test of calibration: $\chi^2 = \sum_b (f_b - \bar p_b)^2/\sigma_b^2$ and its number of degrees of freedom.

    y : (n,) outcomes, 0 or 1, not used in the fit;  p : (n,) predicted probabilities of 1;  edges : those of the bins,
    as in `reliability_curve`.
    Returns (chi2, dof). For a calibrated forecaster chi2 has the mean dof exactly, and is distributed as $\chi^2$
    where every bin expects more than a few positives and negatives. dof is the number of bins that are not empty; bins
    with only the predictions 0 and 1 do not count, unless one was wrong: then chi2 is infinite.

    >>> calibration_chi_squared(np.array([0, 1, 1, 1]), np.full(4, 0.5), np.array([0.0, 1.0]))
    (1.0, 1)
    """
    curve = reliability_curve(y, p, edges)
    difference, certain = curve.frequency - curve.probability, curve.error == 0
    if np.any(difference[certain] != 0):
        return np.inf, len(difference)
    return float(np.sum((difference[~certain] / curve.error[~certain]) ** 2)), int(np.sum(~certain))


def check_forecast(y, p, low, high):
    """ValueError unless the outcomes y are all 0 or 1 and the predictions p, of the same shape, from low to high.

    >>> check_forecast(np.array([0, 1]), np.array([0.2, 1.2]), 0.0, 1.0)
    Traceback (most recent call last):
    ValueError: p goes from 0.2 to 1.2, outside of the bins, 0 to 1
    """
    if np.shape(y) != np.shape(p):
        raise ValueError(f"y has shape {np.shape(y)} and p {np.shape(p)}; they must be equal")
    if not np.isin(y, [0, 1]).all():
        raise ValueError(f"y holds the outcomes {np.unique(y)}; 0 and 1 are wanted: y > 0 for labels ±1")
    if not (np.min(p) >= low and np.max(p) <= high):
        raise ValueError(f"p goes from {np.min(p):.6g} to {np.max(p):.6g}, outside of the bins, {low:g} to {high:g}")
