r"""Metropolis and Hastings: a chain of a wanted law from any proposal, by refusing some of its steps.

From x a proposal y is drawn with density q(y | x) and accepted with probability
$\min\big(1,\; p(y)\, q(x | y) \,/\, p(x)\, q(y | x)\big)$; otherwise the chain stays at x, and x counts once more. Then
$p(x)\, T(x \to y) = p(y)\, T(y \to x)$: detailed balance, so that p is stationary. Only ratios of p are needed.

For a Gaussian random walk $y = x + s\, \xi$ and a law of d independent standard normal coordinates both the mean
acceptance and the mean squared step are known exactly: for given $|\xi|$ the log ratio is normal,
$N(-r^2/2,\; r^2)$ with $r = s |\xi|$, which is accepted with probability $2 \Phi(-r/2)$, and the mean over $|\xi|$ is a
tail of Student's law. As $d \to \infty$ the best scale tends to $2.38 / \sqrt d$, the acceptance there to 0.234.
Sources: N. Metropolis et al., J. Chem. Phys. 21, 1087 (1953); W. K. Hastings, Biometrika 57, 97 (1970);
A. Gelman, G. O. Roberts, W. R. Gilks, Bayesian Statistics 5, 599 (1996).
"""

import numpy as np
from scipy.stats import t as student

from abinitio.sampling.chain import ChainState, start


def acceptance_probability(log_p, log_p_new, log_q_ratio=0.0):
    r"""The probability $\min\big(1,\; p(y)\, q(x | y) \,/\, p(x)\, q(y | x)\big)$ to accept the proposal y at x.

    log_p, log_p_new : log densities at x and y in nats, up to a common constant, any shape; log_p finite, log_p_new
    finite or minus infinity (probability 0);  log_q_ratio : $\ln q(x | y) - \ln q(y | x)$, 0 for a symmetric proposal.

    >>> acceptance_probability(0.0, np.array([-np.inf, np.log(0.25), 800.0]))
    array([0.  , 0.25, 1.  ])
    """
    return np.exp(np.minimum(0.0, log_p_new - log_p + log_q_ratio))  # the minimum first: exp cannot overflow


def metropolis_matrix(p, Q):
    r"""The transition matrix of Metropolis and Hastings on K states, which has p as a stationary law.

    p : (K,) probabilities > 0 of the states, or weights in proportion to them;  Q : (K, K) proposals, $Q_{ij}$ the
    probability to propose j at i, rows sum to 1; where $Q_{ij} > 0$, $Q_{ji} > 0$ too.
    Returns T, (K, K), rows sum to 1: $T_{ij}$ is the probability to be at j a step after i. A refused step stays at i.

    >>> metropolis_matrix(np.array([1.0, 2.0]), np.array([[0.0, 1.0], [1.0, 0.0]]))
    array([[0. , 1. ],
           [0.5, 0.5]])
    """
    flow = p[:, None] * Q  # probability per step that i proposes j
    T = Q * np.minimum(1, np.divide(flow.T, flow, out=np.zeros(Q.shape), where=flow > 0))
    np.fill_diagonal(T, 0)
    return T + np.diag(1 - T.sum(axis=1))


def metropolis_step(x, log_p, scale, rng):
    r"""One step of the Gaussian random walk: the proposal is $x + s\, \xi$, with $\xi$ of independent standard normals.

    x : (d,) one chain, or (chains, d);  log_p : function of (..., d) that returns (...), log density in nats, up to a
    constant, finite at x;  scale : s, number or (d,), in the unit of x.
    Random numbers in this order: rng.standard_normal(x.shape), the $\xi$; then rng.random(x.shape[:-1]), one for each
    chain, which accepts where it is less than the probability of acceptance.
    Returns the next state, of the shape of x: the proposal where it is accepted, else x again.

    >>> inside_unit_ball = lambda x: np.where((x**2).sum(axis=-1) < 1, 0.0, -np.inf)
    >>> metropolis_step(np.zeros(3), inside_unit_ball, 100.0, np.random.default_rng(0))
    array([0., 0., 0.])
    """
    proposal = x + scale * rng.standard_normal(x.shape)
    ratio = np.exp(np.minimum(0.0, log_p(proposal) - log_p(x)))  # p(y) / p(x), at most 1
    accepted = rng.random(x.shape[:-1]) < ratio
    return np.where(accepted[..., None], proposal, x)


def random_walk(x, log_p, scale, rng):
    """Walk of `metropolis_step`s from x, with one call of log_p for each; yields `ChainState`s.

    x : (d,) one chain, or (chains, d), as many independent ones;  log_p, scale : as in `metropolis_step`.

    >>> walk = random_walk(np.zeros(2), lambda x: -0.5 * (x**2).sum(axis=-1), 1.0, np.random.default_rng(0))
    >>> next(walk).x.shape
    (2,)
    """
    symmetric = lambda x, rng: (x + scale * rng.standard_normal(x.shape), 0.0)
    return metropolis_hastings(x, log_p, symmetric, rng)


def metropolis_hastings(x, log_p, propose, rng):
    r"""Walk of Metropolis and Hastings with any proposal, from x; yields `ChainState`s.

    x : (d,) or (chains, d);  log_p : as in `metropolis_step`;  propose : function (x, rng) that returns
    (y, log_q_ratio): proposals of the shape of x, and $\ln q(x | y) - \ln q(y | x)$, a number or (chains,).

    >>> def grow_or_shrink(x, rng):  # y = x e^ξ has q(y | x) = φ(ln y/x) / y, so that the ratio is y / x
    ...     y = x * np.exp(rng.standard_normal(x.shape))
    ...     return y, np.log(y / x).sum(axis=-1)
    >>> walk = metropolis_hastings(np.ones(1), lambda x: -x.sum(axis=-1), grow_or_shrink, np.random.default_rng(0))
    >>> bool(next(walk).x > 0)
    True
    """
    state = start(x, log_p)
    while True:
        y, log_q_ratio = propose(state.x, rng)
        log_p_new = log_p(y)
        probability = acceptance_probability(state.log_p, log_p_new, log_q_ratio)
        accepted = rng.random(state.log_p.shape) < probability
        state = ChainState(
            np.where(accepted[..., None], y, state.x), np.where(accepted, log_p_new, state.log_p), probability
        )
        yield state


def gaussian_acceptance(scale, d):
    r"""Mean acceptance of the random walk on d standard normal coordinates: $2\, P(t_d > s \sqrt d / 2)$, exactly.

    scale : number or array > 0, in standard deviations of the law;  d : number of coordinates, > 0.

    >>> gaussian_acceptance(np.array([1e-9, 2.38 / np.sqrt(1e6)]), np.array([1, 1e6])).round(3)
    array([1.   , 0.234])
    """
    return 2 * student.sf(np.asarray(scale) * np.sqrt(d) / 2, d)


def gaussian_squared_step(scale, d):
    r"""Mean square of one coordinate's step in that walk: $2 s^2\, P(t_{d+2} > s \sqrt{d+2} / 2)$, exactly.

    scale, d : as in `gaussian_acceptance`. Refused steps count as 0. In units of the variance it is $2 (1 - \rho_1)$,
    with the autocorrelation $\rho_1$ of a coordinate from one step to the next.

    >>> bool(gaussian_squared_step(2.38 / 10, 100) > gaussian_squared_step(np.array([1.0, 5.0]) / 10, 100).max())
    True
    """
    return np.square(scale) * gaussian_acceptance(scale, d + 2)  # |ξ|² weights the law of |ξ| into that of d + 2


def optimal_scale(d):
    r"""$2.38 / \sqrt d$: the scale of a Gaussian random walk for a d-dimensional law, in its standard deviations.

    d : number of coordinates. Best for many independent ones; for one alone 2.43.

    >>> optimal_scale(4)
    1.19
    """
    return 2.38 / d**0.5
