"""KMeans against scikit-learn's from the same start, and scikit-learn's contract."""

import numpy as np
import pytest
import sklearn.cluster
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.cluster.estimator import KMeans
from abinitio.cluster.kmeans import update_centres


def blobs(seed, n=600, d=3):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) + 3 * rng.integers(0, 4, (n, 1))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("settings", [{"tol": 0}, {"tol": 1e-2}, {"max_iter": 3, "tol": 0}])
def test_from_the_same_start_everything_is_scikit_learns(settings, weighted):
    X = blobs(0) + 1e4
    weights = np.random.default_rng(1).uniform(0.5, 2, len(X)) if weighted else None
    ours, theirs = (
        cls(5, init=X[:5], n_init=1, **settings).fit(X, sample_weight=weights)
        for cls in (KMeans, sklearn.cluster.KMeans)
    )
    assert ours.n_iter_ == theirs.n_iter_
    assert_array_equal(ours.labels_, theirs.labels_)
    assert_allclose(ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-12)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)
    assert_array_equal(ours.predict(X[:50]), theirs.predict(X[:50]))
    assert_allclose(ours.transform(X[:50]), theirs.transform(X[:50]), rtol=1e-5)
    assert ours.score(X) == pytest.approx(theirs.score(X), rel=1e-6)


def test_starts_are_as_good_as_scikit_learns():
    X = np.random.default_rng(2).standard_normal((25, 2))[np.arange(500) % 25] * 10
    X = X + np.random.default_rng(3).standard_normal((500, 2))
    values = np.array(
        [[cls(25, random_state=seed).fit(X).inertia_ for seed in range(40)] for cls in (KMeans, sklearn.cluster.KMeans)]
    )
    spread = values.std(axis=1, ddof=1) / np.sqrt(40)
    assert values[0].mean() - values[1].mean() < 4 * np.hypot(*spread)


def test_more_starts_find_the_best_split():
    X = blobs(4)
    best = sklearn.cluster.KMeans(4, n_init=10, random_state=0).fit(X).inertia_
    for init in ("k-means++", "random", lambda X, k, random_state: X[random_state.integers(len(X), size=k)]):
        assert KMeans(4, init=init, n_init=10, random_state=0).fit(X).inertia_ == pytest.approx(best, rel=1e-3)


def test_float32_stays_and_a_student_s_step_is_run(monkeypatch):
    X = blobs(5).astype(np.float32)
    model = KMeans(4, random_state=0).fit(X)
    assert model.cluster_centers_.dtype == np.float32
    fast = KMeans(4, init=X[:4]).fit(X.astype(float))
    monkeypatch.delattr(update_centres, "fast")
    slow = KMeans(4, init=X[:4]).fit(X.astype(float))
    assert_array_equal(slow.labels_, fast.labels_)
    assert_allclose(slow.cluster_centers_, fast.cluster_centers_, rtol=1e-10)
    assert slow.n_iter_ == fast.n_iter_
    with pytest.raises(ValueError, match="weights"):
        KMeans(4, init=X[:4]).fit(X, sample_weight=np.ones(len(X)))


def test_too_few_different_samples_and_what_is_wrong():
    with pytest.warns(ConvergenceWarning, match="2 of n_clusters = 3"):
        model = KMeans(3, random_state=0).fit(np.repeat([[0.0], [1.0]], 5, axis=0))
    assert model.inertia_ == 0
    for settings, word in [
        ({"n_clusters": 7}, "n_clusters = 7"),
        ({"n_clusters": 2, "init": "best"}, "best"),
        ({"n_clusters": 2, "init": np.zeros((2, 3))}, "shape"),
    ]:
        with pytest.raises(ValueError, match=word):
            KMeans(**settings).fit(np.arange(6.0)[:, None])


RANDOM = "the start is drawn from other points where one is repeated, as in scikit-learn"
KNOWN = {"check_sample_weight_equivalence_on_dense_data": RANDOM}


@parametrize_with_checks(
    [KMeans(2), KMeans(3, init="random", n_init=2)], expected_failed_checks=lambda estimator: KNOWN
)
def test_estimator_contract(estimator, check):
    check(estimator)
