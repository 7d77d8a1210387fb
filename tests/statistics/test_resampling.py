"""Bootstrap and jackknife: exact moments of the mean, scipy's intervals, coverage, and where the bootstrap fails."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.resampling import (
    basic_interval,
    bca_interval,
    bootstrap_estimates,
    bootstrap_samples,
    interval_coverage,
    jackknife_bias_and_error,
    leave_one_out_estimates,
    percentile_interval,
)

MEAN = lambda x: x.mean(axis=-1)
SAMPLE = np.random.default_rng(0).exponential(size=25)


def test_the_bootstrap_of_the_mean_has_the_variance_of_the_sample_over_n():
    means = bootstrap_estimates(SAMPLE, MEAN, 20_000, np.random.default_rng(1))
    exact = SAMPLE.std() / 5
    assert abs(means.mean() - SAMPLE.mean()) < 4 * exact / np.sqrt(20_000)
    assert means.std() == pytest.approx(exact, rel=4 / np.sqrt(2 * 20_000) * 1.1)


def test_a_value_is_missing_from_a_sample_as_often_as_the_binomial_law_says():
    n, repeats = 8, 40_000
    samples = bootstrap_samples(np.arange(float(n)), repeats, np.random.default_rng(4))
    assert samples.shape == (repeats, n)
    for times, wanted in enumerate(stats.binom.pmf(range(4), n, 1 / n)):
        seen = np.mean(np.sum(samples == 3, axis=1) == times)
        assert abs(seen - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / repeats)


@pytest.mark.parametrize("statistic", [MEAN, lambda x: np.log(x.var(axis=-1)), lambda x: np.median(x, axis=-1)])
@pytest.mark.parametrize("method", ["percentile", "basic", "BCa"])
def test_intervals_are_scipys_on_the_same_estimates(statistic, method):
    theirs = stats.bootstrap(
        (SAMPLE,), lambda x, axis: statistic(x), vectorized=True, n_resamples=999, method=method, confidence_level=0.9,
        rng=np.random.default_rng(2),
    )  # fmt: skip
    estimates = theirs.bootstrap_distribution
    ours = {
        "percentile": lambda: percentile_interval(estimates, 0.9),
        "basic": lambda: basic_interval(estimates, statistic(SAMPLE[None])[0], 0.9),
        "BCa": lambda: bca_interval(SAMPLE, statistic, estimates, 0.9),
    }[method]()
    assert_allclose(ours, theirs.confidence_interval, rtol=1e-10)


def test_the_jackknife_of_the_mean_and_of_the_variance_is_exact():
    bias, error = jackknife_bias_and_error(SAMPLE, MEAN)
    assert bias == pytest.approx(0, abs=1e-13)
    assert error == pytest.approx(mean_with_error(SAMPLE)[1], rel=1e-12)
    plug_in = lambda x: x.var(axis=-1)
    bias, _ = jackknife_bias_and_error(SAMPLE, plug_in)
    assert SAMPLE.var() - bias == pytest.approx(SAMPLE.var(ddof=1), rel=1e-12)  # it takes away all of the bias


def test_leaving_one_out():
    found = leave_one_out_estimates(SAMPLE, lambda x: x.max(axis=-1))
    assert found.tolist() == [np.delete(SAMPLE, i).max() for i in range(25)]


def test_coverage_of_a_skewed_mean_is_best_with_both_corrections():
    """Normal theory covers 95 %; for exponential draws, n = 20, each end of BCa misses more evenly than the others."""
    draw, repeats = lambda rng: rng.exponential(size=20), 500
    intervals = {
        "percentile": lambda x, e: percentile_interval(e, 0.95),
        "basic": lambda x, e: basic_interval(e, x.mean(), 0.95),
        "BCa": lambda x, e: bca_interval(x, MEAN, e, 0.95),
    }
    coverage = {}
    for name, interval in intervals.items():  # the same samples for all
        of_sample = lambda x, rng, f=interval: f(x, bootstrap_estimates(x, MEAN, 400, rng))
        coverage[name], error = interval_coverage(of_sample, draw, 1.0, repeats, np.random.default_rng(3))
    assert coverage["basic"] < coverage["percentile"] <= coverage["BCa"] + error
    assert 0.95 - 4 * error - 0.03 < coverage["BCa"] < 0.95 + 4 * error


def test_the_coverage_of_an_exact_interval():
    student = lambda x, rng: x.mean() + stats.t.ppf([0.1, 0.9], 7) * mean_with_error(x)[1]
    coverage, error = interval_coverage(
        student, lambda rng: rng.normal(2.0, 3.0, 8), 2.0, 2000, np.random.default_rng(4)
    )
    assert abs(coverage - 0.8) < 4 * error
    assert error == pytest.approx(np.sqrt(0.8 * 0.2 / 2000), rel=0.05)


def test_the_percentile_interval_follows_a_change_of_variable():
    estimates = bootstrap_estimates(SAMPLE, MEAN, 1001, np.random.default_rng(5))
    logs = percentile_interval(np.log(estimates), 0.8)  # its quantiles 0.1 and 0.9 fall on two of the 1001 values
    assert_allclose(np.exp(logs), percentile_interval(estimates, 0.8), rtol=1e-12)


def test_the_bootstrap_fails_for_a_maximum():
    """P(maximum drawn again) = 1 - (1 - 1/n)^n -> 1 - 1/e: the estimates pile up on one value."""
    x = np.random.default_rng(6).random(40)
    estimates = bootstrap_estimates(x, lambda x: x.max(axis=-1), 4000, np.random.default_rng(7))
    exact = 1 - (1 - 1 / 40) ** 40
    assert np.mean(estimates == x.max()) == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000))
    assert percentile_interval(estimates, 0.95)[1] == x.max() < 1
