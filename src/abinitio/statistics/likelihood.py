r"""Maximum likelihood: the parameters under which the data were most probable, and the losses that follow from it.

$\hat\theta = \arg\max_\theta \sum_i \log p(x_i | \theta)$. Large samples: consistent, and
$\hat\theta \approx N(\theta, I(\theta)^{-1}/n)$ with the Fisher information I of one draw. A loss is minus a
log-likelihood of y around a prediction f, up to what does not depend on f: normal errors give $(y - f)^2/2\sigma^2$,
Laplace's $|y - f|/b$, a coin the cross entropy, counts half of the Poisson deviance.

Parameters are those of `abinitio.information.fisher_families`; Laplace's law has $(\mu, b)$ and the density
$e^{-|x-\mu|/b}/2b$.
Oracles: scipy.stats; closed forms; the law of large samples.
Source: L. Wasserman, All of Statistics (2004), chapter 9; P. McCullagh, J. A. Nelder, Generalized Linear Models (1989).
"""

import numpy as np
from scipy.special import gammaln, xlogy

from abinitio.optimize.bfgs import bfgs


def normal_log_density(x, theta):
    r"""$-\frac{(x - \mu)^2}{2\sigma^2} - \log\sigma - \frac12 \log 2\pi$.

    x : array;  theta : (mu, sigma).  Returns an array of the shape of x, in nats.

    >>> float(normal_log_density(1.0, (1.0, 1.0)).round(6))
    -0.918939
    """
    mu, sigma = theta
    return -(((x - mu) / sigma) ** 2) / 2 - np.log(sigma) - np.log(2 * np.pi) / 2


def laplace_log_density(x, theta):
    r"""$-|x - \mu|/b - \log 2b$.

    x : array;  theta : (mu, b).  Returns an array of the shape of x, in nats.

    >>> float(laplace_log_density(3.0, (1.0, 0.5)))
    -4.0
    """
    mu, b = theta
    return -np.abs(x - mu) / b - np.log(2 * b)


def bernoulli_log_density(x, theta):
    r"""$x \log p + (1 - x) \log(1 - p)$, with $0 \log 0 = 0$.

    x : array of 0 and 1;  theta : (p,).  Returns an array of the shape of x, in nats.

    >>> bernoulli_log_density(np.array([0, 1]), (0.25,)).round(6)
    array([-0.287682, -1.386294])
    """
    (p,) = theta
    return xlogy(x, p) + xlogy(1 - x, 1 - p)


def poisson_log_density(x, theta):
    r"""$x \log\lambda - \lambda - \log x!$.

    x : array of counts;  theta : (lambda,), the mean.  Returns an array of the shape of x, in nats.

    >>> poisson_log_density(np.array([0, 1]), (2.0,)).round(6)
    array([-2.      , -1.306853])
    """
    (lam,) = theta
    return xlogy(x, lam) - lam - gammaln(x + 1)


def exponential_log_density(x, theta):
    r"""$\log\lambda - \lambda x$.

    x : array of numbers >= 0;  theta : (lambda,), the rate.  Returns an array of the shape of x, in nats.

    >>> float(exponential_log_density(3.0, (1.0,)))
    -3.0
    """
    (lam,) = theta
    return np.log(lam) - lam * x


def normal_mle(x):
    r"""The $(\mu, \sigma)$ of a normal law under which the sample is most probable.

    x : (n,), n >= 2.  Returns (2,); sigma belongs to a variance with 1/n, and is too small on average.

    >>> normal_mle(np.array([1.0, 3.0]))
    array([2., 1.])
    """
    return np.array([x.mean(), x.std()])


def laplace_mle(x):
    r"""The $(\mu, b)$ of Laplace's law under which the sample is most probable.

    x : (n,), n >= 2.  Returns (2,): mu is the sample's median (of an even number the middle of the two).

    >>> laplace_mle(np.array([1.0, 3.0, 8.0]))
    array([3.        , 2.33333333])
    """
    mu = np.median(x)
    return np.array([mu, np.mean(np.abs(x - mu))])


def exponential_mle(x):
    r"""The rate of an exponential law under which the sample is most probable.

    x : (n,) numbers > 0.  Returns (1,). Its mean over samples is $\frac{n}{n-1} \lambda$.

    >>> exponential_mle(np.array([1.0, 3.0]))
    array([0.5])
    """
    return np.array([1 / x.mean()])


def mean_mle(x):
    """The p of a coin or the mean of Poisson's law under which the sample is most probable.

    x : (n,) of 0 and 1, or of counts.  Returns (1,).

    >>> mean_mle(np.array([0, 1, 1, 0]))
    array([0.5])
    """
    return np.array([x.mean()])


LOG_DENSITIES = {
    "normal": normal_log_density,
    "Laplace": laplace_log_density,
    "Bernoulli": bernoulli_log_density,
    "Poisson": poisson_log_density,
    "exponential": exponential_log_density,
}
MAXIMUM_LIKELIHOOD = {
    "normal": normal_mle,
    "Laplace": laplace_mle,
    "Bernoulli": mean_mle,
    "Poisson": mean_mle,
    "exponential": exponential_mle,
}


def maximise_likelihood(log_density, score, x, theta):
    r"""The parameters of any smooth family under which a sample is most probable, found numerically.

    log_density : callable, (x, theta) -> (n,) in nats; -inf or nan outside of the family's parameters;
    score : callable, (x, theta) -> (n, d), its gradient in theta;  x : (n, ...) sample;
    theta : (d,), the start, inside (not modified).
    Returns (d,): a local maximum of $\sum_i \log p(x_i | \theta)$.

    >>> score = lambda x, theta: 1 / theta - x[:, None]
    >>> maximise_likelihood(exponential_log_density, score, np.array([1.0, 3.0]), np.array([5.0])).round(6)
    array([0.5])
    """

    def value_and_gradient(theta):
        with np.errstate(all="ignore"):  # a step may leave the family; the line search then shortens it
            return -np.mean(log_density(x, theta)), -np.mean(score(x, theta), axis=0)

    theta = np.asarray(theta, dtype=float)
    for point in bfgs(value_and_gradient, theta):
        theta = point.w
    return theta


def fisher_errors(information, n):
    r"""Standard errors $\sqrt{(I^{-1})_{kk}/n}$ of the maximum of the likelihood of a large sample.

    information : (d, d), the Fisher information of one draw at the estimate, or the observed one: minus the mean
    Hessian of the log density;  n : number of draws.  Returns (d,), in the units of the parameters.

    >>> fisher_errors(np.diag([1.0, 2.0]) / 9, n=100).round(6)  # normal, sigma = 3
    array([0.3     , 0.212132])
    """
    return np.sqrt(np.diag(np.linalg.inv(information)) / n)


def cross_entropy_loss(y, p):
    r"""$-\frac1n \sum_i [y_i \log p_i + (1 - y_i) \log(1 - p_i)]$: minus the mean log-likelihood of coins.

    y : (n,) labels 0 or 1 (or their probabilities);  p : (n,) predicted probabilities of 1.  Returns a number, in nats.

    >>> float(cross_entropy_loss(np.array([1, 0]), np.array([0.5, 0.5])).round(6))
    0.693147
    """
    return -np.mean(bernoulli_log_density(y, (p,)))


def poisson_deviance(y, mean):
    r"""$\frac2n \sum_i [y_i \log(y_i/m_i) - y_i + m_i]$: twice the log-likelihood that the predictions lack.

    y : (n,) counts;  mean : (n,) predicted means $m_i$ > 0.
    Returns a number >= 0, 0 where every mean is its count: the mean, over the counts, of
    $2 [\log p(y_i | y_i) - \log p(y_i | m_i)]$; for small errors it is $\chi^2/n$.

    >>> float(poisson_deviance(np.array([0, 3]), np.array([1.0, 3.0])))
    1.0
    """
    return 2 * np.mean(xlogy(y, y / mean) - y + mean)
