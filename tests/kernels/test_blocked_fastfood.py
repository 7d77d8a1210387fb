"""The fast structured features are the readable ones: odd and even numbers of stages, padding, part of a group."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.kernels.blocked_fastfood import (
    LANES,
    ROWS,
    blocked_structured_features,
    blocked_structured_orthogonal_features,
)
from abinitio.kernels.structured_features import Fastfood, draw_fastfood, structured_fourier_features
from abinitio.kernels.structured_orthogonal_features import (
    StructuredRotations,
    draw_structured_rotations,
    structured_orthogonal_features,
)


@pytest.mark.parametrize("d, m", [(1, 1), (2, 5), (3, 3), (8, 8), (17, 70), (64, 100), (100, 40)])
@pytest.mark.parametrize("n", [1, LANES + 3, 2 * ROWS + 1])
def test_equal_to_the_readable_features(n, d, m):
    rng = np.random.default_rng(n)
    X, parts = rng.standard_normal((n, d)), draw_fastfood(d, m, 0.3, rng)
    assert_allclose(blocked_structured_features(X, parts, m), structured_fourier_features(X, parts, m), atol=1e-13)


@pytest.mark.parametrize("d, m", [(1, 1), (17, 70), (64, 100), (100, 40), (130, 600)])
@pytest.mark.parametrize("n", [1, LANES + 3, 2 * ROWS + 1])
def test_orthogonal_ones_equal_to_the_readable_features(n, d, m):
    rng = np.random.default_rng(n)
    X, parts = rng.standard_normal((n, d)), draw_structured_rotations(d, m, 0.3, rng)
    expected = structured_orthogonal_features(X, parts, m)
    assert_allclose(blocked_structured_orthogonal_features(X, parts, m), expected, atol=1e-13)
    single = StructuredRotations(*(part.astype(np.float32) for part in parts))
    Z = blocked_structured_orthogonal_features(X.astype(np.float32), single, m)
    assert Z.dtype == np.float32
    assert_allclose(Z, expected, atol=2e-5)


def test_float32_and_views():
    rng = np.random.default_rng(0)
    X, parts = rng.standard_normal((100, 40)).astype(np.float32), draw_fastfood(20, 30, 0.3, rng)
    single = Fastfood(*(part if part.dtype.kind == "i" else part.astype(np.float32) for part in parts))
    Z = blocked_structured_features(X[:, ::2], single, 30)
    assert Z.dtype == np.float32
    assert_allclose(Z, structured_fourier_features(X[:, ::2].astype(float), parts, 30), atol=2e-6)


def test_no_rows():
    assert blocked_structured_features(
        np.empty((0, 3)), draw_fastfood(3, 5, 1.0, np.random.default_rng(0)), 5
    ).shape == (0, 10)
