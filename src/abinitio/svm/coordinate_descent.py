r"""Linear support-vector machines by dual coordinate descent: one multiplier after another goes to its best value.

Without an intercept (a column of ones in X makes it a weight as any other) the dual problem is to maximise
$$D(a) = \sum_i \big(a_i - \tfrac12 D_i a_i^2\big) - \tfrac12 |w|^2, \qquad w = \sum_i a_i y_i x_i,
\qquad 0 \le a_i \le U_i .$$
The hinge loss has `upper` $U_i = C_i$ and `diagonal` $D_i = 0$; the squared hinge loss has $U_i = \infty$ and
$D_i = 1/2C_i$. In one multiplier D is a parabola, and because w is kept, its top costs one product $x_i \cdot w$: a
sweep through all samples costs 4nd operations, without any kernel matrix. What is printed in the paper as a
minimisation is here -D.

Oracles: the duality gap; scikit-learn's LinearSVC (liblinear); the compiled sweeps. Source: C.-J. Hsieh, K.-W. Chang,
C.-J. Lin, S. S. Keerthi, S. Sundararajan, ICML (2008) 408.
"""

import numpy as np


def coordinate_step(a, w, x, y, upper, diagonal):
    r"""The best value of one multiplier with all others fixed, and the weights that go with it.

    a : the multiplier before, 0 <= a <= upper;  w : (d,) the weights $\sum_j a_j y_j x_j$ before;
    x : (d,) features of the sample;  y : its label, -1 or +1;  upper : the largest value allowed, infinity for none;
    diagonal : number >= 0.
    What is maximised over the new a is $a - \frac12 D a^2 - \frac12 |w|^2$ with D = `diagonal`, where w moves by the
    change of a times y x. A sample with x = 0 and D = 0 gets a = upper.
    Returns (a, w) after; w itself is not changed.

    >>> a, w = coordinate_step(0.0, np.zeros(2), np.array([2.0, 0.0]), -1, upper=1.0, diagonal=0.0)
    >>> float(a), w  # the sample is on its margin: y x·w = 1
    (0.25, array([-0.5,  0. ]))
    """
    slope, curvature = 1 - y * (x @ w) - diagonal * a, x @ x + diagonal
    best = a + slope / curvature if curvature > 0 else upper
    best = min(max(best, 0.0), upper)
    return best, w + (best - a) * y * x


def dual_coordinate_descent(X, y, upper, diagonal, rng):
    r"""Sweeps of `coordinate_step` through all samples in random order, from a = 0 (endless generator).

    X : (n, d) features;  y : (n,) labels -1 or +1;  upper : number > 0 or (n,), the bounds $U_i$ (hinge: C; squared
    hinge: infinity);  diagonal : number >= 0 or (n,), the $D_i$ (hinge: 0; squared hinge: 1/2C);
    rng : numpy Generator, which makes one permutation of the n samples for each sweep.
    Yields (a, w) after every sweep: (n,) multipliers and (d,) weights, new arrays each.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1, -1, 1])
    >>> walk = dual_coordinate_descent(X, y, 0.25, 0.0, np.random.default_rng(0))
    >>> next(a for a, w in walk if linear_duality_gap(a, X, y, 0.25, 0.0) < 1e-6)  # all of the price 0.25, or nothing
    array([0.25, 0.25, 0.  ])
    """
    n, d = X.shape
    upper, diagonal = np.broadcast_to(upper, n), np.broadcast_to(diagonal, n)
    a, w = np.zeros(n), np.zeros(d)
    while True:
        a = a.copy()
        for i in rng.permutation(n):
            a[i], w = coordinate_step(a[i], w, X[i], y[i], upper[i], diagonal[i])
        yield a, w


def linear_primal(w, X, y, upper, diagonal):
    r"""The primal objective whose dual is given by the bounds and the diagonal, $\frac12 |w|^2 + \sum_i \ell_i$.

    w : (d,) weights;  X : (n, d) features;  y : (n,) labels -1 or +1;  upper : number > 0 or (n,), the $U_i$;
    diagonal : number >= 0 or (n,), the $D_i$.
    The loss is $\ell_i = \max_{0 \le a \le U_i} \big[a (1 - y_i\, x_i \cdot w) - \frac12 D_i a^2\big]$: the hinge
    $C \max(0, 1 - m)$ of $m = y\, x \cdot w$ for U = C, D = 0; its square $C \max(0, 1 - m)^2$ for U infinite and
    D = 1/2C. U and D must not be infinite and 0 together.  Returns a number.

    >>> X, y, w = np.array([[2.0], [0.5]]), np.array([1, 1]), np.array([1.0])
    >>> float(linear_primal(w, X, y, 10.0, 0.0)), float(linear_primal(w, X, y, np.inf, 1 / 20))
    (5.5, 3.0)
    """
    miss = np.maximum(0, 1 - y * (X @ w))
    with np.errstate(divide="ignore", invalid="ignore"):
        a = np.where(miss > 0, np.minimum(upper, miss / diagonal), 0)
    return w @ w / 2 + np.sum(a * miss - diagonal * a**2 / 2)


def linear_duality_gap(a, X, y, upper, diagonal):
    r"""The primal objective of $w = \sum_i a_i y_i x_i$ less the dual one of a: what both can miss at most.

    a : (n,) multipliers, 0 <= a <= upper;  X : (n, d) features;  y : (n,) labels -1 or +1;  upper : number > 0 or (n,),
    the $U_i$;  diagonal : number >= 0 or (n,), the $D_i$: hinge loss U = C, D = 0; squared hinge U infinite, D = 1/2C.
    Returns a number >= 0 up to rounding, 0 exactly at the optimum.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1, -1, 1])
    >>> float(linear_duality_gap(np.array([0.25, 0.25, 0.0]), X, y, 0.25, 0.0))
    0.0
    """
    w = (a * y) @ X
    dual = np.sum(a - diagonal * a**2 / 2) - w @ w / 2
    return linear_primal(w, X, y, upper, diagonal) - dual
