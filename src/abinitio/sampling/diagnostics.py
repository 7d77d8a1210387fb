r"""Diagnostics of chains: whether they have come together, and how many independent values they are worth.

A quantity of interest is x : (n, chains), one number per step and chain, as in `_core.series`; chains start far apart.
Every chain is cut into two halves, so that a drift too is a difference between chains. With the mean variance W within
the halves and the variance B/n of their means, $\hat R = \sqrt{\big(\tfrac{n-1}{n} W + B/n\big) / W}$: 1 when all
halves have one law, with an error of the order of (number of halves) / (effective sample size).

The autocorrelations that take differences between chains into account are $\rho_t = 1 - (W - C_t) / V$, with C_t the
mean autocovariance within chains and $V = \tfrac{n-1}{n} W + B/n$. Of a reversible chain the sums
$\rho_{2k} + \rho_{2k+1}$ are positive and fall with k (Geyer); they are summed as long as they are positive, made
falling, into $\tau = -1 + 2 \sum_k$. (`_core.series` cuts the sum at a multiple of tau instead, and takes it for
granted that the chains have one mean.) Ranks in place of values serve for heavy tails, for which W need not exist.
Sources: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, Bayesian Analysis 16, 667 (2021);
C. J. Geyer, Statistical Science 7, 473 (1992); A. Gelman, D. B. Rubin, Statistical Science 7, 457 (1992).
"""

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata


def split_r_hat(x):
    r"""$\hat R$ of the halves of the chains, by values: near 1 where they have one mean, larger where they have not.

    x : (n, chains) or (n,), n >= 4; of an odd n the value in the middle is left out. Convention: variances with
    1/(n - 1).  Returns a float; nan where all values are equal.

    >>> split_r_hat(np.array([1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0])) < 1  # halves with one mean: √(1 - 1/n)
    True
    >>> round(split_r_hat(np.array([1.0, 2.0, 1.0, 2.0, 8.0, 9.0, 8.0, 9.0])), 2)
    8.62
    """
    return _r_hat(halves(x))


def rank_r_hat(x):
    r"""$\hat R$ by ranks, the one of Vehtari et al. to report: the larger of that for place and that for width.

    x : (n, chains) or (n,), n >= 4. Chains are to be used where it is below 1.01; for place the values are replaced by
    `normal_scores`, for width so are their distances from the median.  Returns a float, nan where all are equal.

    >>> x = np.random.default_rng(0).standard_normal((1000, 4))
    >>> rank_r_hat(x) < 1.01 < rank_r_hat(x * np.array([1, 1, 1, 2]))  # one chain is wider
    True
    """
    parts = halves(x)
    place, width = normal_scores(parts), normal_scores(np.abs(parts - np.median(parts)))
    return float(np.fmax(_r_hat(place), _r_hat(width)))  # nan for the width alone where |x - median| is one number


def bulk_effective_sample_size(x):
    """How many independent values the centre of the law is known by: of the normal scores of the halves.

    x : (n, chains) or (n,), n >= 8.  Returns a float, nan where all values are equal; at most S log10(S) for S values.

    >>> x = np.random.default_rng(0).standard_normal((1000, 4))
    >>> bulk_effective_sample_size(np.cumsum(x, axis=0)) < 100 < 3000 < bulk_effective_sample_size(x) < 5000
    True
    """
    return geyer_effective_sample_size(normal_scores(halves(x)))


def tail_effective_sample_size(x):
    """How many independent values the tails are known by: the less of those for being below the 5 % and 95 % quantile.

    x : (n, chains) or (n,), n >= 8.  Returns a float; a quantile that no value exceeds (the largest value being
    common) is left out; nan where all values are equal.

    >>> 3000 < tail_effective_sample_size(np.random.default_rng(0).standard_normal((1000, 4))) < 5000
    True
    """
    parts = halves(x)
    below = [parts <= quantile for quantile in np.quantile(x, [0.05, 0.95])]
    return min((geyer_effective_sample_size(b) for b in below if not b.all()), default=np.nan)


def monte_carlo_error(x):
    """Standard error of the mean of x: its standard deviation over the root of the effective sample size.

    x : (n, chains) or (n,), n >= 8.  Returns a float, in the unit of x; nan where all values are equal.

    >>> x = np.random.default_rng(0).standard_normal((1000, 4))
    >>> bool(abs(monte_carlo_error(x) * np.sqrt(4000) - 1) < 0.1)
    True
    """
    return float(np.std(x, ddof=1) / np.sqrt(geyer_effective_sample_size(halves(x))))


def geyer_effective_sample_size(x):
    """The number S of values over Geyer's autocorrelation time, chains compared as they are, uncut.

    x : (n, chains) or (n,), n >= 4.  Returns a float <= S log10(S), nan where all values are equal.

    >>> x = np.repeat(np.random.default_rng(0).standard_normal((5000, 2)), 10, axis=0)  # every value ten times
    >>> bool(abs(geyer_effective_sample_size(x) / 10_000 - 1) < 0.1)
    True
    """
    x = _chains(x, 4)
    n, S = len(x), x.size
    if np.ptp(x) == 0:
        return np.nan
    covariance = autocovariance(x).mean(axis=1)
    W = covariance[0] * n / (n - 1)
    V = covariance[0] + (x.mean(axis=0).var(ddof=1) if x.shape[1] > 1 else 0.0)
    rho = 1 - (W - covariance) / V
    rho[0] = 1
    pairs = rho[: n // 2 * 2].reshape(-1, 2).sum(axis=1)[: max(1, (n - 1) // 2)]
    negative = np.flatnonzero(pairs < 0)
    K = negative[0] if negative.size else len(pairs) - 1
    # the pair at which the sum ends is cut to its first member, if that is positive
    tau = -1 + 2 * np.minimum.accumulate(pairs[:K]).sum() + max(rho[2 * K], 0)
    return float(S / max(tau, 1 / np.log10(S)))


def autocovariance(x):
    """Autocovariance of each chain about its own mean, sums over the pairs there are, divided by n.

    x : (n, chains).  Returns (n, chains), in the squared unit of x, the lag along the first axis.

    >>> autocovariance(np.array([[1.0], [-1.0], [1.0], [-1.0]]))[:, 0]
    array([ 1.  , -0.75,  0.5 , -0.25])
    """
    n = len(x)
    power = np.abs(np.fft.rfft(x - x.mean(axis=0), 2 * n, axis=0)) ** 2  # 2n: the ends do not meet
    return np.fft.irfft(power, 2 * n, axis=0)[:n] / n


def normal_scores(x):
    r"""Each value replaced by the normal quantile of its rank, $\Phi^{-1}\big((r - 3/8) / (S + 1/4)\big)$.

    x : any shape, S values, ranked 1 ... S all together; equal values share the mean of their ranks.

    >>> normal_scores(np.array([5.0, 1e9, -3.0])).round(3)
    array([ 0.   ,  0.869, -0.869])
    """
    return ndtri((rankdata(x).reshape(x.shape) - 3 / 8) / (x.size + 1 / 4))


def halves(x):
    """The chains cut in two: first halves, then second halves, as chains of their own.

    x : (n, chains) or (n,), n >= 4.  Returns (n // 2, 2 chains); of an odd n the value in the middle is left out.

    >>> halves(np.arange(5.0))
    array([[0., 3.],
           [1., 4.]])
    """
    x = _chains(x, 4)
    h = len(x) // 2
    return np.concatenate([x[:h], x[-h:]], axis=1)


def _r_hat(x):
    n = len(x)
    W = x.var(axis=0, ddof=1).mean()
    if W == 0:
        return np.nan if np.ptp(x) == 0 else np.inf
    return float(np.sqrt((n - 1) / n + x.mean(axis=0).var(ddof=1) / W))


def _chains(x, least):
    x = np.asarray(x, dtype=float)
    if x.ndim not in (1, 2) or len(x) < least:
        raise ValueError(
            f"x has shape {x.shape}; give (n,) or (n, chains) with n >= {least}, time along the first axis"
        )
    if not np.isfinite(x).all():
        raise ValueError(f"x has the value {x[~np.isfinite(x)][0]}; all must be finite")
    return x.reshape(len(x), -1)
