"""Information by neighbours: the definition by brute force, Gaussian and uniform closed forms, scikit-learn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import digamma
from sklearn.feature_selection import mutual_info_regression

from abinitio.information import nearest_neighbour_information
from abinitio.information.entropy import gaussian_entropy
from abinitio.information.mutual_information import gaussian_mutual_information
from abinitio.information.nearest_neighbour_information import (
    ksg_error,
    ksg_mutual_information,
    ksg_terms,
    nearest_neighbour_entropy,
)
from abinitio.neighbors.knn import k_nearest_others


def gaussian_pairs(n, rho, rng):
    x = rng.standard_normal(n)
    return x, rho * x + np.sqrt(1 - rho**2) * rng.standard_normal(n)


def by_definition(x, y, k):
    """The terms from all distances."""
    far = lambda X: np.abs(X[:, None] - X[None]).reshape(len(X), len(X), -1).max(axis=2)
    d_x, d_y = far(x), far(y)
    joint = np.maximum(d_x, d_y) + np.diag(np.full(len(x), np.inf))
    distance = np.sort(joint, axis=1)[:, k - 1 : k]
    n_x, n_y = (np.count_nonzero(d < distance, axis=1) - 1 for d in (d_x, d_y))
    return digamma(k) + digamma(len(x)) - digamma(n_x + 1) - digamma(n_y + 1)


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize("shapes", [((), ()), ((1,), (2,)), ((3,), (2,))])
def test_terms_equal_the_definition(k, shapes):
    rng = np.random.default_rng(k)
    x, y = (rng.standard_normal((300, *shape)) for shape in shapes)
    y = y + x.reshape(300, -1)[:, :1].reshape(300, *[1] * len(shapes[1]))
    assert_allclose(ksg_terms(x, y, k), by_definition(x, y, k), rtol=1e-12)
    assert_allclose(ksg_terms(y, x, k), ksg_terms(x, y, k), rtol=1e-12)
    assert ksg_mutual_information(x, y, k) == pytest.approx(by_definition(x, y, k).mean(), rel=1e-12)


@pytest.mark.parametrize("offset", [0.0, 1e3, -1e6])
def test_a_neighbour_at_the_very_distance_is_not_counted(offset):
    """Rounding of x ± distance must not count it: for half of the samples it is the k-th neighbour itself."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(500) + offset, rng.standard_normal(500)
    assert_allclose(ksg_terms(x, y, 3), by_definition(x, y, 3), rtol=1e-12)
    x = np.round(rng.standard_normal(500), 1) + offset  # many equal x, no two equal pairs
    assert_allclose(ksg_terms(x, y, 3), by_definition(x, y, 3), rtol=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.95])
def test_equal_to_scikit_learn(rho):
    x, y = gaussian_pairs(2000, rho, np.random.default_rng(1))
    theirs = mutual_info_regression(x[:, None], y, n_neighbors=3, random_state=0)[0]
    ours = ksg_mutual_information(x / x.std(), y / y.std(), 3)  # it divides by the standard deviations
    assert max(ours, 0) == pytest.approx(theirs, abs=1e-9)  # and adds noise of 1e-10


def test_no_bias_for_independent_variables():
    rng = np.random.default_rng(2)
    for k in (1, 4):
        values = [ksg_mutual_information(rng.standard_normal(300), rng.uniform(size=300) ** 2, k) for _ in range(100)]
        assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(100)
        assert min(values) < 0


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_the_closed_form_of_gaussians(rho):
    rng = np.random.default_rng(3)
    exact = gaussian_mutual_information(np.array([[1, rho], [rho, 1]]))
    values = [ksg_mutual_information(*gaussian_pairs(1000, rho, rng)) for _ in range(60)]
    assert abs(np.mean(values) - exact) < 4 * np.std(values) / np.sqrt(60) + 0.012  # its bias at 1000, as measured
    one = ksg_mutual_information(*gaussian_pairs(20_000, rho, rng))
    assert one == pytest.approx(exact, abs=0.04)  # 4 standard errors of 1.1/√n, and bias


def test_gaussian_vectors():
    rng = np.random.default_rng(4)
    A = rng.standard_normal((3, 3)) + 2 * np.eye(3)
    C = A @ A.T
    X = rng.multivariate_normal(np.zeros(3), C, 4000) / np.sqrt(np.diag(C))
    exact = gaussian_mutual_information(C, 2)
    assert ksg_mutual_information(X[:, :2], X[:, 2]) == pytest.approx(exact, abs=4 * 1.2 / np.sqrt(4000))


def test_one_to_one_maps_change_little_and_shifts_scales_and_order_nothing():
    rng = np.random.default_rng(5)
    x, y = gaussian_pairs(3000, 0.7, rng)
    plain = ksg_mutual_information(x, y)
    assert ksg_mutual_information(4 * x, 4 * y) == plain  # powers of 2 round nothing
    order = rng.permutation(3000)
    assert ksg_mutual_information(x[order], y[order]) == pytest.approx(plain, rel=1e-12)
    assert ksg_mutual_information(-x, y) == pytest.approx(plain, rel=1e-12)
    for mapped in (np.arctan(x), stats.norm.cdf(x), np.sinh(x)):
        assert ksg_mutual_information(mapped / mapped.std(), y) == pytest.approx(plain, abs=0.03)


def test_the_error_is_the_scatter():
    rng = np.random.default_rng(6)
    values, errors = np.array(
        [
            (ksg_mutual_information(x, y), ksg_error(x, y))
            for x, y in (gaussian_pairs(1000, 0.6, rng) for _ in range(100))
        ]
    ).T
    ratio = np.sqrt(np.mean(errors**2)) / values.std(ddof=1)
    assert ratio == pytest.approx(1, abs=4 / np.sqrt(200))
    x, y = gaussian_pairs(1000, 0.6, rng)
    assert 0.3 < ksg_error(x, y, parts=5) / ksg_error(x, y, parts=20) < 3


@pytest.mark.parametrize(
    ("d", "bias"), [(1, 0.01), (2, 0.03), (3, 0.06)]
)  # of the order of the volume that a sample's ball has, as measured
def test_entropy_of_gaussians(d, bias):
    rng = np.random.default_rng(7)
    A = np.tril(np.ones((d, d)))
    values = [nearest_neighbour_entropy(rng.standard_normal((1000, d)) @ A.T) for _ in range(40)]
    exact = gaussian_entropy(A @ A.T)
    assert abs(np.mean(values) - exact) < 4 * np.std(values) / np.sqrt(40) + bias


def test_entropy_of_the_uniform_and_of_the_exponential_law():
    rng = np.random.default_rng(8)
    for draw, exact in (
        (lambda: rng.uniform(0, 3, (500, 1)), np.log(3)),
        (lambda: rng.exponential(size=(500, 1)), 1.0),
    ):
        for k in (1, 5):
            values = [nearest_neighbour_entropy(draw(), k) for _ in range(40)]
            assert abs(np.mean(values) - exact) < 4 * np.std(values) / np.sqrt(40) + 0.01


def test_entropy_follows_units_and_the_definition():
    X = np.random.default_rng(9).standard_normal((200, 2))
    value = nearest_neighbour_entropy(X, 2)
    assert nearest_neighbour_entropy(10 * X + 3, 2) == pytest.approx(value + 2 * np.log(10), rel=1e-12)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    assert nearest_neighbour_entropy(X @ turn, 2) == pytest.approx(value, rel=1e-12)
    distances = np.sort(np.linalg.norm(X[:, None] - X, axis=2), axis=1)[:, 2]
    discs = digamma(200) - digamma(2) + np.mean(np.log(np.pi * distances**2))
    assert value == pytest.approx(discs, rel=1e-12)


def test_ties_are_refused_with_a_way_out():
    x = np.repeat(np.arange(5.0), 4)
    with pytest.raises(ValueError, match=r"20 samples coincide with 3 or more others.*add noise"):
        ksg_mutual_information(x, x)
    with pytest.raises(ValueError, match="use counts for discrete values"):
        nearest_neighbour_entropy(x[:, None])
    assert np.isfinite(ksg_mutual_information(x, x, k=4))


def test_the_readable_search_of_neighbours_gives_the_same(monkeypatch):
    X = np.random.default_rng(10).standard_normal((150, 3))
    before = X.copy()
    quick = nearest_neighbour_entropy(X)
    readable = lambda X, k: k_nearest_others(X, k)
    monkeypatch.setattr(nearest_neighbour_information, "k_nearest_others", readable)
    assert nearest_neighbour_entropy(X) == pytest.approx(quick, rel=1e-12)
    monkeypatch.setattr(nearest_neighbour_information, "k_nearest_others", lambda X, k: readable(X, k + 1))
    assert abs(nearest_neighbour_entropy(X) - quick) > 0.1
    assert np.array_equal(X, before)
