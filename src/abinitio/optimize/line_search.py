r"""How far to go along a direction: a step that satisfies the strong Wolfe conditions.

Along $\phi(t) = f(w + t\,d)$ with $\phi'(0) < 0$ a step must lower f enough and flatten its slope enough:
$$\phi(t) \le \phi(0) + c_1 t\,\phi'(0), \qquad |\phi'(t)| \le c_2\,|\phi'(0)| .$$
For $0 < c_1 < c_2 < 1$ and f bounded below such steps exist, and then $s^\top y > 0$ for the step s and the change y of
the gradient, which is what quasi-Newton updates need.

Oracle: both conditions, checked on every accepted step.
Source: J. Nocedal, S. J. Wright, "Numerical Optimization" (2006), algorithms 3.5 and 3.6, equation 3.59.
"""

from typing import NamedTuple

import numpy as np


class Point(NamedTuple):
    """Where a walk stands: the weights w, the value f(w) and the gradient there, in the shape of w."""

    w: np.ndarray
    value: float
    gradient: np.ndarray


def strong_wolfe(
    value_and_gradient, point, direction, first=1.0, c1=1e-4, c2=0.9, rounding=1e-15, most=40, size=np.linalg.norm
):
    r"""A step along a direction that satisfies the strong Wolfe conditions.

    value_and_gradient : callable, w -> (f(w), gradient of w's shape);  point : the `Point` where the step starts;
    direction : array of w's shape, downhill;  first : the step tried first, float > 0;
    c1, c2 : constants of the two conditions, 0 < c1 < c2 < 1;
    rounding : relative error of f's values: the first condition holds up to 4 rounding |f|, since near the minimum a
    true decrease is smaller than the rounding;  most : evaluations allowed;
    size : callable, gradient -> a number >= 0, its size; None to take a step that rounding hides whatever its gradient.
    Returns the `Point` reached, or None where the direction is not downhill, no such step was found, or the step
    changes f by its rounding only and does not make the gradient smaller.

    >>> parabola = lambda w: (float(w @ w), 2 * w)
    >>> start = Point(np.array([4.0]), *parabola(np.array([4.0])))
    >>> strong_wolfe(parabola, start, -start.gradient).w  # a step of 1 would land at -4, as high as the start
    array([0.])
    """
    slope_0, noise = np.vdot(point.gradient, direction), 4 * rounding * abs(point.value)
    if not slope_0 < 0:
        return None
    low, high, t, hidden = (0.0, point.value, slope_0), None, first, False
    for _ in range(most):
        w = point.w + t * direction
        value, gradient = value_and_gradient(w)
        slope = np.vdot(gradient, direction)
        if not value <= min(point.value + c1 * t * slope_0, low[1]) + noise:  # too high, or not a number
            high = (t, value, slope)
        elif abs(slope) <= -c2 * slope_0:
            if size is None or value < point.value - noise or size(gradient) < size(point.gradient):
                return Point(w, value, gradient)
            if hidden:
                return None
            t, hidden = t * slope_0 / (slope_0 - slope), True  # only the slopes still say where the bottom is
            continue
        else:  # low enough, too steep: a good step lies on the side to which f falls
            if slope * ((np.inf if high is None else high[0]) - low[0]) >= 0:
                high = low
            low = (t, value, slope)
        t = 4 * low[0] if high is None else between(low, high)
    return None


def between(low, high):
    r"""Where the cubic through two points has its minimum, kept away from both by a tenth of their distance.

    low, high : (t, $\phi(t)$, $\phi'(t)$), in either order of t.
    Returns a number; the middle where there is no minimum.

    >>> float(between((0.0, 4.0, -4.0), (3.0, 1.0, 2.0)))  # (t - 2)²
    2.0
    """
    (a, f_a, g_a), (b, f_b, g_b) = low, high
    if not np.isfinite([f_a, f_b, g_a, g_b]).all():
        return (a + b) / 2
    d1 = g_a + g_b - 3 * (f_a - f_b) / (a - b)
    radicand = d1 * d1 - g_a * g_b
    if radicand < 0:
        return (a + b) / 2
    d2 = np.copysign(np.sqrt(radicand), b - a)
    t = b - (b - a) * (g_b + d2 - d1) / (g_b - g_a + 2 * d2) if g_b - g_a + 2 * d2 != 0 else (a + b) / 2
    margin = 0.1 * abs(b - a)
    return min(max(t, min(a, b) + margin), max(a, b) - margin)
