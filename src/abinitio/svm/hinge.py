r"""The primal problem of the soft-margin support-vector machine: a wide margin against samples inside it.

$$F(w, b) = \tfrac12 |w|^2 + \sum_i C_i \max\big(0,\, 1 - y_i (x_i \cdot w + b)\big)$$
is convex, and has a kink wherever a sample lies exactly on the margin, $y_i (x_i \cdot w + b) = 1$. The margin is
$1/|w|$ wide on each side of the plane $x \cdot w + b = 0$, and a sample pays for the depth by which it is inside its
margin, in units of that width. The intercept b is not penalised.
Source: C. Cortes, V. Vapnik, Machine Learning 20 (1995) 273; S. Shalev-Shwartz, S. Ben-David, "Understanding Machine
Learning" (2014), section 15.2.
"""

import numpy as np


def hinge_objective(w, b, X, y, C):
    r"""$F(w, b) = \frac12 |w|^2 + \sum_i C_i \max\big(0,\, 1 - y_i (x_i \cdot w + b)\big)$.

    w : (d,) coefficients;  b : float, intercept, not penalised;  X : (n, d) features;  y : (n,) labels -1 or +1;
    C : float > 0, the price of a unit of margin, or (n,) one price for each sample.
    Convention: a sum over the samples, without 1/n.  Returns a number.

    >>> X, y = np.array([[2.0], [0.5], [-1.0]]), np.array([1, 1, -1])
    >>> float(hinge_objective(np.array([1.0]), 0.0, X, y, C=10.0))  # 1/2, and the second sample misses half a margin
    5.5
    """
    return w @ w / 2 + np.sum(C * np.maximum(0, 1 - y * (X @ w + b)))


def hinge_subgradient(w, b, X, y, C):
    r"""A subgradient of `hinge_objective`: its gradient wherever there is one.

    w : (d,) coefficients;  b : float, intercept;  X : (n, d) features;  y : (n,) labels -1 or +1;
    C : float > 0, the price of a unit of margin, or (n,) one price for each sample.
    Convention: a sample exactly on the margin, $y_i (x_i \cdot w + b) = 1$, contributes nothing.
    Returns (dw, db): the derivatives with respect to w, (d,), and to b, a number.

    >>> X, y = np.array([[2.0], [0.5], [-1.0]]), np.array([1, 1, -1])
    >>> dw, db = hinge_subgradient(np.array([1.0]), 0.0, X, y, C=10.0)  # only the second sample is inside its margin
    >>> dw, float(db)
    (array([-4.]), -10.0)
    """
    pull = np.where(y * (X @ w + b) < 1, C * y, 0)  # -dF/df: only samples inside their margin pull at the plane
    return w - pull @ X, -pull.sum()
