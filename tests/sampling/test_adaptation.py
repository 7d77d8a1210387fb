"""Adaptation: dual averaging finds the root of a monotone function, the wanted acceptance, the covariance."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.sampling.adaptation import (
    adapted_step,
    first_step,
    shrunk_covariance,
    start_averaging,
    update_averaging,
    warm_up,
)
from abinitio.sampling.chain import collect
from abinitio.sampling.hamiltonian import hamiltonian_walk


def standard_normal(x):
    return -0.5 * (x**2).sum(axis=-1)


def minus(x):
    return -x


def test_dual_averaging_is_the_recursion_of_the_paper():
    """Hoffman and Gelman (2014), algorithm 5, written out in sums."""
    accepts = np.random.default_rng(0).random(30)
    state = start_averaging(0.3)
    log_steps = []
    for n, accept in enumerate(accepts, 1):
        state = update_averaging(state, accept, 0.7)
        H = np.sum(0.7 - accepts[:n]) / (
            n + 10
        )  # (1 - 1/(n+10)) / (n+9) = 1 / (n+10), so that all errors weigh the same
        log_steps.append(np.log(3.0) - np.sqrt(n) / 0.05 * H)
        assert_allclose(state.log_step, log_steps[-1], rtol=1e-10)
    average = 0.0
    for n, log_step in enumerate(log_steps, 1):
        average = n**-0.75 * log_step + (1 - n**-0.75) * average
    assert_allclose(state.log_average, average, rtol=1e-10)


@pytest.mark.parametrize("target", [0.3, 0.65, 0.9])
def test_dual_averaging_finds_the_root(target):
    r"""Acceptance exp(-step²): the step tends to s = √(-ln target).

    There ln s - centre = -√n H / 0.05 with H the mean of target - acceptance, so that H falls as 1/√n, and the last
    of what it is the mean of, H + n dH/dn, is H/2."""
    n, state, rng = 10_000, start_averaging(0.01), np.random.default_rng(1)
    acceptance = lambda log_step: np.exp(-np.exp(2 * log_step))
    for _ in range(n):
        state = update_averaging(state, acceptance(state.log_step), target)
    wanted = 0.05 * (0.5 * np.log(-np.log(target)) - state.centre) / (2 * np.sqrt(n))
    assert 0 < wanted < 1e-3
    assert_allclose(acceptance(state.log_average) - target, wanted, rtol=0.1)
    state = start_averaging(0.01)
    for _ in range(n):
        state = update_averaging(state, acceptance(state.log_step) + 0.1 * rng.standard_normal(), target)
    assert abs(acceptance(state.log_average) - target) < 0.01


@pytest.mark.parametrize("guess", [0.01, 5.0])
@pytest.mark.parametrize("target", [0.65, 0.8])
def test_the_adapted_step_has_the_wanted_acceptance(guess, target):
    rng = np.random.default_rng(2)
    x = rng.standard_normal((50, 20))
    step, states = adapted_step(x, standard_normal, minus, guess, 5, 1.0, 300, target, rng)
    assert states.shape == (300, 50, 20)
    _, acceptance = collect(hamiltonian_walk(states[-1], standard_normal, minus, step, 5, 1.0, rng), 200)
    assert abs(acceptance - target) < 0.04


def test_the_first_step_scales_with_the_law():
    x = np.random.default_rng(3).standard_normal((200, 5))
    steps = []
    for scale in (2.0**-10, 1.0, 2.0**10):
        log_p, score = lambda x, s=scale: standard_normal(x / s), lambda x, s=scale: -x / s**2
        steps.append(first_step(scale * x, log_p, score, 1.0, np.random.default_rng(4)) / scale)
    assert steps[0] in (steps[1], steps[1] / 2, steps[1] * 2)
    assert steps[2] in (steps[1], steps[1] / 2, steps[1] * 2)
    assert 0.5 <= steps[1] <= 4
    with pytest.raises(ValueError, match="is score the gradient of log_p"):
        first_step(x, standard_normal, lambda x: np.full(x.shape, np.nan), 1.0, np.random.default_rng(5))


def test_shrunk_covariance_is_definite_and_tends_to_the_covariance():
    rng = np.random.default_rng(6)
    few = rng.standard_normal((5, 20))
    assert np.linalg.eigvalsh(np.cov(few.T)).min() < 1e-12 < 0.01 < np.linalg.eigvalsh(shrunk_covariance(few)).min()
    many = rng.standard_normal((10, 100_000, 2)) @ np.array([[1.0, 0.0], [1.0, 1.0]])
    assert_allclose(shrunk_covariance(many), np.cov(many.reshape(-1, 2).T), rtol=1e-5)
    units = np.array([1e3, 1e-6] + 18 * [1.0])
    assert_allclose(shrunk_covariance(few * units), units[:, None] * shrunk_covariance(few) * units, rtol=1e-12)


def test_warm_up_whitens_and_the_chain_mixes():
    rng = np.random.default_rng(7)
    scales = np.geomspace(0.1, 10, 10)
    Q = np.linalg.qr(rng.standard_normal((10, 10)))[0]
    C = Q * scales**2 @ Q.T
    P = Q / scales**2 @ Q.T
    log_p, score = lambda x: -0.5 * ((x @ P) * x).sum(axis=-1), lambda x: -x @ P
    start = rng.standard_normal((16, 10)) * scales @ Q.T
    x, step, inverse_mass = warm_up(start, log_p, score, 10, 600, 0.8, rng)
    root = np.linalg.inv(np.linalg.cholesky(C))
    spread = np.linalg.eigvalsh(root @ inverse_mass @ root.T)
    assert spread.max() / spread.min() < 4  # 10^4 without it
    walk = hamiltonian_walk(x, log_p, score, step, 5, inverse_mass, rng)
    acceptance = np.mean([state.acceptance.mean() for state in islice(walk, 200)])
    assert abs(acceptance - 0.8) < 0.15
    with pytest.raises(ValueError, match="n is 79; give at least 80"):
        warm_up(x, log_p, score, 10, 79, 0.8, rng)
