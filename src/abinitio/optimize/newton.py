r"""Newton's method: jump to the minimum of the local parabola.

Near a minimum with a positive definite Hessian the error is squared at every step, in every system of units: the
iterates of $f(Aw)$ are those of $f$, transformed. Far away the jump can go wrong in two ways: the parabola has no
minimum (then the Hessian is shifted until it is positive definite), or it reaches too far (then the step is shortened).

Oracles: one step on a quadratic; quadratic convergence; invariance under linear maps.
Source: J. Nocedal, S. J. Wright, "Numerical Optimization" (2006), sections 3.3 and 3.4, algorithm 3.3.
"""

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from abinitio.optimize.line_search import Point, strong_wolfe


def newton(gradient, hessian, w):
    r"""Newton's method with full steps, $w_{t+1} = w_t - H^{-1} g$, as an endless generator of the weights.

    gradient : callable, w -> (d,), the gradient g;  hessian : callable, w -> (d, d), the Hessian H, not singular;
    w : (d,), the start (not modified, not yielded).  Yields $w_1, w_2, \dots$, a new array each.
    numpy's LinAlgError where H is singular.

    >>> walk = newton(lambda w: w**2 - 2, lambda w: np.diag(2 * w), np.array([1.0]))  # gradient 0 at the root of 2
    >>> [round(float(next(walk)[0]), 6) for _ in range(4)]
    [1.5, 1.416667, 1.414216, 1.414214]
    """
    while True:
        w = w - np.linalg.solve(hessian(w), gradient(w))
        yield w


def damped_newton(value_and_gradient, hessian, w):
    """Newton's method that goes downhill from everywhere, as a generator of the points it visits.

    The Hessian is made positive definite where it is not, and the step satisfies the strong Wolfe conditions; near
    the minimum these are Newton's full steps.

    value_and_gradient : callable, w -> (f(w), gradient (d,));  hessian : callable, w -> (d, d);
    w : (d,), the start (not modified, not yielded).
    Yields a `Point` (w, value, gradient) after every step; ends where no step lowers f any more.

    >>> length = lambda w: np.sqrt(1 + w**2)
    >>> hyperbola = lambda w: (float(length(w)[0]), w / length(w))
    >>> walk = damped_newton(hyperbola, lambda w: np.diag(length(w) ** -3), np.array([5.0]))  # full steps: w -> -w³
    >>> *_, last = walk
    >>> abs(float(last.w[0])) < 1e-7
    True
    """
    point = Point(np.asarray(w, dtype=float), *value_and_gradient(w))
    while True:
        point = strong_wolfe(value_and_gradient, point, -newton_direction(hessian(point.w), point.gradient))
        if point is None:
            return
        yield point


def newton_direction(H, g):
    r"""$(H + \tau 1)^{-1} g$ with $\tau = 0$ where H is positive definite, else a $\tau$ large enough to make it so.

    H : (d, d) symmetric;  g : (d,).  Returns (d,), whose negative is downhill: its product with g is positive.

    >>> newton_direction(np.diag([2.0, 4.0]), np.array([2.0, 4.0]))
    array([1., 1.])
    >>> bool(newton_direction(np.diag([-2.0, 4.0]), np.array([1.0, 0.0]))[0] > 0)
    True
    """
    smallest = 1e-3 * max(np.abs(H).max(), 1e-300)
    lowest = np.diag(H).min()
    shift = 0.0 if lowest > 0 else smallest - lowest
    while True:
        try:
            return cho_solve(cho_factor(H + shift * np.eye(len(g))), g)
        except LinAlgError:
            shift = max(2 * shift, smallest)
