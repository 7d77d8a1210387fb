r"""Histograms as densities: how wide the bins should be, how far the bars are off, and draws from them.

With $N_j$ of n independent samples in bin j of width $h_j$, the density is $\hat f = N_j / n h_j$. The count is
binomial with $p_j = \int_j f$, so that the standard error of a bar is $\sqrt{p_j (1 - p_j)/n}\,/h_j$, and the expected
squared error, integrated over all x, is exactly
$$\mathrm{E} \int (\hat f - f)^2 = \int f^2 + \sum_j \frac{p_j (1 - p_j)/n - p_j^2}{h_j}
\approx \frac{1}{nh} + \frac{h^2}{12} \int f'^2 ,$$
which is least at a width of order $n^{-1/3}$. Sturges' rule, of order $1/\ln n$, has far too wide bins for many
samples.

x : (n,) samples;  edges : (k+1,), increasing;  bin j holds $\text{edge}_j \le x < \text{edge}_{j+1}$, the last its
right edge too.

Oracles: numpy.histogram and its rules; the exact risk against simulation; the best width for a normal law.
Sources: D. W. Scott, Biometrika 66 (1979) 605; D. Freedman, P. Diaconis, Z. Wahrscheinlichkeitstheorie 57 (1981) 453;
H. A. Sturges, J. Am. Stat. Assoc. 21 (1926) 65.
"""

import numpy as np


def density_histogram(x, edges):
    r"""The histogram of the samples as a density, with its standard errors.

    x : (n,), some of which may lie outside of all bins: they count in n;  edges : (k+1,), increasing.
    The errors are $\sqrt{\hat p (1 - \hat p)/n}/h$ with the observed $\hat p = N_j/n$; for an empty bin that is 0,
    which says only that nothing was seen.  Returns (density, errors), (k,) each, in 1 / the unit of x.

    >>> density, errors = density_histogram(np.array([0.5, 0.7, 1.0, 3.5]), np.array([0.0, 1.0, 5.0]))
    >>> density, errors
    (array([0.5  , 0.125]), array([0.25  , 0.0625]))
    """
    p = np.histogram(x, edges)[0] / len(x)
    h = np.diff(edges)
    return p / h, np.sqrt(p * (1 - p) / len(x)) / h


def histogram_risk(probabilities, edges, n, square_integral):
    r"""The expected integrated squared error of a histogram, $\mathrm{E} \int (\hat f - f)^2 dx$, for a known density.

    probabilities : (k,), the integrals of f over the bins, which together hold all of it;  edges : (k+1,);
    n : number of samples;  square_integral : $\int f^2$.  Returns a number, in 1 / the unit of x.

    >>> float(histogram_risk(np.array([1.0]), np.array([0.0, 1.0]), 10, 1.0))  # the uniform law in its own bin
    0.0
    """
    h = np.diff(edges)
    variance = probabilities * (1 - probabilities) / n / h  # ∫ var f̂
    return square_integral + np.sum(variance - probabilities**2 / h)  # ∫ (E f̂ - f)² = ∫ f² - Σ p²/h


def scott_width(x):
    r"""Scott's width of bins, $(24 \sqrt\pi / n)^{1/3}\, \sigma$: the best for many samples of a normal law.

    x : (n,);  $\sigma$ is their standard deviation with 1/n.  Returns a number, in the unit of x.

    >>> round(float(scott_width(np.array([-1.0, 1.0]))), 4)
    2.7707
    """
    return (24 * np.sqrt(np.pi) / len(x)) ** (1 / 3) * np.std(x)


def freedman_diaconis_width(x):
    """Freedman and Diaconis' width of bins, twice the interquartile range / the cube root of n: outliers do not matter.

    x : (n,).  Returns a number, in the unit of x.

    >>> float(freedman_diaconis_width(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 700.0])))
    3.5
    """
    low, high = np.quantile(x, [0.25, 0.75])
    return 2 * (high - low) / np.cbrt(len(x))


def sturges_width(x):
    """Sturges' width of bins, the range of the samples / (1 + log2 n).

    x : (n,).  Returns a number, in the unit of x.

    >>> float(sturges_width(np.array([0.0, 1.0, 5.0, 8.0])))
    2.6666666666666665
    """
    return np.ptp(x) / (1 + np.log2(len(x)))


def equal_bins(x, width):
    """Edges of equal bins that cover the samples, as few as are not wider than the width wanted.

    x : (n,), not all equal;  width : > 0, in the unit of x.  Returns (k+1,), from the smallest to the largest sample.

    >>> equal_bins(np.array([0.0, 4.0, 10.0]), 3.0)
    array([ 0. ,  2.5,  5. ,  7.5, 10. ])
    """
    bins = int(np.ceil(np.ptp(x) / width * (1 - 1e-12)))  # a whole number of widths up to rounding is that number
    return np.linspace(np.min(x), np.max(x), max(bins, 1) + 1)


def sample_histogram(density, edges, m, rng):
    """m independent draws from a histogram: a bin by its probability, a place in it with equal probability.

    density : (k,) >= 0, not all 0, in any unit;  edges : (k+1,), increasing;  m : how many.  Returns (m,).

    >>> draws = sample_histogram(np.array([0.0, 2.0]), np.array([0.0, 1.0, 1.5]), 100, np.random.default_rng(0))
    >>> bool(draws.min() >= 1.0 and draws.max() <= 1.5)
    True
    """
    h = np.diff(edges)
    p = density * h / np.sum(density * h)
    bins = rng.choice(len(h), size=m, p=p)
    return edges[bins] + h[bins] * rng.uniform(size=m)
