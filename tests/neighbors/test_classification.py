"""kNN classification: scikit-learn's answers, the nearest neighbour's risk, leave-one-out, the estimator's contract."""

import numpy as np
import pytest
import sklearn.neighbors
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import GridSearchCV, LeaveOneOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.neighbors import KNeighborsClassifier, classification

WEIGHTS = pytest.mark.parametrize("weights", ["uniform", "distance", lambda d: np.exp(-d)], ids=["1", "1/d", "exp"])


def mixture(n, rng, d=3):
    y = rng.integers(0, 3, n)
    return rng.standard_normal((n, d)) + y[:, None], np.array(["up", "down", "strange"])[y]


@WEIGHTS
@pytest.mark.parametrize("k", [1, 4, 15])
def test_shares_and_classes_are_those_of_scikit_learn(k, weights):
    rng = np.random.default_rng(0)
    X, y = mixture(300, rng)
    Q = np.vstack([mixture(100, rng)[0], X[:20]])
    ours = KNeighborsClassifier(k, weights=weights).fit(X, y)
    theirs = sklearn.neighbors.KNeighborsClassifier(k, weights=weights).fit(X, y)
    assert_array_equal(ours.classes_, theirs.classes_)
    assert_allclose(ours.predict_proba(Q), theirs.predict_proba(Q), rtol=1e-9, atol=1e-12)
    assert_array_equal(ours.predict(Q), theirs.predict(Q))
    assert_allclose(ours.predict_proba(Q).sum(axis=1), 1)


def test_accuracy_on_digits_is_that_of_scikit_learn():
    X, y = load_digits(return_X_y=True)
    for k in (1, 5):
        ours = KNeighborsClassifier(k).fit(X[:1000], y[:1000]).score(X[1000:], y[1000:])
        theirs = sklearn.neighbors.KNeighborsClassifier(k).fit(X[:1000], y[:1000]).score(X[1000:], y[1000:])
        assert abs(ours - theirs) <= 2 / 797  # equal distances, which are many here, may be ordered otherwise there
        assert ours > 0.95


@WEIGHTS
def test_without_queries_it_leaves_each_sample_out(weights):
    X, y = load_iris(return_X_y=True)
    rng = np.random.default_rng(0)
    X = X + 1e-6 * rng.standard_normal(X.shape)  # no two samples alike
    model = KNeighborsClassifier(4, weights=weights)
    assert_array_equal(model.fit(X, y).predict(None), cross_val_predict(model, X, y, cv=LeaveOneOut()))
    assert np.mean(KNeighborsClassifier(1).fit(X, y).predict(X) == y) == 1  # what "counting oneself" would report
    assert np.mean(KNeighborsClassifier(1).fit(X, y).predict(None) == y) < 1


def test_ties_go_to_the_first_class():
    model = KNeighborsClassifier(2).fit([[-1.0], [1.0]], ["b", "a"])
    assert_array_equal(model.predict([[0.0], [-0.5], [7.0]]), ["a", "a", "a"])
    assert_allclose(model.predict_proba([[0.0]]), [[0.5, 0.5]])


def test_all_samples_as_neighbours_give_the_shares_of_the_classes():
    X, y = mixture(90, np.random.default_rng(3))
    model = KNeighborsClassifier(90).fit(X, y)
    expected = np.mean(y[:, None] == model.classes_, axis=0)
    assert_allclose(model.predict_proba(X[:5]), np.tile(expected, (5, 1)))


def test_one_neighbour_divides_space_as_voronoi():
    rng = np.random.default_rng(4)
    X, Q = rng.uniform(0, 1, (20, 2)), rng.uniform(-1, 2, (200, 2))
    cells = ((Q[:, None] - X) ** 2).sum(axis=2).argmin(axis=1)
    assert_array_equal(KNeighborsClassifier(1).fit(X, np.arange(20)).predict(Q), cells)


@pytest.mark.parametrize("name", ["majority_vote", "class_shares"])
def test_another_vote_is_what_the_estimator_runs(monkeypatch, name):
    X, y = mixture(50, np.random.default_rng(0))
    model = KNeighborsClassifier(3, weights="uniform" if name == "majority_vote" else "distance").fit(X, y)
    before = model.predict(X)
    last = {
        "majority_vote": lambda labels, n_classes: np.full(len(labels), n_classes - 1),
        "class_shares": lambda labels, weights, n_classes: np.tile(np.eye(n_classes)[-1], (len(labels), 1)),
    }
    monkeypatch.setattr(classification, name, last[name])
    assert np.all(model.predict(X) == model.classes_[-1]) and not np.all(before == model.classes_[-1])


def test_in_pipeline_and_grid_search():
    X, y = load_iris(return_X_y=True)
    model = make_pipeline(StandardScaler(), KNeighborsClassifier())
    search = GridSearchCV(model, {"kneighborsclassifier__n_neighbors": [1, 5, 100]}, cv=5).fit(X, y)
    assert search.best_score_ > 0.9
    assert search.best_params_["kneighborsclassifier__n_neighbors"] != 100
    assert clone(KNeighborsClassifier(7, p=1)).get_params() == {
        "n_neighbors": 7,
        "weights": "uniform",
        "p": 1,
        "metric": "minkowski",
    }


@parametrize_with_checks([KNeighborsClassifier(), KNeighborsClassifier(3, weights="distance", metric="cosine")])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
