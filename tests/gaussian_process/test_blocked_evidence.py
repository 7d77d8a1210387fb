"""The fast evidence: equal to the readable one, to scikit-learn's, and the same whatever the size of its blocks."""

import sys

import numpy as np
import pytest
import sklearn.gaussian_process.kernels as theirs
from numpy.testing import assert_allclose
from sklearn.gaussian_process import GaussianProcessRegressor

from abinitio.gaussian_process import kernels as ours
from abinitio.gaussian_process.blocked_evidence import blocked_evidence, covariance_triangle
from abinitio.gaussian_process.evidence import log_evidence, log_evidence_gradient

MODULE = sys.modules["abinitio.gaussian_process.blocked_evidence"]


def composed(kernels, d=3):
    """A kernel that has every kind of part: constants, noise inside a product, lengths, sums of products."""
    lengths = np.linspace(0.5, 1.5, d)
    smooth = kernels.ConstantKernel(2.0) * kernels.RBF(lengths)
    rough = kernels.ConstantKernel(0.5) * kernels.Matern(1.2, nu=1.5)
    return smooth + rough + kernels.WhiteKernel(0.1) + kernels.ConstantKernel(3.0) * kernels.WhiteKernel(0.2)


def data(n, d=3, k=None):
    rng = np.random.default_rng(0)
    return rng.uniform(-2, 2, (n, d)), rng.standard_normal(n if k is None else (n, k))


@pytest.mark.parametrize("per_point", [False, True])
@pytest.mark.parametrize("n", [1, 2, 50])
def test_equal_to_the_readable_functions(n, per_point):
    X, y = data(n)
    kernel, noise = composed(ours), np.linspace(0.1, 0.3, n) if per_point else 0.05
    value, gradient = blocked_evidence(kernel, X, y, noise)
    K = kernel(X)
    assert_allclose(value, log_evidence(K, y, noise), rtol=1e-12)
    assert_allclose(gradient, log_evidence_gradient(K, y, noise, kernel.gradients(X)), rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("k", [None, 2])
def test_equal_to_scikit_learn(k):
    X, y = data(80, k=k)
    peer = GaussianProcessRegressor(composed(theirs), alpha=0.01, optimizer=None).fit(X, y)
    value, gradient = peer.log_marginal_likelihood(peer.kernel_.theta, eval_gradient=True)
    ours_value, ours_gradient = blocked_evidence(composed(ours), X, y, 0.01)
    assert_allclose(ours_value, value, rtol=1e-12)
    assert_allclose(ours_gradient, gradient, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("cached", [1, 64 * 7, 64 * 64, 10**9])
def test_the_size_of_the_blocks_does_not_matter(cached, monkeypatch):
    X, y = data(64)
    expected = blocked_evidence(composed(ours), X, y, 0.1)
    monkeypatch.setattr(MODULE, "CACHED", cached)
    value, gradient = blocked_evidence(composed(ours), X, y, 0.1)
    assert_allclose(value, expected[0], rtol=1e-13)
    assert_allclose(gradient, expected[1], rtol=1e-10, atol=1e-12)
    A = covariance_triangle(composed(ours), X, 0.1)
    assert_allclose(np.triu(A), np.triu(composed(ours)(X) + 0.1 * np.eye(64)), rtol=1e-12)


def test_points_far_from_the_origin():
    X, y = data(40)
    expected, shifted = (blocked_evidence(composed(ours), X + c, y, 0.1) for c in (0.0, 2.0**20))
    assert_allclose(shifted[0], expected[0], rtol=1e-8)
    assert_allclose(shifted[1], expected[1], rtol=1e-6, atol=1e-8)


def test_inputs_are_left_alone_and_a_singular_covariance_is_named():
    X, y = data(20)
    before = X.copy(), y.copy()
    blocked_evidence(composed(ours), X, y, 0.1)
    assert np.array_equal(X, before[0]) and np.array_equal(y, before[1])
    with pytest.raises(np.linalg.LinAlgError, match=r"RBF\(length_scale=1.*not positive definite"):
        blocked_evidence(ours.RBF(1.0), np.zeros((3, 1)), np.zeros(3), 0.0)
    with pytest.raises(np.linalg.LinAlgError):  # a covariance that overflows
        blocked_evidence(ours.FixedKernel(lambda X, Y: np.full((len(X), len(Y)), np.nan)), X, y, 0.1)


def test_without_parameters_the_gradient_is_empty():
    X, y = data(5)
    _, gradient = blocked_evidence(ours.RBF(1.0, "fixed"), X, y, 0.1)
    assert gradient.shape == (0,)
