"""Random numbers that belong to numbered rows: uniform, and the same whatever rows are asked for together."""

import numpy as np
from scipy.stats import kstest

from abinitio._core.random import numbered_uniforms


def test_they_are_uniform_and_belong_to_their_row():
    u = numbered_uniforms(10, 20_010, 5, seed=2)
    assert u.shape == (20_000, 5) and kstest(u.ravel(), "uniform").pvalue > 1e-4
    pieces = [numbered_uniforms(a, a + 4000, 5, seed=2) for a in range(10, 20_010, 4000)]
    assert np.array_equal(np.vstack(pieces), u)
    assert not np.array_equal(numbered_uniforms(10, 20_010, 5, seed=3), u)
    assert np.abs(np.corrcoef(u.T) - np.eye(5)).max() < 5 / np.sqrt(20_000)
