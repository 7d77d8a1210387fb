r"""The stretch move: an ensemble of walkers that is its own proposal, the same in any linear coordinates.

A walker x is moved along the line through another walker c, to $y = c + z (x - c)$, with z drawn from the density
$g(z) \propto 1 / \sqrt z$ on $[1/a, a]$, for which $g(1/z) = z\, g(z)$. Stretching by z multiplies volumes along a ray
from c by $z^{d-1}$, so that acceptance with $\min\big(1,\; z^{d-1}\, p(y) / p(x)\big)$ leaves the law of the ensemble,
$\prod_i p(x_i)$, as it is. Walkers of one half are moved with partners from the other half, all at once, then the other
way round; the halves are shuffled in each step. No scale is to be chosen: for an affine map $x \to Ax + b$ the chain
of the images is the image of the chain. In many dimensions (some tens) it is slow: compare `hamiltonian`.

`stretch_step` reads like the definition; `stretch_walk` yields the same states from the same random numbers, without
a second call of log_p for what it knows, in arrays that it draws many steps at a time.
Sources: J. Goodman, J. Weare, Comm. Appl. Math. Comp. Sci. 5, 65 (2010); D. Foreman-Mackey, D. W. Hogg, D. Lang,
J. Goodman, PASP 125, 306 (2013), for the two halves.
"""

import numpy as np

from abinitio.sampling.chain import ChainState, start

BLOCK = 2**16  # random numbers drawn at once by the walk: they stay in the cache


def stretch_factors(u, a):
    r"""The factors z in $[1/a, a]$ of density $g(z) \propto 1 / \sqrt z$, from uniform numbers.

    u : array of uniform numbers in [0, 1), 0 for the least factor;  a : float > 1.  Returns z, increasing with u.

    >>> stretch_factors(np.array([0.0, 0.5, 1.0]), 4.0)
    array([0.25 , 1.5625, 4.    ])
    """
    return (1 + (a - 1) * u) ** 2 / a  # the distribution function is (√(a z) - 1) / (a - 1)


def stretch_half(x, others, log_p, a, rng):
    r"""Move each walker of one half along the line through a random walker of the other half, or leave it.

    x : (h, d) walkers to be moved;  others : (m, d) walkers that stay;  log_p : function of (h, d) that returns (h,),
    log density in nats, up to a constant, finite at x;  a : largest factor, > 1.
    Random numbers: `u, v, w = rng.random((3, h))`. Walker i has the partner number floor(m u_i), is stretched by the
    factor `stretch_factors(v, a)[i]`, and moves where w_i is less than the probability of acceptance.
    Returns the walkers after the move, (h, d).

    >>> line = lambda x: np.zeros(len(x))  # on a line of uniform density every stretch is accepted
    >>> x, others = np.array([[1.0], [2.0]]), np.array([[0.0]])
    >>> stretch_half(x, others, line, 4.0, np.random.default_rng(0)) / x
    array([[0.31523765],
           [0.27540607]])
    """
    u, v, w = rng.random((3, len(x)))
    partners = others[(len(others) * u).astype(int)]
    z = stretch_factors(v, a)
    proposal = partners + z[:, None] * (x - partners)
    log_ratio = (x.shape[1] - 1) * np.log(z) + log_p(proposal) - log_p(x)
    accepted = w < np.exp(np.minimum(0.0, log_ratio))
    return np.where(accepted[:, None], proposal, x)


def stretch_step(x, log_p, a, rng):
    """One step of all walkers: a random half with partners in the other half, then the other half.

    x : (walkers, d), walkers >= 2 d and even;  log_p, a : as in `stretch_half`.
    Random numbers: rng.random(walkers), whose order ranks the walkers, the lower half of the ranks being moved first;
    then those of `stretch_half`, twice.  Returns (walkers, d), each walker at its row.

    >>> step = stretch_step(np.eye(4)[:, :2], lambda x: -(x**2).sum(axis=-1), 2.0, np.random.default_rng(0))
    >>> step.shape
    (4, 2)
    """
    x = x.copy()
    order = np.argsort(rng.random(len(x)))
    first, second = order[: len(x) // 2], order[len(x) // 2 :]
    x[first] = stretch_half(x[first], x[second], log_p, a, rng)
    x[second] = stretch_half(x[second], x[first], log_p, a, rng)
    return x


def stretch_walk(x, log_p, a, rng):
    """Walk of `stretch_step`s from x, with two calls of log_p for each, on half of the walkers; yields `ChainState`s.

    x : (walkers, d) start, an even number of at least 2 d walkers that are not all in one plane;  log_p : function of
    (n, d) that returns (n,), log density in nats, up to a constant, finite at x;  a : largest factor, > 1, usually 2.
    The generator draws random numbers for many steps ahead.  Raises ValueError where x or a is not such.

    >>> x = np.random.default_rng(0).standard_normal((10, 2))
    >>> state = next(stretch_walk(x, lambda x: -0.5 * (x**2).sum(axis=-1), 2.0, np.random.default_rng(1)))
    >>> state.x.shape, state.log_p.shape
    ((10, 2), (10,))
    """
    _check(x, a)
    state = start(x, log_p)
    walkers, d = state.x.shape
    h = walkers // 2
    while True:
        numbers = rng.random((max(1, BLOCK // (4 * walkers)), 4 * walkers))
        orders = np.argsort(numbers[:, :walkers], axis=1)
        u, v, w = numbers[:, walkers:].reshape(-1, 2, 3, h).transpose(2, 0, 1, 3)
        partners = (h * u).astype(int)
        z = stretch_factors(v, a)
        log_volume = (d - 1) * np.log(z)
        z = z[..., None]
        log_w = np.log(np.maximum(w, np.finfo(float).tiny))
        for i, order in enumerate(orders):
            # in the order of the step the halves are contiguous; each walker returns to its row at the end
            x, log_p_x, probability = state.x[order], state.log_p[order], np.empty(walkers)
            for k, (moved, fixed) in enumerate(((slice(0, h), slice(h, None)), (slice(h, None), slice(0, h)))):
                c = x[fixed][partners[i, k]]
                y = c + z[i, k] * (x[moved] - c)
                log_p_new = log_p(y)
                log_ratio = log_volume[i, k] + log_p_new - log_p_x[moved]
                accepted = log_w[i, k] < log_ratio
                np.copyto(x[moved], y, where=accepted[:, None])
                np.copyto(log_p_x[moved], log_p_new, where=accepted)
                probability[moved] = log_ratio
            back = np.empty_like(order)
            back[order] = np.arange(walkers)
            state = ChainState(x[back], log_p_x[back], np.exp(np.minimum(0.0, probability))[back])
            yield state


def _check(x, a):
    walkers, d = np.shape(x)
    if walkers % 2 or walkers < 2 * d:
        raise ValueError(f"{walkers} walkers in {d} dimensions; an even number of at least {2 * d} is needed")
    if np.linalg.matrix_rank(x - np.mean(x, axis=0)) < d:
        raise ValueError(
            "the walkers lie in one plane, which the stretch move never leaves; spread them in all directions"
        )
    if not a > 1:
        raise ValueError(f"a is {a}; it must be > 1, as the factors are drawn from 1/a to a")
