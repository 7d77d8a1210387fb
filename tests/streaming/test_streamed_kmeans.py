"""Lloyd's iteration by passes against that in memory, mini-batches against scikit-learn's, and the contract."""

import joblib
import numpy as np
import pytest
import sklearn.cluster
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.cluster import KMeans
from abinitio.data import ArrayRows
from abinitio.streaming import streamed_kmeans
from abinitio.streaming.streamed_kmeans import StreamedKMeans, cluster_sums_of, merge_cluster_sums, moved_centres

KNOWN = {"check_sample_weight_equivalence_on_dense_data": "the random start takes other points where some are repeated"}


@parametrize_with_checks([StreamedKMeans(2)], expected_failed_checks=lambda estimator: KNOWN)
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def blobs(n, seed=0, d=3, k=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) + 4 * rng.normal(size=(k, d))[rng.integers(k, size=n)]


@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("settings", [{"tol": 0.0}, {"tol": 1e-3}, {"max_iter": 3, "tol": 0.0}])
def test_from_the_same_centres_the_passes_are_lloyds_iterations(settings, shift):
    X = blobs(3000) + shift
    ours = StreamedKMeans(5, init=X[:5], **settings).fit_rows(ArrayRows(X), memory=20_000)
    theirs = KMeans(5, init=X[:5], **settings).fit(X)
    assert ours.n_iter_ == theirs.n_iter_
    assert_allclose(ours.cluster_centers_ - shift, theirs.cluster_centers_ - shift, rtol=1e-9, atol=1e-15 * shift)
    assert ours.inertia_ == pytest.approx(theirs.inertia_, rel=1e-9)
    assert_array_equal(ours.counts_, np.bincount(theirs.labels_, minlength=5))
    assert_array_equal(ours.predict(X), theirs.labels_)
    assert ours.n_passes_ - ours.n_iter_ in (0, 1) and not hasattr(ours, "labels_")


def test_from_a_sample_the_passes_end_where_the_centres_are_means(monkeypatch):
    monkeypatch.setattr(streamed_kmeans, "SAMPLE", 1500)
    X = blobs(6000, seed=1).astype(np.float32)
    with joblib.parallel_config("threading"):
        fits = [StreamedKMeans(5, tol=0, random_state=0).fit_rows(ArrayRows(X), memory=20_000, jobs=j) for j in (1, 2)]
    assert_array_equal(fits[0].cluster_centers_, fits[1].cluster_centers_)
    assert fits[0].cluster_centers_.dtype == np.float32 and fits[0].n_passes_ < 20
    labels = fits[0].predict(X)
    means = np.array([X[labels == k].mean(axis=0, dtype=float) for k in range(5)])
    assert_allclose(fits[0].cluster_centers_, means, rtol=1e-6, atol=1e-6)
    best = KMeans(5, tol=0, random_state=0).fit(X).inertia_
    assert fits[0].inertia_ == pytest.approx(best, rel=1e-5)


def test_the_inertia_never_rises():
    X, centres, values = blobs(1000, seed=2), blobs(1000, seed=3)[:4], []
    for _ in range(10):
        halves = (cluster_sums_of(part, centres, X[0]) for part in (X[:300], X[300:]))
        sums = merge_cluster_sums(*halves)
        values.append(sums.squares)
        centres = moved_centres(sums, centres, X[0])
    assert np.all(np.diff(values) <= 1e-9)


def test_the_readable_sums_give_the_same_fit(monkeypatch):
    X = blobs(500, seed=4)
    fast = StreamedKMeans(4, init=X[:4]).fit_rows(ArrayRows(X), memory=5000)
    monkeypatch.delattr(cluster_sums_of, "fast")
    slow = StreamedKMeans(4, init=X[:4]).fit_rows(ArrayRows(X), memory=5000)
    assert_allclose(fast.cluster_centers_, slow.cluster_centers_, rtol=1e-12)
    assert fast.inertia_ == pytest.approx(slow.inertia_, rel=1e-12)


def test_parts_of_one_cluster_give_the_mean():
    X = blobs(100, seed=5) + 1e5
    model = StreamedKMeans(1)
    for part in np.array_split(X, 7):
        model.partial_fit(part)
    assert_allclose(model.cluster_centers_[0], X.mean(axis=0), rtol=1e-14)
    assert model.counts_ == 100


def test_mini_batches_are_as_good_as_scikit_learn_s():
    X, ratios = blobs(20_000, seed=6, d=4, k=8), []
    X = np.random.default_rng(7).permutation(X)
    for seed in range(5):
        ours = StreamedKMeans(8, random_state=seed)
        for part in np.array_split(X, 40):
            ours.partial_fit(part)
        theirs = sklearn.cluster.MiniBatchKMeans(8, batch_size=500, random_state=seed, n_init=3).fit(X)
        ratios.append(ours.score(X) / theirs.score(X))
    assert np.median(ratios) < 1.03


def test_a_cluster_without_rows_is_told_and_stays():
    X = blobs(50, seed=8)
    init = np.vstack([X[:2], X[:1] + 1e6])
    with pytest.warns(ConvergenceWarning, match="only 2 of n_clusters = 3"):
        model = StreamedKMeans(3, init=init).fit_rows(ArrayRows(X))
    assert_array_equal(model.cluster_centers_[2], init[2])


def test_errors():
    X = blobs(20)
    with pytest.raises(ValueError, match="n_clusters = 8 must be an integer from 1 to n_samples = 3"):
        StreamedKMeans(8).partial_fit(X[:3])
    with pytest.raises(ValueError, match=r"init has shape \(2, 3\)"):
        StreamedKMeans(8, init=X[:2]).fit_rows(ArrayRows(X))
