r"""Adaptation of Hamiltonian Monte Carlo: the step that gives a wanted acceptance, the mass that the law asks for.

Dual averaging moves $\ln \text{step}$ against the running mean of (wanted - found acceptance), with moves that fade as
$1 / \sqrt n$, and averages its iterates with weights $n^{-3/4}$: the average converges where single values still jump.
The inverse mass is the covariance of the warm-up's states. Both are found first and kept fixed then: a chain that
goes on adapting need not have the wanted law.
Sources: Y. Nesterov, Math. Program. 120, 221 (2009); M. D. Hoffman, A. Gelman, J. Mach. Learn. Res. 15, 1593 (2014),
section 3.2, with its constants 0.05, 10 and 3/4.
"""

from typing import NamedTuple

import numpy as np

from abinitio.sampling.hamiltonian import hamiltonian_walk


class DualAveraging(NamedTuple):
    """log_step : logarithm of the step to be tried next;  log_average : of the step to be kept in the end;
    mean_error : running mean of wanted - found acceptance;  n : updates so far;  centre : what log_step is drawn to."""

    log_step: float
    log_average: float
    mean_error: float
    n: int
    centre: float


def start_averaging(step):
    """The `DualAveraging` before the first update, drawn to ten times the first step, since larger ones are cheaper.

    step : first step to be tried, > 0.

    >>> float(np.exp(start_averaging(0.5).log_step))
    0.5
    """
    return DualAveraging(np.log(step), 0.0, 0.0, 0, np.log(10 * step))


def update_averaging(state, acceptance, target):
    """The `DualAveraging` after one more transition.

    state : the last one;  acceptance : mean probability of acceptance found with exp(state.log_step), in [0, 1];
    target : wanted acceptance, in (0, 1).

    >>> less = update_averaging(start_averaging(0.5), acceptance=0.0, target=0.8)
    >>> more = update_averaging(start_averaging(0.5), acceptance=1.0, target=0.8)
    >>> bool(less.log_step < more.log_step)
    True
    """
    n = state.n + 1
    mean_error = state.mean_error + (target - acceptance - state.mean_error) / (n + 10)
    log_step = state.centre - np.sqrt(n) / 0.05 * mean_error
    log_average = state.log_average + n**-0.75 * (log_step - state.log_average)
    return DualAveraging(log_step, log_average, mean_error, n, state.centre)


def shrunk_covariance(samples):
    r"""An inverse mass from samples: their covariance, correlations shrunk as if one more sample had shown none.

    samples : (..., d), n >= 2 in all.  Returns (d, d), in squared units of the samples: $C_{ii}$ with 1/(n - 1), and
    $\frac{n}{n + 1} C_{ij}$ off the diagonal; positive definite for any n where no coordinate is constant.

    >>> shrunk_covariance(np.array([[0.0, 0.0], [3.0, 3.0], [6.0, 6.0]]))
    array([[9.  , 6.75],
           [6.75, 9.  ]])
    """
    samples = samples.reshape(-1, samples.shape[-1])
    n = len(samples)
    covariance = np.atleast_2d(np.cov(samples.T))
    return (n * covariance + np.diag(np.diag(covariance))) / (n + 1)


def first_step(x, log_p, score, inverse_mass, rng):
    """A step of the right order: doubled or halved from 1 until the acceptance of one leapfrog step crosses 1/2.

    x, log_p, score, inverse_mass : as in `hamiltonian_walk`.  Returns a float; Hoffman and Gelman (2014), algorithm 4.

    >>> x = np.random.default_rng(0).standard_normal((1000, 3))
    >>> first_step(1e3 * x, lambda x: -0.5e-6 * (x**2).sum(axis=-1), lambda x: -1e-6 * x, 1.0, np.random.default_rng(1))
    2048.0
    """
    good = lambda step: next(hamiltonian_walk(x, log_p, score, step, 1, inverse_mass, rng)).acceptance.mean() > 0.5
    step, grow = 1.0, good(1.0)
    for _ in range(100):
        step = step * 2 if grow else step / 2
        if good(step) != grow:
            return step
    raise ValueError(
        f"the acceptance does not cross 1/2 down or up to a step of {step:.3g}; is score the gradient of log_p?"
    )


def adapted_step(x, log_p, score, step, n_steps, inverse_mass, n, target, rng):
    """The step of Hamiltonian Monte Carlo that gives the wanted acceptance, and the states on the way.

    x : (d,) or (chains, d), all chains with one step;  log_p, score, n_steps, inverse_mass : as in `hamiltonian_walk`;
    step : first guess, > 0;  n : transitions, some tens to hundreds;  target : wanted acceptance, usually 0.65 to 0.8.
    Returns (step, states): a float, and (n, d) or (n, chains, d).

    >>> step, states = adapted_step(np.zeros(3), lambda x: -0.5 * x @ x, lambda x: -x, 9.0, 5, 1.0, 100, 0.7,
    ...                             np.random.default_rng(0))
    >>> bool(0.5 < step < 2), states.shape
    (True, (100, 3))
    """
    averaging, states = start_averaging(step), []
    for _ in range(n):
        walk = hamiltonian_walk(x, log_p, score, np.exp(averaging.log_step), n_steps, inverse_mass, rng)
        state = next(walk)
        averaging = update_averaging(averaging, state.acceptance.mean(), target)
        x = state.x
        states.append(x)
    return float(np.exp(averaging.log_average)), np.array(states)


def warm_up(x, log_p, score, n_steps, n, target, rng):
    """Step and inverse mass for `hamiltonian_walk`, and the positions to go on from.

    x, log_p, score, n_steps, target : as in `adapted_step`;  n : transitions in all, at least 80; they are spent in
    rounds of n/8, n/8, n/4 and n/2, each with the covariance of the round before as inverse mass.
    Returns (x, step, inverse_mass): (d,) or (chains, d), a float, (d, d).

    >>> scales = np.array([1.0, 10.0])
    >>> x, step, inverse_mass = warm_up(np.ones((8, 2)), lambda x: -0.5 * ((x / scales) ** 2).sum(axis=-1),
    ...                                 lambda x: -x / scales**2, 10, 200, 0.8, np.random.default_rng(0))
    >>> bool(50 < inverse_mass[1, 1] < 200)
    True
    """
    if n < 80:
        raise ValueError(f"n is {n}; give at least 80 transitions, of which the first round has an eighth")
    inverse_mass, states = np.eye(np.shape(x)[-1]), None
    for length in (n // 8, n // 8, n // 4, n // 2):
        if states is not None:
            inverse_mass = shrunk_covariance(states[len(states) // 4 :])  # without the way in
        step = first_step(x, log_p, score, inverse_mass, rng)
        step, states = adapted_step(x, log_p, score, step, n_steps, inverse_mass, length, target, rng)
        x = states[-1]
    return x, step, inverse_mass
