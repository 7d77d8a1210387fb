"""Entropy from counts: all possible counts enumerated, the expansion of the bias in 1/n, draws."""

from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

from abinitio.information.entropy import entropy
from abinitio.information.entropy_estimators import (
    entropy_error,
    expected_sum,
    grassberger_entropy,
    grassberger_terms,
    jackknife_entropy,
    jackknife_terms,
    miller_madow_entropy,
    miller_madow_terms,
    plug_in_entropy,
    plug_in_terms,
)

ESTIMATORS = {
    "plug-in": (plug_in_entropy, plug_in_terms),
    "Miller-Madow": (miller_madow_entropy, miller_madow_terms),
    "jackknife": (jackknife_entropy, jackknife_terms),
    "Grassberger": (grassberger_entropy, grassberger_terms),
}
P = np.array([0.4, 0.3, 0.2, 0.1])
each = pytest.mark.parametrize("name", ESTIMATORS)


def compositions(n, K):
    return [c for c in product(range(n + 1), repeat=K) if sum(c) == n]


@each
def test_the_exact_expectation_is_the_mean_over_all_counts(name):
    estimate, terms = ESTIMATORS[name]
    for n in (2, 3, 6):
        mean = 0.0
        for counts in compositions(n, 3):
            probability = factorial(n) * prod(p**c / factorial(c) for p, c in zip((0.5, 0.3, 0.2), counts))
            mean += probability * estimate(np.array(counts))
        assert expected_sum(terms, np.array([0.5, 0.3, 0.2]), n) == pytest.approx(mean, rel=1e-12)


@each
def test_estimates_are_sums_of_their_terms(name):
    estimate, terms = ESTIMATORS[name]
    for seed in range(20):
        counts = np.random.default_rng(seed).poisson(3.0, 12)
        counts[0] += 2
        assert estimate(counts) == pytest.approx(terms(counts, counts.sum()).sum(), rel=1e-12)
        assert estimate(np.append(counts, [0, 0])) == pytest.approx(estimate(counts), rel=1e-12)  # unseen outcomes
        assert estimate(counts[::-1]) == pytest.approx(estimate(counts), rel=1e-12)
    assert terms(np.array([0]), 9)[0] == 0


def test_the_bias_of_the_plug_in_follows_its_expansion():
    """E - H = -(K - 1)/2n + (1 - Σ 1/p)/12n² + O(n^-3): the rest falls by 8 where n doubles."""
    rest = []
    for n in (500, 1000, 2000):
        bias = expected_sum(plug_in_terms, P, n) - entropy(P)
        assert bias == pytest.approx(-3 / (2 * n), rel=10 / n)
        rest.append(bias + 3 / (2 * n) - (1 - (1 / P).sum()) / (12 * n**2))
    assert_allclose(np.array(rest[:-1]) / rest[1:], 8, rtol=0.05)


@pytest.mark.parametrize("name", ["Miller-Madow", "jackknife"])
def test_these_corrections_leave_a_bias_of_second_order(name):
    bias = np.array([expected_sum(ESTIMATORS[name][1], P, n) - entropy(P) for n in (100, 200, 400)])
    assert abs(bias[0]) < 0.03 * 3 / 200  # of the leading term of the plug-in
    assert np.all(bias[:-1] / bias[1:] > 3.5)


@pytest.mark.parametrize("p", [P, np.array([0.9, 0.07, 0.03]), np.full(50, 0.02)], ids=["four", "peaked", "uniform"])
@pytest.mark.parametrize("n", [2, 10, 50])
def test_the_bias_of_grassberger_s_estimate_is_known_in_closed_form(p, n):
    """The mean over a binomial number of the integrand is (1 - p - xp)^(n-1); then t = 1 - p - xp."""
    missing = [quad(lambda t: t ** (n - 1) / (1 - t), 0, 1 - 2 * pk, epsabs=1e-13)[0] for pk in p]
    bias = expected_sum(grassberger_terms, p, n) - entropy(p)
    assert bias == pytest.approx(-p @ missing, rel=1e-9, abs=1e-12)


def test_few_draws_from_many_outcomes():
    """Where n << K the plug-in knows no more than ln n; the corrections come nearer, Grassberger's nearest."""
    p = np.full(1000, 1e-3)
    bias = {name: abs(expected_sum(terms, p, 200) - entropy(p)) for name, (_, terms) in ESTIMATORS.items()}
    assert bias["plug-in"] > np.log(1000) - np.log(200)
    assert bias["plug-in"] > bias["Miller-Madow"] > bias["jackknife"] > bias["Grassberger"]


def test_means_over_draws_agree_with_the_expectation_and_their_scatter_with_the_error():
    rng = np.random.default_rng(0)
    counts = rng.multinomial(200, P, size=4000)
    for estimate, terms in ESTIMATORS.values():
        values = np.array([estimate(c) for c in counts])
        assert abs(values.mean() - expected_sum(terms, P, 200)) < 4 * values.std() / np.sqrt(4000)
    plug_in = np.array([plug_in_entropy(c) for c in counts])
    claimed = np.sqrt(np.mean([entropy_error(c) ** 2 for c in counts]))
    assert claimed / plug_in.std() == pytest.approx(1, abs=4 / np.sqrt(2 * 4000) + 0.02)  # 0.02: terms of order 1/n


def test_the_error_by_the_delta_method():
    counts = np.array([700, 200, 100])
    p, gradient = counts / 1000, -np.log(counts / 1000) - 1
    covariance = (np.diag(p) - np.outer(p, p)) / 1000  # of the frequencies
    assert entropy_error(counts) == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=1e-12)
    assert entropy_error(np.array([5, 5, 0])) == pytest.approx(0, abs=1e-15)


def test_jackknife_by_leaving_out_each_draw():
    draws = np.array([0, 0, 0, 1, 1, 3])
    count = lambda x: np.bincount(x, minlength=4)
    left_out = np.mean([plug_in_entropy(count(np.delete(draws, i))) for i in range(6)])
    expected = 6 * plug_in_entropy(count(draws)) - 5 * left_out
    assert jackknife_entropy(count(draws)) == pytest.approx(expected, rel=1e-13)


def test_grassberger_by_its_integral():
    n = 40
    for m in (1, 2, 3, 7, 40):
        integral = quad(lambda x, m=m: x ** (m - 1) / (1 + x), 0, 1)[0]
        harmonic = -np.euler_gamma + sum(1 / i for i in range(1, m))  # ψ(m)
        expected = m / n * (sum(1 / i for i in range(1, n)) - np.euler_gamma - harmonic - (-1) ** m * integral)
        assert grassberger_terms(np.array([m]), n)[0] == pytest.approx(expected, rel=1e-10)
    m = np.array([10**6])
    assert_allclose(grassberger_terms(m, 2 * 10**6), plug_in_terms(m, 2 * 10**6), atol=1e-6)
