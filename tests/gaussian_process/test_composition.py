"""Sums, products, constants and noise: the algebra of kernels, their derivatives, what is refused."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest
import sklearn.gaussian_process.kernels as theirs
from numpy.testing import assert_allclose

from abinitio.gaussian_process import kernels as ours
from abinitio.gaussian_process.composition import ConstantKernel, FixedKernel, WhiteKernel, as_kernel
from abinitio.kernels.combination import product_kernel, sum_kernel
from abinitio.kernels.functions import gaussian_kernel, linear_kernel

X = np.random.default_rng(0).uniform(-2, 2, (6, 2))
Y = np.random.default_rng(1).uniform(-2, 2, (4, 2))


def nested(kernels):
    left = kernels.ConstantKernel(2.0) * (kernels.RBF(0.7) + kernels.ConstantKernel(0.3, "fixed"))
    return left + kernels.WhiteKernel(0.4) * kernels.RBF([1.0, 3.0], (1e-2, 1e2)) + 1.5


def test_the_algebra_is_that_of_the_matrices():
    a, b = ours.RBF(0.7), ours.Matern(1.1)
    assert_allclose((a + b)(X, Y), a(X, Y) + b(X, Y), rtol=1e-15)
    assert_allclose((a * b)(X, Y), a(X, Y) * b(X, Y), rtol=1e-15)
    assert_allclose((2.0 * a + 3.0)(X, Y), 2 * a(X, Y) + 3, rtol=1e-15)
    assert_allclose((3 + a * 2)(X, Y), 2 * a(X, Y) + 3, rtol=1e-15)


def test_equal_to_scikit_learn_in_everything_that_both_have():
    one, other = nested(ours), nested(theirs)
    assert_allclose(one.theta, other.theta, rtol=1e-15)
    assert_allclose(one.bounds, other.bounds, rtol=1e-15)
    K, dK = other(X, eval_gradient=True)
    assert_allclose(one(X), K, rtol=1e-13)
    assert_allclose(one(X, Y), other(X, Y), rtol=1e-13)
    assert_allclose(one.diag(X), other.diag(X), rtol=1e-15)
    assert_allclose(one.gradients(X), dK.transpose(2, 0, 1), rtol=1e-12, atol=1e-14)
    theta = np.linspace(-1, 1, len(one.theta))
    assert_allclose(one.clone_with_theta(theta)(X), other.clone_with_theta(theta)(X), rtol=1e-13)


def test_derivatives_by_central_differences():
    kernel, h = nested(ours), 1e-5
    for k, dK in enumerate(kernel.gradients(X)):
        up, down = (kernel.clone_with_theta(kernel.theta + s * h * np.eye(len(kernel.theta))[k])(X) for s in (1, -1))
        assert_allclose(dK, (up - down) / (2 * h), atol=1e-9)


def test_theta_goes_in_and_out_and_the_original_stays():
    kernel = nested(ours)
    theta = np.linspace(-2, 1, len(kernel.theta))
    assert_allclose(kernel.clone_with_theta(theta).theta, theta, rtol=1e-13)
    assert_allclose(kernel.theta, nested(ours).theta)
    for twin in (copy.deepcopy(kernel), pickle.loads(pickle.dumps(kernel))):
        assert_allclose(twin(X), kernel(X), rtol=1e-15)


def test_noise_belongs_to_the_measurement_not_to_the_point():
    twice = np.zeros((2, 1))  # two measurements at one point
    assert_allclose(WhiteKernel(2.0)(twice), 2 * np.eye(2))
    assert_allclose(WhiteKernel(2.0)(twice, twice), np.zeros((2, 2)))


def test_fixed_parameters_are_not_in_theta():
    assert len((ConstantKernel(2.0, "fixed") * ours.RBF(1.0)).theta) == 1
    assert (ConstantKernel(2.0, "fixed") + WhiteKernel(1.0, "fixed")).gradients(X).shape == (0, 6, 6)
    assert ConstantKernel(2.0, "fixed").bounds.shape == (0, 2)


def test_plain_kernels_take_part():
    plain = sum_kernel(linear_kernel, product_kernel(2.0, partial(gaussian_kernel, gamma=0.5)))
    kernel = ConstantKernel(3.0) * plain + WhiteKernel(0.1)
    K = 3 * (X @ X.T + 2 * gaussian_kernel(X, X, 0.5))
    assert_allclose(kernel(X), K + 0.1 * np.eye(6), rtol=1e-13)
    assert_allclose(kernel.diag(X), np.diag(kernel(X)), rtol=1e-13)
    assert_allclose(kernel.gradients(X), [K, 0.1 * np.eye(6)], rtol=1e-13)
    assert isinstance(as_kernel(linear_kernel), FixedKernel)
    assert repr(FixedKernel(linear_kernel)) == "FixedKernel(linear_kernel)"


def test_a_kernel_shows_its_parameters():
    kernel = 2.0 * (ours.RBF([1.0, 2.0]) + WhiteKernel(0.25))
    assert (
        repr(kernel)
        == "ConstantKernel(constant_value=2.) * (RBF(length_scale=[1. 2.]) + WhiteKernel(noise_level=0.25))"
    )


def test_what_is_no_kernel_is_refused():
    with pytest.raises(TypeError, match="is not a kernel"):
        as_kernel(theirs.RBF())
    with pytest.raises(TypeError, match="is not a kernel"):
        ours.RBF() + "noise"
    for value in (0.0, -1.0, [1.0, -1.0], float("nan")):
        with pytest.raises(ValueError, match=r"length_scale = .* must be > 0"):
            ours.RBF(value)
    with pytest.raises(ValueError, match="length_scale = 'fixed' of RBF must be > 0"):
        ours.RBF("fixed")
    for bounds in ("free", (-1.0, 1.0), (2.0, 1.0), (1.0, 2.0, 3.0)):
        with pytest.raises(ValueError, match=r"constant_value_bounds = .*, both > 0, or 'fixed'"):
            ConstantKernel(1.0, bounds)
