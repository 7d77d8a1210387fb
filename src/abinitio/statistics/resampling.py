r"""The bootstrap and the jackknife: an estimator's error from the one sample that there is.

The sample stands in for the law it came from: draw n of its n values with replacement, estimate, repeat. The scatter of
the estimates $\theta^*$ is the standard error; intervals follow in three ways. With the jackknife one value is left out
at a time. Statistics are callables that work along the last axis, (m, n) -> (m,).

Neither works where the statistic hangs on a few values: the maximum of a uniform sample is the standing example.
Oracles: exact bootstrap moments of the mean; `scipy.stats.bootstrap`; coverage in repeated samples.
Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6, 11, 13 and 14; basic
interval: A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application" (1997), section 2.4.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from abinitio.statistics.empirical import mean_with_error


def bootstrap_samples(sample, repeats, rng):
    """Samples drawn from the sample: each of its size, every value independently any of the n.

    sample : (n,);  repeats : number m of samples.  Returns (repeats, n).

    >>> bootstrap_samples(np.array([5.0, 7.0]), repeats=4, rng=np.random.default_rng(0))
    array([[7., 7.], [7., 5.], [5., 5.], [5., 5.]])
    """
    n = len(sample)
    return sample[rng.integers(n, size=(repeats, n))]


def bootstrap_estimates(sample, statistic, repeats, rng):
    """What a statistic says about samples drawn from the sample, with replacement and of its size.

    sample : (n,);  statistic : callable, (m, n) -> (m,);  repeats : number of samples drawn.
    Returns (repeats,); their standard deviation is the bootstrap's standard error.

    >>> rng = np.random.default_rng(0)
    >>> means = bootstrap_estimates(np.array([0.0, 2.0]), lambda x: x.mean(axis=-1), 4000, rng)
    >>> float(means.std().round(1))  # exact: sqrt(1/2)
    0.7
    """
    return statistic(bootstrap_samples(sample, repeats, rng))


def percentile_interval(estimates, confidence):
    r"""The interval that holds the middle of the bootstrap estimates.

    estimates : (m,) from `bootstrap_estimates`;  confidence : 0 < confidence < 1.
    Returns (2,), lower and upper end: the quantiles $(1 \mp c)/2$, interpolated linearly. The interval of a monotonic
    function of the statistic is that function of the interval.

    >>> percentile_interval(np.arange(101.0), 0.9)
    array([ 5., 95.])
    """
    return np.quantile(estimates, [(1 - confidence) / 2, (1 + confidence) / 2])


def basic_interval(estimates, estimate, confidence):
    r"""The interval that treats $\theta^* - \hat\theta$ as $\hat\theta - \theta$.

    estimates : (m,) from `bootstrap_estimates`;  estimate : $\hat\theta$ of the sample itself;
    confidence : 0 < confidence < 1.  Returns (2,): the percentile interval, mirrored at the estimate.

    >>> basic_interval(np.arange(101.0), 40.0, 0.9)
    array([-15.,  75.])
    """
    return 2 * estimate - percentile_interval(estimates, confidence)[::-1]


def leave_one_out_estimates(sample, statistic):
    """What a statistic says about the sample without each of its values.

    sample : (n,), n >= 2;  statistic : callable, (m, n - 1) -> (m,).  Returns (n,).

    >>> leave_one_out_estimates(np.array([1.0, 2.0, 6.0]), lambda x: x.mean(axis=-1))
    array([4. , 3.5, 1.5])
    """
    n = len(sample)
    others = np.arange(n - 1) + (np.arange(n - 1) >= np.arange(n)[:, None])
    return statistic(sample[others])


def jackknife_bias_and_error(sample, statistic):
    r"""The jackknife's estimates of a statistic's bias and standard error.

    sample : (n,), n >= 2;  statistic : callable, (m, n) -> (m,), smooth in the values: a mean, not a median.
    Returns (bias, error): $(n-1)(\bar\theta - \hat\theta)$ and
    $\sqrt{\frac{n-1}{n} \sum_i (\hat\theta_{(i)} - \bar\theta)^2}$ with the leave-one-out estimates
    $\hat\theta_{(i)}$ and their mean $\bar\theta$.

    >>> bias, error = jackknife_bias_and_error(np.array([1.0, 2.0, 3.0]), lambda x: x.var(axis=-1))
    >>> round(float(bias), 6)  # 2/3 - 1: the variance with 1/n is too small by a third
    -0.333333
    """
    n, without = len(sample), leave_one_out_estimates(sample, statistic)
    bias = (n - 1) * (without.mean() - statistic(sample[None])[0])
    return bias, np.sqrt((n - 1) * without.var())


def bca_interval(sample, statistic, estimates, confidence):
    r"""Efron's interval with correction of bias and acceleration, BCa.

    sample : (n,);  statistic : callable, (m, n) -> (m,);  estimates : (m,) from `bootstrap_estimates`;
    confidence : 0 < confidence < 1.
    Returns (2,): the quantiles of the bootstrap estimates at
    $\Phi\big(z_0 + \frac{z_0 \mp z}{1 - a (z_0 \mp z)}\big)$, z the normal quantile of $(1 + c)/2$,
    $\Phi(z_0)$ the fraction of bootstrap estimates below the estimate (ties count one half), and a one sixth of the
    skewness of the negative leave-one-out estimates times $1/\sqrt n$. Its error of coverage falls like 1/n, that of
    the other two like $1/\sqrt n$ at each end.

    >>> sample, mean = np.array([1.0, 2.0, 3.0]), lambda x: x.mean(axis=-1)
    >>> bca_interval(sample, mean, np.linspace(0.0, 4.0, 101), 0.9)  # symmetric: the percentile interval
    array([0.2, 3.8])
    """
    estimate = statistic(sample[None])[0]
    below = np.mean(estimates < estimate) + np.mean(estimates == estimate) / 2
    influence = -(without := leave_one_out_estimates(sample, statistic)) + without.mean()
    squares = np.sum(influence**2)
    acceleration = np.sum(influence**3) / (6 * squares**1.5) if squares > 0 else 0.0
    z0, z = ndtri(below), ndtri((1 + confidence) / 2) * np.array([-1, 1])
    return np.quantile(estimates, ndtr(z0 + (z0 + z) / (1 - acceleration * (z0 + z))))


def interval_coverage(interval, draw, theta, repeats, rng):
    """How often an interval from a sample holds the true value.

    interval : callable, (sample, rng) -> (2,);  draw : callable, rng -> a new sample;  theta : the true value;
    repeats : number of samples.
    Returns (coverage, error): the fraction that holds it, and its (binomial) standard error.

    >>> everything = lambda sample, rng: (-np.inf, np.inf)
    >>> coverage, error = interval_coverage(everything, lambda rng: rng.random(3), 0.5, 10, np.random.default_rng(0))
    >>> float(coverage)
    1.0
    """
    ends = (interval(draw(rng), rng) for _ in range(repeats))
    return mean_with_error(np.array([float(low <= theta <= high) for low, high in ends]))
