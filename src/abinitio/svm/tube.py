r"""Support-vector regression: a curve inside a tube of half-width $\epsilon$, and a price only for leaving it.

Minimise $\frac12 |w|^2 + \sum_i C_i\, \max(0, |y_i - f(x_i)| - \epsilon)$ over $f = w \cdot \varphi + b$. The loss is
that of measurements whose errors up to $\epsilon$ do not count and larger ones count linearly: few samples carry the
curve, those on the border of the tube or outside it, and no outlier pulls with more than $C_i$. The dual problem has
one coefficient $\beta_i$ a sample, $f = \sum_i \beta_i\, k(\cdot, x_i) + b$: maximise
$$D(\beta) = \sum_i \beta_i y_i - \epsilon \sum_i |\beta_i| - \tfrac12\, \beta^\top K \beta, \qquad |\beta_i| \le C_i,
\qquad \sum_i \beta_i = 0.$$

Oracles: strong duality; quadratic programming; scikit-learn's SVR (libsvm).
Source: A. J. Smola, B. Schölkopf, Stat. Comput. 14 (2004) 199.
"""

import numpy as np


def epsilon_insensitive_loss(residuals, epsilon):
    r"""The loss of each residual: nothing inside the tube $|r| \le \epsilon$, and the distance from it outside.

    residuals : (n,), $y_i - f(x_i)$;  epsilon : half-width of the tube >= 0, in the unit of the residuals.
    Returns (n,), >= 0.

    >>> epsilon_insensitive_loss(np.array([0.0, 0.5, -0.5, 3.0, -3.0]), 1.0)
    array([0., 0., 0., 2., 2.])
    """
    return np.maximum(np.abs(residuals) - epsilon, 0)


def regression_primal_objective(beta, b, K, y, C, epsilon):
    r"""$\frac12 |w|^2 + \sum_i C_i \max(0, |y_i - f(x_i)| - \epsilon)$ of $f = \sum_j \beta_j\, k(\cdot, x_j) + b$.

    beta : (n,);  b : number;  K : (n, n);  y : (n,) targets;  C : number > 0, or (n,);  epsilon : >= 0.
    Returns a number.

    >>> regression_primal_objective(np.zeros(2), 1.0, np.eye(2), np.array([0.0, 2.0]), 3.0, 0.25)
    4.5
    """
    f = K @ beta
    return float(beta @ f / 2 + np.sum(C * epsilon_insensitive_loss(y - f - b, epsilon)))


def regression_dual_objective(beta, K, y, epsilon):
    r"""$D(\beta) = \sum_i \beta_i y_i - \epsilon \sum_i |\beta_i| - \frac12 \beta^\top K \beta$, to be maximised.

    beta : (n,);  K : (n, n);  y : (n,) targets;  epsilon : half-width of the tube >= 0.  Returns a number.

    >>> regression_dual_objective(np.array([-0.75, 0.75]), np.eye(2), np.array([0.0, 2.0]), 0.25)
    0.5625
    """
    return float(beta @ y - epsilon * np.abs(beta).sum() - beta @ K @ beta / 2)


def regression_intercept(beta, K, y, C, epsilon):
    r"""The intercept b of the curve that has the optimal coefficients: the mean of what the samples with
    $0 < |\beta_i| < C$, which lie exactly on the border of the tube, say; where there is none, the middle of its
    bounds.

    beta : (n,), exactly 0 or ±C where it is at a bound;  K : (n, n);  y : (n,) targets;  C : number > 0, or (n,);
    epsilon : half-width of the tube >= 0.  Returns a number.

    >>> regression_intercept(np.array([-0.75, 0.75]), np.eye(2), np.array([0.0, 2.0]), 3.0, 0.25)
    1.0
    """
    left = y - K @ beta  # what b should explain, up to epsilon
    free = (beta != 0) & (np.abs(beta) < C)
    if free.any():
        return float(np.mean(left[free] - epsilon * np.sign(beta[free])))
    lowest = np.max(np.where(beta < C, left - epsilon * np.where(beta >= 0, 1, -1), -np.inf))  # of those that can rise
    highest = np.min(np.where(beta > -C, left + epsilon * np.where(beta <= 0, 1, -1), np.inf))  # ... that can fall
    return float((lowest + highest) / 2)
