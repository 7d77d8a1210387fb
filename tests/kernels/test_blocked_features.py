"""The fast features are the readable ones, whatever the size of the phases, the blocks and the type."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.kernels import blocked_features
from abinitio.kernels.blocked_features import (
    LARGEST,
    blocked_fourier_features,
    blocked_paired_features,
    cosines,
    cosines_and_sines,
)
from abinitio.kernels.fourier_features import paired_fourier_features, random_fourier_features

ULP = 2.0**-52


@pytest.mark.parametrize("extent", [1e-9, 1.0, 30.0, 1e3, 0.999 * LARGEST])
def test_cosines_and_sines_to_the_last_place(extent):
    P = np.random.default_rng(0).uniform(-extent, extent, (200, 101))
    Q, Z = P.copy(), np.empty((200, 202))
    cosines(Q, np.zeros(101), 1.0)
    cosines_and_sines(P, Z, 1.0)
    assert np.abs(Q - np.cos(P)).max() <= ULP
    assert_array_equal(Z[:, :101], Q)
    assert np.abs(Z[:, 101:] - np.sin(P)).max() <= ULP


def test_multiples_of_a_quarter_turn():
    """Where x is nearest to k π/2 all digits of the remainder come from the third part of π/2."""
    P = (np.arange(-600_000, 600_001) * (np.pi / 2)).reshape(1, -1)
    Z = np.empty((1, 2 * P.size))
    cosines_and_sines(P, Z, 1.0)
    assert np.abs(P).max() < LARGEST
    assert np.abs(Z - np.hstack([np.cos(P), np.sin(P)])).max() <= ULP
    small = np.abs(np.cos(P)) < 1e-8
    assert small.sum() == 600_000
    assert_allclose(Z[0, : P.size][small[0]], np.cos(P)[small], rtol=1e-12, atol=1e-24)


def test_larger_phases_are_left_to_numpy():
    P = np.random.default_rng(1).uniform(-1e12, 1e12, (3, 50))
    Q, Z = P.copy(), np.empty((3, 100))
    cosines(Q, np.zeros(50), 0.5)
    cosines_and_sines(P, Z, 0.5)
    assert_allclose(Q, 0.5 * np.cos(P), rtol=1e-15)
    assert_allclose(Z, 0.5 * np.hstack([np.cos(P), np.sin(P)]), rtol=1e-15)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-14), (np.float32, 2e-6)])
@pytest.mark.parametrize("n, d, D", [(1, 1, 1), (700, 5, 333), (33, 70, 4099)])
def test_equal_to_the_readable_features(dtype, tolerance, n, d, D):
    rng = np.random.default_rng(2)
    X, W, b = rng.standard_normal((n, d)).astype(dtype), rng.standard_normal((d, D)).astype(dtype), np.ones(D, dtype)
    Z, pairs = blocked_fourier_features(X, W, b), blocked_paired_features(X, W)
    assert Z.dtype == pairs.dtype == dtype
    assert_allclose(Z, random_fourier_features(X, W, b), atol=tolerance)
    assert_allclose(pairs, paired_fourier_features(X, W), atol=tolerance)


def test_no_rows_and_rows_of_a_larger_table():
    W = np.ones((2, 3))
    assert blocked_fourier_features(np.empty((0, 2)), W, np.zeros(3)).shape == (0, 3)
    table = np.arange(12.0).reshape(3, 4)
    assert_allclose(blocked_paired_features(table[:, ::2], W), paired_fourier_features(table[:, ::2], W), atol=1e-15)


def test_blocks_cover_every_row(monkeypatch):
    monkeypatch.setattr(blocked_features, "ROWS", 64)
    monkeypatch.setattr(blocked_features, "NUMBERS", 20)
    X, W, b = np.random.default_rng(3).standard_normal((101, 2)), np.ones((2, 3)), np.arange(3.0)
    assert_allclose(blocked_paired_features(X, W), paired_fourier_features(X, W), atol=1e-15)
    assert_allclose(blocked_fourier_features(X, W, b), random_fourier_features(X, W, b), atol=1e-15)
