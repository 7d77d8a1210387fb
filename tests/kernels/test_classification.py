"""What the kernel classifiers share: scores, classes, the samples kept."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels.classification import KernelClassifier
from abinitio.kernels.functions import gaussian_kernel
from abinitio.kernels.logistic import KernelLogisticRegression
from abinitio.kernels.perceptron import KernelPerceptron

MODELS = [KernelPerceptron, KernelLogisticRegression]


def blobs(classes, seed=0):
    rng = np.random.default_rng(seed)
    centres = 6 * np.stack([np.cos(np.arange(classes)), np.sin(np.arange(classes))], axis=1)
    y = rng.integers(0, classes, 60)
    return centres[y] + rng.standard_normal((60, 2)), np.array(["a", "b", "c", "d"])[y]


@pytest.mark.parametrize("Model", MODELS)
@pytest.mark.parametrize("classes", [2, 4])
def test_scores_are_the_expansion_over_the_support(Model, classes):
    X, y = blobs(classes)
    model = Model(gamma=0.5).fit(X, y)
    rows = 1 if classes == 2 else classes
    assert issubclass(Model, KernelClassifier) and model.score(X, y) > 0.95
    assert model.dual_coef_.shape == (rows, len(model.support_)) and model.intercept_.shape == (rows,)
    assert np.array_equal(model.X_fit_, X[model.support_]) and np.all(np.diff(model.support_) > 0)
    Q = np.random.default_rng(1).uniform(-6, 6, (20, 2))
    scores = gaussian_kernel(Q, X[model.support_], 0.5) @ model.dual_coef_.T + model.intercept_
    decision = model.decision_function(Q)
    assert_allclose(decision, scores[:, 0] if classes == 2 else scores, rtol=1e-9, atol=1e-9)
    chosen = (decision > 0).astype(int) if classes == 2 else decision.argmax(axis=1)
    assert np.array_equal(model.predict(Q), model.classes_[chosen])


@pytest.mark.parametrize("Model", MODELS)
def test_precomputed_kernels(Model):
    X, y = blobs(2)
    by_name = Model(gamma=0.5).fit(X, y)
    given = Model(kernel="precomputed").fit(gaussian_kernel(X, X, 0.5), y)
    Q = X[:7] + 0.1
    assert_allclose(
        given.decision_function(gaussian_kernel(Q, X, 0.5)), by_name.decision_function(Q), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("Model", MODELS)
def test_one_class_is_refused(Model):
    with pytest.raises(ValueError, match="only one class, 'a'"):
        Model().fit(np.eye(3), ["a", "a", "a"])
