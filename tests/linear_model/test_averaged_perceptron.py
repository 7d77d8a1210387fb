"""The averaged perceptron: the mean by its definition, Bayes' error of two Gaussians, scikit-learn's average."""

import itertools

import numpy as np
import pytest
import sklearn.linear_model
from numpy.testing import assert_allclose
from scipy.special import ndtr
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.averaged_perceptron import AveragedPerceptron, averaged_perceptron_walk
from abinitio.linear_model.perceptron import Perceptron, perceptron_walk

KNOWN = {
    "check_sample_weight_equivalence_on_dense_data": "two small steps are not one large one",
    "check_class_weight_classifiers": "with class weights that differ by 10^7 the mean does not forget its first steps",
}


def gaussians(rng, n, d, distance):
    """Two unit Gaussians, their centres ±distance/2 on the first axis; Bayes' accuracy is Φ(distance/2)."""
    y = rng.choice([-1, 1], n)
    X = rng.standard_normal((n, d))
    X[:, 0] += y * distance / 2
    return X, y


def test_the_mean_by_its_definition():
    X, y = gaussians(np.random.default_rng(0), 30, 3, 1.0)
    walk, mean = (
        np.array(list(itertools.islice(f(X, y, np.ones(3), np.random.default_rng(1)), 100)))
        for f in (perceptron_walk, averaged_perceptron_walk)
    )
    assert_allclose(mean, np.cumsum(walk, axis=0) / np.arange(1, 101)[:, None], rtol=1e-12)


def test_the_estimator_keeps_what_the_walk_yields():
    X, y = gaussians(np.random.default_rng(2), 50, 4, 1.0)
    walk = averaged_perceptron_walk(X, y, np.zeros(4), np.random.default_rng(3))
    expected = list(itertools.islice(walk, 6 * 50))[-1]
    model = AveragedPerceptron(tol=None, max_iter=6, fit_intercept=False, random_state=3).fit(X, y)
    assert_allclose(model.coef_[0], expected, rtol=1e-12)
    assert model.n_iter_ == 6


@pytest.mark.parametrize("weighted", [False, True])
def test_equal_to_scikit_learns_average(weighted):
    X, y = gaussians(np.random.default_rng(4), 100, 3, 1.0)
    s = np.random.default_rng(5).uniform(size=100) if weighted else None
    schedule = {"learning_rate": "constant", "eta0": 1.0, "penalty": None, "shuffle": False, "tol": None}
    peer = sklearn.linear_model.SGDClassifier(loss="perceptron", average=True, max_iter=4, **schedule)
    peer.fit(X, y, sample_weight=s)
    ours = AveragedPerceptron(shuffle=False, tol=None, max_iter=4).fit(X, y, s)
    assert_allclose(ours.coef_, peer.coef_, rtol=1e-9)
    assert_allclose(ours.intercept_, peer.intercept_, rtol=1e-9, atol=1e-12)


def test_near_bayes_where_the_last_weights_are_not():
    """Exact accuracy of weights w with the intercept b: the mean over both classes of Φ((±b + w₁ Δ/2)/|w|)."""
    distance, d = 2.0, 10

    def accuracy(model):
        w, b = model.coef_[0] / np.linalg.norm(model.coef_), model.intercept_[0] / np.linalg.norm(model.coef_)
        return (ndtr(w[0] * distance / 2 + b) + ndtr(w[0] * distance / 2 - b)) / 2

    lost = []
    for seed in range(12):
        X, y = gaussians(np.random.default_rng(seed), 1000, d, distance)
        models = [cls(tol=None, max_iter=10, random_state=seed).fit(X, y) for cls in (AveragedPerceptron, Perceptron)]
        lost.append([ndtr(distance / 2) - accuracy(model) for model in models])
    lost = np.array(lost)
    assert np.all(lost >= 0)  # no rule does better than Bayes'
    assert lost[:, 0].max() < 0.02  # a few times d/n
    difference = lost[:, 1] - lost[:, 0]
    assert difference.mean() > 4 * difference.std(ddof=1) / np.sqrt(12)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # a check's weights differ by 10^7
@parametrize_with_checks([AveragedPerceptron(max_iter=50)], expected_failed_checks=lambda estimator: KNOWN)
def test_estimator_contract(estimator, check):
    check(estimator)
