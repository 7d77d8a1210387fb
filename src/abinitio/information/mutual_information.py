r"""Mutual information: what two variables tell about each other, in nats.

$I(X;Y) = \sum_{x,y} p(x,y) \ln \frac{p(x,y)}{p(x)p(y)}$ is the divergence of the joint distribution from independence,
and the entropy that is lost by looking: $I = H(X) + H(Y) - H(X,Y) = H(Y) - H(Y|X)$.

From counts the plug-in estimate is too high, by about $(K_x - 1)(K_y - 1)/2n$: independent variables always seem to
know something of each other. $2n \hat I$ is then $\chi^2$ with $(K_x - 1)(K_y - 1)$ degrees of freedom (the G test).

Oracles: the identities; $-\frac12 \ln(1 - \rho^2)$ for Gaussians; the capacity of channels; no step of a Markov chain
adds information; `scipy.stats.chi2_contingency`.
Sources: T. M. Cover, J. A. Thomas, "Elements of Information Theory" (2006), chapters 2 and 8; G. A. Miller, in
"Information Theory in Psychology" (1955) 95; M. S. Roulston, Physica D 125 (1999) 285 (bias and error).
"""

import numpy as np

from abinitio.information.entropy import marginals


def mutual_information(joint):
    r"""Mutual information $I(X;Y) = \sum_{x,y} p(x,y) \ln \frac{p(x,y)}{p(x)\,p(y)}$, in nats.

    joint : (K_x, K_y), $P(X = i, Y = j)$ in row i and column j, >= 0, with sum 1. Pairs, and whole rows or columns, of
    probability 0 add nothing.
    Returns a number from 0 (independent) to the smaller of the two entropies (one is a function of the other), up to
    rounding.

    >>> float(mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])) / np.log(2))  # in bits
    1.0
    >>> float(mutual_information(np.array([[0.25, 0.25], [0.25, 0.25]])))
    0.0
    """
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    seen = joint > 0
    return np.sum(joint[seen] * np.log(joint[seen] / independent[seen]))


def mutual_information_of_counts(counts):
    r"""Mutual information from counts, its leading bias taken off (Miller, Madow), with its standard error; in nats.

    counts : (K_x, K_y) integers >= 0, how often each of the pairs was seen, n in all.
    The bias is $(K_{xy} - K_x - K_y + 1)/2n$ with the numbers of pairs, of rows and of columns that were seen. The
    error is $\sqrt{\mathrm{Var}(\ln \frac{p(x,y)}{p(x)p(y)})/n}$ at the frequencies, the leading term for large n:
    too small near independence, where it vanishes and the spread is of order 1/n.
    Returns (estimate, error); the estimate may come out below 0.

    >>> estimate, error = mutual_information_of_counts(np.array([[40, 10], [10, 40]]))
    >>> print(f"{estimate:.3f} ± {error:.3f} nats")
    0.188 ± 0.055 nats
    """
    n, seen = counts.sum(), counts > 0
    p, (p_x, p_y) = counts / n, marginals(counts / n)
    local = np.log(p[seen] / np.outer(p_x, p_y)[seen])
    plug_in = p[seen] @ local
    error = np.sqrt(p[seen] @ (local - plug_in) ** 2 / n)
    return plug_in - (seen.sum() - (p_x > 0).sum() - (p_y > 0).sum() + 1) / (2 * n), error


def independence_bias(shape, n):
    r"""The mutual information $(K_x - 1)(K_y - 1)/2n$ that independent variables seem to have, on average, in nats.

    shape : (K_x, K_y), numbers of outcomes;  n : number of pairs seen, large.  Returns a number.

    >>> independence_bias((27, 27), 10_000)
    0.0338
    """
    return (shape[0] - 1) * (shape[1] - 1) / (2 * n)


def gaussian_mutual_information(covariance, d_x=1):
    r"""Mutual information $\frac12 \ln \frac{\det C_{xx} \det C_{yy}}{\det C}$ of two parts of a Gaussian, in nats.

    covariance : (d, d), C, positive definite;  d_x : how many of the variables, the first, are x; the others are y.
    Returns a number >= 0, up to rounding: $-\frac12 \ln(1 - \rho^2)$ for two numbers with correlation $\rho$.

    >>> round(float(gaussian_mutual_information(np.array([[4.0, 1.2], [1.2, 1.0]]))), 6)  # rho = 0.6
    0.223144
    """
    logdet = lambda A: np.linalg.slogdet(A)[1]
    return 0.5 * (logdet(covariance[:d_x, :d_x]) + logdet(covariance[d_x:, d_x:]) - logdet(covariance))
