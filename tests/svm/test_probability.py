"""Probabilities of a support-vector machine: calibrated on new samples, near scikit-learn's, a sound contract."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris
from sklearn.svm import SVC as SklearnSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.functions import gaussian_kernel
from abinitio.svm.classification import SVC
from abinitio.svm.probability import ProbabilitySVC


def test_it_is_calibrated_on_new_samples(overlapping):
    X, y, _ = overlapping(0, n=600)
    new, truth, _ = overlapping(1, n=4000)
    p = ProbabilitySVC(kernel="linear", random_state=0).fit(X, y).predict_proba(new)[:, 1]
    bayes = 1 / (1 + np.exp(-1.6 * new.sum(axis=1)))  # two unit Gaussians at ±(0.8, 0.8)
    assert np.abs(p - bayes).mean() < 0.03
    for low in (0.05, 0.3, 0.7):
        inside = (p > low) & (p < low + 0.25)
        error = np.sqrt(p[inside] @ (1 - p[inside])) / inside.sum()
        assert abs(np.mean(truth[inside] > 0) - p[inside].mean()) < 5 * error + 0.03


def test_predictions_are_those_of_the_plain_machine_and_a_matrix_is_the_same_kernel():
    X, y = load_iris(return_X_y=True)
    model = ProbabilitySVC(gamma=0.3, random_state=1).fit(X, y)
    assert np.array_equal(model.predict(X), SVC(gamma=0.3).fit(X, y).predict(X))
    K = gaussian_kernel(X, X, 0.3)
    p = model.predict_proba(X)
    assert_allclose(p.sum(axis=1), 1)
    assert np.mean(p.argmax(axis=1) == y) > 0.95 and p.max(axis=1).mean() > 0.85
    matrix = ProbabilitySVC(kernel="precomputed", random_state=1).fit(K, y)
    assert_allclose(matrix.predict_proba(K), p, atol=2e-2)


def test_near_scikit_learns_calibration(overlapping):
    X, y, _ = overlapping(2, n=400)
    ours = ProbabilitySVC(gamma=0.5, random_state=0).fit(X, y).predict_proba(X)[:, 1]
    theirs = CalibratedClassifierCV(SklearnSVC(gamma=0.5), ensemble=False, cv=5).fit(X, y).predict_proba(X)[:, 1]
    assert np.abs(ours - theirs).max() < 0.05


def test_samples_without_weight_are_not_there(overlapping):
    X, y, _ = overlapping(3)
    weights = (np.arange(40) < 30).astype(float)
    p = ProbabilitySVC(gamma=0.5, random_state=0).fit(X, y, weights).predict_proba(X)
    alone = ProbabilitySVC(gamma=0.5, random_state=0).fit(X[:30], y[:30]).predict_proba(X)
    assert_allclose(p, alone, atol=1e-3)


def test_errors(overlapping):
    X, y, _ = overlapping(4)
    with pytest.raises(ValueError, match="folds = 1 must be an integer >= 2"):
        ProbabilitySVC(folds=1).fit(X, y)
    with pytest.raises(ValueError, match="has one sample"):
        ProbabilitySVC().fit(X, np.where(np.arange(40) == 0, 1, -1))


@parametrize_with_checks(
    [ProbabilitySVC(gamma=0.5, tol=1e-10, random_state=0)],
    expected_failed_checks=lambda estimator: {
        "check_sample_weight_equivalence_on_dense_data": "a repeated sample may fall into two folds, a heavy one cannot"
    },
)
def test_estimator_contract(estimator, check):
    check(estimator)
