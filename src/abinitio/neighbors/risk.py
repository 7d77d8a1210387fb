r"""How often the nearest neighbour errs, against the best that any rule can do.

With the posteriors $\eta_c(x) = P(c\,|\,x)$ the Bayes rule errs with $R^* = E[1 - \max_c \eta_c]$. The nearest of
infinitely many samples has the same posteriors, and a label drawn from them anew: $R = E[1 - \sum_c \eta_c^2]$, and
$R^* \le R \le R^*\big(2 - \tfrac{C}{C-1} R^*\big)$ for C classes. Expectations over x are sums with weights: the mean
over draws of x, or a quadrature.

Source: T. M. Cover, P. E. Hart, IEEE Trans. Inf. Theory 13 (1967) 21.
"""

import numpy as np


def bayes_risk(posteriors, weights):
    r"""The least error rate of any classifier, $\sum_i w_i\,(1 - \max_c \eta_{ic})$.

    posteriors : (n, C), rows that sum to 1, the probabilities of the C classes at n points x;
    weights : (n,), the probabilities of the points, which sum to 1.  Returns a number in [0, 1 - 1/C].

    >>> float(bayes_risk(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0.5, 0.5])))
    0.25
    """
    return weights @ (1 - np.max(posteriors, axis=1))


def nearest_neighbour_risk(posteriors, weights):
    r"""The error rate of the nearest neighbour among infinitely many samples, $\sum_i w_i\,(1 - \sum_c \eta_{ic}^2)$.

    posteriors : (n, C), rows that sum to 1, the probabilities of the C classes at n points x;
    weights : (n,), the probabilities of the points, which sum to 1.  Returns a number in [0, 1 - 1/C].

    >>> float(nearest_neighbour_risk(np.array([[0.75, 0.25], [1.0, 0.0]]), np.array([0.5, 0.5])))
    0.1875
    """
    return weights @ (1 - np.sum(posteriors**2, axis=1))


def cover_hart_bound(risk, n_classes):
    r"""The most that the nearest neighbour can err with infinitely many samples: $R^*\big(2 - \tfrac{C}{C-1} R^*\big)$.

    risk : the Bayes risk $R^*$, in [0, 1 - 1/C], a number or an array;  n_classes : C, integer >= 2.

    >>> cover_hart_bound(0.1, n_classes=2)
    0.18...
    """
    return risk * (2 - n_classes / (n_classes - 1) * risk)
