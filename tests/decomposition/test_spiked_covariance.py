"""The transition at which a component becomes visible: random samples on both sides, and the limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.decomposition.marchenko_pastur import marchenko_pastur_edges
from abinitio.decomposition.spiked_covariance import spiked_overlap, spiked_variance


@pytest.mark.parametrize("ratio", [0.2, 1.0, 2.5])
@pytest.mark.parametrize("factor", [0.4, 1.6, 4.0])
def test_random_samples(ratio, factor):
    rng, n, repeats = np.random.default_rng(0), 500, 20
    d = int(ratio * n)
    spike = 1 + factor * np.sqrt(ratio)
    found, overlap = np.empty((2, repeats))
    for i in range(repeats):
        X = rng.standard_normal((n, d))
        X[:, 0] *= np.sqrt(spike)
        v = np.ones(n)
        G = X @ X.T
        for _ in range(150):
            v = G @ v
            v /= np.linalg.norm(v)
        found[i] = v @ G @ v / n
        u = X.T @ v
        overlap[i] = u[0] ** 2 / (u @ u)
    finite = 3 * n ** (-2 / 3)  # the edge fluctuates and is shifted by n^(-2/3)
    error = 4 * found.std() / np.sqrt(repeats) + finite * spiked_variance(spike, ratio) * (factor < 1) + 4 * spike / n
    assert abs(found.mean() - spiked_variance(spike, ratio)) < error
    assert abs(overlap.mean() - spiked_overlap(spike, ratio)) < 4 * overlap.std() / np.sqrt(repeats) + 5 / n


def test_at_the_transition_the_variance_leaves_the_edge_smoothly():
    for ratio in (0.1, 1.0, 4.0):
        critical, edge = 1 + np.sqrt(ratio), marchenko_pastur_edges(ratio)[1]
        below, above = spiked_variance(np.array([critical - 0.1, critical + 1e-4]), ratio)
        assert below == pytest.approx(edge, rel=1e-12)
        assert 0 < above - edge < 1e-7 / ratio  # second order: slope 0
        assert_allclose(spiked_overlap(np.array([1.0, critical]), ratio), 0, atol=1e-15)


def test_many_samples_find_the_population():
    spike = np.array([1.5, 10.0])
    assert_allclose(spiked_variance(spike, 1e-9), spike, rtol=1e-8)
    assert_allclose(spiked_overlap(spike, 1e-9), 1, rtol=1e-7)
