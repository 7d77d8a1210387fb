"""Principal components from the moments of parts are those of all samples."""

from functools import reduce

import numpy as np
from numpy.testing import assert_allclose

from abinitio.decomposition import principal_components
from abinitio.streaming.components import components_of_moments
from abinitio.streaming.moments import merge_moments, moments_of


def test_they_are_those_of_all_samples():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 6)) @ np.diag([8, 5, 3, 2, 1, 0.5]) @ np.linalg.qr(rng.normal(size=(6, 6)))[0] + 1e4
    joined = reduce(merge_moments, [moments_of(x) for x in np.array_split(X, 13)])
    for k in (1, 3, 6):
        for ours, theirs in zip(components_of_moments(joined, k), principal_components(X, k)):
            assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_no_variance_is_negative():
    X = np.outer(np.arange(50.0), [1.0, 2.0, 3.0])
    _, variances = components_of_moments(moments_of(X), 3)
    assert variances.min() >= 0 and variances[0] > 0
