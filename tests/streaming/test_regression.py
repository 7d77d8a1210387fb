"""Streamed regressions against scikit-learn's on all samples."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression, Ridge

from abinitio.streaming import StreamedLinearRegression, StreamedRidge

rng = np.random.default_rng(0)
X = rng.normal(size=(500, 4)) * [1, 10, 0.1, 3] + [0, 50, -1, 8]
y = X @ [1.0, -0.1, 5.0, 0.3] + rng.normal(size=500)


def in_parts(model):
    for part in np.array_split(np.arange(500), 6):
        model.partial_fit(X[part], y[part])
    return model


def test_linear_regression():
    ours, theirs = in_parts(StreamedLinearRegression()), LinearRegression().fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9)
    assert_allclose(ours.residual_, np.sum((y - theirs.predict(X)) ** 2), rtol=1e-9)
    assert ours.n_samples_ == 500


def test_ridge_and_its_path():
    ours = in_parts(StreamedRidge(alpha=30.0))
    assert_allclose(ours.coef_, Ridge(30.0).fit(X, y).coef_, rtol=1e-9)
    path = ours.path([1.0, 300.0])
    assert_allclose(path.coefficients[1], Ridge(300.0).fit(X, y).coef_, rtol=1e-9)


def test_the_penalty_is_chosen():
    noise = rng.normal(size=(60, 40))
    assert StreamedRidge([1e-6, 1e3]).fit(noise, rng.normal(size=60)).alpha_ == 1e3
    assert in_parts(StreamedRidge([1e-6, 1e6])).alpha_ == 1e-6


@pytest.mark.parametrize("alpha", [0.0, -1.0, [1.0, 0.0]])
def test_penalties_must_be_positive(alpha):
    with pytest.raises(ValueError, match="must be a number > 0"):
        StreamedRidge(alpha).fit(X, y)
