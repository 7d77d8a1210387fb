"""Platt's sigmoid: targets, conditions of the minimum, known parameters, scikit-learn; and the coupling of pairs."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.svm import LinearSVC

from abinitio.linear_model.logistic import sigmoid
from abinitio.svm.platt import couple_probabilities, pairwise_matrices, platt_probability, platt_scaling, platt_targets


def simulated(seed, n, A=-1.7, B=0.4):
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal(n) * 2
    return scores, np.where(rng.random(n) < sigmoid(-(A * scores + B)), 1, -1)


def cross_entropy(A, B, scores, t):
    z = A * scores + B
    return np.sum(t * np.logaddexp(0, z) + (1 - t) * np.logaddexp(0, -z))


def test_targets():
    t = platt_targets(np.array([1, -1, 1, 1]))
    assert_allclose(t, [4 / 5, 1 / 3, 4 / 5, 4 / 5])
    assert_allclose(platt_targets(np.array([1, 1])), 3 / 4)  # of the other label there is none


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_at_the_minimum_the_probabilities_have_the_targets_moments(seed, unit):
    scores, y = simulated(seed, 50)
    scores, t = unit * scores, platt_targets(y)
    A, B = platt_scaling(scores, y)
    miss = platt_probability(scores, A, B) - t  # the gradient: Σ miss = 0 and Σ miss f = 0
    assert abs(miss.sum()) < 1e-8 and abs(miss @ scores) < 1e-8 * unit
    best = minimize(lambda v: cross_entropy(v[0] / unit, v[1], scores, t), [0, 0], method="Nelder-Mead", tol=1e-10)
    assert cross_entropy(A, B, scores, t) <= best.fun + 1e-10
    assert_allclose([A * unit, B], best.x, atol=1e-4)


def test_parameters_that_are_known_come_back_within_their_standard_errors():
    deviations = []
    for seed in range(20):
        scores, y = simulated(seed, 4000)
        A, B = platt_scaling(scores, y)
        p = platt_probability(scores, A, B)
        F = np.column_stack([scores, np.ones(4000)])
        covariance = np.linalg.inv((F.T * (p * (1 - p))) @ F)  # the inverse Hessian
        deviations.append(np.array([A + 1.7, B - 0.4]) / np.sqrt(np.diag(covariance)))
    deviations = np.array(deviations)
    assert np.abs(deviations.mean(axis=0)).max() < 4 / np.sqrt(20)
    assert 0.5 < np.mean(deviations**2) < 1.7  # 40 squares of unit variance: 1 ± 0.22


def test_as_scikit_learn_calibrates():
    rng = np.random.default_rng(3)
    y = np.where(rng.random(400) < 0.3, 1, -1)
    X = rng.standard_normal((400, 2)) + 0.8 * y[:, None]
    machine = LinearSVC().fit(X[:200], y[:200])
    peer = CalibratedClassifierCV(FrozenEstimator(machine), method="sigmoid", ensemble=False).fit(X[200:], y[200:])
    scores = machine.decision_function(X[200:])
    A, B = platt_scaling(scores, y[200:])
    calibrator = peer.calibrated_classifiers_[0].calibrators[0]
    assert_allclose([A, B], [calibrator.a_, calibrator.b_], rtol=1e-4, atol=1e-5)
    assert_allclose(platt_probability(scores, A, B), peer.predict_proba(X[200:])[:, 1], atol=1e-5)
    t = platt_targets(y[200:])
    assert cross_entropy(A, B, scores, t) <= cross_entropy(calibrator.a_, calibrator.b_, scores, t) + 1e-10


def test_moving_scores_moves_b_and_turning_the_labels_turns_the_sign():
    scores, y = simulated(6, 100)
    A, B = platt_scaling(scores, y)
    assert_allclose(platt_scaling(-scores, y), [-A, B], rtol=1e-8)
    assert_allclose(platt_scaling(scores, -y), [-A, -B], rtol=1e-8)
    assert_allclose(platt_scaling(scores + 1e4, y), [A, B - 1e4 * A], rtol=1e-6)


def test_scores_that_separate_the_classes_and_scores_that_say_nothing():
    y = np.repeat([-1, 1], 50)
    A, B = platt_scaling(1e3 * y, y)  # two values: the targets are reached exactly
    assert_allclose(platt_probability(np.array([-1e3, 1e3]), A, B), [1 / 52, 51 / 52], rtol=1e-9)
    scores = np.where(y > 0, 1.0, -1.0) * np.linspace(1, 1e5, 100)
    A, B = platt_scaling(scores, y)
    assert A < 0 and np.isfinite([A, B]).all()
    assert abs(np.sum(platt_probability(scores, A, B) - platt_targets(y))) < 1e-8
    for labels in (y, np.ones(100)):
        A, B = platt_scaling(np.full(100, 0.1), labels)
        assert A == 0
        assert platt_probability(0.1, A, B) == pytest.approx(platt_targets(labels).mean())
    with np.errstate(all="raise", under="ignore"):
        assert_allclose(platt_probability(np.array([-1e300, 1e300]), -2.0, 1.0), [0, 1])


@pytest.mark.parametrize("K", [2, 3, 5, 10])
def test_pairs_made_from_known_probabilities_give_them_back(K):
    p = np.random.default_rng(K).dirichlet(np.full(K, 0.5), 30)
    R = p[:, :, None] / (p[:, :, None] + p[:, None, :])
    assert_allclose(couple_probabilities(R), p, atol=1e-9)
    assert_allclose(couple_probabilities(R[0]), p[0], atol=1e-9)


@pytest.mark.parametrize("K", [2, 3, 5])
def test_pairs_that_contradict_each_other(K):
    rng = np.random.default_rng(K)
    pairs = rng.uniform(0, 1, (10, K * (K - 1) // 2))
    R = pairwise_matrices(pairs, K)
    assert_allclose(R + np.swapaxes(R, 1, 2), 1 - np.eye(K)[None].repeat(10, axis=0))
    p = couple_probabilities(R)
    assert np.all(p >= 0)
    assert_allclose(p.sum(axis=1), 1, atol=1e-12)
    for matrix, ours in zip(R, p):
        cost = lambda p, r=matrix: sum((r[j, i] * p[i] - r[i, j] * p[j]) ** 2 for i in range(K) for j in range(K))
        whole = {"type": "eq", "fun": lambda p: p.sum() - 1}
        best = minimize(cost, np.full(K, 1 / K), bounds=[(0, 1)] * K, constraints=whole, method="SLSQP", tol=1e-14)
        assert_allclose(ours, best.x, atol=1e-5)
        assert cost(ours) <= best.fun + 1e-12
    order = rng.permutation(K)
    assert_allclose(couple_probabilities(R[:, order][:, :, order]), p[:, order], atol=1e-12)


def test_two_classes_and_pairs_that_are_sure():
    assert_allclose(couple_probabilities(np.array([[np.nan, 0.3], [0.7, np.nan]])), [0.3, 0.7], atol=1e-12)
    winner = pairwise_matrices(np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]), 3)
    assert_allclose(couple_probabilities(winner), [[1, 0, 0], [0, 1, 0], [1 / 3, 1 / 3, 1 / 3]], atol=1e-12)
