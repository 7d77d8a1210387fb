"""Bandwidths from the samples against the exact error of theory, quadrature, sums over all pairs, and R's answers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm

from abinitio.density import bandwidth
from abinitio.density.bandwidth import (
    least_squares_bandwidth,
    least_squares_criterion,
    leave_one_out_log_density,
    leave_one_out_log_likelihood,
    likelihood_bandwidth,
    mean_integrated_squared_error,
    sheather_jones_bandwidth,
)
from abinitio.density.kde import kernel_log_density, silverman_factor
from abinitio.density.mixture import sample_mixture

GALAXIES = """
     9172  9350  9483  9558  9775 10227 10406 16084 16170 18419 18552 18600 18927 19052 19070 19330 19343 19349 19440
    19473 19529 19541 19547 19663 19846 19856 19863 19914 19918 19973 19989 20166 20175 20179 20196 20215 20221 20415
    20629 20795 20821 20846 20875 20986 21137 21492 21701 21814 21921 21960 22185 22209 22242 22249 22314 22374 22495
    22746 22747 22888 22914 23206 23241 23263 23484 23538 23542 23666 23706 23711 24129 24285 24289 24366 24717 24990
    25633 26690 26995 32065 32789 34279
"""  # km/s, 82 galaxies of the Corona Borealis region, as in R's MASS; K. Roeder, J. Am. Stat. Assoc. 85 (1990) 617
LAWS = {
    1: (np.array([0.75, 0.25]), np.array([[0.0], [1.5]]), np.array([[[1.0]], [[1 / 9]]])),
    2: (np.array([0.6, 0.4]), np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([np.eye(2), [[0.5, 0.2], [0.2, 0.3]]])),
}
SELECTORS = [likelihood_bandwidth, least_squares_bandwidth, lambda X: sheather_jones_bandwidth(X[:, 0])]


def draws(d, n, seed):
    return sample_mixture(*LAWS[d], n, np.random.default_rng(seed))[0]


def overlaps(means, covariances):
    """∫ N_k N_l of every two components, by SciPy."""
    pairs = [[(a - b, A + B) for b, B in zip(means, covariances)] for a, A in zip(means, covariances)]
    return np.array([[multivariate_normal(cov=C).pdf(m) for m, C in row] for row in pairs])


@pytest.mark.parametrize("d", [1, 2, 3])
def test_each_sample_is_foreseen_by_the_others(d):
    X = np.random.default_rng(d).standard_normal((40, d))
    X[1] = X[0]  # an equal one counts
    X[2] += 1e3
    expected = [kernel_log_density(np.delete(X, i, axis=0), X[i : i + 1], 0.3)[0] for i in range(40)]
    assert_allclose(leave_one_out_log_density(X, 0.3), expected, rtol=1e-13)
    assert leave_one_out_log_likelihood(X, 0.3) == pytest.approx(np.sum(expected), rel=1e-12)


def test_more_samples_than_a_block(monkeypatch):
    X = draws(2, 300, 0)
    whole = leave_one_out_log_density(X, 0.2)
    monkeypatch.setattr(bandwidth, "PAIRS", 1000)
    assert_allclose(leave_one_out_log_density(X, 0.2), whole, rtol=1e-14)


@pytest.mark.parametrize("h", [0.05, 0.4, 3.0])
def test_the_criterion_is_its_definition_by_quadrature(h):
    X = draws(1, 30, 1)
    q = np.linspace(-40, 40, 40_001)
    square = np.sum(np.exp(2 * kernel_log_density(X, q[:, None], h))) * (q[1] - q[0])
    foreseen = np.exp(leave_one_out_log_density(X, h)).mean()
    assert least_squares_criterion(X, h) == pytest.approx(square - 2 * foreseen, rel=1e-10)


@pytest.mark.parametrize("h", [0.1, 0.5])
def test_the_exact_error_is_variance_and_squared_bias_by_quadrature(h):
    n, (weights, means, covariances) = 50, LAWS[1]
    m, s = means[:, 0], np.sqrt(covariances[:, 0, 0])
    f = lambda x, wider=0.0: weights @ norm.pdf(x, m, np.sqrt(s**2 + wider))
    second = lambda x: f(x, h**2 / 2) / (2 * np.sqrt(np.pi) * h)  # E K_h²
    risk = lambda x: (second(x) - f(x, h**2) ** 2) / n + (f(x, h**2) - f(x)) ** 2
    expected = quad(risk, -12, 12, limit=300, epsabs=1e-13, epsrel=1e-12)[0]
    assert mean_integrated_squared_error(*LAWS[1], n, h) == pytest.approx(expected, rel=1e-9)


def test_the_exact_error_has_the_leading_terms_of_theory():
    law, n, h = (np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1))), 10**7, 0.02
    leading = 1 / (2 * np.sqrt(np.pi) * n * h) + h**4 / 4 * 3 / (8 * np.sqrt(np.pi))
    assert mean_integrated_squared_error(*law, n, h) == pytest.approx(leading, rel=0.05)


@pytest.mark.parametrize("d", [1, 2])
def test_the_criterion_is_unbiased_for_the_exact_error(d):
    n, h, sets = 60, 0.35, 1500
    values = [least_squares_criterion(draws(d, n, seed), h) for seed in range(sets)]
    weights, means, covariances = LAWS[d]
    expected = mean_integrated_squared_error(*LAWS[d], n, h) - weights @ overlaps(means, covariances) @ weights
    error = np.std(values) / np.sqrt(sets)
    assert abs(np.mean(values) - expected) < 4 * error and error < 0.02 * abs(expected)


@pytest.mark.parametrize("d", [1, 2, 4, 20])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_bandwidth_is_better(d, seed):
    X = draws(d, 150, seed) if d < 3 else np.random.default_rng(seed).standard_normal((150, d))
    others = np.geomspace(0.02, 5, 300)
    best = likelihood_bandwidth(X)
    assert leave_one_out_log_likelihood(X, best) >= max(leave_one_out_log_likelihood(X, h) for h in others) - 1e-9
    best = least_squares_bandwidth(X)
    low = np.median([np.sort(np.linalg.norm(X - x, axis=1))[1] for x in X]) / (2 * np.sqrt(d))
    least = min(least_squares_criterion(X, h) for h in others[others > low])
    assert least_squares_criterion(X, best) <= least + 1e-12 * abs(least)


def test_where_the_likelihood_is_stationary():
    X = draws(2, 100, 3)
    h = likelihood_bandwidth(X)
    squares = ((X[:, None] - X) ** 2).sum(axis=2)
    K = np.exp(-squares / (2 * h**2)) * (1 - np.eye(100))
    assert np.sum(K * squares / K.sum(axis=1, keepdims=True)) / 100 == pytest.approx(2 * h**2, rel=1e-5)  # d h²


@pytest.mark.parametrize("d", [1, 2, 3])
def test_two_samples_in_closed_form(d):
    X = np.zeros((2, d))
    X[1, 0] = 4.0
    assert likelihood_bandwidth(X) == pytest.approx(4 / np.sqrt(d), rel=1e-6)  # -d ln h - r²/2h² at its maximum


@pytest.mark.parametrize("selector", SELECTORS)
def test_bandwidths_are_lengths_and_do_not_depend_on_the_origin(selector):
    X = draws(1, 200, 4)
    h = selector(X)
    assert selector(1e-6 * X) == pytest.approx(1e-6 * h, rel=2e-6)
    assert selector(X + 2.0**20) == pytest.approx(h, rel=2e-6)
    before = X.copy()
    selector(X)
    assert_array_equal(X, before)


@pytest.mark.parametrize(("selector", "loss"), list(zip(SELECTORS, [1.5, 1.5, 1.1])))
def test_the_error_is_near_the_least_for_many_samples(selector, loss):
    n, h = 3000, np.geomspace(0.02, 0.8, 400)
    least = min(mean_integrated_squared_error(*LAWS[1], n, width) for width in h)
    risks = [mean_integrated_squared_error(*LAWS[1], n, selector(draws(1, n, seed))) / least for seed in range(3)]
    assert max(risks) < loss
    x = draws(1, n, 0)
    assert mean_integrated_squared_error(*LAWS[1], n, silverman_factor(n, 1) * x.std()) > 1.9 * least


def slow_sheather_jones(x):
    """Equation (12) of Sheather and Jones, term by term."""
    n, scale = len(x), min(np.std(x, ddof=1), (np.quantile(x, 0.75) - np.quantile(x, 0.25)) / 1.349)
    phi = lambda r, z: np.polynomial.hermite_e.hermeval(z, [0] * r + [1]) * norm.pdf(z)
    S = lambda a: sum(phi(4, (s - t) / a) for s in x for t in x) / (n * (n - 1) * a**5)
    T = lambda b: -sum(phi(6, (s - t) / b) for s in x for t in x) / (n * (n - 1) * b**7)
    factor = (6 * np.sqrt(2) * S(1.241 * scale / n ** (1 / 7)) / T(1.230 * scale / n ** (1 / 9))) ** (1 / 7)
    return brentq(lambda h: (2 * np.sqrt(np.pi) * n * S(factor * h ** (5 / 7))) ** (-0.2) - h, scale / 100, scale)


def test_sheather_and_jones_equation_is_solved():
    x = draws(1, 12, 5)[:, 0]
    assert sheather_jones_bandwidth(x) == pytest.approx(slow_sheather_jones(x), rel=1e-8)


def test_the_galaxies_have_the_bandwidth_that_r_finds():
    x = np.array(GALAXIES.split(), dtype=float) / 1000
    r = 2.566423  # width.SJ(galaxies / 1000): four bandwidths, by 1000 bins and a root to one or two digits
    assert len(x) == 82 and 4 * sheather_jones_bandwidth(x) == pytest.approx(r, rel=0.01)


@pytest.mark.parametrize("narrow", [1 / 3, 1 / 30])
def test_sums_over_the_grid_are_those_over_all_pairs(narrow, monkeypatch):
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.standard_normal(800), 1.5 + narrow * rng.standard_normal(400), [40.0]])
    gridded = sheather_jones_bandwidth(x)
    monkeypatch.setattr(bandwidth, "DIRECT", 2000)
    assert gridded == pytest.approx(sheather_jones_bandwidth(x), rel=1e-5)
    assert gridded != sheather_jones_bandwidth(x)


@pytest.mark.parametrize("steps", [2200, 10_000])
def test_the_grid_of_the_sums_errs_as_stated_and_is_not_too_wide(steps, monkeypatch):
    x = draws(1, 3000, 9)[:, 0]
    exact = sheather_jones_bandwidth(x)
    monkeypatch.setattr(bandwidth, "STEPS", steps)
    spacing = np.ptp(x) / steps
    assert sheather_jones_bandwidth(x) == pytest.approx(exact, rel=1e-3 * (30 * spacing / exact) ** 2)
    monkeypatch.setattr(bandwidth, "STEPS", 100)
    with pytest.raises(ValueError, match="bandwidths, too many for the grid"):
        sheather_jones_bandwidth(x)


def test_equal_samples_are_named_where_they_spoil_the_choice():
    X = draws(1, 200, 7)
    with pytest.raises(ValueError, match="every sample has an equal"):
        likelihood_bandwidth(np.repeat(X, 2, axis=0))
    with pytest.raises(ValueError, match="200 of the 200 samples have an equal"):
        least_squares_bandwidth(np.repeat(X[:100], 2, axis=0))
    with pytest.raises(ValueError, match="quartiles"):
        sheather_jones_bandwidth(np.repeat([0.0, 1.0], [5, 1]))
    with pytest.raises(ValueError, match="all but equal"):
        least_squares_bandwidth(np.concatenate([X, X[:40] + 1e-9, X[:40] - 1e-9]))
    few = np.concatenate([X, X[:10]])  # some equal samples are no harm
    assert 0.1 < least_squares_bandwidth(few) < 0.6 and 0.1 < likelihood_bandwidth(few) < 0.6


@pytest.mark.parametrize("d", [1, 2])
def test_the_criterion_falls_without_bound_exactly_where_it_is_said_to(d):
    """With p pairs of equal samples among n; far apart otherwise."""
    n = 60
    for pairs in range(1, 25):
        X = 100.0 * np.arange(n)[:, None] * np.ones(d)
        X[:pairs] = X[pairs : 2 * pairs]
        falls = least_squares_criterion(X, 1e-3) < 0
        try:
            least_squares_bandwidth(X)
            said = False
        except ValueError as error:
            said = "without bound" in str(error)
        assert said == falls


def test_the_readable_function_runs_where_it_has_no_twin(monkeypatch):
    X = draws(2, 500, 8)
    fast = [selector(X) for selector in SELECTORS[:2]]
    monkeypatch.delattr(leave_one_out_log_density, "fast")
    assert_allclose([selector(X) for selector in SELECTORS[:2]], fast, rtol=1e-6)
