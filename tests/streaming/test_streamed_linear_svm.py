"""The streamed machine against LinearSVC in memory and scikit-learn's, its proven gap, and the contract."""

import warnings

import joblib
import numpy as np
import pytest
import sklearn.svm
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.data import ArrayRows
from abinitio.streaming import streamed_linear_svm
from abinitio.streaming.streamed_linear_svm import (
    StreamedLinearSVC,
    cells_of,
    hinge_sums_of,
    signed_rows,
    squared_hinge_sums_of,
)
from abinitio.svm.hinge import hinge_objective
from abinitio.svm.linear import LinearSVC
from abinitio.svm.squared_hinge import squared_hinge_gradient, squared_hinge_objective

FORMULAS = {"hinge": hinge_objective, "squared_hinge": squared_hinge_objective}
losses = pytest.mark.parametrize("loss", FORMULAS)


@parametrize_with_checks([StreamedLinearSVC(random_state=0)])
def test_scikit_learn_s_checks(estimator, check):
    with warnings.catch_warnings():  # some checks' data are far from standardised
        warnings.simplefilter("ignore", ConvergenceWarning)
        check(estimator)


def data(n, K=2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4)) * [1, 10, 0.1, 3] + [0, 20, 1, -3]
    scores = ((X - X.mean(axis=0)) / X.std(axis=0)) @ rng.normal(size=(4, K)) + 0.8 * rng.gumbel(size=(n, K))
    return X, scores.argmax(axis=1) + 5.0


def rows_of(X, y):
    return ArrayRows(np.column_stack([X[:, :1], y, X[:, 1:]]), columns=["a", "kind", "b", "c", "d"])


def objectives(model, X, y):
    classes = model.classes_[len(model.classes_) == 2 :]
    formula, s = FORMULAS[model.loss], model.intercept_scaling
    return np.array(
        [
            formula(w, b, X, np.where(y == k, 1, -1), model.C) + (b / s) ** 2 / 2
            for w, b, k in zip(model.coef_, model.intercept_, classes)
        ]
    )


@losses
@pytest.mark.parametrize("K", [2, 3])
@pytest.mark.parametrize("settings", [{"C": 1e-3}, {"C": 1.0, "intercept_scaling": 5.0}, {"fit_intercept": False}])
def test_the_optimum_is_that_in_memory(monkeypatch, loss, K, settings):
    monkeypatch.setattr(streamed_linear_svm, "SAMPLE", 2000)
    X, y = data(2500, K)
    with joblib.parallel_config("threading"):
        fits = [
            StreamedLinearSVC(loss, **settings).fit_rows(rows_of(X, y), "kind", memory=60_000, jobs=jobs)
            for jobs in (1, 2)
        ]
    for name in ("coef_", "intercept_"):
        assert_array_equal(getattr(fits[0], name), getattr(fits[1], name))
    ours, best = fits[0], LinearSVC(loss, tol=1e-6, **settings).fit(X, y)
    least = objectives(best, X, y)
    assert ours.gap_ <= 1e-8 and ours.n_passes_ <= 20
    assert np.all(objectives(ours, X, y) <= least * (1 + ours.gap_ + 1e-11))
    assert ours.coef_.shape == best.coef_.shape and ours.classes_.tolist() == best.classes_.tolist()
    assert_allclose(ours.coef_, best.coef_, atol=np.sqrt(2.1 * 1e-8 * least.max()))
    assert np.mean(ours.predict(X) == best.predict(X)) > 0.999


@losses
def test_the_optimum_is_scikit_learn_s(loss):
    X, y = data(600, seed=1)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    ours = StreamedLinearSVC(loss, C=0.1, tol=1e-6).fit_rows(rows_of(X, y), "kind")
    theirs = sklearn.svm.LinearSVC(loss=loss, C=0.1, tol=1e-9, max_iter=10**6, random_state=0).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
    assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)


def test_sums_are_those_of_the_formulas():
    X, y = data(300, 3)
    W, block, settings = np.random.default_rng(2).normal(size=(3, 5)) / 10, np.column_stack([X, y]), ([5.0, 6, 7], 2.0)
    sums = squared_hinge_sums_of(block, W, np.array(settings[0]), settings[1])
    kinks = hinge_sums_of(block, W, range(3), [0.1] * 3, np.array(settings[0]), settings[1], 7)
    for k, w in enumerate(W):
        signs, b = np.where(y == 5 + k, 1, -1), w[-1] * 2.0
        value = squared_hinge_objective(w[:-1], b, X, signs, 1.0) - w[:-1] @ w[:-1] / 2
        dw, db = squared_hinge_gradient(w[:-1], b, X, signs, 1.0)
        assert sums.value[k] == pytest.approx(value, rel=1e-12)
        assert_allclose(sums.gradient[k], np.append(dw - w[:-1], 2 * db), rtol=1e-10, atol=1e-9)
        assert kinks[k].loss == pytest.approx(hinge_objective(w[:-1], b, X, signs, 1.0) - w[:-1] @ w[:-1] / 2)
        assert len(kinks[k].margins) <= 7 and np.all(np.abs(kinks[k].margins) <= 0.1)


def test_cells_halve_the_rows_and_their_mirror_images():
    X = np.random.default_rng(3).normal(size=(1001, 3)) * [1, 100, 0] + [0, 0, 1]
    cells = cells_of(X, 5, np.random.default_rng(0))
    both = np.concatenate([X, -X]) @ cells.axes
    assert_array_equal(np.sum(both > cells.thresholds, axis=0), 1001)


def test_an_empty_block_adds_nothing():
    ((X, Y),) = signed_rows(np.empty((0, 3)), np.array([0.0, 1.0]), 1.0)
    assert X.shape == (0, 3) and Y.shape == (0, 1)
    sums = hinge_sums_of(np.empty((0, 3)), np.ones((1, 3)), [0], [1.0], np.array([0.0, 1.0]), 1.0, 5)
    assert len(sums) == 1 and sums[0].loss == 0


def test_a_class_that_the_sample_lacks_is_learnt(monkeypatch):
    monkeypatch.setattr(streamed_linear_svm, "SAMPLE", 500)
    X, y = data(3000, 2, seed=3)
    y[np.flatnonzero(X[:, 0] > 2.6)[:3]] = 9.0
    for loss in FORMULAS:
        ours = StreamedLinearSVC(loss, C=0.1).fit_rows(rows_of(X, y), "kind", memory=60_000)
        assert_allclose(objectives(ours, X, y), objectives(LinearSVC(loss, C=0.1, tol=1e-6).fit(X, y), X, y), rtol=2e-8)


@losses
def test_too_few_passes_are_told(loss, monkeypatch):
    monkeypatch.setattr(streamed_linear_svm, "SAMPLE", 300)
    with pytest.warns(ConvergenceWarning, match="after 1 of max_iter = 1 passes with a relative duality gap"):
        StreamedLinearSVC(loss, max_iter=1).fit_rows(rows_of(*data(2000)), "kind", memory=20_000)


def test_rows_that_all_lie_on_their_margins_are_told():
    """A rare class that nothing tells from the rest: w = 0, b = -1 is the minimum, and few kinks cannot prove it."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(3000, 4)), (rng.uniform(size=3000) < 0.05).astype(float)
    with pytest.warns(ConvergenceWarning, match="relative duality gap"):
        model = StreamedLinearSVC("hinge", intercept_scaling=100.0).fit_rows(rows_of(X, y), "kind", memory=20_000)
    assert model.n_passes_ < 60
    assert objectives(model, X, y)[0] == pytest.approx(2 * y.sum(), rel=1e-3)


def test_errors():
    X, y = data(50)
    with pytest.raises(ValueError, match="no class_weight"):
        StreamedLinearSVC(class_weight="balanced").fit_rows(rows_of(X, y), "kind")
    with pytest.raises(ValueError, match='multi_class="ovr" alone'):
        StreamedLinearSVC(multi_class="crammer_singer").fit_rows(rows_of(X, y), "kind")
    with pytest.raises(ValueError, match="'kind' has only one class, 0"):
        StreamedLinearSVC().fit_rows(rows_of(X, 0 * y), "kind")
    with pytest.raises(ValueError, match=r"holds 6\.0, which is not among"):
        StreamedLinearSVC().fit_rows(rows_of(X, y), "kind", classes=[5.0, 7.0])
