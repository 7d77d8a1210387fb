r"""The geometry of the normal densities: points $(\mu, \sigma)$, distances by the Fisher information.

$ds^2 = (d\mu^2 + 2\, d\sigma^2)/\sigma^2$. With $u = \mu/\sqrt2$ this is twice the metric $(du^2 + d\sigma^2)/\sigma^2$
of the upper half-plane: hyperbolic geometry, of curvature -1/2. In $(u, \sigma)$ the shortest path between two
densities is an arc of a circle around a point of the axis $\sigma = 0$: it takes the way through larger $\sigma$, where
means are harder to tell apart. Near by, $\frac12 ds^2$ is the Kullback-Leibler divergence. For probabilities of K
outcomes the same construction gives a sphere.

Oracles: integration of the geodesic equation; the circumference $2\pi\sqrt2 \sinh(r/\sqrt2)$ of a circle; the
divergence of close densities.
Sources: C. R. Rao, Bull. Calcutta Math. Soc. 37 (1945) 81; C. Atkinson, A. F. S. Mitchell, Sankhyā A 43 (1981) 345;
S. I. R. Costa, S. A. Santos, J. E. Strapasson, Discrete Appl. Math. 197 (2015) 59.
"""

import numpy as np
from scipy.integrate import solve_ivp


def fisher_distance(theta, other):
    r"""Fisher-Rao distance of two normal densities: the length of the shortest path from one to the other.

    theta, other : $(\mu_0, \sigma_0)$ and $(\mu_1, \sigma_1)$ with $\sigma > 0$. The length element is
    $ds^2 = (d\mu^2 + 2\, d\sigma^2)/\sigma^2$, and the distance
    $\sqrt2\, \mathrm{arccosh}\Big(1 + \frac{(\mu_1 - \mu_0)^2/2 + (\sigma_1 - \sigma_0)^2}{2 \sigma_0 \sigma_1}\Big)$.
    Returns a number, accurate also where the two are close.

    >>> round(float(fisher_distance((0.0, 1.0), (0.0, np.e))), 12)  # only sigma differs: √2 ln(sigma1/sigma0)
    1.414213562373
    """
    (m0, s0), (m1, s1) = theta, other
    squared = ((m1 - m0) ** 2 / 2 + (s1 - s0) ** 2) / (2 * s0 * s1)
    return np.sqrt(8) * np.arcsinh(np.sqrt(squared / 2))  # cosh D - 1 = 2 sinh²(D/2): 1 + squared is never rounded


def fisher_geodesic(theta, other, t):
    r"""Points of the shortest path between two normal densities, at fractions of its length.

    theta, other : $(\mu, \sigma)$ at t = 0 and t = 1;  t : (m,) fractions; below 0 and above 1 the path goes on.
    Returns (m, 2), rows $(\mu, \sigma)$.

    >>> fisher_geodesic((0.0, 1.0), (0.0, 4.0), np.array([0.0, 0.5, 1.0]))
    array([[0., 1.],
           [0., 2.],
           [0., 4.]])
    """
    (m0, s0), (m1, s1) = theta, other
    a, b = _weights(theta, other, t)
    sigma = 1 / (a / s0 + b / s1)  # (1/σ, μ/σ) are coordinates of the hyperboloid, in which geodesics are a X0 + b X1
    return np.column_stack([sigma * (a * m0 / s0 + b * m1 / s1), sigma])


def geodesic_velocity(theta, other):
    r"""Velocity $(\dot\mu, \dot\sigma)$ at the start of the path that reaches `other` at time 1 at constant speed.

    theta, other : $(\mu, \sigma)$.  Returns (2,); its length in the metric is the distance of the two.

    >>> (geodesic_velocity((0.0, 1.0), (0.0, np.e)) + 0.0).round(12)
    array([0., 1.])
    """
    (m0, s0), (m1, s1) = theta, other
    D = fisher_distance(theta, other) / np.sqrt(2)
    a, b = (-D / np.tanh(D), D / np.sinh(D)) if D > 0 else (-1.0, 1.0)  # derivatives of the weights at t = 0
    sigma = -(s0**2) * (a / s0 + b / s1)
    return np.array([sigma * m0 / s0 + s0 * (a * m0 / s0 + b * m1 / s1), sigma])


def geodesic_acceleration(theta, velocity):
    r"""The acceleration $(2\dot\mu\dot\sigma,\; \dot\sigma^2 - \dot\mu^2/2)/\sigma$ of a geodesic.

    theta : $(\mu, \sigma)$;  velocity : $(\dot\mu, \dot\sigma)$, the speed being constant.  Returns (2,).

    >>> geodesic_acceleration((0.0, 2.0), (2.0, 1.0))
    array([ 2. , -0.5])
    """
    (_, sigma), (m, s) = theta, velocity
    return np.array([2 * m * s, s**2 - m**2 / 2]) / sigma


def shoot_geodesic(theta, velocity, t):
    r"""The geodesic that starts somewhere with a given velocity, by integrating the geodesic equation.

    theta : $(\mu, \sigma)$;  velocity : $(\dot\mu, \dot\sigma)$ at time 0;  t : (m,) times >= 0, in rising order.
    Returns (m, 2), rows $(\mu, \sigma)$, with a relative error of about 1e-9.

    >>> shoot_geodesic((0.0, 1.0), (0.0, np.log(4)), np.array([0.5, 1.0])).round(6)
    array([[0., 2.],
           [0., 4.]])
    """
    field = lambda _, state: np.concatenate([state[2:], geodesic_acceleration(state[:2], state[2:])])
    start = np.concatenate([theta, velocity])
    path = solve_ivp(field, (0, t[-1]), start, method="DOP853", t_eval=t, rtol=1e-10, atol=1e-12)
    return path.y[:2].T


def path_length(path, metric):
    r"""Length $\sum \sqrt{\Delta^\top G \Delta}$ of a path of short straight steps $\Delta$.

    path : (m, d), points in turn;  metric : callable, (d,) -> (d, d), G, e.g. `normal_fisher`; it is taken in the
    middle of each step.  Returns a number, with an error of the order of the steps squared.

    >>> float(path_length(np.array([[0.0, 2.0], [1.0, 2.0], [3.0, 2.0]]), lambda theta: np.eye(2) / theta[1] ** 2))
    1.5
    """
    steps, middles = np.diff(path, axis=0), (path[1:] + path[:-1]) / 2
    return sum(np.sqrt(step @ metric(middle) @ step) for step, middle in zip(steps, middles))


def categorical_fisher_distance(p, q):
    r"""Fisher-Rao distance $2 \arccos \sum_k \sqrt{p_k q_k}$ of two distributions of K outcomes.

    p, q : (K,) probabilities >= 0 that sum to 1: $2\sqrt p$ is a point on a sphere of radius 2.
    Returns a number from 0 to $\pi$ (no outcome in common), accurate also where the two are close.

    >>> round(float(categorical_fisher_distance(np.array([1.0, 0.0]), np.array([0.0, 1.0]))), 6)
    3.141593
    """
    chord = np.linalg.norm(np.sqrt(p) - np.sqrt(q))
    return 4 * np.arcsin(np.minimum(chord / 2, 1))


def _weights(theta, other, t):
    """sinh((1 - t) D) / sinh D and sinh(t D) / sinh D, for D = 0 their limits; D : distance in the upper half-plane."""
    t = np.asarray(t, dtype=float)
    D = fisher_distance(theta, other) / np.sqrt(2)
    return (np.sinh((1 - t) * D) / np.sinh(D), np.sinh(t * D) / np.sinh(D)) if D > 0 else (1 - t, t)
