r"""Entropy: how much is not known before a draw, and how much is still not known once something else is.

$H(X) = -\sum_x p(x) \ln p(x)$ with $0 \ln 0 = 0$, in nats; `nats_to_bits` divides by $\ln 2$. A joint distribution of
two variables is a table `joint`, (K_x, K_y), whose entry (i, j) is $P(X = i, Y = j)$: x in rows, y in columns.
Chain rule: $H(X, Y) = H(X) + H(Y|X)$.

The functions trust their input; `check_distribution` says what is wrong with it.
Oracles: $\ln K$ for K equal probabilities; the chain rule; conditioning never adds uncertainty; `scipy.stats.entropy`.
Sources: C. E. Shannon, Bell Syst. Tech. J. 27 (1948) 379; T. M. Cover, J. A. Thomas, "Elements of Information Theory"
(2006), chapters 2 and 8.
"""

from typing import NamedTuple

import numpy as np


def nats_to_bits(information):
    r"""An amount of information in bits, from nats: 1 nat is $1/\ln 2 \approx 1.44$ bits.

    information : a number or an array, in nats.  Returns the same shape, in bits.

    >>> float(nats_to_bits(np.log(8)))
    3.0
    """
    return information / np.log(2)


def check_distribution(p):
    """p as a float array, if it is a distribution: no entry negative, their sum 1 up to 1e-9.

    p : probabilities, of any shape.  ValueError where it is none, with the way to make it one.

    >>> check_distribution([2, 1, 1])
    Traceback (most recent call last):
    ...
    ValueError: p sums to 4, not 1; divide it by p.sum()
    """
    p = np.asarray(p, dtype=float)
    if not np.all(p >= 0):
        raise ValueError(f"p has the entry {p.min():.6g}; probabilities are >= 0")
    if not abs(p.sum() - 1) <= 1e-9:
        raise ValueError(f"p sums to {p.sum():.6g}, not 1; divide it by p.sum()")
    return p


def entropy(p):
    r"""Entropy $H = -\sum_k p_k \ln p_k$ of a distribution, in nats.

    p : array of probabilities >= 0 that sum to 1, (K,) or of any other shape: all of its entries are the outcomes, so
    that a table of joint probabilities gives the joint entropy. An outcome of probability 0 adds nothing.
    Returns a number from 0 to ln K, K being the number of entries.

    >>> float(entropy(np.array([0.5, 0.25, 0.25, 0.0])) / np.log(2))  # in bits
    1.5
    """
    p = p[p > 0]  # p ln p -> 0 as p -> 0
    return -np.sum(p * np.log(p))


def cross_entropy(p, q):
    r"""Cross entropy $-\sum_k p_k \ln q_k$ in nats: the mean surprise of one who expects q while p is true.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1.  An outcome with $p_k = 0$ adds nothing.
    Returns a number, at least the entropy of p; inf where some $q_k = 0 < p_k$.

    >>> float(cross_entropy(np.array([1.0, 0.0]), np.array([0.25, 0.75])) / np.log(2))  # in bits
    2.0
    """
    seen = p > 0
    with np.errstate(divide="ignore"):  # ln 0 = -inf: q calls impossible what happens
        return -np.sum(p[seen] * np.log(q[seen]))


def joint_counts(x, y, shape):
    """How often each pair occurs.

    x, y : (n,) integers, the outcomes of two variables that were seen together;  shape : (K_x, K_y), how many outcomes
    each has: 0 ... K_x - 1 and 0 ... K_y - 1.
    Returns (K_x, K_y) integers, entry (i, j) the number of pairs with x = i and y = j.

    >>> joint_counts(np.array([0, 1, 1, 1]), np.array([2, 0, 0, 2]), shape=(2, 3))
    array([[0, 0, 1],
           [2, 0, 1]])
    """
    return np.bincount(np.ravel_multi_index((x, y), shape), minlength=shape[0] * shape[1]).reshape(shape)


def marginals(joint):
    """The distributions of x and of y alone: (p_x, p_y), of shapes (K_x,) and (K_y,).

    joint : (K_x, K_y), probabilities (or counts) of the pairs, x in rows.

    >>> marginals(np.array([[0.5, 0.0], [0.25, 0.25]]))
    (array([0.5, 0.5]), array([0.75, 0.25]))
    """
    return joint.sum(axis=1), joint.sum(axis=0)


def conditional_entropy(joint):
    r"""Conditional entropy $H(Y|X) = -\sum_{x, y} p(x, y) \ln p(y|x)$ in nats: what is not known of y once x is.

    joint : (K_x, K_y), $P(X = i, Y = j)$ in row i and column j, >= 0, with sum 1. Pairs, and whole rows, of
    probability 0 add nothing.
    Returns a number from 0 (y is a function of x) to the entropy of y (they are independent). For H(X|Y) give joint.T.

    >>> float(conditional_entropy(np.array([[0.5, 0.0], [0.25, 0.25]])) / np.log(2))  # in bits
    0.5
    """
    p_x = np.broadcast_to(joint.sum(axis=1, keepdims=True), joint.shape)
    seen = joint > 0
    return -np.sum(joint[seen] * np.log(joint[seen] / p_x[seen]))  # p(y|x) = p(x, y) / p(x)


def gaussian_entropy(covariance):
    r"""Differential entropy $\frac12 \ln \det(2 \pi e\, C)$ of a Gaussian, in nats.

    covariance : (d, d), C, positive definite.  Returns a number; it depends on the unit and can be < 0.

    >>> round(float(gaussian_entropy(np.array([[1 / (2 * np.pi * np.e)]]))), 12)
    0.0
    """
    return 0.5 * np.linalg.slogdet(2 * np.pi * np.e * covariance)[1]


class Diagram(NamedTuple):
    """Entropies of a pair of variables, in nats: of each, of both, of each given the other, and what they share."""

    x: float
    y: float
    both: float
    x_given_y: float
    y_given_x: float
    shared: float


def information_diagram(joint):
    r"""All entropies of a pair (x, y): $H(X), H(Y), H(X,Y), H(X|Y), H(Y|X)$ and $I(X;Y) = H(Y) - H(Y|X)$, in nats.

    joint : (K_x, K_y), $P(X = i, Y = j)$.  ValueError where it is no distribution.
    Returns a named tuple (x, y, both, x_given_y, y_given_x, shared).

    >>> round(float(information_diagram(np.eye(4) / 4).shared / np.log(2)), 12)  # y is x: 2 bits in common
    2.0
    """
    joint = check_distribution(joint)
    h_x, h_y = (float(entropy(p)) for p in marginals(joint))
    h_x_given_y, h_y_given_x = float(conditional_entropy(joint.T)), float(conditional_entropy(joint))
    return Diagram(h_x, h_y, float(entropy(joint)), h_x_given_y, h_y_given_x, h_y - h_y_given_x)
