"""Averaged descent: its excess loss against the theory, the minimum, scikit-learn's; same bits; contract."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit
from sklearn.linear_model import SGDClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.data import ArrayRows
from abinitio.linear_model import LogisticRegression
from abinitio.streaming.sgd import (
    StreamedSGDClassifier,
    Walk,
    averaged_descent,
    hinge_slope,
    inverse_curvature,
    logistic_curvature,
    logistic_slope,
)
from abinitio.svm import LinearSVC

losses = pytest.mark.parametrize("loss", ["log_loss", "hinge"])


@parametrize_with_checks([StreamedSGDClassifier(random_state=0), StreamedSGDClassifier("hinge", random_state=0)])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


w_true = np.array([1.0, -1.0, 0.5, 0.0, 2.0])


def data(n, seed=0, scales=1.0):
    """A logistic model that is true, with features of any scales, far from the origin."""
    rng = np.random.default_rng(seed)
    U = rng.normal(size=(n, 5))
    return U * scales + 100 * scales, np.where(U @ w_true - 0.5 + rng.logistic(size=n) > 0, "b", "a")


def rows_of(X, y):
    return ArrayRows(np.column_stack([y == "b", X]), columns=["kind", *"pqrst"])


def objective(model, X, y):
    z = np.where(y == "b", 1, -1) * model.decision_function(X)
    mean = np.logaddexp(0, -z).mean() if model.loss == "log_loss" else np.maximum(0, 1 - z).mean()
    return mean + model.alpha / 2 * np.sum(model.coef_**2)


def least(loss, alpha, X, y):
    """The smallest value of the objective."""
    exact = StreamedSGDClassifier(loss, alpha=alpha).fit(X[:50], y[:50])
    C = 1 / (alpha * len(X))
    best = LogisticRegression(C=C, tol=1e-9) if loss == "log_loss" else LinearSVC("hinge", C=C, intercept_scaling=1e3)
    best.fit(X - X.mean(axis=0), y)
    exact.coef_, exact.intercept_ = best.coef_, best.intercept_ - best.coef_ @ X.mean(axis=0)
    return objective(exact, X, y)


def test_slopes_are_derivatives():
    z, step = np.linspace(-3, 3, 13) + 0.1, 1e-5
    for y in (-1, 1):
        for value, slope in (
            (lambda z, y: np.logaddexp(0, -y * z), logistic_slope),
            (lambda z, y: np.maximum(0, 1 - y * z), hinge_slope),
        ):
            assert_allclose((value(z + step, y) - value(z - step, y)) / (2 * step), slope(z, y), atol=1e-9)
    change = logistic_slope(z + step, np.ones(13)) - logistic_slope(z - step, np.ones(13))
    assert_allclose(change / (2 * step), logistic_curvature(z), atol=1e-9)


def test_the_mean_weighs_the_steps_in_proportion_to_their_number():
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(40, 2)), rng.choice([-1.0, 1.0], (40, 1))
    walk, thetas = Walk(np.zeros((1, 2)), np.zeros((1, 2)), 0.0), []
    for i in range(0, 40, 4):
        walk = averaged_descent(walk, X[i : i + 4], Y[i : i + 4], logistic_slope, np.zeros(2), np.eye(2), 2.0, 4)
        thetas.append(walk.theta)
    assert_allclose(walk.mean, np.tensordot(np.arange(1, 11) / 55, thetas, axes=1), rtol=1e-12)
    assert walk.rows == 40


def test_the_inverse_curvature():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(10**5, 3))
    H, alpha = X.T @ X, np.array([0.3, 0.3, 0.0])
    assert_allclose(inverse_curvature(H, 10**5, alpha), np.linalg.inv(H / 10**5 + np.diag(alpha)), rtol=1e-3, atol=1e-5)
    few = inverse_curvature(np.diag([4.0, 0.0]), 4, np.zeros(2))  # of a feature that was 0 so far, nothing is known
    assert_allclose(few, np.diag([1 / 1.5, 4.0]))


@pytest.mark.parametrize("n", [16_000, 64_000])
def test_the_excess_of_one_pass_falls_as_one_over_n(n):
    """4/3 of p/2n nats, the excess of the exact fit; the mean of 24 seeds has the standard error 4/3 sqrt(2/24p)."""
    p, U = 6, np.column_stack([data(10**5, seed=99)[0] - 100, np.ones(10**5)])
    truth = np.append(w_true, -0.5)
    H = (U.T * logistic_curvature(U @ truth)) @ U / len(U)
    excesses = []
    for seed in range(24):
        X, y = data(n, seed)
        model = StreamedSGDClassifier(alpha=1e-8, max_iter=1, random_state=seed).fit(X - 100, y)
        delta = np.append(model.coef_, model.intercept_) - truth
        excesses.append(delta @ H @ delta / 2)
    assert abs(np.mean(excesses) / (p / 2 / n) - 4 / 3) < 4 * 4 / 3 * np.sqrt(2 / (24 * p))


@losses
def test_passes_come_close_to_the_minimum_whatever_the_scales(loss):
    X, y = data(8000, seed=3, scales=np.array([1, 10, 0.1, 1, 3.0]))
    model = StreamedSGDClassifier(loss, alpha=1e-3, max_iter=10, random_state=0).fit_rows(rows_of(X, y), "kind")
    excess = objective(model, X, y) - least(loss, 1e-3, X, y)
    assert -1e-7 < excess < 6 / 2 / 8000 / 3
    assert model.t_ == 80_000 and model.n_iter_ == 10 and model.n_features_in_ == 5


@losses
@pytest.mark.parametrize("passes", [1, 5])
def test_no_worse_than_scikit_learn_s(loss, passes):
    X, y = data(5000, seed=4)
    settings = {"loss": loss, "alpha": 1e-3, "max_iter": passes, "random_state": 0}
    ours = StreamedSGDClassifier(**settings).fit(X - 100, y)
    theirs = SGDClassifier(**settings, tol=None, average=True).fit(X - 100, y)
    assert objective(ours, X - 100, y) < objective(theirs, X - 100, y) + 1e-6


def test_a_seed_gives_the_same_bits_and_blocks_are_parts():
    X, y = data(3000, seed=5)
    rows = rows_of(X, y)
    one, two, other = (
        StreamedSGDClassifier(max_iter=2, random_state=seed).fit_rows(rows, "kind", memory=40_000) for seed in (0, 0, 1)
    )
    assert_array_equal(one.coef_, two.coef_)
    assert not np.array_equal(one.coef_, other.coef_)
    by_parts, rng = StreamedSGDClassifier(), np.random.default_rng(0)
    last = rows.select([*"pqrst", "kind"])
    for _ in range(2):
        for block in last.blocks(memory=40_000, seed=int(rng.integers(2**31))):
            by_parts.partial_fit(block.X[:, :-1], block.X[:, -1], classes=[0, 1])
    assert_array_equal(by_parts.coef_, one.coef_)
    assert by_parts.t_ == 6000


def test_several_classes():
    rng = np.random.default_rng(6)
    centres = np.array([[0, 0], [4, 0], [0, 4]])
    codes = rng.integers(3, size=2000)
    X = centres[codes] + rng.normal(size=(2000, 2))
    model = StreamedSGDClassifier(random_state=0).fit(X, np.array(["x", "y", "z"])[codes])
    assert model.coef_.shape == (3, 2) and model.intercept_.shape == (3,)
    assert np.mean(model.predict(X) == np.array(["x", "y", "z"])[codes]) > 0.95
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    assert_array_equal(model.classes_[model.predict_proba(X).argmax(axis=1)], model.predict(X))


def test_probabilities_are_calibrated():
    X, y = data(20_000, seed=7)
    p = StreamedSGDClassifier(random_state=0, alpha=1e-6).fit(X - 100, y).predict_proba(X - 100)[:, 1]
    true = expit((X - 100) @ w_true - 0.5)
    assert np.sqrt(np.mean((p - true) ** 2)) < 4 * np.sqrt(6 / 20_000 / 4)
    assert not hasattr(StreamedSGDClassifier("hinge"), "predict_proba")


def test_single_rows_and_a_rare_large_feature_do_no_harm():
    X, y = data(2000, seed=8)
    X = np.column_stack([X - 100, np.zeros(2000)])
    X[[1500, 1700], 5] = 1e4
    model = StreamedSGDClassifier()
    for i in range(0, 200):
        model.partial_fit(X[i : i + 1], y[i : i + 1], classes=["a", "b"])
    model.partial_fit(X[200:], y[200:])
    exact = LogisticRegression(C=1e3).fit(X, y)
    assert np.mean(model.predict(X) == y) > np.mean(exact.predict(X) == y) - 0.02


@pytest.mark.parametrize(
    "settings", [{"loss": "log"}, {"alpha": 0.0}, {"max_iter": 0}, {"batch_size": 2.5}, {"alpha": -1.0}]
)
def test_settings_out_of_range(settings):
    ((name, _),) = settings.items()
    with pytest.raises(ValueError, match=f"{name} = .* must be"):
        StreamedSGDClassifier(**settings).fit(*data(20))


def test_errors():
    X, y = data(50)
    with pytest.raises(ValueError, match="only one class, 'a'"):
        StreamedSGDClassifier().fit(X, ["a"] * 50)
    with pytest.raises(ValueError, match=r"the class 'c', which is not among the classes \['a', 'b'\]"):
        StreamedSGDClassifier().partial_fit(X, y).partial_fit(X, ["c"] * 50)
    with pytest.raises(ValueError, match=r"holds 1\.0, which is not among"):
        StreamedSGDClassifier().fit_rows(rows_of(X, y), "kind", classes=[0.0, 2.0])
