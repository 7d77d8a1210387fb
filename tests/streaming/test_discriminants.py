"""Streamed Gaussian classes against scikit-learn's three classifiers on all samples."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.naive_bayes import GaussianNB

from abinitio.data import ArrayRows
from abinitio.streaming import StreamedDiscriminant

rng = np.random.default_rng(0)
y = rng.integers(3, size=600)
X = rng.normal(size=(600, 2)) @ np.array([[1.0, 0.5], [0.0, 2.0]]) * (1 + 0.3 * y[:, None]) + 2 * y[:, None]
THEIRS = {
    "diagonal": GaussianNB(),
    "common": LinearDiscriminantAnalysis(solver="lsqr"),
    "free": QuadraticDiscriminantAnalysis(),
}


@pytest.mark.parametrize("covariance", THEIRS)
def test_probabilities_are_scikit_learns(covariance):
    ours, theirs = StreamedDiscriminant(covariance), THEIRS[covariance].fit(X, y)
    for part in np.array_split(np.argsort(y, kind="stable"), 5):
        ours.partial_fit(X[part], y[part], classes=[0, 1, 2])
    # scikit-learn's linear discriminant weighs the classes' covariances, with 1/n, by their frequencies: as here
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-7, atol=1e-10)
    assert_allclose(ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=1e-6, atol=1e-8)
    assert (ours.predict(X) == theirs.predict(X)).all()


def test_the_classes_of_a_file_are_found():
    rows = ArrayRows(np.column_stack([X, 10 + y]), columns=("u", "v", "kind"))
    model = StreamedDiscriminant().fit_rows(rows, target="kind", memory=3000)
    assert model.classes_.tolist() == [10, 11, 12]


def test_what_cannot_be_done_is_said():
    model = StreamedDiscriminant("free").partial_fit(X[:5], y[:5] * 0, classes=[0, 1])
    with pytest.raises(ValueError, match=r"classes \[1\] have fewer than 2 samples"):
        model.predict(X)
    with pytest.raises(ValueError, match="not among the classes"):
        model.partial_fit(X[:5], y[:5] * 0 + 2)
    with pytest.raises(ValueError, match="no inverse"):
        StreamedDiscriminant().fit(X[:, [0, 0]], y).predict(X[:, [0, 0]])
    with pytest.raises(ValueError, match="must be one of"):
        StreamedDiscriminant("round").fit(X, y)
