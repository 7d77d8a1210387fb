"""Votes of pairs: by hand, invariants, and scikit-learn's SVC to the last bit."""

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.datasets import load_iris, make_blobs
from sklearn.preprocessing import LabelBinarizer
from sklearn.svm import SVC

from abinitio.svm.votes import one_vs_one_decision, one_vs_one_votes, one_vs_rest_labels


def machine(classes, seed=0):
    """An SVC with as many classes that overlap, its pairs' scores at new samples, and the samples."""
    X, y = make_blobs(300, centers=classes, cluster_std=4.0, random_state=seed)
    queries = np.random.default_rng(seed).uniform(-20, 20, (5000, 2))
    model = SVC(kernel="rbf", gamma=0.1, decision_function_shape="ovo").fit(X, y)
    return model, model.decision_function(queries), queries


def test_by_hand():
    scores = np.array([[1.0, 1, 1, 1, 1, 1], [-1, -1, -1, 1, 1, 1], [-1, -1, -1, -1, -1, -1], [-1, -1, -1, -1, 1, 1]])
    assert_array_equal(one_vs_one_votes(scores, 4), [0, 1, 3, 2])
    assert_array_equal(one_vs_one_votes(np.array([[0.5], [-0.5], [0.0]]), 2), [0, 1, 1])


@pytest.mark.parametrize("K", [2, 3, 5, 8])
def test_the_best_of_a_ranking_wins(K):
    """Scores g_i - g_j of a number g for each class: the largest g beats all others."""
    g = np.random.default_rng(K).standard_normal((200, K))
    scores = np.column_stack([g[:, i] - g[:, j] for i, j in combinations(range(K), 2)])
    assert_array_equal(one_vs_one_votes(scores, K), g.argmax(axis=1))
    decision = one_vs_one_decision(scores, K)
    assert_array_equal(decision.argmax(axis=1), g.argmax(axis=1))
    ranks = g.argsort(axis=1).argsort(axis=1)  # wins over as many as are smaller
    assert_array_equal(np.round(decision), ranks)


@pytest.mark.parametrize("K", [3, 4, 7])
def test_as_scikit_learn_predicts(K):
    model, scores, queries = machine(K)
    assert scores.shape == (5000, K * (K - 1) // 2)
    predicted = one_vs_one_votes(scores, K)
    assert_array_equal(predicted, model.predict(queries))
    model.set_params(decision_function_shape="ovr")
    decision = one_vs_one_decision(scores, K)
    assert_array_equal(decision, model.decision_function(queries))
    model.set_params(break_ties=True)
    assert_array_equal(decision.argmax(axis=1), model.predict(queries))
    assert np.any(decision.argmax(axis=1) != predicted)  # there are ties, and both ways of breaking them are tested


def test_the_sign_of_two_classes_is_the_other_one():
    X, y = load_iris(return_X_y=True)
    X, y = X[y < 2], y[y < 2]
    model = SVC().fit(X, y)
    assert_array_equal(one_vs_one_votes(-model.decision_function(X)[:, None], 2), model.predict(X))


def test_a_score_of_zero():
    """For the votes it is the second class's, as in libsvm; for the continuous ones the first one's."""
    assert_array_equal(one_vs_one_votes(np.zeros((1, 3)), 3), [2])
    assert_array_equal(one_vs_one_decision(np.zeros((1, 3)), 3), [[2, 1, 0]])
    # a machine whose classes are all the same sample has the score 0 everywhere
    model = SVC(kernel="linear", decision_function_shape="ovo").fit(np.zeros((6, 1)), [0, 0, 1, 1, 2, 2])
    assert_array_equal(model.decision_function([[1.0]]), np.zeros((1, 3)))
    assert_array_equal(model.predict([[1.0]]), [2])
    model.set_params(decision_function_shape="ovr")
    assert_array_equal(model.decision_function([[1.0]]), [[2, 1, 0]])


def test_a_fraction_never_outweighs_a_vote():
    rng = np.random.default_rng(1)
    scores = rng.standard_normal((1000, 10)) * 10.0 ** rng.uniform(-8, 8, (1000, 10))
    decision = one_vs_one_decision(scores, 5)
    fraction = decision - np.round(decision)
    assert np.abs(fraction).max() <= 1 / 3 + 1e-12
    assert_array_equal(np.round(decision).sum(axis=1), 10)
    pairs = list(combinations(range(5), 2))
    wins = np.array([[sum((s > 0) if k == i else (s <= 0) for s, (i, j) in zip(row, pairs) if k in (i, j))
                      for k in range(5)] for row in scores])  # fmt: skip
    assert_array_equal(np.round(decision), wins)


@pytest.mark.parametrize("K", [3, 6])
def test_labels_of_one_against_the_rest(K):
    y = np.random.default_rng(K).integers(0, K, 50)
    y[:K] = np.arange(K)
    labels = one_vs_rest_labels(y, K)
    assert_array_equal(labels, LabelBinarizer(neg_label=-1).fit_transform(y))
    assert_array_equal(labels.sum(axis=1), 2 - K)
    assert_array_equal(one_vs_rest_labels(np.array([0, 1, 1]), 2), [[1, -1], [-1, 1], [-1, 1]])
