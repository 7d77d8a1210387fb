"""LogisticRegression: scikit-learn's objective, never above its; weights, penalties, float32, and its contract."""

import numpy as np
import pytest
import sklearn.linear_model
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model import LogisticRegression, logistic_regression


def objective(model, X, y, C, l1_ratio=0.0, s=None):
    """scikit-learn's, C sum s l + penalty, with the probabilities the model gives."""
    k = np.searchsorted(model.classes_, y)
    losses = -model.predict_log_proba(X)[np.arange(len(y)), k]
    w = model.coef_
    return (
        C * np.dot(np.ones(len(y)) if s is None else s, losses)
        + l1_ratio * np.abs(w).sum()
        + (1 - l1_ratio) / 2 * np.sum(w**2)
    )


def data(name):
    X, y = load_iris(return_X_y=True) if "iris" in name else load_digits(return_X_y=True)
    X = X if "iris" in name else X[::3] / 16
    y = y if "iris" in name else y[::3]
    return (X[y < 2], y[y < 2]) if "two" in name else (X, y)


@pytest.mark.parametrize("name", ["iris", "iris two", "digits", "digits two"])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_the_same_minimum_as_scikit_learn(name, C):
    X, y = data(name)
    ours = LogisticRegression(C=C, tol=1e-7, max_iter=1000).fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(C=C, tol=1e-7, max_iter=10_000).fit(X, y)
    assert objective(ours, X, y, C) <= objective(theirs, X, y, C) * (1 + 1e-9)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-4)
    assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.coef_.shape == theirs.coef_.shape and ours.intercept_.shape == theirs.intercept_.shape
    assert_allclose(ours.predict_log_proba(X), np.log(ours.predict_proba(X)), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("name", ["iris", "iris two", "digits two"])
@pytest.mark.parametrize("l1_ratio", [0.5, 1.0])
def test_absolute_values_in_the_penalty(name, l1_ratio):
    X, y = data(name)
    X = (X - X.mean(axis=0)) / (X.std(axis=0) + (X.std(axis=0) == 0))
    ours = LogisticRegression(C=0.3, l1_ratio=l1_ratio, tol=1e-7, max_iter=500).fit(X, y)
    theirs = sklearn.linear_model.LogisticRegression(C=0.3, l1_ratio=l1_ratio, tol=1e-5, max_iter=5000, solver="saga")
    theirs.fit(X, y)
    assert objective(ours, X, y, 0.3, l1_ratio) <= objective(theirs, X, y, 0.3, l1_ratio) * (1 + 1e-7)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-2)
    assert l1_ratio < 1 or np.any(ours.coef_ == 0)


@pytest.mark.parametrize("l1_ratio", [0.0, 1.0])
def test_class_and_sample_weights(l1_ratio):
    X, y = data("iris")
    s = np.random.default_rng(0).integers(0, 4, len(y))
    options = {"C": 0.5, "l1_ratio": l1_ratio, "tol": 1e-8, "max_iter": 1000}
    weighted = LogisticRegression(**options).fit(X, y, s)
    repeated = LogisticRegression(**options).fit(np.repeat(X, s, axis=0), np.repeat(y, s))
    assert_allclose(weighted.coef_, repeated.coef_, atol=1e-4)
    classes = LogisticRegression(class_weight={0: 1, 1: 2, 2: 5}, **options).fit(X, y)
    samples = LogisticRegression(**options).fit(X, y, np.array([1, 2, 5])[y])
    assert_allclose(classes.coef_, samples.coef_, atol=1e-6)
    few = np.concatenate([np.arange(50), np.arange(50, 60), np.arange(100, 150)])
    balanced = LogisticRegression(class_weight="balanced", **options).fit(X[few], y[few])
    theirs = sklearn.linear_model.LogisticRegression(
        C=0.5, class_weight="balanced", tol=1e-8, max_iter=10_000, l1_ratio=l1_ratio,
        solver="saga" if l1_ratio else "lbfgs",
    )  # fmt: skip
    if l1_ratio == 0:
        theirs.fit(X[few], y[few])
        assert_allclose(balanced.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    assert_allclose(balanced.predict_proba(X[few]).mean(axis=0) @ np.ones(3), 1)


def test_probabilities_of_a_true_model_are_calibrated():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 5))
    p = 1 / (1 + np.exp(-(X @ [1.0, -1, 0.5, 0, 2] + 0.3)))
    y = rng.random(20_000) < p
    model = LogisticRegression(C=np.inf).fit(X[:10_000], y[:10_000])
    q = model.predict_proba(X[10_000:])[:, 1]
    for low in np.arange(0, 1, 0.1):
        bin_ = (q >= low) & (q < low + 0.1)
        error = np.sqrt((q * (1 - q))[bin_].sum()) / bin_.sum()
        assert abs(q[bin_].mean() - y[10_000:][bin_].mean()) < 4 * error
    H = X[:10_000].T * (p * (1 - p))[:10_000] @ X[:10_000]  # the errors are those of the Fisher information
    errors = np.sqrt(np.diag(np.linalg.inv(H)))
    assert np.all(np.abs(model.coef_[0] - [1.0, -1, 0.5, 0, 2]) < 4 * errors)


@pytest.mark.parametrize("name", ["digits", "digits two"])
def test_float32_in_float32_out_and_large_data_as_accurate_as_float64(name):
    X, y = data(name)
    single = LogisticRegression().fit(X.astype(np.float32), y)
    assert single.coef_.dtype == single.predict_proba(X.astype(np.float32)).dtype == np.float32
    assert_allclose(single.predict_proba(X), LogisticRegression().fit(X, y).predict_proba(X), atol=5e-3)
    X, y = np.repeat(X, 12, axis=0), np.repeat(y, 12)  # the road through float32
    ours = LogisticRegression(tol=1e-6, max_iter=1000).fit(X, y)
    assert ours.coef_.dtype == np.float64
    theirs = sklearn.linear_model.LogisticRegression(tol=1e-6, max_iter=10_000).fit(X, y)
    assert objective(ours, X, y, 1.0) <= objective(theirs, X, y, 1.0) * (1 + 1e-6)


def test_far_from_the_origin():
    X, y = data("iris")
    near = LogisticRegression(tol=1e-6, max_iter=1000).fit(X, y)
    far = LogisticRegression(tol=1e-3, max_iter=1000).fit(X + 1e5, y)
    assert_allclose(far.predict_proba(X + 1e5), near.predict_proba(X), atol=1e-4)


def test_warm_start_convergence_warning_and_errors():
    X, y = data("iris")
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        LogisticRegression(max_iter=2).fit(X, y)
    model = LogisticRegression(warm_start=True).fit(X, y)
    assert model.fit(X, y).n_iter_[0] == 0
    assert model.fit(X[y < 2], y[y < 2]).coef_.shape == (1, 4)
    for wrong in ({"C": 0}, {"C": -1}, {"l1_ratio": 2}, {"max_iter": 0}, {"tol": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            LogisticRegression(**wrong).fit(X, y)
    with pytest.raises(ValueError, match="one class"):
        LogisticRegression().fit(X[:5], y[:5])
    with pytest.raises(ValueError, match="zero"):
        LogisticRegression().fit(X, y, np.zeros(150))


@pytest.mark.parametrize("name", ["iris", "iris two"])
def test_the_readable_functions_give_the_same_fit_and_wrong_ones_another(name, monkeypatch):
    X, y = data(name)
    reference = LogisticRegression(tol=1e-6).fit(X, y).predict_proba(X)
    loss, gradient, link = ("cross_entropy", "cross_entropy_gradient", "softmax")
    if "two" in name:
        loss, gradient, link = ("logistic_loss", "logistic_gradient", "sigmoid")
    right = {f: getattr(logistic_regression, f) for f in (loss, gradient, link)}
    for f in right:
        monkeypatch.setattr(logistic_regression, f, lambda *a, f=f: right[f](*a))
    assert_allclose(LogisticRegression(tol=1e-6).fit(X, y).predict_proba(X), reference, atol=1e-4)
    with pytest.raises(ValueError, match="takes no weights"):
        LogisticRegression().fit(X, y, np.arange(1.0, len(y) + 1))
    monkeypatch.setattr(logistic_regression, gradient, lambda *a: right[gradient](*a) * 0.5)
    with pytest.warns(ConvergenceWarning):
        other = LogisticRegression(tol=1e-9, max_iter=5).fit(X, y)
    assert np.abs(other.predict_proba(X) - reference).max() > 1e-3


@parametrize_with_checks([LogisticRegression(), LogisticRegression(l1_ratio=1.0)])
def test_scikit_learns_contract(estimator, check):
    check(estimator)
