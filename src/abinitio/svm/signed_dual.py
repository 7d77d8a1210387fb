r"""One dual problem for classification and regression: signed coefficients between bounds.

With $f = \sum_j \beta_j\, k(\cdot, x_j) + b$, maximise
$$D(\beta) = \sum_i \beta_i t_i - \epsilon \sum_i |\beta_i| - \tfrac12\, \beta^\top K \beta, \qquad l_i \le \beta_i \le
u_i, \qquad \sum_i \beta_i = 0, \qquad l_i \le 0 \le u_i.$$
Classification: $\beta_i = a_i y_i$, the targets t are the labels ±1, $\epsilon = 0$, and of the two bounds the one on
the side of the label is $C_i y_i$, the other 0. Regression: t are the measured values, $-l = u = C$.

Let $g = t - K\beta$. To raise $\beta_i$ by a little gains $g_i - \epsilon$ for each unit where $\beta_i \ge 0$ and
$g_i + \epsilon$ where $\beta_i < 0$, less b; to lower it costs $g_i - \epsilon$ where $\beta_i > 0$ and
$g_i + \epsilon$ where $\beta_i \le 0$. At the maximum no gain exceeds a cost, and b lies between.

Oracles: `svm.dual`, `svm.tube`. Sources: S. S. Keerthi, S. K. Shevade, C. Bhattacharyya, K. R. K. Murthy, Neural
Comput. 13 (2001) 637; A. J. Smola, B. Schölkopf, Stat. Comput. 14 (2004) 199.
"""

from typing import NamedTuple

import numpy as np


class Signed(NamedTuple):
    """The problem: targets t (n,), bounds lower <= 0 <= upper, (n,) each, and the half-width epsilon of the tube."""

    targets: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    epsilon: float

    def part(self, rows):
        """The problem of some samples, an integer array or a slice."""
        return Signed(self.targets[rows], self.lower[rows], self.upper[rows], self.epsilon)


def classification_problem(y, C):
    """The signed problem of a classifier.  y : (n,) labels, -1 or +1;  C : number > 0, or (n,) numbers >= 0.

    >>> classification_problem(np.array([1, -1]), 2.0)
    Signed(targets=array([ 1., -1.]), lower=array([ 0., -2.]), upper=array([2., 0.]), epsilon=0.0)
    """
    y = np.asarray(y, dtype=float)
    return Signed(y, np.where(y > 0, 0.0, -1.0 * C), np.where(y > 0, 1.0 * C, 0.0), 0.0)


def regression_problem(y, C, epsilon):
    """The signed problem of a curve.  y : (n,) targets;  C : number > 0, or (n,) numbers >= 0;  epsilon : >= 0.

    >>> regression_problem(np.array([3.0]), 2.0, 0.1)
    Signed(targets=array([3.]), lower=array([-2.]), upper=array([2.]), epsilon=0.1)
    """
    y = np.asarray(y, dtype=float)
    C = np.broadcast_to(np.asarray(C, dtype=float), y.shape)
    return Signed(y, -C, C.copy(), float(epsilon))


def gains_and_costs(beta, g, problem):
    r"""What raising each coefficient gains for each unit, -inf where it cannot rise, and what lowering it costs, +inf
    where it cannot fall.

    beta : (n,) coefficients;  g : (n,), $t - K\beta$;  problem : a `Signed`.  Returns (gains, costs), (n,) each.

    >>> problem = classification_problem(np.array([1, -1]), 2.0)
    >>> gains_and_costs(np.array([2.0, -1.0]), np.array([0.25, 0.5]), problem)
    (array([-inf,  0.5]), array([0.25, 0.5 ]))
    """
    epsilon = problem.epsilon
    gains = np.where(beta < problem.upper, g - np.where(beta >= 0, epsilon, -epsilon), -np.inf)
    costs = np.where(beta > problem.lower, g - np.where(beta > 0, epsilon, -epsilon), np.inf)
    return gains, costs


def signed_intercept(beta, g, problem):
    r"""The intercept of optimal coefficients: the mean over the samples that fix it, or the middle of its bounds.

    A sample fixes b where its gain and its cost are equal, which is where $\beta_i$ is at no bound (and not 0, for
    $\epsilon > 0$).  beta, g : (n,), $g = t - K\beta$;  problem : a `Signed`.  Returns a number.

    >>> signed_intercept(np.array([1.0, -1.0]), np.array([0.25, 0.5]), classification_problem(np.array([1, -1]), 2.0))
    0.375
    """
    gains, costs = gains_and_costs(beta, g, problem)
    fixing = gains == costs
    if fixing.any():
        return float(gains[fixing].mean())
    bounds = [value for value in (gains.max(), costs.min()) if np.isfinite(value)]
    return float(np.mean(bounds)) if bounds else 0.0


def signed_dual_objective(beta, g, problem):
    r"""$D(\beta)$.  beta, g : (n,), $g = t - K\beta$;  problem : a `Signed`.  Returns a number.

    >>> problem = regression_problem([0.0, 2.0], 3.0, 0.25)
    >>> signed_dual_objective(np.array([-0.75, 0.75]), np.array([0.75, 1.25]), problem)
    0.5625
    """
    t, epsilon = problem.targets, problem.epsilon
    return float(beta @ t - epsilon * np.abs(beta).sum() - beta @ (t - g) / 2)


def total_loss(residuals, problem):
    r"""$\sum_i \max_{l_i \le \beta \le u_i} [\beta r_i - \epsilon |\beta|] = \sum_i u_i \max(0, r_i - \epsilon) - l_i
    \max(0, -r_i - \epsilon)$, the losses of the primal problem.

    With $\epsilon = 0$ and the bounds of a classifier these are $C_i \max(0, 1 - y_i f(x_i))$.
    residuals : (n,), $t_i - f(x_i)$;  problem : a `Signed`.  Returns a number.

    >>> total_loss(np.array([0.5, -2.0]), classification_problem(np.array([1, 1]), 10.0))
    5.0
    """
    over, under = np.maximum(0, residuals - problem.epsilon), np.maximum(0, -residuals - problem.epsilon)
    return float(problem.upper @ over - problem.lower @ under)


def signed_duality_gap(beta, g, b, problem):
    r"""Primal less dual objective of $(\beta, b)$.

    beta, g : (n,), $g = t - K\beta$;  b : number;  problem : a `Signed`.  Returns a number >= 0 up to rounding.

    >>> signed_duality_gap(np.zeros(2), np.array([1.0, -1.0]), 0.0, classification_problem(np.array([1, -1]), 10.0))
    20.0
    """
    primal = beta @ (problem.targets - g) / 2 + total_loss(g - b, problem)
    return float(primal - signed_dual_objective(beta, g, problem))
