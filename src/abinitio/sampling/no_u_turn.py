r"""The no-U-turn sampler: Hamiltonian Monte Carlo that finds by itself how far to go.

A trajectory is doubled, forwards or backwards in time at random, until it turns back: until the sum of its momenta
no longer points along the velocity at both of its ends, $\big(\sum_i m_i\big)^\top M^{-1} m > 0$ (for short steps the
sum is the way from end to end, over $\text{step} \cdot M^{-1}$). The next state is one of its points. Within a new half
it is drawn with probabilities proportional to $e^{-H}$, H the energy; between the halves the new one is taken with
probability min(1, its weight over that of the old one), which moves further and is as reversible. A new half that turns
back within itself is left out, since from its points this trajectory would not be found; so is one where H is off by
more than 1000, a *divergence*: the law bends more than the step can follow, and the chain may miss that place.

All chains double together: one call of the gradient serves all that still go on.
Sources: M. D. Hoffman, A. Gelman, J. Mach. Learn. Res. 15, 1593 (2014); M. Betancourt, arXiv:1701.02434 (2017),
appendix A: weights in place of a slice, sums of momenta in place of positions. As in Stan, a half is also held against
the first point of its neighbour: without that a trajectory may go round whole periods where all are the same.
"""

from typing import NamedTuple

import numpy as np

from abinitio.sampling.adaptation import first_step, shrunk_covariance, start_averaging, update_averaging
from abinitio.sampling.chain import start
from abinitio.sampling.hamiltonian import mass_root, velocity

MOST_DOUBLINGS = 10
DIVERGENCE = 1000.0  # of the energy, in nats


class NoUTurnState(NamedTuple):
    """A `ChainState` and how it came about.  x, log_p, acceptance : as there, but acceptance is the mean of
    min(1, e^-ΔH) over all points tried;  n_steps : () or (chains,) leapfrog steps, one gradient each, besides one at
    the start;  divergent : () or (chains,) bool, whether the trajectory ended in a divergence."""

    x: np.ndarray
    log_p: np.ndarray
    acceptance: np.ndarray
    n_steps: np.ndarray
    divergent: np.ndarray


class Point(NamedTuple):
    """x : (chains, d);  m : momenta, in units in which the mass is 1;  g : the gradients of ln p in these units."""

    x: np.ndarray
    m: np.ndarray
    g: np.ndarray


class Span(NamedTuple):
    """A stretch of a trajectory by its momenta: the first, the last and the sum of all, each (chains, d)."""

    first: np.ndarray
    last: np.ndarray
    total: np.ndarray


class Draw(NamedTuple):
    """One of the points of a stretch, drawn: x : (chains, d);  log_p : (chains,);  log_weight : (chains,), ln of the
    sum of e^-ΔH over the stretch."""

    x: np.ndarray
    log_p: np.ndarray
    log_weight: np.ndarray


def no_u_turn_step(x, log_p, score, step, inverse_mass, rng):
    """One transition of the no-U-turn sampler: the `NoUTurnState` that it leads to.

    x, log_p, score, step, inverse_mass : as in `no_u_turn_walk`.

    >>> log_p, score = lambda x: -0.5 * (x**2).sum(axis=-1), lambda x: -x
    >>> state = no_u_turn_step(np.zeros(50), log_p, score, 0.25, 1.0, np.random.default_rng(0))
    >>> int(state.n_steps), bool(state.divergent)  # 15 * 0.25 is more than half a period, 7 * 0.25 is less
    (15, False)
    """
    return next(no_u_turn_walk(x, log_p, score, step, inverse_mass, rng))


def no_u_turn_walk(x, log_p, score, step, inverse_mass, rng):
    r"""Walk of the no-U-turn sampler from x; yields `NoUTurnState`s.

    x : (d,) one chain, or (chains, d), as many independent ones;  log_p : function of (..., d) that returns (...), log
    density in nats, up to a constant, finite at x;  score : its gradient, (..., d) -> (..., d);  step : time of one
    leapfrog step, > 0;  inverse_mass : $M^{-1}$, a number, (d,) for a diagonal, or (d, d) positive definite, in squared
    units of x.  A trajectory has at most 2^10 points. log_p and score are called with the chains that still go on.

    >>> rng = np.random.default_rng(0)
    >>> log_p, score = lambda x: -0.5 * (x**2).sum(axis=-1), lambda x: -x
    >>> state = next(no_u_turn_walk(np.zeros((4, 2)), log_p, score, 0.2, 1.0, rng))
    >>> state.x.shape, bool(np.all(state.acceptance > 0.95))
    ((4, 2), True)
    """
    state, R = start(x, log_p), mass_root(inverse_mass)
    L = np.linalg.inv(R) if R.ndim == 2 else 1 / R  # M⁻¹ = L Lᵀ: momenta Lᵀm have unit mass
    if state.x.ndim == 2:
        target = log_p, score
    else:  # a chain is one of one chains
        target = lambda x: np.reshape(log_p(x[0]), 1), lambda x: np.asarray(score(x[0]))[None]
        state = [part[None] for part in state]
    position, log_p_x = state[:2]
    while True:
        with np.errstate(over="ignore", invalid="ignore"):
            new = _transition(position, log_p_x, *target, step, L, rng)
        position, log_p_x = new.x, new.log_p
        yield new if np.ndim(x) == 2 else NoUTurnState(*(part[0] for part in new))


def turns_back(left, right):
    """Whether two neighbouring stretches of a trajectory, together, turn back: (chains,) bool.

    left, right : `Span`s, the last point of `left` one step before the first of `right`. They do where the sum of the
    momenta does not point along both ends, of the whole, or of a half and the first point of its neighbour.

    >>> onward, back = (Span(*3 * [np.array([[m]])]) for m in (1.0, -2.0))
    >>> turns_back(onward, onward), turns_back(onward, back)
    (array([False]), array([ True]))
    """
    whole = left.first, right.last, left.total + right.total
    into_right = left.first, right.first, left.total + right.first
    into_left = left.last, right.last, left.last + right.total
    return np.any(
        [np.einsum("cd,cd->c", end, total) <= 0 for *ends, total in (whole, into_right, into_left) for end in ends],
        axis=0,
    )


def no_u_turn_warm_up(x, log_p, score, n, target, rng):
    """Step and inverse mass for `no_u_turn_walk`, and the positions to go on from.

    x, log_p, score : as there;  n : transitions in all, at least 80, in rounds as in `adaptation.warm_up`;  target :
    wanted acceptance, usually 0.8, more where there are divergences.
    Returns (x, step, inverse_mass): (d,) or (chains, d), a float, (d, d).

    >>> scales = np.array([1.0, 10.0])
    >>> x, step, inverse_mass = no_u_turn_warm_up(np.ones((8, 2)), lambda x: -0.5 * ((x / scales) ** 2).sum(axis=-1),
    ...                                           lambda x: -x / scales**2, 200, 0.8, np.random.default_rng(0))
    >>> bool(50 < inverse_mass[1, 1] < 200)
    True
    """
    if n < 80:
        raise ValueError(f"n is {n}; give at least 80 transitions, of which the first round has an eighth")
    inverse_mass, states = np.eye(np.shape(x)[-1]), []
    for length in (n // 8, n // 8, n // 4, n // 2):
        if states:
            inverse_mass = shrunk_covariance(np.array(states[len(states) // 4 :]))  # without the way in
        averaging, states = start_averaging(first_step(x, log_p, score, inverse_mass, rng)), []
        for _ in range(length):
            state = no_u_turn_step(x, log_p, score, np.exp(averaging.log_step), inverse_mass, rng)
            averaging, x = update_averaging(averaging, state.acceptance.mean(), target), state.x
            states.append(x)
    return x, float(np.exp(averaging.log_average)), inverse_mass


def _transition(x, log_p_x, log_p, score, step, L, rng):
    """The next `NoUTurnState` of (chains, d) positions whose log densities are known."""
    m = rng.standard_normal(x.shape)
    energy = 0.5 * (m**2).sum(axis=-1) - log_p_x
    first = last = Point(x, m, velocity(score(x), L))
    span, draw = Span(m, m, m), Draw(x, log_p_x, np.zeros(len(x)))
    result = NoUTurnState(x.copy(), log_p_x.copy(), np.zeros(len(x)), np.zeros(len(x), int), np.zeros(len(x), bool))
    going = np.arange(len(x))
    for doubling in range(MOST_DOUBLINGS):
        back = rng.random((len(going), 1)) < 0.5  # backwards in time is forwards with all momenta turned round
        first, last = _where(back, _reversed(last), first), _where(back, _reversed(first), last)
        span = _where(back, Span(-span.last, -span.first, -span.total), span)
        alive, last, further, new, tried = _grow(last, energy, 2**doubling, log_p, score, step, L, rng)
        for total, part in zip(result[2:], tried):
            total[going] += part
        going, energy, first, span, draw = (_at(alive, part) for part in (going, energy, first, span, draw))
        draw = _either(draw, new, new.log_weight - draw.log_weight, rng)
        result.x[going], result.log_p[going] = draw.x, draw.log_p
        on = ~turns_back(span, further)
        span = Span(span.first, further.last, span.total + further.total)
        going, energy, first, last, span, draw = (_at(on, part) for part in (going, energy, first, last, span, draw))
        if not len(going):
            break
    return result._replace(acceptance=result.acceptance / result.n_steps)


def _grow(point, energy, n, log_p, score, step, L, rng):
    """A half of n = 2^k points, after `point`, for the chains where it neither turns back within itself nor diverges.

    Returns (their indices, last Point, Span, Draw, (sum of acceptances, number of steps, divergent) of all chains)."""
    alive, spans = np.arange(len(energy)), []
    tried = np.zeros(len(energy)), np.zeros(len(energy), int), np.zeros(len(energy), bool)
    draw = Draw(point.x, energy, np.full(len(energy), -np.inf))  # weight 0: the first point takes its place
    for i in range(1, n + 1):
        m = point.m + step / 2 * point.g
        x = point.x + step * velocity(m, L.T)
        g = velocity(score(x), L)
        point = Point(x, m + step / 2 * g, g)
        log_p_x = np.asarray(log_p(x))
        gain = log_p_x - 0.5 * (point.m**2).sum(axis=-1) + energy[alive]  # -ΔH
        gain = np.where(np.isnan(gain), -np.inf, gain)
        for total, part in zip(tried, (np.exp(np.minimum(0.0, gain)), 1, gain < -DIVERGENCE)):
            total[alive] += part
        new = Draw(x, log_p_x, gain)
        draw = _either(draw, new, gain - np.logaddexp(draw.log_weight, gain), rng)
        spans, turned = _add(spans, Span(point.m, point.m, point.m), i)
        stay = ~(turned | tried[2][alive])
        if not stay.all():
            alive, point, draw, spans = alive[stay], _at(stay, point), _at(stay, draw), [_at(stay, s) for s in spans]
        if not len(alive):
            break
    return alive, point, spans[0], draw, tried


def _add(spans, span, i):
    """Complete stretches of 2^k points after the i-th one, the longest first, and whether one of the new ones turns
    back: two of the same length become one, as digits carry in a binary counter."""
    turned = np.zeros(len(span.first), bool)
    while i % 2 == 0:
        *spans, left = spans
        turned |= turns_back(left, span)
        span, i = Span(left.first, span.last, left.total + span.total), i // 2
    return [*spans, span], turned


def _either(old, new, log_probability, rng):
    """The Draw of two stretches together: that of the new one with the given probability."""
    taken = np.log1p(-rng.random(len(new.x))) <= log_probability
    x, log_p = np.where(taken[:, None], new.x, old.x), np.where(taken, new.log_p, old.log_p)
    return Draw(x, log_p, np.logaddexp(old.log_weight, new.log_weight))


def _reversed(point):
    return point._replace(m=-point.m)


def _where(mask, one, other):
    return type(one)(*(np.where(mask, a, b) for a, b in zip(one, other)))


def _at(index, arrays):
    """The same chains of every array of a tuple, or of one array."""
    return type(arrays)(*(a[index] for a in arrays)) if isinstance(arrays, tuple) else arrays[index]
