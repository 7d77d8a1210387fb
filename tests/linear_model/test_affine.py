"""What the linear estimators share: shapes, float types, weights and errors of scikit-learn."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.least_squares import LinearRegression
from abinitio.linear_model.ridge import Ridge
from abinitio.linear_model.ridge_cv import RidgeCV

every_estimator = pytest.mark.parametrize("estimator", [LinearRegression(), Ridge(), RidgeCV()], ids=repr)


class Doubler(AffineRegressor):
    """Predicts 2 x0 + 1 whatever it is shown."""

    def fit(self, X, y, sample_weight=None):
        X, y, self.seen_weight = self._checked_data(X, y, sample_weight)
        self._set_affine(2.0 * np.eye(X.shape[1])[0], 1.0, X.dtype)
        return self


def test_predictions_are_affine_and_keep_the_float_type():
    X = np.array([[1.0, 5.0], [2.0, 6.0]])
    for dtype in (np.float64, np.float32):
        model = Doubler().fit(X.astype(dtype), [0, 1])
        assert model.coef_.dtype == model.intercept_.dtype == model.predict(X.astype(dtype)).dtype == dtype
        assert_array_equal(model.predict(X.astype(dtype)), [3, 5])
    assert Doubler().fit(X.astype(int), [0, 1]).coef_.dtype == np.float64
    assert Doubler().fit(X, [0, 1], 3.0).seen_weight.tolist() == [3.0, 3.0]  # one weight for all, as scikit-learn


@every_estimator
@pytest.mark.parametrize("targets", [(), (1,), (3,)])
def test_shapes_of_one_and_several_targets(estimator, targets):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 4)), rng.standard_normal((20, *targets))
    model = estimator.fit(X, y)
    assert model.coef_.shape == (*targets, 4) and np.shape(model.intercept_) == targets
    assert model.predict(X).shape == y.shape
    assert model.coef_.flags.c_contiguous


@every_estimator
def test_float32_answers_are_right_to_float32(estimator):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((200, 5)).astype("f") + np.float32(100)
    y = (X @ rng.standard_normal(5) + 1).astype("f")
    single, double = estimator.fit(X, y).coef_, estimator.fit(X.astype(float), y.astype(float)).coef_
    assert single.dtype == np.float32
    assert_allclose(single, double, rtol=3e-7)


@every_estimator
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.zeros(5), "at least one non-zero"),
        (np.array([1.0, 1, 1, 1, -1]), "[Nn]egative"),
        (np.ones(4), "sample_weight.shape"),
        (np.array([1, 1, np.nan, 1, 1]), "NaN"),
    ],
)
def test_weights_that_make_no_sense_are_refused(estimator, weight, message):
    with pytest.raises(ValueError, match=message):
        estimator.fit(np.arange(10.0).reshape(5, 2) ** 2, np.arange(5.0), weight)


@every_estimator
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_refused(estimator, bad):
    X, y = np.arange(10.0).reshape(5, 2) ** 2, np.arange(5.0)
    for where in (X, y):
        keep, where.flat[3] = where.flat[3], bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            estimator.fit(X, y)
        where.flat[3] = keep
