r"""How far random Fourier features are from the kernel: the exact variance, which falls as 1/D.

For one frequency w and the displacement $\Delta = x - y$, $\mathrm{E} \cos(w \cdot \Delta) = k(\Delta)$ and
$\mathrm{E} \cos^2(w \cdot \Delta) = (1 + k(2\Delta))/2$. The paired features average D/2 independent terms
$\cos(w \cdot \Delta)$; those with a random phase average D terms
$\cos(w \cdot \Delta) + \cos(w \cdot (x + y) + 2b)$, whose second part has mean 0, variance 1/2, and is uncorrelated
with the first. For the Gaussian kernel $k(2\Delta) = k(\Delta)^4$, and the paired features are better everywhere.

Oracles: the scatter over many draws, with its standard error. Sources: D. J. Sutherland, J. Schneider, "On the error of
random Fourier features", UAI 2015, section 2; for orthogonal frequencies F. X. Yu, A. T. Suresh, K. Choromanski,
D. Holtmann-Rice, S. Kumar, "Orthogonal random features", NIPS 2016 (there as a bound; here exact).
"""

import numpy as np
from scipy.special import hyp1f1


def fourier_feature_variance(k, k_twice, D):
    r"""Variance of $z(x) \cdot z(y)$ over the draws of the D frequencies and phases of `random_fourier_features`.

    k : array, the kernel at the displacement $x - y$, with k(0) = 1;  k_twice : array, the kernel at $2(x - y)$;
    D : number of features.  Returns an array.

    >>> fourier_feature_variance(np.array([1.0, 0.0]), np.array([1.0, 0.0]), 100)  # even k(x, x) = 1 is uncertain
    array([0.005, 0.01 ])
    """
    return (1 + k_twice / 2 - k**2) / D


def paired_feature_variance(k, k_twice, D):
    r"""Variance of $z(x) \cdot z(y)$ over the draws of the D/2 frequencies of `paired_fourier_features`.

    k : array, the kernel at the displacement $x - y$, with k(0) = 1;  k_twice : array, the kernel at $2(x - y)$;
    D : number of features, cosines and sines together.  Returns an array. For the Gaussian kernel it is
    $(1 - k^2)^2 / D$.

    >>> paired_feature_variance(np.array([1.0, 0.0]), np.array([1.0, 0.0]), 100)
    array([0.  , 0.01])
    """
    return (1 + k_twice - 2 * k**2) / D


def orthogonal_feature_variance(k, d, D):
    r"""Variance of $z(x) \cdot z(y)$ for the Gaussian kernel with `orthogonal_frequencies`, cosines and sines paired.

    k : array, the Gaussian kernel $\exp(-\gamma|x - y|^2)$, in (0, 1];  d : number of dimensions >= 1;  D : number of
    features, cosines and sines together: D/2 frequencies, in groups of d orthogonal ones (the last may be smaller).
    Returns an array: (1 - k^2)^2 / D of independent frequencies, plus the covariance c of the cosines of two
    orthogonal frequencies once for each pair. With $t = -\ln k$ it is
    $c = e^{-t} M(-\tfrac d2, \tfrac d2, t) - e^{-2t}$ (M: Kummer's function); it is negative for near neighbours.

    >>> nearby = np.exp(-0.5)
    >>> bool(orthogonal_feature_variance(nearby, 10, 20) < paired_feature_variance(nearby, nearby**4, 20) / 2)
    True
    """
    t, m = -np.log(k), D // 2
    # w₁ + w₂ of orthogonal directions has a squared length of 2d degrees of freedom and a uniform direction in d:
    # E cos((w₁ + w₂)·Δ) = Σ_j (-t)^j (d)_j / ((d/2)_j j!) = M(d, d/2, -t) = exp(-t) M(-d/2, d/2, t)
    covariance = k * hyp1f1(-d / 2, d / 2, t) - k**2
    groups, rest = divmod(m, d)
    pairs = groups * d * (d - 1) + rest * (rest - 1)
    return (1 - k**2) ** 2 / (2 * m) + covariance * pairs / m**2


def kernel_error(Z, K):
    r"""Root mean square of $ZZ^\top - K$ over all pairs of different samples.

    Z : (n, D) features, n >= 2;  K : (n, n) kernel matrix of the same samples.  Returns a float, which independent
    features make fall as $D^{-1/2}$.

    >>> kernel_error(np.array([[1.0], [1.0]]), np.array([[1.0, 0.5], [0.5, 1.0]]))
    0.5
    """
    squares = (Z @ Z.T - K) ** 2
    n = len(K)
    return float(np.sqrt((squares.sum() - np.trace(squares)) / (n * (n - 1))))
