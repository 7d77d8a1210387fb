"""Metropolis: detailed balance on finitely many states, exact acceptance and steps on Gaussians, exact posteriors."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize, stats

from abinitio._core.series import effective_sample_size
from abinitio.sampling.chain import collect
from abinitio.sampling.metropolis import (
    acceptance_probability,
    gaussian_acceptance,
    gaussian_squared_step,
    metropolis_hastings,
    metropolis_matrix,
    metropolis_step,
    optimal_scale,
    random_walk,
)


def standard_normal(x):
    return -0.5 * (x**2).sum(axis=-1)


def mean_in_errors(series, wanted):
    """How many standard errors the mean of a series (n, chains) is from the wanted one."""
    error = series.std() / np.sqrt(effective_sample_size(series))
    return abs(series.mean() - wanted) / error


@pytest.mark.parametrize("symmetric", [True, False])
def test_detailed_balance_on_finitely_many_states(symmetric):
    rng = np.random.default_rng(0)
    p, Q = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6), size=6)
    if symmetric:
        Q = (Q + Q.T) / 2 / 6
        Q += np.diag(1 - Q.sum(axis=1))
    else:
        Q[1, 4] = Q[4, 1] = 0  # a pair that never propose each other
        Q /= Q.sum(axis=1, keepdims=True)
    T = metropolis_matrix(p, Q)
    flow = p[:, None] * T
    assert_allclose(flow, flow.T, rtol=1e-13, atol=1e-17)
    assert_allclose(T.sum(axis=1), 1, rtol=1e-14)
    assert T.min() >= 0
    assert_allclose(p @ T, p, rtol=1e-13)
    assert_allclose(np.linalg.matrix_power(T, 2000)[0], p, rtol=1e-9)
    assert_allclose(metropolis_matrix(7 * p, Q), T, rtol=1e-13)  # weights need no sum
    for i, j in [(0, 1), (3, 2), (4, 0)]:  # and the walk's acceptance is the same one
        by_logs = acceptance_probability(np.log(p[i]), np.log(p[j]), np.log(Q[j, i] / Q[i, j]))
        assert_allclose(T[i, j], Q[i, j] * by_logs, rtol=1e-12)


@pytest.mark.parametrize("symmetric", [True, False])
def test_the_walk_has_the_transitions_of_the_matrix(symmetric):
    """Independent chains on the states 0, 1, 2, all at 0: shares after one and three steps."""
    rng = np.random.default_rng(1)
    p = np.array([0.5, 0.2, 0.3])
    Q = np.array([[0.2, 0.3, 0.5], [0.3, 0.5, 0.2], [0.5, 0.2, 0.3]])
    if not symmetric:
        Q = np.array([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4], [0.3, 0.1, 0.6]])
    T, chains = metropolis_matrix(p, Q), 20_000

    def propose(x, rng):
        i = x[:, 0].astype(int)
        j = (rng.random(len(i))[:, None] > Q[i].cumsum(axis=1)[:, :2]).sum(axis=1)
        return j[:, None].astype(float), np.log(Q[j, i] / Q[i, j])

    log_p = lambda x: np.log(p)[x[..., 0].astype(int)]
    states = [s.x[:, 0].astype(int) for s in islice(metropolis_hastings(np.zeros((chains, 1)), log_p, propose, rng), 3)]
    for steps, found in ((1, states[0]), (3, states[2])):
        wanted = np.linalg.matrix_power(T, steps)[0]
        shares = np.bincount(found, minlength=3) / chains
        assert np.all(np.abs(shares - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / chains))


def test_one_step_is_accepted_in_proportion_to_the_density():
    """From the higher of two plateaus to the lower with a third of the density: a third of the steps."""
    log_p = lambda x: np.where(x[..., 0] > 0, 0.0, np.log(1 / 3))
    x = np.full((30_000, 1), 1e-9)
    down = metropolis_step(x, log_p, 1.0, np.random.default_rng(2))[:, 0]
    share, wanted = np.mean(down < 0), 0.5 / 3
    assert abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / len(x))
    assert abs(np.mean(down == 1e-9) - (0.5 - wanted)) < 4 * np.sqrt(0.25 / len(x))  # those that stay
    assert_array_equal(x, 1e-9)


def test_step_and_walk_are_the_same_chain():
    for shape in ((3,), (5, 3)):
        x = np.random.default_rng(3).standard_normal(shape)
        rng, scale = np.random.default_rng(4), np.array([0.5, 1.0, 2.0])
        for state in islice(random_walk(x, standard_normal, scale, np.random.default_rng(4)), 50):
            x = metropolis_step(x, standard_normal, scale, rng)
            assert_array_equal(state.x, x)
            assert_allclose(state.log_p, standard_normal(x), rtol=1e-15)


def test_a_correlated_gaussian_has_its_moments():
    C = np.array([[2.0, 0.9], [0.9, 1.0]])
    P, centre = np.linalg.inv(C), np.array([1.0, -2.0])
    log_p = lambda x: -0.5 * np.einsum("...i,ij,...j", x - centre, P, x - centre)
    samples, _ = collect(random_walk(np.tile(centre, (50, 1)), log_p, 1.5, np.random.default_rng(5)), 3000, skip=200)
    z = samples - centre
    for i in range(2):
        assert mean_in_errors(samples[..., i], centre[i]) < 4
        for j in range(2):
            assert mean_in_errors(z[..., i] * z[..., j], C[i, j]) < 4


@pytest.mark.parametrize("d, scale", [(1, 1.0), (1, 6.0), (5, 1.0), (30, 0.4)])
def test_acceptance_and_steps_on_gaussians_are_exact(d, scale):
    rng = np.random.default_rng(6)
    x = rng.standard_normal((200, d))  # in equilibrium from the start
    samples, acceptance = collect(random_walk(x, standard_normal, scale, rng), 500)
    steps = np.diff(samples, axis=0) ** 2
    by_chain = steps.mean(axis=(0, 2))
    assert abs(by_chain.mean() - gaussian_squared_step(scale, d)) < 4 * by_chain.std(ddof=1) / np.sqrt(200)
    moved = (steps[..., 0] > 0).mean(axis=0)
    assert abs(moved.mean() - gaussian_acceptance(scale, d)) < 4 * moved.std(ddof=1) / np.sqrt(200)
    assert abs(acceptance - gaussian_acceptance(scale, d)) < 4 * moved.std(ddof=1) / np.sqrt(200)


def test_acceptance_in_one_dimension_is_an_angle():
    s = np.array([0.1, 1.0, 2.4, 10.0])
    assert_allclose(gaussian_acceptance(s, 1), 2 / np.pi * np.arctan(2 / s), rtol=1e-12)


def test_the_best_scale_tends_to_2_38_and_its_acceptance_to_0_234():
    best = {}
    for d in (1, 10, 100_000):
        cost = lambda l, d=d: -d * gaussian_squared_step(l / np.sqrt(d), d)
        best[d] = optimize.minimize_scalar(cost, bounds=(0.5, 6), method="bounded", options={"xatol": 1e-8}).x
    assert_allclose(best[100_000], 2.38, atol=2e-3)
    assert_allclose(gaussian_acceptance(best[100_000] / np.sqrt(100_000), 100_000), 0.234, atol=5e-4)
    assert_allclose(optimal_scale(100_000) * np.sqrt(100_000), best[100_000], rtol=1e-3)
    assert best[1] > best[10] > best[100_000]
    assert_allclose(best[1], 2.43, atol=0.01)
    assert_allclose(gaussian_acceptance(best[1], 1), 0.44, atol=2e-3)
    limit = 2 * stats.norm.cdf(-2.38 / 2)
    assert_allclose(gaussian_acceptance(optimal_scale(1e9), 1e9), limit, rtol=1e-6)


def test_the_asymmetric_proposal_has_the_law_of_its_ratio():
    """Multiplicative steps on a gamma posterior of a rate: 7 counts in 2 s with a prior of rate 1 and shape 2."""

    def multiply(x, rng):
        y = x * np.exp(0.8 * rng.standard_normal(x.shape))
        return y, np.log(y / x)[..., 0]

    posterior = stats.gamma(2 + 7, scale=1 / (1 + 2))  # the conjugate one
    log_p = lambda x: (8 * np.log(x) - 3 * x)[..., 0]
    walk = metropolis_hastings(np.full((40, 1), 3.0), log_p, multiply, np.random.default_rng(7))
    x = collect(walk, 3000, skip=100)[0][..., 0]
    assert mean_in_errors(x, posterior.mean()) < 4
    assert mean_in_errors((x - posterior.mean()) ** 2, posterior.var()) < 4
    assert mean_in_errors((x < posterior.ppf(0.1)).astype(float), 0.1) < 4
    wrong = metropolis_hastings(
        np.full((40, 1), 3.0), log_p, lambda x, rng: (multiply(x, rng)[0], 0.0), rng=np.random.default_rng(7)
    )
    biased = collect(wrong, 3000, skip=100)[0][..., 0]
    assert mean_in_errors(biased, stats.gamma(8, scale=1 / 3).mean()) < 4  # without the ratio: the law of p(x) / x
    assert mean_in_errors(biased, posterior.mean()) > 10


def test_the_chain_never_leaves_the_support():
    inside = lambda x: np.where((x > 0).all(axis=-1), -x.sum(axis=-1), -np.inf)
    samples, acceptance = collect(random_walk(np.ones((20, 2)), inside, 1.0, np.random.default_rng(8)), 300)
    assert samples.min() > 0 and 0.1 < acceptance < 0.9
