r"""The support-vector machine with squared hinge loss: smooth, and solved exactly by a few steps of Newton's method.

$$F(w, b) = \tfrac12 |w|^2 + \sum_i C_i \max\big(0,\, 1 - y_i (x_i \cdot w + b)\big)^2$$
is a parabola as long as no sample crosses its margin. Newton's step goes to the minimum of the parabola of the samples
that are inside their margin now: a ridge regression of their labels. If the same samples are inside after a full step,
the step has ended at the minimum of F itself, so the walk ends after finitely many steps. The multipliers are
$a_i = 2 C_i \max(0, 1 - y_i f_i)$, not bounded by $C_i$; the dual problem is to maximise
$\sum_i (a_i - a_i^2/4C_i) - \frac12 |w|^2$ with $w = \sum_i a_i y_i x_i$.
Oracles: differences; liblinear. Sources: O. L. Mangasarian, Optim. Methods Softw. 17 (2002) 913; S. S. Keerthi,
D. DeCoste, J. Mach. Learn. Res. 6 (2005) 341.
"""

import numpy as np


def squared_hinge_objective(w, b, X, y, C):
    r"""$F(w, b) = \frac12 |w|^2 + \sum_i C_i \max\big(0,\, 1 - y_i (x_i \cdot w + b)\big)^2$.

    w : (d,) coefficients;  b : float, intercept, not penalised;  X : (n, d) features;  y : (n,) labels -1 or +1;
    C : float > 0, or (n,), the price of a sample that misses its margin by the whole width 1/|w|.
    Convention: a sum over the samples, without 1/n.  Returns a number.

    >>> X, y = np.array([[2.0], [0.5], [-1.0]]), np.array([1, 1, -1])
    >>> float(squared_hinge_objective(np.array([1.0]), 0.0, X, y, C=10.0))  # the second sample misses half a margin
    3.0
    """
    return w @ w / 2 + np.sum(C * np.maximum(0, 1 - y * (X @ w + b)) ** 2)


def squared_hinge_gradient(w, b, X, y, C):
    r"""The gradient of `squared_hinge_objective`, $\frac12 |w|^2 + \sum_i C_i \max(0, 1 - y_i (x_i \cdot w + b))^2$.

    w : (d,) coefficients;  b : float, intercept;  X : (n, d) features;  y : (n,) labels -1 or +1;
    C : float > 0, or (n,).
    Returns (dw, db): the derivatives with respect to w, (d,), and to b, a number.

    >>> X, y = np.array([[2.0], [0.5], [-1.0]]), np.array([1, 1, -1])
    >>> dw, db = squared_hinge_gradient(np.array([1.0]), 0.0, X, y, C=10.0)
    >>> dw, float(db)
    (array([-4.]), -10.0)
    """
    pull = 2 * C * y * np.maximum(0, 1 - y * (X @ w + b))  # -dF/df
    return w - pull @ X, -pull.sum()


def squared_hinge_newton_step(w, b, X, y, C):
    r"""The minimum of $\frac12 |w|^2$ and the squared losses of the samples that are inside their margin at (w, b).

    That is, of $\frac12 |w|^2 + \sum_{i \in A} C_i (1 - y_i (x_i \cdot w + b))^2$ over w and b, with the fixed set A of
    the samples that have $y_i (x_i \cdot w + b) < 1$ before the step: a full step of the generalised Newton method.
    w : (d,) coefficients;  b : float, intercept;  X : (n, d) features;  y : (n,) labels -1 or +1;
    C : float > 0, or (n,).
    Returns (w, b) of the minimum. Where A is empty w is 0 and b stays as it is.

    >>> X, y = np.array([[1.0], [-1.0], [9.0]]), np.array([1, -1, 1])
    >>> w, b = squared_hinge_newton_step(np.array([0.5]), 0.0, X, y, C=1.0)  # least of w²/2 + 2(1 - w)²
    >>> w, float(b)
    (array([0.8]), 0.0)
    """
    A = y * (X @ w + b) < 1
    if not A.any():
        return np.zeros_like(w), b
    X1, price = np.column_stack([X[A], np.ones(A.sum())]), np.broadcast_to(C, len(y))[A]
    H = 2 * (X1.T * price) @ X1
    H[np.arange(len(w)), np.arange(len(w))] += 1
    theta = np.linalg.solve(H, 2 * (price * y[A]) @ X1)  # the gradient of the parabola is 0, and (y f - 1)² = (f - y)²
    return theta[:-1], theta[-1]


def squared_hinge_newton(X, y, C):
    """The walk of the generalised Newton method from w = 0, b = 0 to the minimum (generator, which ends).

    X : (n, d) features;  y : (n,) labels -1 or +1, both present;  C : float > 0, or (n,).
    Yields (w, b) after every step: the full step, or a half, a quarter ... of it until the objective falls. Ends at the
    minimum, where a full step changes nothing but rounding errors.

    >>> *_, (w, b) = squared_hinge_newton(np.array([[1.0], [-1.0], [9.0]]), np.array([1, -1, 1]), 1.0)
    >>> w.round(12), round(float(b), 12) + 0.0
    (array([0.8]), 0.0)
    """
    w, b = np.zeros(X.shape[1]), 0.0
    while True:
        w_full, b_full = squared_hinge_newton_step(w, b, X, y, C)
        dw, db, length = w_full - w, b_full - b, 1.0
        before, slope = squared_hinge_objective(w, b, X, y, C), _slope(w, b, dw, db, X, y, C)
        while squared_hinge_objective(w + length * dw, b + length * db, X, y, C) > before + 0.1 * length * slope:
            length /= 2
            if length * -slope <= 1e-15 * before:  # what is left to gain is below the rounding
                return
        crossed = y * (X @ w + b) < 1
        w, b = w + length * dw, b + length * db
        yield w, b
        if length == 1 and np.array_equal(crossed, y * (X @ w + b) < 1):
            return


def _slope(w, b, dw, db, X, y, C):
    """The derivative of the objective along (dw, db)."""
    gradient_w, gradient_b = squared_hinge_gradient(w, b, X, y, C)
    return gradient_w @ dw + gradient_b * db
