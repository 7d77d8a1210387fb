r"""The Marchenko-Pastur law: the principal variances of samples that have no principal components.

The covariance of n independent samples with d features of one variance $\sigma^2$ and no correlation has eigenvalues
that are not all $\sigma^2$: for large n and d at the ratio $r = d/n$ they fill the interval
$\sigma^2 (1 \pm \sqrt r)^2$ with the density $\sqrt{(\lambda_+ - x)(x - \lambda_-)} / 2\pi r \sigma^2 x$. An explained
variance is a finding only above the upper edge. For centred samples n counts the degrees of freedom: n - 1.

Oracles: its moments 1, 1 + r, 1 + 3r + r²; the density integrates to the distribution; eigenvalues of random samples.
Source: V. A. Marchenko, L. A. Pastur, Math. USSR Sbornik 1 (1967) 457; Z. Bai, J. W. Silverstein, "Spectral Analysis
of Large Dimensional Random Matrices" (2010), chapter 3.
"""

import numpy as np


def marchenko_pastur_edges(ratio, variance=1.0):
    r"""The smallest and the largest eigenvalue, $\lambda_\pm = \sigma^2 (1 \pm \sqrt{r})^2$, for large n and d.

    ratio : r = d/n > 0, features over samples (n - 1 where the mean was subtracted);  variance : $\sigma^2$ > 0 of each
    feature. For r > 1 the lower edge is that of the eigenvalues that are not 0.
    Returns (lower, upper), in the unit of the variance.

    >>> lower, upper = marchenko_pastur_edges(0.25, variance=4.0)
    >>> float(lower), float(upper)
    (1.0, 9.0)
    """
    return variance * (1 - np.sqrt(ratio)) ** 2, variance * (1 + np.sqrt(ratio)) ** 2


def marchenko_pastur_density(x, ratio, variance=1.0):
    r"""Density of the eigenvalues of the covariance of uncorrelated features, for large n and d.

    x : array of eigenvalues > 0;  ratio : r = d/n > 0;  variance : $\sigma^2$ > 0 of each feature.
    Returns an array, in the inverse unit of x: 0 outside the edges. It integrates to 1, or for r > 1 to 1/r, since then
    d - n of the d eigenvalues are 0.

    >>> marchenko_pastur_density(np.array([0.2, 1.0, 2.3]), ratio=0.25).round(4)
    array([0.    , 0.6164, 0.    ])
    """
    lower, upper = marchenko_pastur_edges(ratio, variance)
    inside = np.maximum((upper - x) * (x - lower), 0)
    return np.sqrt(inside) / (2 * np.pi * ratio * variance * x)


def marchenko_pastur_distribution(x, ratio, variance=1.0):
    r"""Share of the eigenvalues that are at most x, for large n and d.

    x : array;  ratio : r = d/n > 0;  variance : $\sigma^2$ > 0 of each feature.
    Returns an array from 0 to 1; for r > 1 the share 1 - 1/r of eigenvalues that are 0 is counted from x = 0 on.

    >>> marchenko_pastur_distribution(np.array([0.1, 2.25, 9.0]), ratio=0.25).round(6)
    array([0., 1., 1.])
    """
    root = np.sqrt(ratio)
    x = np.asarray(x, dtype=float)
    cosine = np.clip((x / variance - 1 - ratio) / (2 * root), -1, 1)  # x = σ² (1 + r + 2 √r cos θ)
    theta = np.arccos(cosine)
    # F = 2/π ∫ sin²t / (1 + r + 2√r cos t) dt from θ to π; with t/2 = u, an elementary integral
    turned = np.arctan2(abs(1 - root) * np.sin(theta / 2), (1 + root) * np.cos(theta / 2))
    primitive = (1 + ratio) * theta / (4 * ratio) - np.sin(theta) / (2 * root) - abs(1 - ratio) * turned / (2 * ratio)
    whole = min(1, 1 / ratio) * np.pi / 2  # the same at θ = π
    zeros = max(0, 1 - 1 / ratio)
    return np.where(x >= 0, np.clip(zeros + 2 / np.pi * (whole - primitive), 0, 1), 0.0)
