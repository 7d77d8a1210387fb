r"""Newton's method for the potentials of entropic transport, where Sinkhorn's iterations would take forever.

Sinkhorn's iterations climb the dual by turns, and at small $\epsilon$ they need of the order of $1/\epsilon$ steps or
many more. With f at its best for g, $f_i = -\epsilon \log \sum_j b_j e^{(g_j - C_{ij})/\epsilon}$, the dual is a
concave function of g alone, $D(g) = \sum_i a_i f_i + \sum_j b_j g_j$. Its gradient is $b - P^\top 1$, the error of the
columns' sums, and its Hessian $-\frac1\epsilon \big(\mathrm{diag}(c) - P^\top \mathrm{diag}(1/a) P\big)$ with
$c = P^\top 1$: a Newton step is one linear system, and near the top the number of right digits doubles with each.

Time per step $n m^2 + m^3/6$ multiplications. Oracle: Sinkhorn's iterations.
Source: C. Brauer, C. Clason, D. Lorenz, B. Wirth, arXiv:1710.06635 (Sinkhorn-Newton).
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from abinitio.information.sinkhorn_scaling import Scaled, soft_minimum

RIDGE = 1e-14  # of the Hessian, whose diagonal is scaled to about 1


def newton_direction(P, b, epsilon):
    r"""The change of g that makes the columns' sums right, to first order, while the rows' sums stay as they are.

    P : (n, m) plan with rows' and columns' sums > 0;  b : (m,) wanted sums of the columns, in all the sum of P;
    epsilon : number > 0, in the unit of the cost.
    Returns (m,), in the unit of the cost. ValueError where the system is too ill-conditioned to be solved.

    >>> P = np.array([[0.25, 0.25], [0.25, 0.25]])
    >>> newton_direction(P, np.array([0.51, 0.49]), epsilon=1.0).round(9)  # the plan's columns grow by as much, e^±0.02
    array([ 0.02, -0.02])
    """
    c = P.sum(axis=0)
    root = np.sqrt(c)
    Q = P / np.sqrt(P.sum(axis=1))[:, None] / root
    S = np.outer(root, root) - Q.T @ Q  # a number added to all of g changes nothing: the direction root is lifted
    S[np.diag_indices_from(S)] += 1 + RIDGE
    try:
        factor = cho_factor(S, overwrite_a=True)
    except np.linalg.LinAlgError as error:
        raise ValueError("the plan is too sharp for a Newton step; iterate, or take a larger epsilon") from error
    return epsilon * cho_solve(factor, (b - c) / root) / root


def newton_sinkhorn(a, b, cost, epsilon, tol, max_iter, f):
    r"""Potentials by Newton's steps, each followed by an iteration of Sinkhorn's.

    a : (n,), b : (m,) weights > 0 with the sum 1;  cost : (n, m);  epsilon : number > 0;  tol : the error of the
    marginals, $\sum_j |\sum_i P_{ij} - b_j|$, at which to stop;  max_iter : steps allowed;  f : (n,) potentials to
    begin with, better ones than 0 if epsilon is small.
    Returns a `Scaled` (f, g, violation, iterations): the best that was found; it may not have reached tol.

    >>> result = newton_sinkhorn(np.ones(1), np.array([0.5, 0.5]), np.array([[0.0, 2.0]]), 0.1, 1e-9, 5, np.zeros(1))
    >>> result.g.round(9) + 0.0, result.iterations
    (array([0., 2.]), 0)
    """
    best = Scaled(f, np.zeros(len(b)), np.inf, 0)
    for step in range(max_iter + 1):
        g = soft_minimum(f, a, cost.T, epsilon)
        f = soft_minimum(g, b, cost, epsilon)
        P = np.exp((f[:, None] + g - cost) / epsilon) * a[:, None] * b
        violation = float(np.abs(P.sum(axis=0) - b).sum())
        if violation < best.violation:
            best = Scaled(f, g, violation, step)
        if violation <= tol or step == max_iter or not P.any(axis=0).all():
            break
        try:
            direction = newton_direction(P, b, epsilon)
        except ValueError:
            break
        lowest = a @ f + b @ g - 1e-13 * (np.abs(f).max() + np.abs(g).max())
        for length in 0.5 ** np.arange(12):
            h = g + length * direction
            f = soft_minimum(h, b, cost, epsilon)
            if a @ f + b @ h >= lowest:  # uphill, up to rounding
                break
    return best
