"""RidgeCV: leave-one-out errors against the fits themselves and against scikit-learn, tall, wide and weighted."""

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.linear_model.normal_equations import penalised_least_squares
from abinitio.linear_model.ridge import ridge_leave_one_out
from abinitio.linear_model.ridge_cv import RidgeCV, leave_one_out_squares

ALPHAS = np.logspace(-3, 3, 7)


def squares(X, Y, alphas, s=None, fit_intercept=True):
    return np.concatenate(list(leave_one_out_squares(X, Y, alphas, s, fit_intercept)))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(3, 15),
    d=st.integers(1, 20),
    centre=st.booleans(),
    weighted=st.booleans(),
)
def test_equal_to_leaving_out_each_sample(seed, n, d, centre, weighted):
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, d)) + 1, rng.standard_normal((n, 2))
    s, alphas = rng.uniform(0.2, 2, n) if weighted else None, np.array([0.1, 3.0])
    expected = np.empty((n, 2, 2))
    for i in range(n):
        rest = np.arange(n) != i
        for j, alpha in enumerate(alphas):
            w, b = penalised_least_squares(X[rest], Y[rest], alpha, s[rest] if weighted else None, centre)
            expected[i, :, j] = (s[i] if weighted else 1) * (Y[i] - X[i] @ w - b) ** 2
    assert_allclose(squares(X, Y, alphas, s, centre), expected, rtol=1e-6, atol=1e-10)


def test_blocks_and_the_readable_version_agree(monkeypatch):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((900, 4)) + 10, rng.standard_normal(900)
    monkeypatch.setattr("abinitio.linear_model.gram.BLOCK", 100)
    blocks = list(leave_one_out_squares(X, y[:, None], ALPHAS))
    assert [len(block) for block in blocks] == [256, 256, 256, 132]
    assert_allclose(np.concatenate(blocks).mean(axis=(0, 1)), ridge_leave_one_out(X, y, ALPHAS), rtol=1e-11)


@pytest.mark.parametrize("shape", [(80, 5), (20, 40), (6, 6), (900, 40), (3000, 60)])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("k", [0, 2])
def test_equal_to_scikit_learn(shape, weighted, fit_intercept, k):
    rng = np.random.default_rng(1)
    X, s = rng.standard_normal(shape) + 2, rng.uniform(size=shape[0]) if weighted else None
    signal = X @ rng.standard_normal(shape[1])
    y = (signal if not k else np.column_stack([signal, -signal])) + 3 * rng.standard_normal(
        (shape[0], k or 1)
    ).squeeze()
    settings = {"alphas": ALPHAS, "fit_intercept": fit_intercept, "store_cv_results": shape != (80, 5)}
    ours, theirs = (cls(**settings).fit(X, y, s) for cls in (RidgeCV, sklearn.linear_model.RidgeCV))
    assert ours.alpha_ == theirs.alpha_
    assert_allclose(ours.best_score_, theirs.best_score_, rtol=1e-8)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-7, atol=1e-10)
    assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-7, atol=1e-9)
    if settings["store_cv_results"]:
        assert_allclose(ours.cv_results_, theirs.cv_results_, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("shape", [(200, 6), (6, 200)])
def test_tiny_penalties_on_ill_conditioned_data(shape):
    """Against the same formula in extended precision would be circular: against the fits themselves."""
    rng = np.random.default_rng(2)
    U, V = (np.linalg.qr(rng.standard_normal((m, min(shape))))[0] for m in shape)
    X = U @ np.diag(np.logspace(0, -6, min(shape))) @ V.T
    y = X @ rng.standard_normal(shape[1]) + 1e-4 * rng.standard_normal(shape[0])
    alphas = np.array([1e-11, 1e-8])
    ours = squares(X, y[:, None], alphas)[:, 0]
    for i in range(0, shape[0], max(shape[0] // 10, 1)):
        rest = np.arange(shape[0]) != i
        for j, alpha in enumerate(alphas):
            w, b = penalised_least_squares(X[rest], y[rest], alpha)
            assert_allclose(np.sqrt(ours[i, j]), abs(y[i] - X[i] @ w - b), rtol=1e-3, atol=1e-9)


def test_scores_choose_and_refit():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((50, 10))
    y = X[:, 0] + rng.standard_normal(50)
    model = RidgeCV(alphas=ALPHAS, store_cv_results=True).fit(X, y)
    scores = model.cv_results_.mean(axis=0)
    assert model.cv_results_.shape == (50, 7) and ALPHAS[np.argmin(scores)] == model.alpha_
    assert_allclose(-model.best_score_, scores.min(), rtol=1e-13)
    assert_allclose(scores, ridge_leave_one_out(X, y, ALPHAS), rtol=1e-10)
    assert_allclose(model.coef_, penalised_least_squares(X, y, model.alpha_)[0], rtol=1e-10)


@pytest.mark.parametrize("alphas", [[], [1.0, 0.0], [-1.0], [np.nan], [[1.0, 2.0]]])
def test_alphas_that_make_no_sense_are_refused(alphas):
    with pytest.raises(ValueError, match=r"alphas is .* positive"):
        RidgeCV(alphas=alphas).fit(np.eye(3), np.ones(3))


def test_one_alpha_and_one_weighted_sample():
    assert RidgeCV(alphas=2.0).fit(np.eye(3), np.arange(3.0)).alpha_ == 2.0
    with pytest.raises(ValueError, match="one sample only"):
        RidgeCV().fit(np.eye(3), np.arange(3.0), [0.0, 1.0, 0.0])
    with pytest.raises(ValueError, match="minimum of 2"):
        RidgeCV().fit(np.ones((1, 3)), [1.0])


# a sample of weight 2 is left out as a whole, two samples of weight 1 one after the other: scikit-learn's RidgeCV
# chooses the same and differs in the same check
DIFFERENT = {"check_sample_weight_equivalence_on_dense_data": "leave-one-out leaves out samples, not units of weight"}


@parametrize_with_checks([RidgeCV(), RidgeCV(fit_intercept=False)], expected_failed_checks=lambda _: DIFFERENT)
def test_estimator_contract(estimator, check):
    check(estimator)


def test_with_one_alpha_a_weight_is_a_repeated_sample():
    rng = np.random.default_rng(4)
    X, y, s = rng.standard_normal((20, 3)), rng.standard_normal(20), rng.integers(0, 4, 20)
    weighted = RidgeCV(alphas=[2.0]).fit(X, y, s)
    repeated = RidgeCV(alphas=[2.0]).fit(np.repeat(X, s, axis=0), np.repeat(y, s))
    assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-11)


def test_works_in_a_pipeline():
    rng = np.random.default_rng(5)
    X, y = 1000 * rng.standard_normal((60, 4)), rng.standard_normal(60)
    pipeline = make_pipeline(StandardScaler(), RidgeCV(ALPHAS))
    assert_allclose(clone(pipeline).fit(X, y).predict(X), clone(pipeline).fit(X / 1000, y).predict(X / 1000), rtol=1e-9)


def test_the_estimator_uses_the_functions_of_the_modules(monkeypatch):
    rng = np.random.default_rng(6)
    X, y = rng.standard_normal((30, 2)), rng.standard_normal(30)
    monkeypatch.setattr("abinitio.linear_model.ridge_cv.ridge_leave_one_out", lambda X, y, alphas: abs(alphas - 1))
    monkeypatch.setattr("abinitio.linear_model.ridge_cv.ridge_coefficients", lambda X, y, alpha: alpha * np.ones(2))
    model = RidgeCV(alphas=[0.5, 1.0, 1e6]).fit(X, y)
    assert model.alpha_ == 1.0 and model.coef_.tolist() == [1, 1]
