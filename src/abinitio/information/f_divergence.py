r"""The family of f-divergences, $D_f(p\|q) = \sum_k q_k\, f(p_k/q_k)$, with f convex and f(1) = 0.

A member is given by f and by its slope at infinity $f'(\infty) = \lim_{t \to \infty} f(t)/t$, which rules where
$q_k = 0 < p_k$: such an outcome adds $p_k f'(\infty)$; one with $p_k = q_k = 0$ adds nothing. All members are >= 0, and
none grows when the outcomes are mapped or mixed (data processing). Near p = q the smooth ones are alike:
$D_f \approx \frac{f''(1)}{2} \sum_k (p_k - q_k)^2 / q_k$, which is where the Fisher information comes from.

Oracles: direct formulae; data processing; the limit; $D_f(q\|p) = D_{f^*}(p\|q)$ with $f^*(t) = t f(1/t)$.
Sources: I. Csiszár, Studia Sci. Math. Hungar. 2 (1967) 299; F. Liese, I. Vajda, IEEE Trans. Inf. Theory 52 (2006) 4394.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import xlogy


class ConvexFunction(NamedTuple):
    r"""What makes an f-divergence: f, array -> array for $0 \le t < \infty$; slope,  $f'(\infty)$."""

    f: Callable
    slope: float


KULLBACK_LEIBLER = ConvexFunction(lambda t: xlogy(t, t), np.inf)
REVERSE_KULLBACK_LEIBLER = ConvexFunction(lambda t: xlogy(-1.0, t), 0.0)
CHI_SQUARED = ConvexFunction(lambda t: (t - 1) ** 2, np.inf)
SQUARED_HELLINGER = ConvexFunction(lambda t: (np.sqrt(t) - 1) ** 2 / 2, 0.5)
TOTAL_VARIATION = ConvexFunction(lambda t: np.abs(t - 1) / 2, 0.5)
JENSEN_SHANNON = ConvexFunction(lambda t: (xlogy(t, t) - xlogy(1 + t, (1 + t) / 2)) / 2, np.log(2) / 2)

F_DIVERGENCES = {
    "Kullback-Leibler": KULLBACK_LEIBLER,
    "reverse Kullback-Leibler": REVERSE_KULLBACK_LEIBLER,
    "chi squared": CHI_SQUARED,
    "squared Hellinger": SQUARED_HELLINGER,
    "total variation": TOTAL_VARIATION,
    "Jensen-Shannon": JENSEN_SHANNON,
}


def f_divergence(p, q, f, slope=np.inf):
    r"""The divergence $\sum_k q_k f(p_k/q_k)$; where $q_k = 0$ the term is $p_k f'(\infty)$, and 0 if $p_k$ is 0 too.

    p, q : arrays of one shape, probabilities >= 0 that sum to 1;  f : callable, array -> array, convex with f(1) = 0,
    its limit where t = 0;  slope : $f'(\infty)$, inf allowed.
    Returns a number >= 0, up to rounding.  `f_divergence(p, q, *CHI_SQUARED)` for a member of the list.

    >>> p, q = np.array([0.5, 0.5, 0.0]), np.array([0.25, 0.5, 0.25])
    >>> float(f_divergence(p, q, *TOTAL_VARIATION)), float(f_divergence(p, q, *CHI_SQUARED))
    (0.25, 0.5)
    """
    allowed = q > 0
    forbidden = p[~allowed].sum()
    inside = np.sum(q[allowed] * f(p[allowed] / q[allowed]))
    return inside + forbidden * slope if forbidden > 0 else inside
