r"""Divergences: how far one distribution is from another, in nats.

The Kullback-Leibler divergence $D(p\|q) = \sum_k p_k \ln(p_k/q_k)$ is what one loses, in mean surprise, by expecting q
while p is true. It is no distance (not symmetric, infinite where q forbids what p allows); the Jensen-Shannon
divergence is finite, symmetric, at most ln 2, and its square root is a metric.

Oracles: $D = $ cross entropy - entropy $\ge 0$; closed forms of Gaussians; triangle inequality; Pinsker's inequality
$\mathrm{TV} \le \sqrt{D/2}$; no map of the outcomes, random or not, can raise a divergence (data processing).
Sources: S. Kullback, R. A. Leibler, Ann. Math. Stat. 22 (1951) 79; J. Lin, IEEE Trans. Inf. Theory 37 (1991) 145;
D. M. Endres, J. E. Schindelin, IEEE Trans. Inf. Theory 49 (2003) 1858 (metric).
"""

import numpy as np

from abinitio.information.entropy import check_distribution, entropy


def kl_divergence(p, q):
    r"""Kullback-Leibler divergence $D(p\|q) = \sum_k p_k \ln (p_k / q_k)$, in nats.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1.  An outcome with $p_k = 0$ adds nothing.
    Returns a number >= 0 (up to rounding); inf where some $q_k = 0 < p_k$, finite where all
    $q_k > 0$, also if $p_k/q_k$ is beyond all floats.

    >>> float(kl_divergence(np.array([1.0, 0.0]), np.array([0.25, 0.75])) / np.log(2))  # in bits
    2.0
    >>> float(kl_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])))
    inf
    """
    seen = p > 0
    with np.errstate(divide="ignore"):  # ln 0 = -inf: q calls impossible what happens
        return np.sum(p[seen] * (np.log(p[seen]) - np.log(q[seen])))


def jensen_shannon_divergence(p, q):
    r"""Jensen-Shannon divergence $\frac12 D(p\|m) + \frac12 D(q\|m)$ with $m = (p + q)/2$, in nats.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1; zeros are allowed in both.
    Returns a number from 0 (equal) to ln 2 (no outcome in common), up to rounding.

    >>> float(jensen_shannon_divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) / np.log(2))  # in bits
    1.0
    """
    m = (p + q) / 2
    return (kl_divergence(p, m) + kl_divergence(q, m)) / 2


def jensen_shannon_distance(p, q):
    r"""The metric $\sqrt{\mathrm{JS}(p, q)}$, from 0 to $\sqrt{\ln 2}$.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1.  Returns a number.

    >>> round(float(jensen_shannon_distance(np.array([1.0, 0.0]), np.array([0.0, 1.0]))), 6)  # the root of ln 2
    0.832555
    """
    return np.sqrt(np.maximum(jensen_shannon_divergence(p, q), 0))  # rounding may leave -1e-17


def jensen_shannon_of_several(P, weights=None):
    r"""Jensen-Shannon divergence of several distributions, $H(\sum_i w_i p_i) - \sum_i w_i H(p_i)$, in nats.

    It is the information that a symbol gives about the source it came from, if source i speaks with probability $w_i$.
    P : (k, K), one distribution a row;  weights : (k,), w, >= 0 with sum 1, or None for 1/k each.
    ValueError where a row or the weights do not sum to 1.  Returns a number from 0 to the entropy of the weights.

    >>> round(float(jensen_shannon_of_several(np.eye(3)) / np.log(3)), 12)
    1.0
    """
    P = np.array([check_distribution(p) for p in P])
    w = np.full(len(P), 1 / len(P)) if weights is None else check_distribution(weights)
    return entropy(w @ P) - w @ [entropy(p) for p in P]


def total_variation(p, q):
    r"""Total variation $\frac12 \sum_k |p_k - q_k|$: the largest difference of probabilities that any event can have.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1.  Returns a number from 0 to 1.

    >>> float(total_variation(np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.5, 0.25])))
    0.25
    """
    return np.abs(p - q).sum() / 2


def gaussian_kl(mean0, covariance0, mean1, covariance1):
    r"""$D(N_0 \| N_1)$ of two Gaussians, in nats.

    $D = \frac12 \left[\mathrm{tr}\, C_1^{-1} C_0 - d + (m_1 - m_0)^\top C_1^{-1} (m_1 - m_0)
    + \ln \frac{\det C_1}{\det C_0}\right]$.
    mean0, mean1 : (d,), m;  covariance0, covariance1 : (d, d), C, positive definite.  Returns a number.

    >>> float(gaussian_kl(np.array([0.0]), np.eye(1), np.array([2.0]), np.eye(1)))
    2.0
    """
    ratio, shift = np.linalg.solve(covariance1, covariance0), np.asarray(mean1) - mean0
    distance = shift @ np.linalg.solve(covariance1, shift)
    return 0.5 * (np.trace(ratio) - len(ratio) + distance - np.linalg.slogdet(ratio)[1])
