"""Kernels with lengths and periods: their plain versions, scikit-learn's, their derivatives, positive eigenvalues."""

import numpy as np
import pytest
import sklearn.gaussian_process.kernels as theirs
from numpy.testing import assert_allclose

from abinitio.gaussian_process import kernels as ours
from abinitio.kernels.functions import gaussian_kernel, matern_kernel, periodic_kernel
from abinitio.kernels.mercer import is_mercer

rng = np.random.default_rng(0)
X, Y = rng.uniform(-2, 2, (9, 3)), rng.uniform(-2, 2, (5, 3))
LENGTHS = np.array([0.5, 1.0, 4.0])
SHARED = {
    "gaussian": lambda k: k.RBF(0.8),
    "gaussian, lengths": lambda k: k.RBF(LENGTHS),
    "matern 1/2": lambda k: k.Matern(0.8, nu=0.5),
    "matern 1/2, lengths": lambda k: k.Matern(LENGTHS, nu=0.5),
    "matern 3/2": lambda k: k.Matern(0.8),
    "matern 3/2, lengths": lambda k: k.Matern(LENGTHS),
    "matern 5/2": lambda k: k.Matern(0.8, nu=2.5),
    "matern 5/2, lengths": lambda k: k.Matern(LENGTHS, nu=2.5),
    "matern infinity": lambda k: k.Matern(LENGTHS, nu=np.inf),
    "rational quadratic": lambda k: k.RationalQuadratic(0.8, alpha=0.6),
    "dot product": lambda k: k.DotProduct(0.8),
}
OURS_ALONE = {
    "rational quadratic, lengths": lambda k: k.RationalQuadratic(LENGTHS, alpha=2.0),
    "periodic": lambda k: k.ExpSineSquared(1.3, periodicity=1.7),
}
shared = pytest.mark.parametrize("make", SHARED.values(), ids=SHARED)
each = pytest.mark.parametrize("make", (SHARED | OURS_ALONE).values(), ids=SHARED | OURS_ALONE)


@shared
def test_equal_to_scikit_learn(make):
    one, other = make(ours), make(theirs)
    K, dK = other(X, eval_gradient=True)
    assert_allclose(one(X), K, rtol=1e-12)
    assert_allclose(one(X, Y), other(X, Y), rtol=1e-12)
    assert_allclose(one.gradients(X), dK.transpose(2, 0, 1), rtol=1e-10, atol=1e-13)
    assert_allclose(one.theta, other.theta)
    assert_allclose(one.bounds, other.bounds)


@pytest.mark.parametrize("free", ["both", "length_scale", "periodicity"])
def test_the_periodic_kernel_of_one_feature_is_scikit_learns(free):
    fixed = {f"{n}_bounds": "fixed" for n in ("length_scale", "periodicity") if free not in (n, "both")}
    one, other = (k.ExpSineSquared(1.3, 1.7, **fixed) for k in (ours, theirs))
    K, dK = other(X[:, :1], eval_gradient=True)
    assert_allclose(one(X[:, :1]), K, rtol=1e-12)
    assert_allclose(one.gradients(X[:, :1]), dK.transpose(2, 0, 1), rtol=1e-10, atol=1e-12)


def test_the_periodic_kernel_of_scikit_learn_is_none_in_two_dimensions():
    points = np.random.default_rng(0).uniform(-2, 2, (60, 2))
    assert np.linalg.eigvalsh(theirs.ExpSineSquared(1.0, 1.0)(points))[0] < -0.1
    assert is_mercer(ours.ExpSineSquared(1.0, 1.0)(points))


def test_equal_to_the_plain_kernels():
    assert_allclose(ours.RBF(0.8)(X, Y), gaussian_kernel(X, Y, 1 / (2 * 0.8**2)), rtol=1e-12)
    assert_allclose(ours.RBF(LENGTHS)(X, Y), gaussian_kernel(X / LENGTHS, Y / LENGTHS, 0.5), rtol=1e-12)
    for nu in (0.5, 1.5, 2.5, np.inf):
        assert_allclose(ours.Matern(0.8, nu=nu)(X, Y), matern_kernel(X, Y, 0.8, nu), rtol=1e-11)
    assert_allclose(ours.ExpSineSquared(1.3, 1.7)(X, Y), periodic_kernel(X, Y, 1.3, 1.7), rtol=1e-11)
    assert_allclose(ours.RationalQuadratic(0.8, alpha=1e8)(X, Y), ours.RBF(0.8)(X, Y), rtol=1e-5)


@each
def test_derivatives_by_central_differences(make):
    kernel, h = make(ours), 1e-5
    apart = X[:, None] != X  # at the diagonal the Matérn kernel with nu = 1/2 has a kink
    for k, dK in enumerate(kernel.gradients(X)):
        up, down = (kernel.clone_with_theta(kernel.theta + s * h * np.eye(len(kernel.theta))[k])(X) for s in (1, -1))
        off = apart.any(axis=2)
        assert_allclose(dK[off], ((up - down) / (2 * h))[off], atol=1e-8)


@each
def test_positive_eigenvalues_and_the_diagonal(make):
    kernel = make(ours)
    assert is_mercer(kernel(X))
    assert_allclose(kernel.diag(X), np.diag(kernel(X)), rtol=1e-14)


def test_an_unknown_smoothness_is_refused():
    with pytest.raises(ValueError, match=r"nu = 0.7 must be 0.5, 1.5, 2.5 or infinity"):
        ours.Matern(nu=0.7)


@pytest.mark.parametrize("lengths", [[1.0], [1.0, 2.0]])
def test_as_many_lengths_as_features(lengths):
    for kernel in (ours.RBF(lengths), ours.Matern(lengths), ours.RationalQuadratic(lengths)):
        with pytest.raises(ValueError, match=rf"length_scale has {len(lengths)} entries, X has 3 features"):
            kernel(X)


def test_a_point_far_from_the_others_is_at_no_distance_from_itself():
    far = np.array([[0.0], [1e6], [1e6 + 1]])
    for kernel in (ours.Matern(1.0, nu=0.5), ours.RBF(1.0)):
        assert np.array_equal(np.diag(kernel(far)), np.ones(3))
        assert_allclose(kernel(far)[1, 2], kernel(far[:1], far[:1] + 1)[0, 0], rtol=1e-3)
