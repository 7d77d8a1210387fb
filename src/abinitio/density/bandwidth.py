r"""The bandwidth of a kernel density estimate: chosen from the samples themselves, and its error in theory.

Without sample i the estimate is $\hat f_{-i}$, and $\hat f_{-i}(x_i)$ says how well the others foresee it. Likelihood
cross-validation maximises $\sum_i \ln \hat f_{-i}(x_i)$: it aims at the least Kullback-Leibler divergence, and fails
for laws with tails heavier than the kernel's, where a lonely sample dictates the width. Least-squares
cross-validation minimises
$$C(h) = \int \hat f^2 - \frac2n \sum_i \hat f_{-i}(x_i), \qquad
\mathrm{E}\, C(h) = \mathrm{E} \int (\hat f - f)^2 - \int f^2 ;$$
unbiased, but of large variance. The plug-in rule of Sheather and Jones solves, in one dimension, the equation that the
best h obeys for many samples, $h^5 = 1/\big(2 \sqrt\pi\, n \int f''^2\big)$, with the integral estimated from the
samples at a width that depends on h.

X : (n, d) samples, n >= 2, equally weighted;  bandwidth h : float > 0, in the unit of X, the same in all directions.
Logarithms are natural.

Oracles: quadrature; the exact mean integrated squared error of mixtures of Gaussians; the sums over all pairs.
Sources: B. W. Silverman, "Density Estimation for Statistics and Data Analysis" (1986), sections 3.4.3 and 3.4.4;
M. Rudemo, Scand. J. Statist. 9 (1982) 65; A. W. Bowman, Biometrika 71 (1984) 353; P. Hall, Ann. Statist. 15 (1987)
1491; S. J. Sheather, M. C. Jones, J. R. Statist. Soc. B 53 (1991) 683; J. S. Marron, M. P. Wand, Ann. Statist. 20
(1992) 712.
"""

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from abinitio.density.kde import silverman_factor
from abinitio.density.mixture import gaussian_log_densities

PAIRS = 2**20  # kernels summed at once: 8 MB
RATIO = 1.25  # of neighbouring bandwidths among which the best is sought first
DIRECT = 1000  # samples up to which Sheather and Jones' sums run over all pairs
FINE = 1000  # steps of the grid in one Silverman bandwidth, for more samples
STEPS = 2**21  # of the finest grid


def leave_one_out_log_density(X, bandwidth):
    r"""$\ln \hat f_{-i}(x_i)$: the kernel density estimate at each sample, made of all the others.

    X : (n, d), n >= 2;  bandwidth : h > 0.  Returns (n,), finite also where the density is too small for a float.

    >>> leave_one_out_log_density(np.array([[0.0], [1.0]]), 1.0).round(4)  # -(1 + ln 2π)/2
    array([-1.4189, -1.4189])
    """
    n, d = X.shape
    logs = np.empty(n)
    for rows in np.array_split(np.arange(n), -(-n * n // PAIRS)):
        exponents = -sum((X[rows, j, None] - X[:, j]) ** 2 for j in range(d)) / (2 * bandwidth**2)
        exponents[np.arange(len(rows)), rows] = -np.inf
        top = exponents.max(axis=1, keepdims=True)  # the largest term becomes 1: the sum is not 0
        logs[rows] = top[:, 0] + np.log(np.exp(exponents - top).sum(axis=1))
    return logs - np.log(n - 1) - d / 2 * np.log(2 * np.pi * bandwidth**2)


def _in_fewer_steps(X, bandwidth):
    """`leave_one_out_log_density` by way of a grid or a tree, to a relative error of the density of 1e-10."""
    from abinitio.density.tree_kde import fast_leave_one_out  # numba loads only where used

    return fast_leave_one_out(X, bandwidth, 1e-10)


leave_one_out_log_density.fast = _in_fewer_steps  # what the criteria run where there is one, and else the function


def _log_densities(X, bandwidth):
    return getattr(leave_one_out_log_density, "fast", leave_one_out_log_density)(X, bandwidth)


def leave_one_out_log_likelihood(X, bandwidth):
    r"""$\sum_i \ln \hat f_{-i}(x_i)$, in nats.

    X : (n, d), n >= 2;  bandwidth : h > 0.  Returns a number.

    >>> round(leave_one_out_log_likelihood(np.array([[0.0], [1.0]]), 1.0), 4)
    -2.8379
    """
    return float(_log_densities(X, bandwidth).sum())


def least_squares_criterion(X, bandwidth):
    r"""$C(h) = \int \hat f^2 - \frac2n \sum_i \hat f_{-i}(x_i)$; its expectation is the mean integrated squared error
    less $\int f^2$.

    X : (n, d), n >= 2;  bandwidth : h > 0.  Returns a number, in the unit of X to the power -d.

    >>> round(least_squares_criterion(np.array([[0.0], [1.0]]), 1.0), 4)
    -0.233
    """
    n, d = X.shape
    foreseen, wider = (np.exp(_log_densities(X, h)).mean() for h in (bandwidth, np.sqrt(2) * bandwidth))
    peak = (4 * np.pi * bandwidth**2) ** (-d / 2)
    square = (peak + (n - 1) * wider) / n  # ∫ K_h(x - a) K_h(x - b) dx is a Gaussian of width √2 h at a - b
    return float(square - 2 * foreseen)


def likelihood_bandwidth(X):
    r"""The h of the largest `leave_one_out_log_likelihood`, to five digits.

    X : (n, d), n >= 2.
    With $r_i$ the distance of sample i from its nearest other and S the covariance with 1/(n-1), every extremum lies in
    $\sum_i r_i^2 / n \le h^2 d \le 2 \mathrm{tr}\, S$; it is sought among widths 25 % apart, then refined.
    Raises ValueError where every sample is there twice: the likelihood then grows without bound as h falls to 0.

    >>> round(likelihood_bandwidth(np.array([[0.0], [2.0]])), 5)
    2.0
    """
    d = X.shape[1]
    low = np.sqrt(np.mean(_nearest(X) ** 2) / d)  # derivative = 0:  d h² is a mean of squared distances, which are
    high = np.sqrt(2 * X.var(axis=0, ddof=1).sum() / d)  # weighted by kernels: the near ones more than in 2 tr S
    if low == 0:
        raise ValueError(
            "every sample has an equal: the likelihood has no maximum at h > 0; "
            'drop the copies, or take a rule such as "silverman"'
        )
    return _minimiser(lambda h: -leave_one_out_log_likelihood(X, h), low, max(high, low))


def least_squares_bandwidth(X):
    r"""The h of the smallest `least_squares_criterion`, to five digits, among those not below $r/2\sqrt d$, where r is
    the median distance of a sample from its nearest other.

    X : (n, d), n >= 2.
    It is sought among widths 25 % apart, then refined. Raises ValueError where so many samples are equal that the
    criterion falls to $-\infty$ as h does to 0, which rounded data do; and where it still falls at the least h.

    >>> X = np.random.default_rng(0).standard_normal((200, 1))
    >>> round(least_squares_bandwidth(X), 2)
    0.46
    """
    n, d = X.shape
    counts = np.unique(X, axis=0, return_counts=True)[1]
    equal = np.sum(counts * (counts - 1))  # ordered pairs; (2π h²)^(-d/2) times what is compared here is C(h) at h -> 0
    if 2 ** (-d / 2) * (n + equal) / n**2 <= 2 * equal / (n * (n - 1)):
        raise ValueError(
            f"{counts[counts > 1].sum()} of the {n} samples have an equal: the criterion falls without bound as h "
            'does; drop the copies, or take "likelihood" or "silverman"'
        )
    low, high = np.median(_nearest(X)) / (2 * np.sqrt(d)), np.sqrt(2 * X.var(axis=0, ddof=1).sum() / d)
    best = _minimiser(lambda h: least_squares_criterion(X, h), low, 2 * high)
    if best < low * RATIO and n > 2:
        raise ValueError(
            f"the criterion still falls at h = {low:.3g}, where most kernels hold one sample: some samples are all "
            'but equal; take "likelihood" or "silverman"'
        )
    return best


def _nearest(X):
    """The distance of each sample from its nearest other, (n,)."""
    from abinitio.neighbors.kd_tree import KDTree  # numba loads only where used

    return KDTree(X).nearest(X, 2)[1][:, 1]


def _minimiser(criterion, low, high):
    """The h in [low, high] of the least criterion, or above, where it falls up to `high`."""
    widths = list(np.geomspace(low, high, 2 + int(np.log(high / low) / np.log(RATIO))))
    values = [criterion(h) for h in widths]
    while np.argmin(values) == len(values) - 1 and len(values) < 200:
        widths.append(widths[-1] * RATIO)
        values.append(criterion(widths[-1]))
    best = int(np.argmin(values))
    bounds = np.log(widths[max(best - 1, 0)]), np.log(widths[min(best + 1, len(widths) - 1)])
    refined = minimize_scalar(lambda u: criterion(np.exp(u)), bounds=bounds, method="bounded", options={"xatol": 1e-7})
    return float(np.exp(refined.x)) if refined.fun < values[best] else float(widths[best])


def sheather_jones_bandwidth(x):
    r"""Sheather and Jones' bandwidth, the solution h of
    $$h^5 = \frac{1}{2\sqrt\pi\, n\, S(\alpha(h))}, \quad \alpha(h) = \Big[\frac{6 \sqrt2\, S(a)}{T(b)}\Big]^{1/7}
    h^{5/7}, \quad S(a) = \frac{\sum_{ij} \phi^{(4)}(\frac{x_i - x_j}{a})}{n (n-1) a^5}, \quad
    T(b) = -\frac{\sum_{ij} \phi^{(6)}(\frac{x_i - x_j}{b})}{n (n-1) b^7} .$$

    x : (n,) samples, n >= 2, of which no half are equal.
    S and T estimate $\int f''^2$ and $\int f'''^2$; $\phi^{(r)}$ is a derivative of the standard normal density. The
    widths are $a = 1.241\, \lambda n^{-1/7}$ and $b = 1.230\, \lambda n^{-1/9}$, $\lambda$ the smaller of the standard
    deviation and the interquartile range over 1.349. For more than 1000 samples the sums run over a grid on which
    each sample is shared between the two nodes beside it, at a thousandth of Silverman's bandwidth, or wider where
    2^21 nodes would not cover the samples. With nodes h/30 apart h is off by 1e-3 of itself at most, and by less as
    the square of that distance.
    Raises ValueError where $\lambda = 0$, half of the samples being equal, and where the nodes are further apart.

    >>> round(sheather_jones_bandwidth(np.random.default_rng(0).standard_normal(200)), 2)
    0.39
    """
    n, quartiles = len(x), np.percentile(x, [25, 75])
    scale = min(np.std(x, ddof=1), np.diff(quartiles)[0] / 1.349)
    if scale <= 0:
        raise ValueError('the quartiles of the samples are equal: h would be 0; drop the copies, or take "likelihood"')
    lags, pairs = _all_lags(x) if n <= DIRECT else _binned_lags(x, silverman_factor(n, 1) * scale / FINE)
    S = lambda a: pairs @ _fourth(lags / a) / (n * (n - 1) * a**5)
    T = lambda b: -pairs @ _sixth(lags / b) / (n * (n - 1) * b**7)
    factor = (6 * np.sqrt(2) * S(1.241 * scale * n ** (-1 / 7)) / T(1.230 * scale * n ** (-1 / 9))) ** (1 / 7)
    excess = lambda h: (2 * np.sqrt(np.pi) * n * S(factor * h ** (5 / 7))) ** (-1 / 5) - h
    high = 2 * np.std(x, ddof=1)
    while excess(high) > 0:  # it grows as h^(5/7) at most, and h faster
        high *= 2
    low = high / RATIO
    while excess(low) <= 0:  # S is a sum of squares, of order 1/α⁵ at most: below the last solution it is positive
        low, high = low / RATIO, low
    h = float(brentq(excess, low, high, xtol=1e-12 * scale))
    if n > DIRECT and lags[1] > h / 30:
        raise ValueError(f"the samples span {np.ptp(x) / h:.2g} bandwidths, too many for the grid; drop the outliers")
    return h


def _fourth(z):
    return (z**4 - 6 * z**2 + 3) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def _sixth(z):
    return (z**6 - 15 * z**4 + 45 * z**2 - 15) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def _all_lags(x):
    """Distances |x_i - x_j|, and how many ordered pairs each stands for: itself once, two samples twice."""
    i, j = np.triu_indices(len(x))
    return np.abs(x[i] - x[j]), np.where(i == j, 1.0, 2.0)


def _binned_lags(x, step):
    """Distances 0, s, 2s, ..., and the ordered pairs at each, with the samples shared between the nodes of a grid."""
    s = max(step, np.ptp(x) / STEPS)
    places = (x - x.min()) / s
    k = places.astype(int)
    t, size = places - k, k.max() + 2
    mass = np.bincount(k, 1 - t, size) + np.bincount(k + 1, t, size)
    pairs = np.fft.irfft(np.abs(np.fft.rfft(mass, 2 * size)) ** 2, 2 * size)[:size]  # 2: the ends do not meet
    return s * np.arange(size), np.concatenate([pairs[:1], 2 * pairs[1:]])


def mean_integrated_squared_error(weights, means, covariances, n, bandwidth):
    r"""$\mathrm{E} \int (\hat f - f)^2$ of the kernel density estimate, exactly, where f is a mixture of Gaussians.

    weights : (k,), sum 1;  means : (k, d);  covariances : (k, d, d);  n : number of samples;  bandwidth : h > 0.
    With $\Omega_a$ of elements $N(\mu_k - \mu_l \mid 0, a h^2 + C_k + C_l)$ it is
    $(4\pi)^{-d/2} / n h^d + \pi^\top [(1 - \frac1n)\, \Omega_2 - 2\, \Omega_1 + \Omega_0]\, \pi$.
    Returns a number, in the unit of x to the power -d.

    >>> law = np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1))
    >>> round(mean_integrated_squared_error(*law, 100, 0.445), 5)  # the least for 100 samples of a normal law
    0.00541
    """
    k, d = means.shape
    differences = (means[:, None] - means).reshape(-1, d)
    sums = (covariances[:, None] + covariances).reshape(-1, d, d)
    peaks = lambda C: np.exp([gaussian_log_densities(m[None], np.zeros((1, d)), c[None])[0, 0] for m, c in C])
    widened = lambda a: peaks(zip(differences, sums + a * bandwidth**2 * np.eye(d))).reshape(k, k)
    matrix = (1 - 1 / n) * widened(2) - 2 * widened(1) + widened(0)
    return float((4 * np.pi * bandwidth**2) ** (-d / 2) / n + weights @ matrix @ weights)
