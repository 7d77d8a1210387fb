"""Gibbs sampling: exact autocorrelations and an exact sweep of a normal law, the exact posterior of a change point."""

from fractions import Fraction
from itertools import islice
from math import factorial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio._core.series import autocorrelation_time, effective_sample_size
from abinitio.sampling.chain import collect
from abinitio.sampling.gibbs import (
    change_point_posterior,
    change_point_walk,
    gaussian_gibbs_step,
    gaussian_gibbs_walk,
)


class Given:
    """Stands for a Generator whose normal numbers are given."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers)

    def standard_normal(self, shape):
        assert shape == self.numbers.shape
        return self.numbers


def mean_in_errors(series, wanted):
    """How many standard errors the mean of a series (n, chains) is from the wanted one."""
    return abs(series.mean() - wanted) / (series.std() / np.sqrt(effective_sample_size(series)))


def law(d, rng):
    A = rng.standard_normal((d, d))
    return rng.standard_normal(d), A @ A.T + np.eye(d)


def test_a_sweep_leaves_the_law_exactly_as_it_is():
    """A sweep is x' = m + R (x - m) + N ξ; the covariance C = P^-1 satisfies C = R C R^T + N N^T."""
    mean, P = law(5, np.random.default_rng(0))
    C = np.linalg.inv(P)
    R = (gaussian_gibbs_step(mean + np.eye(5), mean, P, Given(np.zeros((5, 5)))) - mean).T
    N = (gaussian_gibbs_step(np.tile(mean, (5, 1)), mean, P, Given(np.eye(5))) - mean).T
    assert_allclose(R @ C @ R.T + N @ N.T, C, atol=1e-12)
    assert_allclose(gaussian_gibbs_step(mean, mean, P, Given(np.zeros(5))), mean, rtol=1e-14)
    L = np.tril(P)  # a sweep is one of Gauss and Seidel: R = -L^-1 (P - L)
    assert_allclose(R, -np.linalg.solve(L, P - L), atol=1e-12)
    assert np.abs(np.linalg.eigvals(R)).max() < 1


def test_step_by_hand():
    x, mean, P = np.array([1.0, 3.0]), np.array([0.0, 1.0]), np.array([[4.0, 2.0], [2.0, 9.0]])
    first = 0 - 2 * (3 - 1) / 4 + 0.5 * 1.0
    second = 1 - 2 * (first - 0) / 9 - 1.0 / 3
    assert_allclose(gaussian_gibbs_step(x, mean, P, Given([1.0, -1.0])), [first, second], rtol=1e-14)
    assert_array_equal(x, [1, 3])


@pytest.mark.parametrize("r", [0.0, 0.6, 0.9])
def test_autocorrelation_time_of_two_coordinates(r):
    P = np.linalg.inv(np.array([[1.0, r], [r, 1.0]]))
    samples, _ = collect(
        gaussian_gibbs_walk(np.zeros((200, 2)), np.zeros(2), P, np.random.default_rng(1)), 1500, skip=50
    )
    wanted = (1 + r**2) / (1 - r**2)
    times = [autocorrelation_time(samples[:, part, 1]) for part in np.arange(200).reshape(10, 20)]
    assert abs(np.mean(times) - wanted) < 4 * np.std(times, ddof=1) / np.sqrt(10) + 0.01 * wanted


def test_moments():
    mean, P = law(3, np.random.default_rng(2))
    C = np.linalg.inv(P)
    samples, acceptance = collect(
        gaussian_gibbs_walk(np.zeros((50, 3)), mean, P, np.random.default_rng(3)), 1500, skip=50
    )
    assert acceptance == 1
    z = samples - mean
    for i in range(3):
        assert mean_in_errors(samples[..., i], mean[i]) < 4
        for j in range(3):
            assert mean_in_errors(z[..., i] * z[..., j], C[i, j]) < 4
    state = next(gaussian_gibbs_walk(np.zeros((2, 3)), mean, P, np.random.default_rng(4)))
    assert_allclose(state.log_p, [-0.5 * (x - mean) @ P @ (x - mean) for x in state.x], rtol=1e-12)


def test_the_posterior_of_the_change_point_in_integers():
    """Prior Gamma(1, 1): the weight of k is S_k! (S - S_k)! / ((k+1)^(S_k + 1) (n-k+1)^(S - S_k + 1))."""
    y = [2, 0, 3, 7, 5]
    weights = []
    for k in range(1, 5):
        before, after = sum(y[:k]), sum(y[k:])
        weights.append(Fraction(factorial(before) * factorial(after), (k + 1) ** (before + 1) * (6 - k) ** (after + 1)))
    exact = [float(w / sum(weights)) for w in weights]
    assert_allclose(change_point_posterior(np.array(y), 1.0, 1.0), exact, rtol=1e-12)


def test_the_walk_has_the_posterior_of_the_change_point():
    rng = np.random.default_rng(5)
    y = np.concatenate([rng.poisson(3.0, 15), rng.poisson(4.5, 12)])
    exact = change_point_posterior(y, 2.0, 0.5)
    assert 0.1 < exact.max() < 0.6
    samples, _ = collect(change_point_walk(y, 2.0, 0.5, np.random.default_rng(6)), 8000, skip=100)
    k = samples[:, 0]
    for place in np.flatnonzero(exact > 0.02) + 1:
        assert mean_in_errors((k == place).astype(float), exact[place - 1]) < 4
    places, sums = np.arange(1, len(y)), np.cumsum(y)[:-1]
    wanted = [exact @ ((2 + sums) / (0.5 + places)), exact @ ((2 + y.sum() - sums) / (0.5 + len(y) - places))]
    assert mean_in_errors(samples[:, 1], wanted[0]) < 4
    assert mean_in_errors(samples[:, 2], wanted[1]) < 4


def test_the_log_density_of_the_change_point():
    y = np.array([1, 0, 4, 6])
    log_joint = lambda k, p, q: (
        np.log(p) * y[:k].sum() - k * p + np.log(q) * y[k:].sum() - (4 - k) * q + 0.5 * np.log(p * q) - 2 * (p + q)
    )
    for state in islice(change_point_walk(y, 1.5, 2.0, np.random.default_rng(7)), 20):
        k, before, after = state.x
        assert_allclose(state.log_p, log_joint(int(k), before, after), rtol=1e-10)


def test_no_counts_at_all_are_no_trouble():
    samples, _ = collect(change_point_walk(np.zeros(6, dtype=int), 0.01, 1.0, np.random.default_rng(8)), 200)
    assert np.isfinite(samples).all() and set(samples[:, 0]) <= set(range(1, 6))
