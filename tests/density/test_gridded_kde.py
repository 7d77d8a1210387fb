"""The way by the grid equals the direct sum within the bound that it states, and falls back where it must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.density import gridded_kde
from abinitio.density.gridded_kde import SPACINGS, axis_weights, error_bound, gridded_log_density
from abinitio.density.kde import kernel_log_density

RTOL = pytest.mark.parametrize("rtol", [0.0, 1e-8])


def grid_alone(X, queries, h, weights, nodes):
    """(densities in units of the kernel's peak, which of them the bound holds within 1/2)."""
    shape = (np.ptp(X, axis=0) / (SPACINGS[nodes] * h) + nodes + 2).astype(int)
    logs, untrusted = gridded_kde._through_grid(X, queries, h, weights, nodes, shape, 0.5)
    return np.exp(logs) * (2 * np.pi * h**2) ** (X.shape[1] / 2), np.isin(np.arange(len(queries)), untrusted)


def completed(X, queries, h, weights=None, rtol=0.0):
    """The densities by way of the grid, and directly where it leaves them to others."""
    logs, rest = gridded_log_density(X, queries, h, weights, rtol)
    logs[rest] = kernel_log_density(X, queries[rest], h, weights)
    return logs


@RTOL
@pytest.mark.parametrize(("d", "n"), [(1, 3000), (2, 3000), (3, 20_000)])
def test_the_densities_are_the_direct_ones(d, n, rtol):
    rng = np.random.default_rng(d)
    X = rng.standard_normal((n, d)) * np.arange(1, d + 1) + 1000
    queries = np.concatenate([X[:60] + 0.01, 1000 + 4 * rng.standard_normal((60, d)), np.full((1, d), 1e6)])
    queries = np.concatenate([queries, np.tile(X, (5, 1))])  # many, so that the grid pays
    weights = rng.uniform(0, 1, n)
    for w in (None, weights):
        ours = completed(X, queries, 0.3, w, rtol)[:121]
        assert_allclose(ours, kernel_log_density(X, queries[:121], 0.3, w), rtol=1e-13, atol=rtol or 1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 2), nodes=st.sampled_from([24, 32]), h=st.floats(0.05, 3))
def test_the_error_keeps_the_stated_bound(seed, d, nodes, h):
    rng = np.random.default_rng(seed)
    X = rng.uniform(0, 3, (int(rng.integers(1, 5)), d))  # single samples at every distance: the worst case
    queries = rng.uniform(X.min(axis=0), X.max(axis=0) + 1e-9, (200, d))
    exact = np.exp(kernel_log_density(X, queries, h)) * (2 * np.pi * h**2) ** (d / 2)
    found, untrusted = grid_alone(X, queries, h, None, nodes)
    relative, absolute = error_bound(nodes, d)
    error = np.abs(found - exact)[~untrusted]
    assert np.all(error <= relative * exact[~untrusted] + absolute + 1e-13 * exact[~untrusted])


def test_the_bound_is_not_idle():
    x = np.linspace(0, 0.48, 200)[:, None]
    exact = np.exp(kernel_log_density(np.zeros((1, 1)), x, 1.0)) * np.sqrt(2 * np.pi)
    found, _ = grid_alone(np.concatenate([np.zeros((1, 1)), np.full((1, 1), 60.0)]), x, 1.0, np.array([1.0, 0.0]), 24)
    assert np.abs(found / exact - 1).max() > 0.5 * error_bound(24, 1)[0]


def test_far_queries_many_dimensions_and_grids_too_large_are_left_to_others():
    rng = np.random.default_rng(3)
    X = rng.standard_normal((500, 2))
    queries = np.array([[40.0, 0.0], [0.0, -1e8], [6.0, 6.0]]).repeat(200, axis=0)
    assert_allclose(completed(X, queries, 0.3), kernel_log_density(X, queries, 0.3), rtol=1e-13)
    assert np.isin(np.arange(400), gridded_log_density(X, queries, 0.3)[1]).all()
    Z = rng.standard_normal((2000, 5))
    for points, h in ((X, 1e-6), (Z, 0.5), (X[:0], 0.3)):
        logs, rest = gridded_log_density(X if points is not Z else Z, points, h)
        assert len(logs) == len(rest) == len(points)


@settings(max_examples=50, deadline=None)
@given(u=st.floats(-1, 1e4), nodes=st.sampled_from([24, 32]))
def test_weights_along_an_axis_are_those_of_the_nearest_nodes(u, nodes):
    s, out = SPACINGS[nodes], np.empty((3, nodes))
    bells = np.exp(-((s * np.arange(1 - nodes // 2, nodes // 2 + 1)) ** 2))
    first = axis_weights(u, bells, s, 1, out)
    g = first + np.arange(nodes)
    assert first == np.floor(u) - nodes // 2 + 1
    assert_allclose(out[1], np.exp(-((s * (u - g)) ** 2)), rtol=1e-10)
