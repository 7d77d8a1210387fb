r"""Gradient descent on a sum of a smooth function and one with a kink, $F(w) = f(w) + g(w)$: the proximal gradient.

The proximal map of $g$ takes the place of its gradient,
$\mathrm{prox}_{t g}(z) = \arg\min_u \frac12|u - z|^2 + t\,g(u)$;
for $g = |\cdot|_1$ it is the soft threshold. With a rate of at most $1/L$, $L$ the Lipschitz constant of
$\nabla f$, the excess $F(w_k) - F^*$ is at most $|w_0 - w^*|^2 / (2\,\mathrm{rate}\,k)$ for the plain iteration (ISTA)
and $2\,|w_0 - w^*|^2 / (\mathrm{rate}\,(k+1)^2)$ for the accelerated one (FISTA).

Oracles: these bounds on every iterate; coordinate descent.
Source: A. Beck, M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear inverse problems",
SIAM J. Imaging Sciences 2 (2009) 183, theorems 3.1 and 4.4.
"""

import numpy as np


def soft_threshold(z, t):
    r"""The minimiser over $u$ of $\frac12 (u - z)^2 + t\,|u|$, for each element of z.

    z : array of any shape, or a number;  t : number >= 0, or an array that broadcasts with z.
    Returns an array of the broadcast shape.

    >>> soft_threshold(np.array([3.0, -0.5, -2.0]), 1.0)
    array([ 2.,  0., -1.])
    """
    return np.maximum(z - t, 0) + np.minimum(z + t, 0)  # z > t: z - t;  z < -t: z + t;  between: 0


def proximal_gradient(gradient, proximal, w, rate):
    r"""Iterates of $w \leftarrow \mathrm{prox}_{\mathrm{rate}\,g}(w - \mathrm{rate}\,\nabla f(w))$ (ISTA), without end.

    gradient : callable, gradient(w) is $\nabla f(w)$ in the shape of w;
    proximal : callable, proximal(z, rate) is $\mathrm{prox}_{\mathrm{rate}\,g}(z)$;
    w : array, the start (it is not yielded);  rate : float > 0, at most $1/L$ for the bound above.
    Yields w after every step, a new array each time.

    >>> steps = proximal_gradient(lambda w: w - 3, soft_threshold, np.zeros(1), rate=1.0)
    >>> next(steps)
    array([2.])
    """
    while True:
        w = proximal(w - rate * gradient(w), rate)
        yield w


def accelerated_proximal_gradient(gradient, proximal, w, rate):
    r"""Iterates of the proximal gradient with Nesterov's momentum (FISTA), without end.

    gradient : callable, gradient(w) is $\nabla f(w)$ in the shape of w;
    proximal : callable, proximal(z, rate) is $\mathrm{prox}_{\mathrm{rate}\,g}(z)$;
    w : array, the start (it is not yielded);  rate : float > 0, at most $1/L$ for the bound above.
    Yields w after every step, a new array each time; the objective may rise between two steps.

    >>> steps = accelerated_proximal_gradient(lambda w: w - 3, soft_threshold, np.zeros(1), rate=0.5)
    >>> [next(steps).round(3).item() for _ in range(3)]
    [1.0, 1.5, 1.82]
    """
    v, t = w, 1.0
    while True:
        w_old, w = w, proximal(v - rate * gradient(v), rate)
        t_old, t = t, (1 + np.sqrt(1 + 4 * t**2)) / 2  # t² - t = t_old², so that the bounds telescope
        v = w + (t_old - 1) / t * (w - w_old)
        yield w
