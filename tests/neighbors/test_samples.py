"""What the neighbour estimators share: the k smallest of each row, metrics, leave-one-out, errors, blocks."""

import numpy as np
import pytest
import sklearn.neighbors
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.neighbors import KNeighborsRegressor, samples
from abinitio.neighbors.samples import smallest


def data(n=120, d=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, X @ rng.standard_normal(d)


def canberra(x, y):
    return (np.abs(x - y) / (np.abs(x) + np.abs(y))).sum()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 5))
def test_smallest_entries_by_value_then_column(seed, n, values):
    rng = np.random.default_rng(seed)
    D, k = rng.integers(0, values, (8, n)).astype(float), int(rng.integers(1, n + 1))
    columns, found = smallest(D, k)
    assert_array_equal(columns, np.argsort(D, axis=1, kind="stable")[:, :k])
    assert_array_equal(found, np.sort(D, axis=1)[:, :k])


@pytest.mark.parametrize(
    "metric", [{}, {"p": 1}, {"p": 3}, {"metric": "euclidean"}, {"metric": "manhattan"}, {"metric": "cosine"}]
)
def test_neighbours_in_every_metric_are_those_of_scikit_learn(metric):
    X, y = data()
    Q = data(40, seed=1)[0]
    ours, theirs = KNeighborsRegressor(**metric).fit(X, y), sklearn.neighbors.KNeighborsRegressor(**metric).fit(X, y)
    for queries in (Q, None):
        for a, b in zip(ours.kneighbors(queries, 7), theirs.kneighbors(queries, 7)):
            assert_allclose(a, b, rtol=1e-8, atol=1e-12)
    assert ours.effective_metric_ == theirs.effective_metric_
    assert_allclose(ours.predict(Q), theirs.predict(Q), rtol=1e-10)


def test_a_metric_of_your_own():
    X, y = data(60)
    Q = data(10, seed=1)[0]
    ours = KNeighborsRegressor(metric=canberra).fit(X, y)
    theirs = sklearn.neighbors.KNeighborsRegressor(metric="canberra").fit(X, y)
    for a, b in zip(ours.kneighbors(Q), theirs.kneighbors(Q)):
        assert_allclose(a, b, rtol=1e-12)


def test_queries_in_blocks(monkeypatch):
    X, y = data()
    Q = data(50, seed=1)[0]
    model = KNeighborsRegressor(metric="manhattan").fit(X, y)
    whole = model.kneighbors(Q)
    monkeypatch.setattr(samples, "BLOCK", 7 * len(X))
    for a, b in zip(model.kneighbors(Q), whole):
        assert_array_equal(a, b)


def test_no_samples_are_their_own_neighbours_without_queries():
    X, y = data()
    X[5] = X[70]  # a twin is a neighbour all the same
    distances, indices = KNeighborsRegressor().fit(X, y).kneighbors()
    assert not np.any(indices == np.arange(len(X))[:, None])
    assert indices[5, 0] == 70 and indices[70, 0] == 5 and distances[5, 0] == 0


def test_another_k_nearest_is_what_the_estimator_runs(monkeypatch):
    X, y = data()
    model = KNeighborsRegressor(n_neighbors=2).fit(X, y)
    nothing = lambda rows, k: (np.zeros((rows, k), dtype=int), np.ones((rows, k)))
    monkeypatch.setattr(samples, "k_nearest", lambda X_train, X, k: nothing(len(X), k))
    monkeypatch.setattr(samples, "k_nearest_others", lambda X, k: nothing(len(X), k))
    assert_array_equal(model.predict(X), y[0])
    assert_array_equal(model.predict(None), y[0])
    again = KNeighborsRegressor(n_neighbors=2).fit(X, y)
    monkeypatch.undo()
    assert_allclose(again.predict(X), KNeighborsRegressor(n_neighbors=2).fit(X, y).predict(X))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_neighbors": 0}, "n_neighbors = 0"),
        ({"n_neighbors": 2.5}, r"n_neighbors = 2\.5"),
        ({"weights": "near"}, "weights = 'near'"),
        ({"metric": "taxi"}, "metric = 'taxi'"),
        ({"p": 0.5}, r"p = 0\.5"),
    ],
)
def test_errors_name_the_value(parameters, message):
    with pytest.raises(ValueError, match=message):
        KNeighborsRegressor(**parameters).fit(*data())


def test_too_many_neighbours():
    X, y = data(6)
    model = KNeighborsRegressor(n_neighbors=7).fit(X, y)
    with pytest.raises(ValueError, match=r"n_neighbors = 7 .* 1 to 6.*n_samples = 6"):
        model.predict(X)
    with pytest.raises(ValueError, match=r"n_neighbors = 6 .* 1 to 5"):
        model.kneighbors(n_neighbors=6)
