"""The fast spectrum is that of the definition: for tall and wide tables, off-centre data, small variances, float32."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.decomposition import spectrum
from abinitio.decomposition.pca import principal_components
from abinitio.decomposition.spectrum import leading_components, mean_and_covariance


def with_singular_values(n, d, s, seed=0):
    """Centred samples whose singular values are s, exactly up to rounding."""
    rng = np.random.default_rng(seed)
    U = rng.standard_normal((n, len(s)))
    U = np.linalg.qr(U - U.mean(axis=0))[0]
    return (U * s) @ np.linalg.qr(rng.standard_normal((d, len(s))))[0].T


@pytest.mark.parametrize("shape", [(5000, 7), (40, 30), (20, 60), (9, 9), (2, 1)])
def test_equal_to_the_definition(shape):
    X = np.random.default_rng(0).standard_normal(shape) * np.arange(1, shape[1] + 1) + 3
    for k in {1, max(min(shape) - 1, 1)}:
        (V, variances, mean, total), (expected_V, expected) = leading_components(X, k), principal_components(X, k)
        assert_allclose(mean, X.mean(axis=0), rtol=1e-13)
        assert total == pytest.approx(X.var(axis=0, ddof=1).sum(), rel=1e-12)
        assert_allclose(variances, expected, rtol=1e-11)
        assert_allclose(V, expected_V, atol=1e-9)


@pytest.mark.parametrize("offset", [0.0, 5.0, 1e7])
def test_the_covariance_far_from_the_origin(offset):
    X = np.random.default_rng(1).integers(-50, 50, (4500, 6)) + offset  # exact in float64, so the answer is known
    expected = np.cov(X - offset, rowvar=False)
    mean, C = mean_and_covariance(X)
    assert_allclose(C, expected, rtol=1e-12, atol=1e-10)
    assert_allclose(mean, X.mean(axis=0), rtol=1e-14)
    assert_allclose(leading_components(X, 3).variances, principal_components(X - offset, 3)[1], rtol=1e-11)


def test_small_variances_come_from_the_samples():
    s = np.array([1.0, 1e-3, 1e-6, 1e-9])
    X = with_singular_values(400, 10, s)
    V, variances, *_ = leading_components(X, 4)
    assert_allclose(np.sqrt(399 * variances), s, rtol=1e-6)
    lost = np.sqrt(np.maximum(np.linalg.eigvalsh(mean_and_covariance(X)[1])[-4], 0) * 399)
    assert abs(lost / s[3] - 1) > 0.1  # the covariance does not know the last
    assert_allclose(V @ V.T, np.eye(4), atol=1e-13)


def test_the_covariance_serves_where_it_is_accurate(monkeypatch):
    monkeypatch.setattr(spectrum, "_from_samples", lambda X, k: pytest.fail("not needed"))
    X = with_singular_values(400, 10, np.array([1.0, 0.5, 0.01]))
    assert_allclose(np.sqrt(399 * leading_components(X, 3).variances), [1.0, 0.5, 0.01], rtol=1e-11)


def test_float32_is_as_accurate_as_its_numbers():
    X = np.random.default_rng(2).standard_normal((30_000, 5)) * [10, 5, 3, 2, 1]
    for offset in (0, 1000):  # near the origin, where the rows are not centred first, and far from it
        single = (X + offset).astype(np.float32)
        exact = np.cov(single.astype(float), rowvar=False)
        assert_allclose(mean_and_covariance(single)[1], exact, atol=1e-5 * exact[0, 0])
        spectrum = leading_components(single, 5)
        assert_allclose(spectrum.variances, np.linalg.eigvalsh(exact)[::-1], rtol=1e-5)
        assert spectrum.total == pytest.approx(np.trace(exact), rel=1e-5)
        assert_allclose(spectrum.mean, single.mean(axis=0, dtype=float), rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("smallest", [0.1, 0.002])  # of five leading variances, the largest 1
def test_few_float32_components_of_many(smallest):
    """Variances to rounding over the smallest; components to a few roundings over their distance from the rest."""
    variances = np.concatenate([np.geomspace(1, smallest, 5), np.geomspace(smallest / 3, smallest / 30, 195)])
    X = with_singular_values(3000, 200, np.sqrt(variances), seed=4).astype(np.float32)
    exact, V = np.linalg.eigh(np.cov(X.astype(float), rowvar=False))
    found, rounding = leading_components(X, 5), np.finfo(np.float32).eps / 2
    assert_allclose(found.variances, exact[:-6:-1], rtol=rounding / smallest)
    angles = np.linalg.norm(found.components - (found.components @ V[:, -5:]) @ V[:, -5:].T, axis=1)
    assert angles.max() < 4 * rounding / smallest
    assert np.abs(np.abs(np.diag(found.components @ V[:, :-6:-1])) - 1).max() < (4 * rounding / smallest) ** 2
    assert_allclose(found.components @ found.components.T, np.eye(5), atol=1e-13)


def test_views_and_constant_columns():
    table = np.random.default_rng(3).standard_normal((300, 8))
    table[:, 2] = 7.0
    X = table[::2, ::2]
    C = mean_and_covariance(X)[1]
    assert_allclose(C, np.cov(X, rowvar=False), atol=1e-14)
    assert C[1, 1] == 0
