r"""Probabilities from the scores of a machine that gives none: Platt's sigmoid, and the coupling of pairs.

A score f, e.g. the signed distance from a plane, is turned into $p = 1/(1 + e^{Af + B})$; A and B minimise the cross
entropy on samples whose labels are known, best not those of the training (there the scores are too sure). The targets
are not 1 and 0 but what a uniform prior for the frequency of each label's errors leaves,
$$t_+ = \frac{N_+ + 1}{N_+ + 2}, \qquad t_- = \frac{1}{N_- + 2},$$
so that the minimum exists also for scores that separate the classes. This is a logistic regression of t on f, with
(-A, -B) for the slope and the intercept.

Machines for all pairs of K classes give $r_{ij} \approx P(i \,|\, i \text{ or } j)$. If they were right,
$r_{ji}\,p_i = r_{ij}\,p_j$; the coupled p is the one that comes nearest to all of it,
$$\min_p \sum_i \sum_{j \ne i} (r_{ji}\,p_i - r_{ij}\,p_j)^2, \qquad \sum_i p_i = 1 .$$

Oracles: known A and B, within standard errors; scikit-learn's calibration; pairs made from a known p.
Sources: J. Platt in "Advances in Large Margin Classifiers" (2000) 61; H.-T. Lin, C.-J. Lin, R. C. Weng, Mach. Learn. 68
(2007) 267; T.-F. Wu, C.-J. Lin, R. C. Weng, J. Mach. Learn. Res. 5 (2004) 975, section 4.2 ("second approach").
"""

from itertools import combinations

import numpy as np

from abinitio.linear_model.logistic import logistic_gradient, logistic_hessian, logistic_loss, sigmoid
from abinitio.optimize.newton import damped_newton


def platt_targets(y):
    r"""The probabilities that the sigmoid is fitted to: $(N_+ + 1)/(N_+ + 2)$ and $1/(N_- + 2)$.

    y : (n,) labels, -1 or +1, of which $N_-$ and $N_+$ are there.  Returns (n,) numbers between 0 and 1.

    >>> platt_targets(np.array([1, 1, -1]))
    array([0.75      , 0.75      , 0.33333333])
    """
    positive, negative = np.sum(y == 1), np.sum(y == -1)
    return np.where(y == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))


def platt_scaling(scores, y):
    r"""The A and B of $p = 1/(1 + e^{Af + B})$ that minimise $-\sum_i [t_i \log p_i + (1 - t_i) \log(1 - p_i)]$.

    scores : (n,) scores f, finite, in any unit;  y : (n,) labels, -1 or +1;  t are the `platt_targets` of y.
    Returns (A, B), two numbers; A < 0 where high scores go with label +1, and A = 0 where all scores are equal.

    >>> A, B = platt_scaling(np.array([-1.0, 1.0]), np.array([-1, 1]))  # the targets are 1/3 and 2/3: A = -log 2
    >>> round(A, 6), abs(round(B, 6))
    (-0.693147, 0.0)
    """
    t, alpha = platt_targets(y), 0.0
    middle, width = (np.max(scores) + np.min(scores)) / 2, np.ptp(scores) or 1.0  # units that keep rounding small
    X = ((scores - middle) / width)[:, None]
    value_and_gradient = lambda theta: (logistic_loss(theta, X, t, alpha), logistic_gradient(theta, X, t, alpha))
    theta = np.array([0.0, np.log(t.mean() / (1 - t.mean()))])  # the best without the scores
    for point in damped_newton(value_and_gradient, lambda theta: logistic_hessian(theta, X, alpha), theta):
        theta = point.w
    slope = theta[0] / width
    return float(-slope), float(slope * middle - theta[1])


def platt_probability(scores, A, B):
    r"""The probability $1/(1 + e^{Af + B})$ of the label +1; nothing overflows.

    scores : array of scores f, of any shape;  A, B : numbers.  Returns an array of that shape.

    >>> platt_probability(np.array([-1e6, 0.0, 1e6]), -2.0, 0.0)
    array([0. , 0.5, 1. ])
    """
    return sigmoid(-(A * scores + B))


def pairwise_matrices(p, K):
    r"""The matrices $r_{ij}$ of the pairs' probabilities: $r_{ij} = P(i \,|\, i \text{ or } j)$, $r_{ji} = 1 - r_{ij}$.

    p : (m, K(K-1)/2), a column for each pair (i, j), i < j, in the order (0, 1), (0, 2), ..., (K-2, K-1), with the
    probability of class i;  K : int >= 2, number of classes.
    Returns (m, K, K) with zeros on the diagonals.

    >>> pairwise_matrices(np.array([[0.7, 0.6, 0.2]]), 3)[0]
    array([[0. , 0.7, 0.6],
           [0.3, 0. , 0.2],
           [0.4, 0.8, 0. ]])
    """
    R = np.zeros((len(p), K, K))
    for column, (i, j) in zip(p.T, combinations(range(K), 2)):
        R[:, i, j], R[:, j, i] = column, 1 - column
    return R


def couple_probabilities(R):
    r"""The p with $\sum_i p_i = 1$ that minimises $\sum_i \sum_{j \ne i} (r_{ji}\, p_i - r_{ij}\, p_j)^2$.

    R : (K, K), or (m, K, K) for m samples, $r_{ij} = P(i \,|\, i \text{ or } j)$ between 0 and 1 with
    $r_{ij} + r_{ji} = 1$; the diagonal is not looked at.
    Returns (K,) or (m, K), the probabilities of the K classes: numbers >= 0 with sum 1.

    >>> couple_probabilities(np.array([[0.0, 0.75, 0.6], [0.25, 0.0, 1 / 3], [0.4, 2 / 3, 0.0]])).round(9)
    array([0.5       , 0.16666667, 0.33333333])
    """
    K = R.shape[-1]
    R = np.where(np.eye(K, dtype=bool), 0.0, R)
    S = np.swapaxes(R, -1, -2)
    M = np.zeros((*R.shape[:-2], K + 1, K + 1))
    # half the gradient is Q p with Q_ii = Σ_j r_ji², Q_ij = -r_ij r_ji; at the minimum Q p = -ν 1, and Σ p = 1
    M[..., :K, :K] = np.eye(K) * np.sum(S**2, axis=-1)[..., None] - R * S
    M[..., K, :K] = M[..., :K, K] = 1
    p = np.linalg.solve(M, np.eye(K + 1)[:, [K]])[..., :K, 0]
    return np.maximum(p, 0)  # it is >= 0 but for rounding
