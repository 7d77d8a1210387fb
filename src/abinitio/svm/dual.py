r"""The soft-margin support-vector machine in its dual form, and what proves that it is solved.

The primal problem is to minimise $\frac12 |w|^2 + \sum_i C_i\, \max(0, 1 - y_i f(x_i))$ over $f = w \cdot \varphi + b$
with labels $y_i = \pm 1$. A multiplier for each sample turns it into the dual one: maximise
$$D(a) = \sum_i a_i - \tfrac12 \sum_{ij} a_i y_i\, a_j y_j\, k(x_i, x_j), \qquad 0 \le a_i \le C_i,
\qquad \sum_i a_i y_i = 0,$$
and $w = \sum_i a_i y_i\, \varphi(x_i)$. Every feasible a bounds the primal minimum from below; at the maximum they are
equal. The gradient of D in the direction of $a_i y_i$ is $b_i = y_i - \sum_j a_j y_j K_{ij}$, the intercept with which
sample i lies exactly on its margin: optimality is that one b lies between those which should not rise and those which
should not fall.

Oracles: quadratic programming; scikit-learn's SVC (libsvm). Sources: C. Cortes, V. Vapnik, Mach. Learn. 20 (1995) 273;
S. S. Keerthi, S. K. Shevade, C. Bhattacharyya, K. R. K. Murthy, Neural Comput. 13 (2001) 637 (the two thresholds).
"""

import numpy as np


def svm_decision(K, a, y, b):
    r"""The decision function $f(x_i) = \sum_j a_j y_j\, k(x_i, x_j) + b$ at m queries; its sign is the predicted label.

    K : (m, n), queries in rows, samples in columns;  a : (n,) multipliers >= 0;  y : (n,) labels of the samples, -1 or
    +1;  b : number.
    Returns (m,).

    >>> svm_decision(np.array([[2.0, -2.0]]), np.array([0.5, 0.5]), np.array([1, -1]), 0.25)
    array([2.25])
    """
    return K @ (a * y) + b


def dual_objective(a, K, y):
    r"""The dual objective $D(a) = \sum_i a_i - \frac12 \sum_{ij} a_i y_i\, K_{ij}\, a_j y_j$, which is to be maximised.

    a : (n,) multipliers;  K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 or +1.  Returns a number.

    >>> dual_objective(np.array([0.5, 0.5]), np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1]))
    0.5
    """
    signed = a * y
    return float(a.sum() - signed @ K @ signed / 2)


def primal_objective(a, b, K, y, C):
    r"""The primal objective $\frac12 |w|^2 + \sum_i C_i \max(0, 1 - y_i f(x_i))$ of $w = \sum_i a_i y_i \varphi(x_i)$.

    a : (n,) multipliers;  b : number;  K : (n, n);  y : (n,) labels, -1 or +1;  C : number > 0, or (n,).
    Returns a number.

    >>> primal_objective(np.array([0.5, 0.5]), 0.0, np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1]), 10.0)
    0.5
    """
    signed = a * y
    f = K @ signed
    return float(signed @ f / 2 + np.sum(C * np.maximum(0, 1 - y * (f + b))))


def duality_gap(a, b, K, y, C):
    r"""How far the machine (a, b) can be from the best one at most: its primal objective less its dual objective.

    The primal objective is $\frac12 |w|^2 + C \sum_i \max(0, 1 - y_i f(x_i))$ with $f(x_i) = \sum_j a_j y_j K_{ij} + b$
    and $w = \sum_i a_i y_i \varphi(x_i)$; the dual one is $\sum_i a_i - \frac12 |w|^2$.
    a : (n,) multipliers, 0 <= a <= C, with $\sum_i a_i y_i = 0$;  b : number;  K : (n, n), $K_{ij} = k(x_i, x_j)$;
    y : (n,) labels, -1 or +1;  C : number > 0.
    Returns a number >= 0, up to rounding; it is 0 exactly where (a, b) is optimal.

    >>> K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1])
    >>> duality_gap(np.array([0.5, 0.5]), 0.0, K, y, 10.0), duality_gap(np.array([0.0, 0.0]), 0.0, K, y, 10.0)
    (0.0, 20.0)
    """
    signed = a * y
    f = K @ signed
    loss = np.maximum(0, 1 - y * (f + b))
    return float(signed @ f + np.sum(C * loss) - a.sum())  # |w|²/2 + C Σ loss - (Σ a - |w|²/2)


def wanted_intercepts(a, K, y):
    r"""The intercept with which each sample would lie exactly on its margin, $b_i = y_i - \sum_j a_j y_j K_{ij}$.

    a : (n,) multipliers;  K : (n, n);  y : (n,) labels, -1 or +1.  Returns (n,).

    >>> wanted_intercepts(np.array([0.5, 0.5]), np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1]))
    array([0., 0.])
    """
    return y - K @ (a * y)


def can_rise(a, y, C):
    r"""Whether $a_i y_i$ may become larger: where y = +1 and a < C, or y = -1 and a > 0.

    a : (n,) multipliers, 0 <= a <= C;  y : (n,) labels, -1 or +1;  C : number > 0, or (n,).  Returns (n,) booleans.
    Which may become smaller is `can_rise(a, -y, C)`.

    >>> can_rise(np.array([0.0, 1.0, 0.0, 1.0]), np.array([1, 1, -1, -1]), 1.0)
    array([ True, False, False,  True])
    """
    return np.where(y > 0, a < C, a > 0)


def kkt_violation(a, K, y, C):
    r"""By how much the multipliers miss the optimum: the largest wanted intercept of the samples whose $a_i y_i$ can
    rise, less the smallest of those whose $a_i y_i$ can fall.

    a : (n,) multipliers, 0 <= a <= C, with $\sum_i a_i y_i = 0$;  K : (n, n);  y : (n,) labels, -1 and +1;
    C : number > 0, or (n,).
    Returns a number, <= 0 exactly where a is optimal (Karush, Kuhn, Tucker): it is what scikit-learn's `tol` bounds.
    -inf where nothing can move.

    >>> K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1])
    >>> kkt_violation(np.zeros(2), K, y, 10.0), kkt_violation(np.array([0.5, 0.5]), K, y, 10.0)
    (2.0, 0.0)
    """
    wanted = wanted_intercepts(a, K, y)
    highest = np.max(wanted, where=can_rise(a, y, C), initial=-np.inf)
    return float(highest - np.min(wanted, where=can_rise(a, -y, C), initial=np.inf))


def intercept_from_multipliers(a, K, y, C):
    r"""The intercept b of the machine that has the optimal multipliers a.

    A sample with 0 < a < C lies exactly on its margin, $y_i (\sum_j a_j y_j K_{ij} + b) = 1$: b is the mean of what
    these samples say. Where there is none, every b between two bounds is optimal, and b is the middle: the lower bound
    is the largest $y_i - \sum_j a_j y_j K_{ij}$ of the samples with y = +1, a = 0 or y = -1, a = C, the upper bound the
    smallest of those with y = +1, a = C or y = -1, a = 0. Compare with 0 and C exactly, without a tolerance; where a is
    optimal only up to a solver's tolerance, b is still this mean.
    a : (n,) multipliers, 0 <= a <= C, exactly 0 or C where they are at a bound;  K : (n, n), $K_{ij} = k(x_i, x_j)$;
    y : (n,) labels, -1 and +1;  C : number > 0.
    Returns a number.

    >>> intercept_from_multipliers(np.array([0.5, 0.5]), np.array([[9.0, 3.0], [3.0, 1.0]]), np.array([1, -1]), 10.0)
    -2.0
    """
    wanted = y - K @ (a * y)
    free = (a > 0) & (a < C)
    if free.any():
        return float(wanted[free].mean())
    rises = np.where(y > 0, a < C, a > 0)
    return float((wanted[rises].max() + wanted[~rises].min()) / 2)
