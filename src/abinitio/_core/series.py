r"""Correlated series: autocorrelation time, effective sample size, the error of a mean.

A series is x : (n,) one number per step of a stationary process, or (n, chains): independent chains side by side, whose
autocovariances are averaged about the common mean. The autocorrelation is $\rho(t) = C(t) / C(0)$, the integrated time
$\tau = 1 + 2 \sum_{t \ge 1} \rho(t)$ in steps (1 for independent values; twice the 1/2 + sum of some texts), and the
mean of n values is as uncertain as that of $n / \tau$ independent ones. Sources: A. D. Sokal, Monte Carlo Methods in
Statistical Mechanics, Cargese lectures (1996), section 3; H. Flyvbjerg and H. G. Petersen, J. Chem. Phys. 91, 461
(1989).
"""

import numpy as np


def autocorrelation(x):
    r"""$\rho(t)$ for t = 0 ... n - 1, each $C(t)$ a mean over the n - t pairs there are.

    x : (n,) or (n, chains).  Returns (n,); nan where the series is constant.

    >>> autocorrelation(np.array([1.0, -1.0, 1.0, -1.0]))
    array([ 1., -1.,  1., -1.])
    """
    x = _chains(x)
    n = len(x)
    power = np.abs(np.fft.rfft(x - x.mean(), 2 * n, axis=0)) ** 2  # 2n: the ends do not meet
    covariance = np.fft.irfft(power.sum(axis=1), 2 * n)[:n] / np.arange(n, 0, -1)
    if np.ptp(x) == 0:
        return np.full(n, np.nan)
    return covariance / covariance[0]


def autocorrelation_time(x, window=6.0):
    r"""$\tau = 1 + 2 \sum_{t=1}^{W} \rho(t)$ in steps, up to the first W of at least `window` times $\tau / 2$
    (or times 1/2 where $\tau$ is smaller).

    x : (n,) or (n, chains);  window : in units of the decay time; larger cuts off less and is noisier.
    nan where the series is constant. To be trusted where n is at least about 50 times the answer.

    >>> x = np.random.default_rng(0).standard_normal((1000, 20))
    >>> bool(abs(autocorrelation_time(x) - 1) < 0.1)
    True
    """
    return _windowed(x, window)[0]


def autocorrelation_time_with_error(x, window=6.0):
    r"""`autocorrelation_time` and its standard error $\tau \sqrt{2 (2W + 1) / n}$, with all values of all chains as n.

    x : (n,) or (n, chains);  window : as there.  Returns (tau, error). Source: Sokal (1996), section 3.

    >>> tau, error = autocorrelation_time_with_error(np.random.default_rng(0).standard_normal(10_000))
    >>> bool(abs(tau - 1) < 3 * error < 0.3)
    True
    """
    tau, cut = _windowed(x, window)
    return tau, tau * np.sqrt(2 * (2 * cut + 1) / np.size(x))


def effective_sample_size(x, window=6.0):
    r"""$n / \tau$: how many independent values determine the mean as well as these do, all chains together.

    x : (n,) or (n, chains);  window : as in `autocorrelation_time`; nan where the series is constant.

    >>> bool(900 < effective_sample_size(np.random.default_rng(0).standard_normal(1000)) < 1100)
    True
    """
    return np.size(x) / autocorrelation_time(x, window)


def blocking_errors(x):
    """Standard error of the mean of x from blocks of 1, 2, 4, ... steps, down to 4 blocks a chain.

    x : (n,) or (n, chains).  Returns (levels,). It grows with the block until blocks are independent, then stays; a
    value left over at the end of a level is dropped. Source: Flyvbjerg and Petersen (1989).

    >>> blocking_errors(np.array([0.0, 0, 2, 2, 0, 0, 2, 2])).round(3)
    array([0.378, 0.577])
    """
    x = _chains(x)
    if len(x) < 4:
        raise ValueError(f"the series has {len(x)} steps; blocking needs at least 4")
    errors = []
    while len(x) >= 4:
        errors.append(x.std(ddof=1) / np.sqrt(x.size))
        pairs = x[: len(x) // 2 * 2].reshape(-1, 2, x.shape[1])
        x = pairs.mean(axis=1)
    return np.array(errors)


def _windowed(x, window):
    tau = 2 * np.cumsum(autocorrelation(x)) - 1
    enough = np.arange(len(tau)) >= window * np.maximum(tau, 1) / 2  # 1: anticorrelated values too need a few lags
    cut = int(np.argmax(enough)) if enough.any() else len(tau) - 1
    return float(tau[cut]), cut


def _chains(x):
    x = np.asarray(x, dtype=float)
    if x.ndim not in (1, 2) or x.size == 0:
        raise ValueError(f"the series has shape {x.shape}; give (n,), or (n, chains) with time along the first axis")
    return x.reshape(len(x), -1)
