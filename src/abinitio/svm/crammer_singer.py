r"""The multiclass support-vector machine of Crammer and Singer: every class has weights, and the right one must lead.

$$F(W) = \tfrac12 \sum_k |w_k|^2 + \sum_i C_i\, \max_k \big[ 1 - \delta_{k y_i} + (w_k - w_{y_i}) \cdot x_i \big]$$
with labels $y_i = 0 \dots K-1$: a sample pays for the one class that comes nearest to, or passes, its own. There is no
intercept; a column of ones in X makes one, which is penalised. Multipliers $a_{ik}$ with
$$\sum_k a_{ik} = 0, \qquad a_{ik} \le C_i\, \delta_{k y_i}, \qquad w_k = \sum_i a_{ik} x_i$$
give the dual objective $\sum_i a_{i y_i} - \frac12 \sum_k |w_k|^2$, which is at most F and reaches it. All multipliers
of one sample can be set to their best values exactly, by sorting K numbers. For K = 2 and $u = w_1 - w_0$ it is the
binary machine: $F = \frac12 \big[ \frac12 |u|^2 + \sum_i 2 C_i \max(0, 1 \mp u \cdot x_i) \big]$, with twice the price.

Oracles: the duality gap; scikit-learn's LinearSVC(multi_class="crammer_singer"); the binary machine. Sources:
K. Crammer, Y. Singer, J. Mach. Learn. Res. 2 (2001) 265; S. S. Keerthi, S. Sundararajan, K.-W. Chang, C.-J. Hsieh,
C.-J. Lin, KDD (2008) 408.
"""

import numba
import numpy as np

REST = 30  # sweeps for which a sample is left out that has not moved


def crammer_singer_objective(W, X, y, C):
    r"""$\frac12 \sum_k |w_k|^2 + \sum_i C_i \max_k \big[ 1 - \delta_{k y_i} + (w_k - w_{y_i}) \cdot x_i \big]$.

    W : (K, d) weights, one class a row;  X : (n, d) features;  y : (n,) integer labels 0 ... K-1;
    C : float > 0, or (n,), the price of each sample.  Returns a number.

    >>> W, X = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), np.array([[2.0, 0.5], [0.0, 0.25]])
    >>> float(crammer_singer_objective(W, X, np.array([0, 1]), C=4.0))  # the second leads by 1/4: it misses 3/4
    4.0
    """
    scores, samples = X @ W.T, np.arange(len(y))
    rivals = scores - scores[samples, y][:, None] + 1
    rivals[samples, y] = 0
    return np.sum(W**2) / 2 + np.sum(C * rivals.max(axis=1))


def crammer_singer_step(a, scores, square, y, C):
    r"""The best multipliers of one sample, all others fixed.

    a : (K,) its multipliers before;  scores : (K,) the scores $w_k \cdot x$ before;  square : number $|x|^2 >= 0$;
    y : int, its label;  C : number > 0, its price.
    What is maximised is the dual objective $a'_y - \frac12 \sum_k |w_k + (a'_k - a_k) x|^2$ over a' with
    $\sum_k a'_k = 0$ and $a'_k \le C \delta_{k y}$. For x = 0 it is a' with C at y and the rest shared alike.
    Returns a', (K,).

    >>> crammer_singer_step(np.zeros(3), np.zeros(3), 1.0, 0, C=9.0).round(6)  # leads by 1 afterwards
    array([ 0.666667, -0.333333, -0.333333])
    """
    own = np.arange(len(a)) == y
    if square == 0:
        return np.where(own, C, -C / (len(a) - 1))
    # a'_k = min(C δ, (β - B_k)/|x|²) with B = scores + 1 - δ - |x|² a, and β such that their sum is 0
    ceiling = scores + np.where(own, square * C, 1) - square * a  # B_k + |x|² C δ: above β, the bound does not hold
    highest = np.sort(ceiling)[::-1]
    beta = ((np.cumsum(highest) - square * C) / np.arange(1, len(a) + 1)).max()
    return np.where(own, C, 0) + np.minimum(0, (beta - ceiling) / square)


def crammer_singer_descent(X, y, C, classes, rng):
    r"""Sweeps of `crammer_singer_step` through all samples in random order, from a = 0 (endless generator).

    X : (n, d) features;  y : (n,) integer labels 0 ... K-1;  C : float > 0, or (n,);  classes : int K;
    rng : numpy Generator, one permutation of the samples for each sweep.
    Yields (a, W) after every sweep, (n, K) multipliers and (K, d) weights, new arrays each.

    >>> a, W = next(crammer_singer_descent(np.eye(2), np.array([0, 1]), 9.0, 2, np.random.default_rng(0)))
    >>> a
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    prices, a, W = np.broadcast_to(C, len(y)), np.zeros((len(y), classes)), np.zeros((classes, X.shape[1]))
    while True:
        a, W = a.copy(), W.copy()
        for i in rng.permutation(len(y)):
            best = crammer_singer_step(a[i], W @ X[i], X[i] @ X[i], y[i], prices[i])
            W += np.outer(best - a[i], X[i])
            a[i] = best
        yield a, W


def crammer_singer_gap(a, W, X, y, C):
    r"""`crammer_singer_objective` of W less the dual objective of a.

    a : (n, K) multipliers that keep their conditions;  W : (K, d), $w_k = \sum_i a_{ik} x_i$;  X : (n, d) features;
    y : (n,) integer labels;  C : float > 0, or (n,).
    Returns a number >= 0 up to rounding, 0 exactly at the optimum.

    >>> a, X, y = np.array([[0.5, -0.5], [-0.5, 0.5]]), np.eye(2), np.array([0, 1])
    >>> float(crammer_singer_gap(a, a.T @ X, X, y, 9.0)), float(crammer_singer_gap(0 * a, 0 * a, X, y, 9.0))
    (0.0, 18.0)
    """
    dual = a[np.arange(len(y)), y].sum() - np.sum(W**2) / 2
    return crammer_singer_objective(W, X, y, C) - dual


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def _sweep(X, y, C, squares, a, W, order):
    """`crammer_singer_step` for the samples of `order` in turn, on a and W in place; returns which of them moved."""
    classes, d = W.shape
    ceiling, moved = np.empty(classes), np.zeros(len(order), dtype=np.bool_)
    for t, i in enumerate(order):
        for k in range(classes):
            score = 0.0
            for j in range(d):
                score += W[k, j] * X[i, j]
            ceiling[k] = score + (squares[i] * C[i] if k == y[i] else 1.0) - squares[i] * a[i, k]
        beta, count, before = (ceiling.sum() - squares[i] * C[i]) / classes, classes, 0
        while 0 < count != before:  # from all classes down to those above β, which rises: no sorting
            total, before, count = -squares[i] * C[i], count, 0
            for k in range(classes):
                if ceiling[k] > beta:
                    total += ceiling[k]
                    count += 1
            if count > 0:
                beta = total / count
        for k in range(classes):
            top = C[i] if k == y[i] else 0.0
            if squares[i] == 0:
                best = top if k == y[i] else -C[i] / (classes - 1)
            else:
                best = top + min(0.0, (beta - ceiling[k]) / squares[i])
            change = best - a[i, k]
            if change != 0:
                a[i, k], moved[t] = best, True
                for j in range(d):
                    W[k, j] += change * X[i, j]
    return moved


def crammer_singer_minimum(X, y, C, classes, accuracy, most, rng):
    r"""The weights that minimise `crammer_singer_objective`, by compiled sweeps.

    X : (n, d) features, float64;  y : (n,) integer labels 0 ... K-1;  C : (n,) prices >= 0, not all 0;
    classes : int K >= 2;  accuracy : float, the duality gap at the end relative to the objective;
    most : int, sweeps allowed;  rng : numpy Generator of their orders.
    Returns (W, gap, sweeps): (K, d), the relative gap (above `accuracy` where `most` did not suffice), and a number.

    >>> args = np.eye(2), np.array([0, 1]), np.full(2, 9.0), 2, 1e-9, 100, np.random.default_rng(0)
    >>> crammer_singer_minimum(*args)[0]
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    if not C.any():
        raise ValueError("the price of every sample is zero; give at least one a positive weight")
    X, y, C = np.ascontiguousarray(X), np.ascontiguousarray(y), np.ascontiguousarray(C, dtype=float)
    squares, samples = np.einsum("ij,ij->i", X, X), np.flatnonzero(C)
    a, W, gap, sweeps, active = np.zeros((len(y), classes)), np.zeros((classes, X.shape[1])), np.inf, 0, samples
    while gap > accuracy and sweeps < most:
        for _ in range(min(REST, most - sweeps)):
            order = rng.permutation(active)
            active = order[_sweep(X, y, C, squares, a, W, order)]  # most samples lead clearly, and stay at 0 for good
            sweeps += 1
            if not len(active):
                break
        gap = crammer_singer_gap(a, W, X, y, C) / crammer_singer_objective(W, X, y, C)
        active = samples
    return W, gap, sweeps
