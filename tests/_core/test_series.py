"""Series whose correlations are known: AR(1) in closed form, independent noise, and their limits."""

import numpy as np
import pytest

from abinitio._core.series import (
    autocorrelation,
    autocorrelation_time,
    autocorrelation_time_with_error,
    blocking_errors,
    effective_sample_size,
)


def autoregressive(n, chains, phi, seed):
    """x(t+1) = phi x(t) + noise, stationary with variance 1: rho(t) = phi^t, tau = (1 + phi) / (1 - phi)."""
    rng = np.random.default_rng(seed)
    x = np.empty((n, chains))
    x[0] = rng.standard_normal(chains)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + np.sqrt(1 - phi**2) * rng.standard_normal(chains)
    return x


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.9, -0.4])
def test_the_time_of_an_autoregressive_process(phi):
    exact = (1 + phi) / (1 - phi)
    times = [autocorrelation_time(autoregressive(5000, 8, phi, seed)) for seed in range(10)]
    cut = 2 * abs(phi) ** (np.ceil(3 * max(exact, 1)) + 1) / (1 - abs(phi))  # at most so much lies beyond the window
    assert abs(np.mean(times) - exact) < 4 * np.std(times, ddof=1) / np.sqrt(10) + cut


def test_the_stated_error_is_the_scatter():
    found = np.array([autocorrelation_time_with_error(x) for x in autoregressive(4000, 60, 0.8, seed=0).T])
    scatter = found[:, 0].std(ddof=1)
    assert abs(found[:, 1].mean() / scatter - 1) < 4 / np.sqrt(2 * 59)  # relative error of a standard deviation


def test_autocorrelation_of_an_autoregressive_process():
    rho = autocorrelation(autoregressive(4000, 50, 0.7, seed=1))
    assert rho[0] == 1 and np.abs(rho[:10] - 0.7 ** np.arange(10)).max() < 4 * np.sqrt(3 / 200_000)


def test_autocorrelation_is_the_sum_over_pairs():
    x = np.random.default_rng(2).standard_normal((40, 3)).cumsum(axis=0)
    centred = x - x.mean()
    pairs = [np.mean(centred[: 40 - t] * centred[t:]) * 3 for t in range(40)]
    np.testing.assert_allclose(autocorrelation(x), np.array(pairs) / pairs[0], atol=1e-12)


def test_the_error_of_a_mean_from_blocks_and_from_the_time_is_the_exact_one():
    phi, n = 0.8, 2**14
    x = autoregressive(n, 8, phi, seed=3)
    exact = np.sqrt((1 + phi) / (1 - phi) / x.size)
    blocks = blocking_errors(x)
    assert len(blocks) == 13 and blocks[0] == pytest.approx(x.std(ddof=1) / np.sqrt(x.size))
    plateau = blocks[7]  # blocks of 128 steps, 9 decay times and more; 1024 blocks
    assert abs(plateau / exact - 1) < 4 / np.sqrt(2 * 1024) + 9 / 128
    assert blocks[0] < exact / 2.5  # taken as independent the values claim a third of the error: sqrt(tau) = 3
    assert abs(np.sqrt(x.var() / effective_sample_size(x)) / exact - 1) < 0.1


def test_thinning_to_two_times_leaves_nearly_independent_values():
    x = autoregressive(20_000, 4, 0.9, seed=4)
    assert 0.9 < autocorrelation_time(x[::38]) < 1.15


def test_chains_and_scale_and_offset():
    x = autoregressive(500, 2, 0.5, seed=5)
    assert autocorrelation_time(1e6 + 3 * x) == pytest.approx(autocorrelation_time(x), rel=1e-6)
    assert autocorrelation_time(x[:, :1]) == autocorrelation_time(x[:, 0])
    assert autocorrelation_time(np.hstack([x, x])) == pytest.approx(autocorrelation_time(x))


def test_constant_short_and_misshapen_series():
    assert np.isnan(autocorrelation_time(np.ones(10))) and np.isnan(effective_sample_size(np.ones(10)))
    with pytest.raises(ValueError, match="has 3 steps; blocking needs at least 4"):
        blocking_errors(np.arange(3.0))
    with pytest.raises(ValueError, match=r"shape \(2, 2, 2\); give \(n,\), or \(n, chains\)"):
        autocorrelation(np.zeros((2, 2, 2)))
