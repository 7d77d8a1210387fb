r"""The hard-margin support-vector machine: the widest street between two classes that a plane separates.

The primal problem is to minimise $\frac12 |w|^2$ with $y_i (w \cdot x_i + b) \ge 1$ for every sample, of label
$y_i = \pm 1$; the street has the width $2/|w|$. Its dual is to maximise
$$D(a) = \sum_i a_i - \tfrac12 \sum_{ij} a_i y_i\, a_j y_j\, k(x_i, x_j), \quad a_i \ge 0, \quad \sum_i a_i y_i = 0 .$$
Both are quadratic programs. At their solutions $w = \sum_i a_i y_i \varphi(x_i)$, only samples on the edge of the
street have $a_i > 0$ (the support vectors), and $D = \frac12 |w|^2 = \frac12 \sum_i a_i$. Scaled to sum 1 in each
class, the multipliers are the weights of the two nearest points of the convex hulls: the street is as wide as the hulls
are apart, and w points from one to the other.

Either a plane separates the classes, or their hulls have a point in common, $\sum_i a_i y_i \varphi(x_i) = 0$ with
$a_i \ge 0$, not all 0, and $\sum_i a_i y_i = 0$ (Gordan's alternative). In the second case the primal problem has no
feasible point, D grows without end along a, and the solver finds such an a: the error is a proof, up to rounding. For
hulls that are $10^{-6}$ to $10^{-12}$ of the data's extent apart rounding leaves neither a street nor a proof.

Oracles: two and three points by hand; strong duality; the distance of the hulls; scikit-learn's SVC with a large C.
Sources: V. N. Vapnik, "The Nature of Statistical Learning Theory" (1995), section 5.4; K. P. Bennett, E. J.
Bredensteiner, "Duality and geometry in SVM classifiers", ICML 2000 (the hulls); O. L. Mangasarian, "Nonlinear
Programming" (1969), section 2.4 (theorems of the alternative).
"""

import numpy as np

from abinitio.optimize.quadratic_program import Infeasible, Unbounded, solve_quadratic_program

NOT_SEPARABLE = (
    "no plane separates the two classes: their convex hulls meet, up to rounding; allow samples on the wrong side "
    "with a finite C, take another kernel, or look for a wrong label"
)


def hard_margin_primal(X, y):
    r"""The plane $w \cdot x + b = 0$ with the smallest $|w|$ among those with $y_i (w \cdot x_i + b) \ge 1$ for all i.

    X : (n, d) samples, one a row;  y : (n,) labels, -1 or +1.
    Returns (w, b): w (d,) and a number; the street between the classes is $2/|w|$ wide.
    ValueError where y has one class only, and where no plane separates the classes; RuntimeError where that cannot be
    decided, for a street narrower than about $10^{-6}$ of the extent of the data.

    >>> w, b = hard_margin_primal(np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([-1, 1]))
    >>> w.round(9) + 0.0, round(b, 9)  # the street from x = 0 to x = 4
    (array([0.5, 0. ]), -1.0)
    """
    _check_classes(y)
    n, d = X.shape
    mean = X.mean(axis=0)  # the plane does not depend on the origin, rounding does
    P = np.diag(np.append(np.ones(d), 0.0))  # the unknowns are (w, b), and b costs nothing
    G = -np.asarray(y, dtype=float)[:, None] * np.column_stack([X - mean, np.ones(n)])
    try:
        optimum = solve_quadratic_program(P, np.zeros(d + 1), G, -np.ones(n))
    except Infeasible as proof:
        raise ValueError(NOT_SEPARABLE) from proof
    w, b = optimum.x[:-1], optimum.x[-1]
    return w, float(b - w @ mean)


def hard_margin_dual(K, y):
    r"""The multipliers a that maximise D(a), and the intercept b of $f(x) = \sum_i a_i y_i\, k(x, x_i) + b$.

    Maximise $D(a) = \sum_i a_i - \frac12 \sum_{ij} a_i y_i\, K_{ij}\, a_j y_j$ with $a_i \ge 0$, $\sum_i a_i y_i = 0$.
    K : (n, n), $K_{ij} = k(x_i, x_j)$, positive semidefinite;  y : (n,) labels, -1 or +1.
    Returns (a, b): a (n,), 0 but for the support vectors, and a number. Where several a make the same f, one of them.
    ValueError where y has one class only, and where no plane separates the classes in the space of the kernel's
    features; RuntimeError where that cannot be decided, for a street narrower than about $10^{-6}$ of the extent of
    the features.

    >>> a, b = hard_margin_dual(np.array([[0.0, 0.0], [0.0, 16.0]]), np.array([-1, 1]))  # x = 0 and x = 4
    >>> a.round(9), round(b, 9)
    (array([0.125, 0.125]), -1.0)
    """
    _check_classes(y)
    y, n = np.asarray(y, dtype=float), len(y)
    mean = K.mean(axis=0)  # the features less their mean: D is the same where Σ a y = 0, and has less rounding
    P = y[:, None] * (K - mean - mean[:, None] + mean.mean()) * y
    try:
        optimum = solve_quadratic_program(P, -np.ones(n), -np.eye(n), np.zeros(n), y[None, :], np.zeros(1))
    except Unbounded as proof:
        raise ValueError(NOT_SEPARABLE) from proof
    a = optimum.s  # the slacks of -a <= 0 are a, with exact zeros
    # stationarity, y_i (Σ_j K_ij a_j y_j + ν) = 1 + λ_i: the multiplier ν of Σ a y = 0 is b
    return a, float(optimum.nu[0] - mean @ (a * y))


def hull_points(a, X, y):
    r"""The two points that the multipliers of a hard-margin machine mix: the nearest ones of the classes' convex hulls.

    $p = \sum_{y_i = +1} a_i x_i / \sum_{y_i = +1} a_i$, and q likewise with the samples of label -1.
    a : (n,) multipliers >= 0, not all 0 in either class;  X : (n, d) samples, one a row;  y : (n,) labels, -1 or +1.
    Returns (p, q), (d,) each. For the multipliers of `hard_margin_dual` with the linear kernel $p - q$ is parallel to
    w, and $|p - q| = 2/|w|$.

    >>> hull_points(np.array([1.0, 1.0, 2.0]), np.array([[0.0, 1.0], [0.0, 3.0], [5.0, 2.0]]), np.array([1, 1, -1]))
    (array([0., 2.]), array([5., 2.]))
    """
    mixture = lambda weights: weights @ X / weights.sum()
    return mixture(np.where(y > 0, a, 0.0)), mixture(np.where(y < 0, a, 0.0))


def _check_classes(y):
    if not (np.any(y == 1) and np.any(y == -1) and np.all(np.abs(y) == 1)):
        raise ValueError(f"y holds the labels {np.unique(y)[:5]}; two classes, -1 and +1, are needed")
