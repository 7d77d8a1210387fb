import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.lagged import lagged_features


@pytest.mark.parametrize("T", [1, 2, 5, 9])
@pytest.mark.parametrize("lags", [1, 2, 4])
@pytest.mark.parametrize("horizon", [1, 3])
def test_entry_by_entry(T, lags, horizon):
    series = np.random.default_rng(0).standard_normal(T)
    rows, targets = [], []
    for t in range(T):
        if t - lags + 1 >= 0 and t + horizon < T:
            rows.append([series[t - back] for back in range(lags)])
            targets.append(series[t + horizon])
    X, y = lagged_features(series, lags, horizon)
    assert X.shape == (max(T - lags - horizon + 1, 0), lags) and len(y) == len(X)
    assert_array_equal(X, np.array(rows).reshape(-1, lags))
    assert_array_equal(y, targets)


def test_no_row_knows_its_future():
    X, y = lagged_features(np.arange(20), lags=5, horizon=3)
    assert np.all(X.max(axis=1) == y - 3)


def test_an_autoregression_recovers_its_recursion():
    rng, a, n = np.random.default_rng(1), np.array([1.2, -0.5]), 4000
    series = np.zeros(n)
    for t in range(2, n):
        series[t] = a @ series[t - 2 : t][::-1] + rng.standard_normal()
    X, y = lagged_features(series, lags=2, horizon=1)
    found = np.linalg.lstsq(X, y)[0]
    error = np.sqrt(np.diag(np.linalg.inv(X.T @ X)))  # the noise has variance 1
    assert_allclose(found, a, atol=5 * error.max())
