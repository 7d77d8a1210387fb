r"""Sequential minimal optimisation: the dual problem of a support-vector machine, two multipliers at a time.

The constraint $\sum_i a_i y_i = 0$ forbids to move one multiplier alone. Two of them can move along
$a_i y_i + t,\ a_j y_j - t$, where the dual objective is a parabola in t with the slope $b_i - b_j$, the difference of
the wanted intercepts $b_i = y_i - \sum_k a_k y_k K_{ik}$, and the curvature $\eta = K_{ii} + K_{jj} - 2 K_{ij} =
|\varphi(x_i) - \varphi(x_j)|^2$: its top is at $t = (b_i - b_j)/\eta$, cut where one of the two meets a bound. The pair
is chosen so that the top is high, $(b_i - b_j)^2 / 2\eta$.

Every step raises D, and the violation of the conditions of Karush, Kuhn and Tucker tends to 0.
Oracles: quadratic programming; strong duality; scikit-learn's SVC (libsvm).
Sources: J. Platt, in "Advances in Kernel Methods" (1999) 185; R.-E. Fan, P.-H. Chen, C.-J. Lin, J. Mach. Learn. Res. 6
(2005) 1889 (the choice of the pair, and why it converges).
"""

import numpy as np

from abinitio.svm.dual import kkt_violation


def smo_pair(a, K, y, C):
    r"""The two samples whose multipliers are moved next.

    With the wanted intercepts $b_k = y_k - \sum_l a_l y_l K_{kl}$: i is the sample of the largest $b_k$ among those
    whose $a_k y_k$ can become larger (y = +1 and a < C, or y = -1 and a > 0). j is the one of the largest gain
    $(b_i - b_k)^2 / \eta_k$ with $\eta_k = K_{ii} + K_{kk} - 2 K_{ik}$ (at least 1e-12) among those with $b_k < b_i$
    whose $a_k y_k$ can become smaller (y = +1 and a > 0, or y = -1 and a < C). The first one of several equal ones.
    a : (n,) multipliers, 0 <= a <= C, not optimal;  K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 and +1;
    C : number > 0.
    Returns (i, j), integers.

    >>> K = np.array([[4.0, 1.0, -1.0], [1.0, 1.0, 0.0], [-1.0, 0.0, 1.0]])
    >>> smo_pair(np.zeros(3), K, np.array([1, 1, -1]), 10.0), smo_pair(np.zeros(3), K, np.array([-1, 1, -1]), 10.0)
    ((0, 2), (1, 2))
    """
    wanted = y - K @ (a * y)
    rises, falls = np.where(y > 0, a < C, a > 0), np.where(y > 0, a > 0, a < C)
    i = int(np.argmax(np.where(rises, wanted, -np.inf)))
    slope = wanted[i] - wanted
    curvature = np.maximum(K[i, i] + np.diag(K) - 2 * K[i], 1e-12)  # 0 for two samples with the same features
    j = int(np.argmax(np.where(falls & (slope > 0), slope**2 / curvature, -np.inf)))
    return i, j


def smo_step(a, K, y, C, i, j):
    r"""The multipliers after the best move of two of them, $a_i y_i + t$ and $a_j y_j - t$ with $t \ge 0$.

    t maximises the dual objective $\sum_k a_k - \frac12 \sum_{kl} a_k y_k K_{kl}\, a_l y_l$ within $0 \le a_i, a_j \le
    C$. Where the two samples have the same features, $K_{ii} + K_{jj} - 2 K_{ij} = 0$, the objective is a straight line
    in t: take 1e-12 for that number.
    a : (n,) multipliers, 0 <= a <= C;  K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 and +1;
    C : number > 0;  i, j : integers, i != j, a pair for which t > 0 raises the objective.
    Returns the multipliers after the step, (n,), exactly 0 or C where they meet a bound; a itself is not changed.

    >>> K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1])
    >>> smo_step(np.zeros(2), K, y, 10.0, 0, 1), smo_step(np.zeros(2), K, y, 0.25, 0, 1)
    (array([0.5, 0.5]), array([0.25, 0.25]))
    """
    wanted = y - K @ (a * y)
    curvature = max(K[i, i] + K[j, j] - 2 * K[i, j], 1e-12)
    room_i = C - a[i] if y[i] > 0 else a[i]  # how far a_i y_i can rise, and a_j y_j fall, within the box
    room_j = a[j] if y[j] > 0 else C - a[j]
    t = min((wanted[i] - wanted[j]) / curvature, room_i, room_j)
    a = a.astype(float)
    a[i] = (C if y[i] > 0 else 0.0) if t == room_i else a[i] + y[i] * t
    a[j] = (0.0 if y[j] > 0 else C) if t == room_j else a[j] - y[j] * t
    return a


def smo(K, y, C, tol, a=None):
    r"""The walk of the multipliers to the maximum, pair by pair (generator).

    K : (n, n), $K_{ij} = k(x_i, x_j)$;  y : (n,) labels, -1 and +1;  C : number > 0;  tol : the violation of the KKT
    conditions (`kkt_violation`) at which the walk ends;  a : (n,) feasible multipliers to start from, or None for 0.
    Yields a, (n,), before the first step and after every step. A step costs $2 n^2$ here, for the reader's sake;
    `svm.block_smo` keeps the wanted intercepts up to date for 2n.

    >>> K, y = np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, -1])
    >>> list(smo(K, y, 10.0, tol=1e-9))
    [array([0., 0.]), array([0.5, 0.5])]
    """
    a = np.zeros(len(y)) if a is None else a
    yield a
    while kkt_violation(a, K, y, C) > tol:
        a = smo_step(a, K, y, C, *smo_pair(a, K, y, C))
        yield a
