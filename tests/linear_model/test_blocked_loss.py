"""The fused, blocked losses are the readable ones, in float64 to rounding and in float32 to float32's."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model import blocked_loss
from abinitio.linear_model.blocked_loss import blocked_cross_entropy, blocked_logistic
from abinitio.linear_model.logistic import logistic_gradient, logistic_loss
from abinitio.linear_model.multinomial import cross_entropy, cross_entropy_gradient

TWINS = pytest.mark.parametrize(
    ("blocked", "loss", "gradient", "K"),
    [(blocked_logistic, logistic_loss, logistic_gradient, 2),
     (blocked_cross_entropy, cross_entropy, cross_entropy_gradient, 5)],
    ids=["binary", "multinomial"],
)  # fmt: skip


def problem(K, n=1000, d=30):
    rng = np.random.default_rng(0)
    theta = rng.standard_normal((d + 1,) if K == 2 else (d + 1, K))
    return theta, rng.standard_normal((n, d)), rng.integers(0, K, n)


@TWINS
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("block", [2**20, 64 * 240, 1000])
def test_the_same_numbers(blocked, loss, gradient, K, order, block, monkeypatch):
    monkeypatch.setattr(blocked_loss, "BLOCK", block)
    theta, X, y = problem(K)
    X = np.asarray(X, order=order)
    value, slope = blocked(theta, X, y, np.full(1000, 1e-3))
    assert_allclose(value, loss(theta, X, y, 0.0), rtol=1e-13)
    assert_allclose(slope, gradient(theta, X, y, 0.0), rtol=1e-11, atol=1e-15)
    value, slope = blocked(theta, X.astype(np.float32), y, np.full(1000, 1e-3), np.float32)
    assert_allclose(value, loss(theta, X, y, 0.0), rtol=1e-6)
    assert_allclose(slope, gradient(theta, X, y, 0.0), atol=1e-6)
    assert slope.dtype == np.float64


@TWINS
def test_a_weight_is_a_repetition(blocked, loss, gradient, K):
    theta, X, y = problem(K, n=50)
    s = np.random.default_rng(1).integers(0, 4, 50)
    value, slope = blocked(theta, X, y, s.astype(float))
    X, y = np.repeat(X, s, axis=0), np.repeat(y, s)
    assert_allclose(value / s.sum(), loss(theta, X, y, 0.0), rtol=1e-13)
    assert_allclose(slope / s.sum(), gradient(theta, X, y, 0.0), rtol=1e-11, atol=1e-15)


@TWINS
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_scores_and_unchanged_inputs(blocked, loss, gradient, K, dtype):
    theta, X, y = problem(K)
    copies = [a.copy() for a in (theta, X, y)]
    value, slope = blocked(1000 * theta, X, y, np.full(1000, 1e-3), dtype)
    assert_allclose(value, loss(1000 * theta, X, y, 0.0), rtol=1e-5)
    assert np.all(np.isfinite(slope))
    for before, after in zip(copies, (theta, X, y), strict=True):
        assert_array_equal(before, after)
