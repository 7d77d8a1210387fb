r"""Hamiltonian Monte Carlo: long steps along the gradient that are nearly always accepted.

The energy of a position x and a momentum is $H = -\ln p(x) + \tfrac12\, m^\top M^{-1} m$, with momenta m drawn from
$N(0, M)$. Hamilton's equations $\dot x = M^{-1} m$, $\dot m = \nabla \ln p$ conserve H and volume. The leapfrog
conserves volume, can be run backwards exactly, and changes H by $O(\text{step}^2)$ over a fixed time. So its end is a
symmetric proposal, to be accepted with probability $\min(1, e^{-\Delta H})$; in equilibrium
$\langle e^{-\Delta H} \rangle = 1$.

The best inverse mass is the covariance of the law: then all its directions oscillate with one period, $2 \pi$.
Sources: S. Duane, A. D. Kennedy, B. J. Pendleton, D. Roweth, Phys. Lett. B 195, 216 (1987); R. M. Neal, "MCMC using
Hamiltonian dynamics", Handbook of Markov Chain Monte Carlo (2011), chapter 5.
"""

import numpy as np

from abinitio.sampling.chain import ChainState, start


def leapfrog(x, momentum, score, step, n_steps, inverse_mass=1.0):
    r"""Position and momentum after n leapfrog steps of $\dot x = M^{-1} m$, $\dot m = \nabla \ln p(x)$.

    x, momentum : (d,), or (chains, d);  score : function x -> $\nabla \ln p(x)$, of the same shape;  step : time of one
    step, > 0, or < 0 for backwards in time;  n_steps : int >= 1;  inverse_mass : number, (d,) diagonal or (d, d).
    Convention: the first and the last kick last half a step, the others and all drifts a whole one.
    Returns (x, momentum) after the time step * n_steps.

    >>> x, momentum = leapfrog(np.array([1.0]), np.array([0.0]), lambda x: -x, 0.01, 314)  # an oscillator, time π
    >>> x.round(3), bool(abs(momentum[0]) < 0.01)
    (array([-1.]), True)
    """
    momentum = momentum + step / 2 * score(x)
    for _ in range(n_steps - 1):
        x = x + step * velocity(momentum, inverse_mass)
        momentum = momentum + step * score(x)
    x = x + step * velocity(momentum, inverse_mass)
    return x, momentum + step / 2 * score(x)


def velocity(momentum, inverse_mass):
    """The velocities M^-1 m.

    momentum : (d,) or (chains, d);  inverse_mass : number, (d,) diagonal or (d, d).

    >>> velocity(np.array([3.0, 4.0]), np.array([2.0, 0.5]))
    array([6., 2.])
    """
    return momentum @ inverse_mass if np.ndim(inverse_mass) == 2 else momentum * inverse_mass


def hamiltonian_step(x, log_p, score, step, n_steps, rng):
    r"""One step of Hamiltonian Monte Carlo with unit masses.

    x : (d,) one chain, or (chains, d);  log_p : function of (..., d) that returns (...), log density in nats, up to a
    constant;  score : its gradient, (..., d) -> (..., d);  step, n_steps : as in `leapfrog`.
    Random numbers in this order: rng.standard_normal(x.shape), the momenta; then rng.random(x.shape[:-1]), one for each
    chain, which accepts where it is less than $e^{-\Delta H}$.  Returns the next state, of the shape of x.

    >>> hamiltonian_step(np.zeros(2), lambda x: -0.5 * x @ x, lambda x: -x, 0.1, 10, np.random.default_rng(0)).round(2)
    array([ 0.11, -0.11])
    """
    momentum = rng.standard_normal(x.shape)
    x_new, momentum_new = leapfrog(x, momentum, score, step, n_steps)
    kinetic, kinetic_new = 0.5 * (momentum**2).sum(axis=-1), 0.5 * (momentum_new**2).sum(axis=-1)
    energy_change = (kinetic_new - log_p(x_new)) - (kinetic - log_p(x))
    accepted = rng.random(x.shape[:-1]) < np.exp(np.minimum(0.0, -energy_change))
    return np.where(accepted[..., None], x_new, x)


def hamiltonian_walk(x, log_p, score, step, n_steps, inverse_mass, rng):
    """Walk of Hamiltonian Monte Carlo from x; yields `ChainState`s, refused steps included.

    x : (d,) one chain, or (chains, d), as many independent ones;  log_p, score : as in `hamiltonian_step`, log_p finite
    at x;  step : > 0;  n_steps : int >= 1;  inverse_mass : M^-1, a number, (d,) for a diagonal, or (d, d) positive
    definite, in squared units of x.
    Each transition takes a number of leapfrog steps that is drawn from 1 ... n_steps, all equally likely: with a fixed
    time an oscillation of that period would end where it began. A start may lie far out; where the leapfrog overflows
    the step is refused.

    >>> rng = np.random.default_rng(0)
    >>> walk = hamiltonian_walk(np.zeros(2), lambda x: -0.5 * x @ x, lambda x: -x, 0.1, 20, 1.0, rng)
    >>> bool(next(walk).acceptance > 0.99)
    True
    """
    state, to_momentum = start(x, log_p), mass_root(inverse_mass)
    while True:
        momentum = velocity(rng.standard_normal(state.x.shape), to_momentum)
        n = int(rng.integers(1, n_steps + 1))
        with np.errstate(over="ignore", invalid="ignore"):
            x_new, momentum_new = leapfrog(state.x, momentum, score, step, n, inverse_mass)
            log_p_new = np.asarray(log_p(x_new))
            kinetic, kinetic_new = (
                0.5 * (m * velocity(m, inverse_mass)).sum(axis=-1) for m in (momentum, momentum_new)
            )
            log_ratio = (log_p_new - kinetic_new) - (state.log_p - kinetic)  # -ΔH
        log_ratio = np.where(np.isnan(log_ratio), -np.inf, log_ratio)
        accepted = np.log1p(-rng.random(state.log_p.shape)) < log_ratio  # 1 - u is never 0
        state = ChainState(
            np.where(accepted[..., None], x_new, state.x),
            np.where(accepted, log_p_new, state.log_p),
            np.exp(np.minimum(0.0, log_ratio)),
        )
        yield state


def mass_root(inverse_mass):
    r"""A root R of the mass, $R^\top R = M$: rows of standard normals times R are momenta.

    inverse_mass : number, (d,) diagonal or (d, d).  Returns the same shape; the diagonal of R where M is diagonal.
    Raises ValueError where it is not positive definite.

    >>> mass_root(np.array([4.0, 0.25]))
    array([0.5, 2. ])
    """
    inverse_mass = np.asarray(inverse_mass, dtype=float)
    eigenvalues = np.linalg.eigvalsh(inverse_mass) if inverse_mass.ndim == 2 else inverse_mass
    if not np.all(eigenvalues > 0):
        raise ValueError(f"the inverse mass has the eigenvalue {np.min(eigenvalues):.3g}; all must be > 0")
    if inverse_mass.ndim < 2:
        return 1 / np.sqrt(inverse_mass)
    return np.linalg.inv(np.linalg.cholesky(inverse_mass))  # M⁻¹ = L Lᵀ, so that M = L⁻ᵀ L⁻¹
