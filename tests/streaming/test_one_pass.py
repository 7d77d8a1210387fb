"""What all estimators of one pass do: parts, merging, files and columns."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.data import ArrayRows
from abinitio.streaming import StreamedDiscriminant, StreamedLinearRegression, StreamedPCA, StreamedRidge

ALL = [StreamedLinearRegression(), StreamedRidge(), StreamedRidge([0.1, 10.0]), StreamedPCA(2), StreamedDiscriminant()]
rng = np.random.default_rng(0)
X = rng.normal(size=(300, 3)) + 5
y = (X @ [1.0, -1.0, 0.5] > 2.5).astype(float)


def fitted(model):
    return np.asarray(getattr(model, next(n for n in ("coef_", "components_", "theta_") if hasattr(model, n))))


@parametrize_with_checks(ALL)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("model", ALL, ids=str)
def test_parts_merges_and_rows_are_the_fit_of_all(model):
    whole = fitted(model.fit(X, y)).copy()
    first, second = (type(model)(**model.get_params()) for _ in range(2))
    for part in np.array_split(np.arange(200), 3):
        first.partial_fit(X[part], y[part])
    second.partial_fit(X[200:], y[200:])
    assert_allclose(fitted(first.merge(second)), whole, rtol=1e-10)
    target = None if isinstance(model, StreamedPCA) else "y"
    data = X if target is None else np.column_stack([X[:, 0], y, X[:, 1:]])
    rows = ArrayRows(data, columns=("a", "b", "c") if target is None else ("a", "y", "b", "c"))
    for jobs in (1, 2):
        streamed = type(model)(**model.get_params()).fit_rows(rows, target=target, memory=2000, jobs=jobs)
        assert_allclose(fitted(streamed), whole, rtol=1e-10)
        assert streamed.n_features_in_ == 3


def test_what_cannot_be_merged():
    with pytest.raises(ValueError, match="kind and settings"):
        StreamedRidge(1.0).merge(StreamedRidge(2.0))
    with pytest.raises(ValueError, match="features"):
        StreamedRidge().fit(X, y).merge(StreamedRidge().fit(X[:, :2], y))
    with pytest.raises(ValueError, match="classes"):
        StreamedDiscriminant().fit(X, y).merge(StreamedDiscriminant().fit(X, y + 1))
    with pytest.raises(ValueError, match="no column 'z'"):
        StreamedRidge().fit_rows(ArrayRows(X), target="z")


def test_merging_with_an_empty_one_changes_nothing():
    model = StreamedRidge().fit(X, y)
    before = model.coef_
    assert_allclose(model.merge(StreamedRidge()).coef_, before)
    assert_allclose(StreamedRidge().merge(model).coef_, before)
