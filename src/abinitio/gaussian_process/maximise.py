r"""The parameters with the largest evidence: L-BFGS in their logarithms, within bounds, from several starts.

The evidence may have several maxima (the same wiggle is signal to one kernel and noise to another), and its slope may
lead to infinite parameters. So each $\theta$ stays in an interval $c \pm h$: $\theta = c + h \sin(u/h)$ with u free,
which near the middle is $\theta$ itself and reaches a bound at a finite u, where the slope in u vanishes.

Oracle: closed forms (the variance of white noise is the mean of $y^2$); `scipy.optimize.minimize` with bounds.
Source of the transformation: F. James, M. Roos, Comput. Phys. Commun. 10 (1975) 343 (MINUIT).
"""

import numpy as np

from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.line_search import Point

WIDEST = 200.0  # bounds in logarithms beyond these count as these


def bounded(u, bounds):
    r"""The point within bounds that belongs to free coordinates: $\theta = c + h \sin(u/h)$.

    u : (p,) any numbers;  bounds : (p, 2), lowest and highest, whose middle is c and half width h.  Returns (p,).

    >>> bounded(np.array([0.0, np.pi]), np.array([[-3.0, 3.0], [4.0, 8.0]])).round(6)
    array([0., 8.])
    """
    centre, half = _intervals(bounds)
    return centre + half * np.sin(u / half)


def unbounded(theta, bounds):
    r"""Free coordinates of a point within bounds, at which the slope of `bounded` is not zero.

    theta : (p,);  bounds : (p, 2), lowest and highest.
    Returns u, (p,), in $[-\pi h/2, \pi h/2]$; a theta at a bound or beyond it counts as a thousandth of h inside.

    >>> unbounded(np.array([0.0, 5.0]), np.array([[-3.0, 3.0], [4.0, 8.0]])).round(6)
    array([ 0.      , -1.047198])
    """
    centre, half = _intervals(bounds)
    return half * np.arcsin(np.clip((theta - centre) / half, -0.999, 0.999))


def _intervals(bounds):
    low, high = np.clip(bounds, -WIDEST, WIDEST).T
    return (low + high) / 2, np.maximum((high - low) / 2, 1e-12)


def climb(value_and_gradient, theta, bounds):
    """Walk up a function within bounds, as a generator of the points it visits.

    value_and_gradient : callable, theta (p,) -> (value, gradient (p,)); a value of minus infinity is a place to avoid;
    theta : (p,), the start (not modified, yielded first);  bounds : (p, 2), lowest and highest.
    Yields a `Point` (w = theta, value, gradient), each higher than the last up to rounding. Ends where no step leads
    higher.

    >>> *_, last = climb(lambda t: (float(-(t @ t)), -2 * t), np.array([1.0, 2.0]), np.array([[-3.0, 3.0], [1.5, 3.0]]))
    >>> last.w.round(4) + 0.0
    array([0. , 1.5])
    """
    _, half = _intervals(bounds)

    def descended(u):
        value, gradient = first[1:] if u is start else value_and_gradient(bounded(u, bounds))
        return -value, -gradient * np.cos(u / half)  # dθ/du = cos(u/h)

    start = unbounded(theta, bounds)
    first = Point(bounded(start, bounds), *value_and_gradient(bounded(start, bounds)))
    yield first
    for point in lbfgs(descended, start, rounding=1e-13):
        yield Point(bounded(point.w, bounds), -point.value, -point.gradient / np.cos(point.w / half))


def highest(value_and_gradient, starts, bounds, tol=1e-9, max_iter=200):
    """The highest of the maxima that `climb` reaches from several starts.

    value_and_gradient : as in `climb`;  starts : sequence of theta (p,);  bounds : (p, 2), lowest and highest;
    tol : a walk ends when a step gains less than this, relative to the value;  max_iter : steps of a walk, at most.
    Returns a `Point` (w = theta, value, gradient).

    >>> two_hills = lambda t: (float(np.cos(t[0]) + t[0] / 10), np.array([0.1 - np.sin(t[0])]))
    >>> highest(two_hills, [np.array([0.5]), np.array([6.0])], np.array([[-3.0, 9.0]])).w.round(3)
    array([6.383])
    """
    ends = []
    for theta in starts:
        last = None
        for step, point in enumerate(climb(value_and_gradient, theta, bounds)):
            settled = last is not None and point.value - last.value <= tol * max(1, abs(point.value))
            last = point
            if settled or step >= max_iter:
                break
        ends.append(last)
    return max(ends, key=lambda point: point.value)
