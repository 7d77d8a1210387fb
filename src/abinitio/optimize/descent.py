r"""Gradient descent: walk against the gradient.

On a quadratic $\tfrac12 w^\top A w - b^\top w$ with eigenvalues of A between $\lambda_1$ and $\lambda_d$ the error of
each eigenvector is multiplied by $1 - \eta\lambda$ a step: the walk converges for rates
$0 < \eta < 2/\lambda_d$, and fastest for $\eta = 2/(\lambda_1 + \lambda_d)$, by the factor
$(\kappa - 1)/(\kappa + 1)$ a step with the condition number $\kappa = \lambda_d/\lambda_1$.

Source: B. Polyak, Introduction to Optimization (1987), section 1.4.
"""


def gradient_descent(gradient, w, rate):
    r"""Gradient descent with a constant learning rate $\eta$, as an endless generator of the weights.

    gradient : callable, gradient(w) -> array of w's shape;
    w : array, where the walk starts (not modified; not itself yielded);
    rate : float > 0, the learning rate $\eta$ multiplying the gradient.
    Yields $w_1, w_2, \dots$, a new array each, with $w_{t+1}$ made from $w_t$ alone.

    >>> import itertools
    >>> import numpy as np
    >>> walk = gradient_descent(lambda w: 2 * w, np.array([8.0]), rate=0.25)  # the minimum of w² is 0
    >>> [float(w[0]) for w in itertools.islice(walk, 4)]
    [4.0, 2.0, 1.0, 0.5]
    """
    while True:
        w = w - rate * gradient(w)
        yield w
