r"""The empirical distribution: what n draws tell about the distribution that they came from.

The true distribution function is $F(t) = P(x \le t)$; a sample $x_1 \dots x_n$ gives the step function
$F_n(t) = \#\{x_i \le t\}/n$, and every expectation becomes a mean with an error. All of it rests on draws that are
independent and identically distributed (i.i.d.); `autoregressive_sample` makes draws that are not independent.

Oracles: `scipy.stats.ecdf` and `kstest`; the exact law of the Kolmogorov distance (`scipy.stats.kstwo`); the exact
variance of the mean of a stationary autoregressive sequence.
Sources: P. Massart, Ann. Probab. 18 (1990) 1269, Corollary 1; L. Wasserman, All of Nonparametric Statistics, ch. 2.
"""

import numpy as np


def mean_with_error(values):
    """Mean of measured values, and the standard error of that mean.

    values : (n,) independent measurements of one quantity, n >= 2, in any unit.
    Returns (mean, error) in the same unit. error**2 is the unbiased estimate of the variance of the mean: the scatter
    of the values is judged with n - 1, since their own mean stands in for the true one.

    >>> mean, error = mean_with_error(np.array([9.6, 9.8, 9.9, 9.9]))
    >>> print(f"g = {mean:.2f} ± {error:.2f} m/s²")
    g = 9.80 ± 0.07 m/s²
    """
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))  # Var(mean) = Var(x)/n


def empirical_cdf(sample, t):
    r"""Empirical distribution function $F_n(t)$: the fraction of the sample that is not larger than t.

    sample : (n,) numbers in any order, repeated values allowed;  t : (m,) points, inside or outside of the sample's
    range. Returns (m,) numbers from 0 to 1. $F_n$ is right-continuous: at a point of the sample, that point counts.

    >>> empirical_cdf(np.array([3.0, 1.0, 3.0, 2.0]), np.array([0.5, 1.0, 2.9, 3.0]))
    array([0.  , 0.25, 0.5 , 1.  ])
    """
    return np.searchsorted(np.sort(sample), t, side="right") / len(sample)


def dkw_band(n, confidence):
    r"""Half-width of a band around the empirical distribution function that holds all of the true one.

    n : number of independent draws;  confidence : 0 <= confidence < 1, e.g. 0.95.
    Returns the $\epsilon$ (not cut at 1) at which the Dvoretzky-Kiefer-Wolfowitz bound, with Massart's constant,
    $P(\sup_t |F_n(t) - F(t)| > \epsilon) \le 2 e^{-2 n \epsilon^2}$, equals $1 -$ confidence. It holds for every F and
    every n.

    >>> float(dkw_band(200, 0.95).round(4))
    0.096
    """
    return np.sqrt(np.log(2 / (1 - confidence)) / (2 * n))


def kolmogorov_distance(sample, cdf):
    r"""Kolmogorov's distance $\sup_t |F_n(t) - F(t)|$ of a sample from a continuous distribution.

    sample : (n,) numbers;  cdf : callable, the continuous F, array -> array of the same shape. Returns a number.

    >>> float(kolmogorov_distance(np.array([0.5]), lambda t: t))
    0.5
    """
    F = cdf(sample)
    above = empirical_cdf(sample, sample) - F  # F rises and F_n is flat between jumps: the supremum is at a jump,
    below = F - empirical_cdf(sample, np.nextafter(sample, -np.inf))  # on it or just to the left of it
    return max(above.max(), below.max())


def band_coverage(samples, cdf, width):
    """How often the band F_n ± width holds the whole true distribution function.

    samples : (m, n) repeated samples, one a row;  cdf : callable, the continuous true F, array -> array;
    width : half-width of the band, e.g. from `dkw_band`. Returns (coverage, error): the fraction of the m bands that
    hold F everywhere, and its (binomial) standard error.

    >>> rng = np.random.default_rng(0)
    >>> coverage, error = band_coverage(rng.random((500, 20)), lambda t: t, dkw_band(20, 0.9))
    >>> bool(coverage > 0.9 - 3 * error)
    True
    """
    return mean_with_error(np.array([float(kolmogorov_distance(sample, cdf) <= width) for sample in samples]))


def autoregressive_sample(shape, rho, rng):
    r"""Draws that remember: $x_t = \rho x_{t-1} + \sqrt{1 - \rho^2}\, \xi_t$ with standard normal $\xi_t$.

    shape : int n, or a tuple (m, n) for m sequences; time is the last axis;  rho : correlation of neighbours,
    -1 < rho < 1. Returns standard normal numbers (mean 0, variance 1 at every t) with correlation $\rho^{|s-t|}$.

    >>> autoregressive_sample((2, 3), rho=0.9, rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    x = rng.standard_normal(shape)
    x[..., 1:] *= np.sqrt(1 - rho**2)  # variance: rho² + (1 - rho²) = 1, from the first draw on
    for t in range(1, x.shape[-1]):
        x[..., t] += rho * x[..., t - 1]
    return x


def autoregressive_effective_size(n, rho):
    r"""Number of independent draws whose mean is as uncertain as that of n draws with correlation $\rho^{|s-t|}$.

    n : number of correlated draws;  rho : correlation of neighbours, -1 < rho < 1.
    Returns a number, exact for every n; for large n it tends to $n (1-\rho)/(1+\rho)$.

    >>> round(float(autoregressive_effective_size(10**6, rho=0.9)))
    52632
    """
    lag = np.arange(1, n)
    return n / (1 + 2 * np.sum((1 - lag / n) * rho**lag))  # Var(mean) = (Var(x)/n) [1 + 2 Σ_k (1 - k/n) ρ^k]
