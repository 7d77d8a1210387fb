"""Random Fourier features: each kernel within the standard error of its draws, scikit-learn's with its own draws."""

import numpy as np
import pytest
import sklearn.kernel_approximation
from numpy.testing import assert_allclose
from scipy.special import gamma as gamma_function
from scipy.special import kv
from scipy.stats import cauchy, kstest, norm
from sklearn.utils.estimator_checks import parametrize_with_checks

from abinitio.kernels.fourier_features import (
    RBFSampler,
    checked_gamma,
    gaussian_frequencies,
    laplace_frequencies,
    matern_frequencies,
    paired_fourier_features,
    random_fourier_features,
)


def matern(r, length, nu):
    s = np.sqrt(2 * nu) * r / length
    return 2 ** (1 - nu) / gamma_function(nu) * s**nu * kv(nu, s)


KERNELS = {
    "gaussian": (lambda d, D, rng: gaussian_frequencies(d, D, 0.3, rng), lambda z: np.exp(-0.3 * z @ z)),
    "laplace": (lambda d, D, rng: laplace_frequencies(d, D, 0.4, rng), lambda z: np.exp(-0.4 * np.abs(z).sum())),
    "matern 1/2": (lambda d, D, rng: matern_frequencies(d, D, 2.0, 0.5, rng), lambda z: np.exp(-np.sqrt(z @ z) / 2)),
    "matern 2.2": (
        lambda d, D, rng: matern_frequencies(d, D, 0.7, 2.2, rng),
        lambda z: matern(np.sqrt(z @ z), 0.7, 2.2),
    ),
    "matern infinity": (
        lambda d, D, rng: matern_frequencies(d, D, 0.7, np.inf, rng),
        lambda z: np.exp(-(z @ z) / (2 * 0.7**2)),
    ),
}


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("d", [1, 3])
def test_the_mean_cosine_is_the_kernel(name, d):
    draw, kernel = KERNELS[name]
    rng, D = np.random.default_rng(d), 40_000
    W = draw(d, D, rng)
    for _ in range(5):
        z = rng.standard_normal(d)
        cosines = np.cos(z @ W)
        assert abs(cosines.mean() - kernel(z)) < 4 * cosines.std() / np.sqrt(D)


def test_frequencies_have_the_law_of_the_fourier_transform():
    rng = np.random.default_rng(0)
    gaussian = gaussian_frequencies(2, 20_000, 0.3, rng)
    assert kstest(gaussian[1], norm(scale=np.sqrt(0.6)).cdf).pvalue > 1e-3  # variance 2γ
    assert abs(np.corrcoef(gaussian)[0, 1]) < 4 / np.sqrt(20_000)
    assert kstest(laplace_frequencies(2, 20_000, 0.3, rng)[1], cauchy(scale=0.3).cdf).pvalue > 1e-3
    assert kstest(matern_frequencies(1, 20_000, 2.0, 0.5, rng)[0], cauchy(scale=0.5).cdf).pvalue > 1e-3
    assert not gaussian_frequencies(3, 5, 0.0, rng).any()


def test_features_are_scikit_learns_with_its_frequencies_and_phases():
    X = np.random.default_rng(0).standard_normal((50, 4))
    theirs = sklearn.kernel_approximation.RBFSampler(gamma=0.2, n_components=37, random_state=0).fit(X)
    expected = theirs.transform(X)
    assert_allclose(random_fourier_features(X, theirs.random_weights_, theirs.random_offset_), expected, atol=1e-15)
    ours = RBFSampler(gamma=0.2, n_components=37, random_state=0).fit(X)
    assert ours.random_weights_.shape == theirs.random_weights_.shape
    ours.random_weights_, ours.random_offset_ = theirs.random_weights_, theirs.random_offset_
    assert_allclose(ours.transform(X), expected, atol=1e-15)


def test_paired_features_are_the_real_part_of_a_plane_wave():
    rng = np.random.default_rng(1)
    X, W = rng.standard_normal((20, 3)), rng.standard_normal((3, 8))
    Z, waves = paired_fourier_features(X, W), np.exp(1j * X @ W)
    assert_allclose(Z @ Z.T, (waves @ waves.conj().T).real / 8, atol=1e-15)
    assert_allclose((Z**2).sum(axis=1), 1, atol=1e-15)
    shifted = paired_fourier_features(X + rng.standard_normal(3), W)
    assert_allclose(shifted @ shifted.T, Z @ Z.T, atol=1e-14)  # as the kernel, it knows differences only


def test_the_mean_over_phases_is_the_paired_kernel():
    """Averaged over a full turn of evenly spaced phases, the features with a phase give the paired ones exactly."""
    rng = np.random.default_rng(2)
    X, W = rng.standard_normal((6, 2)), rng.standard_normal((2, 5))
    products = [(Z := random_fourier_features(X, W, np.full(5, b))) @ Z.T for b in 2 * np.pi * np.arange(3) / 3]
    pairs = paired_fourier_features(X, W)
    assert_allclose(np.mean(products, axis=0), pairs @ pairs.T, atol=1e-15)


def test_a_linear_model_on_the_features_approaches_kernel_ridge():
    rng = np.random.default_rng(3)
    X = rng.uniform(-3, 3, (150, 1))
    y, grid = np.sin(2 * X[:, 0]), np.linspace(-3, 3, 50)[:, None]
    kernel = lambda A, B: np.exp(-0.5 * (A - B.T) ** 2)
    exact = kernel(grid, X) @ np.linalg.solve(kernel(X, X) + 0.1 * np.eye(150), y)
    squares = {200: [], 3200: []}
    for D in squares:
        for seed in range(20):
            model = RBFSampler(gamma=0.5, n_components=D, random_state=seed).fit(X)
            Z = model.transform(X)
            w = Z.T @ np.linalg.solve(Z @ Z.T + 0.1 * np.eye(150), y)  # ridge on the features
            squares[D].append(np.mean((model.transform(grid) @ w - exact) ** 2))
    slope = np.log(np.mean(squares[3200]) / np.mean(squares[200])) / 2 / np.log(16)
    assert abs(slope + 0.5) < 0.1  # the error of the predictions falls as that of the kernel


@pytest.mark.parametrize("gamma", [-1.0, np.nan, np.inf, "auto", None])
def test_a_gamma_that_is_none_is_refused(gamma):
    with pytest.raises(ValueError, match="must be a number >= 0, or 'scale'"):
        RBFSampler(gamma=gamma).fit(np.eye(3))


@pytest.mark.parametrize("size", [0, -3, 2.5])
def test_a_number_of_features_that_is_none_is_refused(size):
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        RBFSampler(n_components=size).fit(np.eye(3))


def test_gamma_scale_is_scikit_learns():
    X = np.random.default_rng(4).standard_normal((40, 6)) * 3
    theirs = sklearn.kernel_approximation.RBFSampler(gamma="scale").fit(X)
    assert checked_gamma("scale", X) == pytest.approx(theirs._gamma, rel=1e-12)
    assert checked_gamma("scale", np.ones((3, 2))) == 1.0
    W = RBFSampler(gamma="scale", n_components=20_000, random_state=0).fit(X).random_weights_
    assert abs(W.var() / (2 * theirs._gamma) - 1) < 4 * np.sqrt(2 / W.size)


def test_float32_stays_float32():
    X = np.random.default_rng(5).standard_normal((30, 4)).astype(np.float32)
    ours = RBFSampler(n_components=10, random_state=1).fit(X)
    assert ours.transform(X).dtype == np.float32 == ours.random_weights_.dtype
    double = RBFSampler(n_components=10, random_state=1).fit(X.astype(float))
    assert_allclose(ours.transform(X), double.transform(X), atol=1e-5)


def test_the_estimator_uses_the_functions_of_the_module(monkeypatch):
    monkeypatch.setattr("abinitio.kernels.fourier_features.random_fourier_features", lambda X, W, b: X @ W)
    model = RBFSampler(n_components=3, random_state=0).fit(np.eye(2))
    assert_allclose(model.transform(np.eye(2)), model.random_weights_)


@parametrize_with_checks([RBFSampler(random_state=0), RBFSampler(gamma="scale", n_components=7, random_state=0)])
def test_estimator_contract(estimator, check):
    check(estimator)
