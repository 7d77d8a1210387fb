"""The Gaussian covariance and its slopes: the kernel classes, the complex step, the evidence's gradient."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.gaussian_process.evidence import log_evidence, log_evidence_gradient
from abinitio.gaussian_process.hyperparameters import gaussian_covariance, gaussian_covariance_gradient
from abinitio.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from abinitio.kernels.functions import gaussian_kernel

problems = given(seed=st.integers(0, 10**6), n=st.integers(1, 8), d=st.integers(1, 4))


def problem(seed, n, d):
    rng = np.random.default_rng(seed)
    return rng.uniform(-2, 2, (n, d)), rng.uniform(0.5, 3), rng.uniform(0.5, 3, d), rng.uniform(0.1, 1), rng


@settings(max_examples=30)
@problems
def test_equal_to_the_kernel_and_to_the_classes(seed, n, d):
    X, v, lengths, noise, rng = problem(seed, n, d)
    Y = rng.uniform(-2, 2, (3, d))
    assert_allclose(
        gaussian_covariance(X, Y, v, lengths), v * gaussian_kernel(X / lengths, Y / lengths, 0.5), rtol=1e-10
    )
    assert_allclose(gaussian_covariance(X, Y, v, 0.7), v * gaussian_kernel(X, Y, 1 / (2 * 0.7**2)), rtol=1e-10)
    kernel = ConstantKernel(v) * RBF(lengths) + WhiteKernel(noise)
    gradient = gaussian_covariance_gradient(X, v, lengths, noise)
    assert_allclose(gradient, kernel.gradients(X), rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@problems
def test_slopes_by_the_complex_step(seed, n, d):
    X, v, lengths, noise, _ = problem(seed, n, d)
    gradient = gaussian_covariance_gradient(X, v, lengths, noise)
    assert gradient.shape == (d + 2, n, n)
    for k, step in enumerate(1e-30j * np.eye(d + 2)):
        scales = np.exp(step)
        A = gaussian_covariance(X, X, v * scales[0], lengths * scales[1:-1]) + noise * scales[-1] * np.eye(n)
        assert_allclose(gradient[k], A.imag / 1e-30, rtol=1e-11, atol=1e-13)


def test_the_gradient_of_the_evidence_by_central_differences():
    X, v, lengths, noise, rng = problem(1, 20, 2)
    y, h, theta = rng.standard_normal(20), 1e-5, np.log([v, *lengths, noise])

    def evidence(theta):
        v, *lengths, noise = np.exp(theta)
        return log_evidence(gaussian_covariance(X, X, v, np.array(lengths)), y, noise)

    expected = [(evidence(theta + h * e) - evidence(theta - h * e)) / (2 * h) for e in np.eye(4)]
    K = gaussian_covariance(X, X, v, lengths)
    gradient = log_evidence_gradient(K, y, noise, gaussian_covariance_gradient(X, v, lengths, noise))
    assert_allclose(gradient, expected, rtol=1e-7)
