"""The Cramér-Rao bound: reached by exponential families, missed by medians, beaten only where it does not hold."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from abinitio.information.fisher_families import FAMILIES
from abinitio.statistics.cramer_rao import cramer_rao_bound, cramer_rao_matrix, efficiency, location_information
from abinitio.statistics.estimators import maximum_moments, median_moments, sum_of_squares_moments

NORMAL = FAMILIES["normal"].fisher(np.array([0.5, 2.0]))


@pytest.mark.parametrize(
    "name, theta, variance", [("Bernoulli", 0.3, 0.3 * 0.7), ("Poisson", 2.5, 2.5), ("normal", (0.5, 2.0), 4.0)]
)
def test_sample_means_reach_the_bound_for_every_n(name, theta, variance):
    information = FAMILIES[name].fisher(np.atleast_1d(theta))
    gradient = np.eye(len(information))[0]
    for n in (1, 10):
        assert cramer_rao_bound(information, n, gradient) == pytest.approx(variance / n, rel=1e-12)


def test_the_mean_of_an_exponential_law_reaches_the_bound_and_its_rate_does_not():
    lam, n = 0.7, 6
    I = FAMILIES["exponential"].fisher(np.array([lam]))
    assert cramer_rao_bound(I, n, gradient=-1 / lam**2) == pytest.approx(1 / (n * lam**2))  # g = 1/λ, the mean
    unbiased = lam**2 / (n - 2)  # (n - 1)/Σx: an inverse gamma variable
    assert efficiency(unbiased, cramer_rao_bound(I, n)) == pytest.approx((n - 2) / n)


def test_the_variance_of_a_normal_law():
    n, sigma = 8, 2.0
    gradient = np.array([0.0, 2 * sigma])  # g = σ²
    bound = cramer_rao_bound(NORMAL, n, gradient)
    assert efficiency(sum_of_squares_moments(sigma, n, n - 1)[1], bound) == pytest.approx((n - 1) / n)
    biased = cramer_rao_bound(NORMAL, n, gradient * (n - 1) / n)  # E of the estimate with 1/n: σ² (n-1)/n
    assert sum_of_squares_moments(sigma, n, n)[1] >= biased


def test_medians():
    n = 301
    exact = lambda law: median_moments(law.ppf, n)[1]
    normal, laplace = cramer_rao_bound(1.0, n), cramer_rao_bound(1.0, n)  # both have information 1
    assert efficiency(exact(stats.norm), normal) == pytest.approx(2 / np.pi, rel=0.01)
    assert 0.9 < efficiency(exact(stats.laplace), laplace) < 1
    assert efficiency(2 / n, laplace) == pytest.approx(0.5)  # of the mean, for Laplace's law
    assert efficiency(exact(stats.cauchy), cramer_rao_bound(0.5, n)) == pytest.approx(8 / np.pi**2, rel=0.01)


def test_no_regular_law_no_bound():
    """The bound with the formal information (1/θ)² would be θ²/n; the uniform maximum has n/(n+1)²(n+2)."""
    n = 20
    assert maximum_moments(1.0, n, (n + 1) / n)[1] < cramer_rao_bound(1.0, n) / 10


def test_the_matrix_agrees_with_the_numbers_and_bounds_a_covariance():
    rng = np.random.default_rng(0)
    A = rng.standard_normal((3, 3))
    information, jacobian = A @ A.T, rng.standard_normal((2, 3))
    bound = cramer_rao_matrix(information, 5, jacobian)
    assert_allclose(np.diag(bound), [cramer_rao_bound(information, 5, g) for g in jacobian], rtol=1e-10)
    assert_allclose(bound, jacobian @ np.linalg.inv(5 * information) @ jacobian.T, rtol=1e-9)


def test_information_about_a_place():
    assert location_information(lambda x: -x / 4, stats.norm(0, 2).ppf) == pytest.approx(1 / 4, rel=1e-6)
    assert location_information(lambda x: -np.sign(x), stats.laplace.ppf) == pytest.approx(1, rel=1e-12)
    logistic = location_information(lambda x: -np.tanh(x / 2), stats.logistic.ppf)
    assert logistic == pytest.approx(1 / 3, rel=1e-12)
    with pytest.raises(np.linalg.LinAlgError):
        cramer_rao_bound(FAMILIES["categorical"].fisher(np.zeros(2)), 1, np.array([1.0, 0.0]))
