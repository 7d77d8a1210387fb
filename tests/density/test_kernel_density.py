"""The estimator against scikit-learn's, and scikit-learn's contract."""

import numpy as np
import pytest
import sklearn.neighbors
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.density.bandwidth import least_squares_bandwidth, likelihood_bandwidth, sheather_jones_bandwidth
from abinitio.density.kde import kernel_log_density
from abinitio.density.kernel_density import KernelDensity


def samples(seed, n=300, d=2):
    return np.random.default_rng(seed).standard_normal((n, d))


@pytest.mark.parametrize("bandwidth", [0.3, "scott", "silverman"])
@pytest.mark.parametrize("d", [1, 2, 4])
def test_log_densities_are_scikit_learns(bandwidth, d):
    X, queries = samples(0, d=d), 2 * samples(1, 2000, d)
    ours, theirs = (
        cls(bandwidth=bandwidth).fit(X, sample_weight=1 + np.arange(300) % 3)
        for cls in (KernelDensity, sklearn.neighbors.KernelDensity)
    )
    assert ours.bandwidth_ == pytest.approx(theirs.bandwidth_, rel=1e-14)
    near = theirs.score_samples(queries) > -15  # far from all samples scikit-learn's tree loses the small densities
    queries = queries[near]
    assert len(queries) > 800
    assert_allclose(ours.score_samples(queries), theirs.score_samples(queries), rtol=1e-9, atol=1e-9)
    assert ours.score(queries) == pytest.approx(theirs.score(queries), rel=1e-9)


def test_a_sample_of_weight_zero_is_no_sample():
    X, weights = samples(7), (np.arange(300) % 2).astype(float)
    weighted, some = (
        KernelDensity(bandwidth=0.1).fit(X, sample_weight=weights),
        KernelDensity(bandwidth=0.1).fit(X[1::2]),
    )
    queries = 3 * samples(8, 2000)
    assert_allclose(weighted.score_samples(queries), some.score_samples(queries), rtol=1e-11)


def test_the_readable_function_runs_where_it_has_no_twin(monkeypatch):
    model = KernelDensity(bandwidth=0.4).fit(samples(2))
    fast = model.score_samples(samples(3, 3000))
    monkeypatch.delattr(kernel_log_density, "fast")
    assert_allclose(fast, model.score_samples(samples(3, 3000)), atol=1e-11)


def test_draws_repeat_and_the_bandwidth_can_be_searched():
    model = KernelDensity(bandwidth=0.2).fit(samples(4))
    assert_array_equal(model.sample(50, random_state=1), model.sample(50, random_state=1))
    grid = {"bandwidth": [0.2, 0.4, 1.0, 2.0]}
    ours, theirs = (
        GridSearchCV(cls(), grid, cv=4).fit(samples(5)) for cls in (KernelDensity, sklearn.neighbors.KernelDensity)
    )
    assert ours.best_params_ == theirs.best_params_
    assert_allclose(ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], rtol=1e-9)


@pytest.mark.parametrize("d", [1, 3])
def test_the_bandwidth_is_chosen_from_the_samples(d):
    X = 5 * samples(9, 200, d)
    expected = {"likelihood": likelihood_bandwidth(X), "least squares": least_squares_bandwidth(X)}
    if d == 1:
        expected["sheather-jones"] = sheather_jones_bandwidth(X[:, 0])
    for rule, h in expected.items():
        model = KernelDensity(bandwidth=rule).fit(X)
        assert model.bandwidth_ == h and 0.5 < h < 5
        assert_allclose(model.score_samples(X), kernel_log_density(X, X, h), rtol=1e-11)


def test_where_no_bandwidth_can_be_chosen_it_is_said():
    X = samples(10, 100, 2)
    with pytest.raises(ValueError, match="for one feature; there are 2"):
        KernelDensity(bandwidth="sheather-jones").fit(X)
    with pytest.raises(ValueError, match="without weights"):
        KernelDensity(bandwidth="likelihood").fit(X, sample_weight=np.ones(100))
    with pytest.raises(ValueError, match="n_samples = 1"):
        KernelDensity(bandwidth="least squares").fit(X[:1])


def test_what_is_wrong_is_named():
    for settings in ({"bandwidth": 0}, {"bandwidth": "best"}, {"kernel": "tophat"}, {"rtol": -1}):
        (name, value), *_ = settings.items()
        with pytest.raises(ValueError, match=f"{name} = {value!r}"):
            KernelDensity(**settings).fit(samples(6))


@parametrize_with_checks([KernelDensity(), KernelDensity(bandwidth="scott", rtol=1e-8)])
def test_estimator_contract(estimator, check):
    check(estimator)
