"""No neighbour is lost to the bound or to float32: flat and steep spectra, far offsets, huge and tiny units."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import cdist

from abinitio.neighbors import principal_bound
from abinitio.neighbors.principal_bound import PrincipalBound, _leading_squares, _slack


def samples(kind, n=900, d=60, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "flat":
        return rng.standard_normal((n, d))
    if kind == "clusters":  # two clusters far apart: float32 cannot resolve the distances inside them
        return 1e-5 * rng.standard_normal((n, d)) + rng.integers(0, 2, (n, 1))
    rotation = np.linalg.qr(np.random.default_rng(99).standard_normal((d, d)))[0]
    return rng.standard_normal((n, d)) * np.geomspace(1, 1e-4, d) @ rotation


def by_sorting(X, Q, k):
    D = cdist(Q, X)
    indices = np.argsort(D, axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(D, indices, axis=1)


@pytest.mark.parametrize("axes", [None, 1, 8, 60])
@pytest.mark.parametrize("kind", ["flat", "steep", "clusters"])
def test_neighbours_are_exact(kind, axes):
    X, Q = samples(kind), np.vstack([samples(kind, n=280, seed=1), 100 * samples(kind, n=5, seed=2)])
    indices, distances = PrincipalBound(X, 5, axes).nearest(Q, 5)
    expected = by_sorting(X, Q, 5)
    assert_allclose(distances, expected[1], rtol=1e-13)
    assert_array_equal(indices, expected[0])


@pytest.mark.parametrize("unit", [1e-150, 1e-30, 1e25, 1e140])
@pytest.mark.parametrize("axes", [8, 60])
def test_units_do_not_matter(unit, axes):
    X, Q = samples("steep"), samples("steep", n=40, seed=1)
    near = PrincipalBound(X, 5, axes).nearest(Q, 5)
    ours = PrincipalBound(unit * X, 5, axes).nearest(unit * Q, 5)
    assert_array_equal(ours[0], near[0])
    assert_allclose(ours[1], unit * near[1], rtol=1e-12)


def test_float32_samples_whose_squares_overflow():
    X, Q = (samples("steep", n=n, seed=s).astype(np.float32) for n, s in ((900, 0), (40, 1)))
    near = PrincipalBound(X, 5).nearest(Q, 5)
    indices, distances = PrincipalBound(X * np.float32(2.0**80), 5).nearest(Q * np.float32(2.0**80), 5)
    assert_array_equal(indices, near[0])
    assert_allclose(distances, 2.0**80 * near[1], rtol=1e-12)


@pytest.mark.parametrize("far", [1e8, 1e22, 1e60])
def test_queries_far_outside_lose_nothing(far):
    X = samples("flat", d=40)
    Q = far * np.eye(40)[:3]
    indices, distances = PrincipalBound(X, 3).nearest(Q, 3)
    assert_allclose(distances, by_sorting(X, Q, 3)[1], rtol=1e-12)
    assert indices.max() < len(X)


def test_constant_samples_and_float32():
    indices, distances = PrincipalBound(np.ones((100, 20)), 3).nearest(np.zeros((2, 20)), 3)
    assert_array_equal(indices, [[0, 1, 2]] * 2)
    assert_allclose(distances, np.sqrt(20))
    X, Q = samples("steep").astype(np.float32), samples("steep", n=40, seed=1).astype(np.float32)
    ours = PrincipalBound(X, 5).nearest(Q, 5)
    expected = by_sorting(X.astype(float), Q.astype(float), 5)
    assert_array_equal(ours[0], expected[0])
    assert_allclose(ours[1], expected[1], rtol=1e-13)


@pytest.mark.parametrize("kind", ["flat", "steep", "clusters"])
@pytest.mark.parametrize("axes", [3, 20])
def test_the_bound_is_below_the_distance_and_close_where_the_spectrum_is_steep(kind, axes):
    X, Q = samples(kind), samples(kind, n=50, seed=1)
    index = PrincipalBound(X, 5, axes)
    images, extent = index._image(Q)
    bound = np.sqrt(np.maximum(cdist(images.astype(float), index.images.astype(float), "sqeuclidean"), 0))
    distances = cdist(Q, X) / index.scale
    length, _ = _slack(index.extent, extent, X.shape[1])
    assert np.all(bound <= distances + length)
    if kind == "steep" and axes == 20:
        assert np.median(bound / distances) > 0.99


def test_the_bounds_of_the_pilot_search_are_those_of_the_images():
    X, Q = samples("steep", d=40), samples("steep", n=6, d=40, seed=1)
    index = PrincipalBound(X, 5, axes=31)
    A, B = (Q - index.centre) / index.scale, (X - index.centre) / index.scale
    images = cdist(index._image(Q)[0].astype(float), index.images.astype(float), "sqeuclidean")
    assert_allclose(_leading_squares(A, B, index.V)[1], images, atol=1e-6 * images.max())


def test_axes_are_chosen_by_what_they_save(monkeypatch):
    assert PrincipalBound(samples("steep", d=200), 5).axes <= 63
    monkeypatch.setattr(principal_bound, "SCAN", 0.0)  # then nothing speaks for bounds that exclude nobody
    assert PrincipalBound(samples("flat", d=200), 5).axes == 200
