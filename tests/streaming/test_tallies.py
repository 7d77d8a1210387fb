"""Tallies against NumPy's histograms, the empirical distribution, and exact quantiles by passes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from abinitio.streaming.tallies import counts_below, order_statistic, tally


@pytest.mark.parametrize("d", [1, 2, 3])
def test_histograms_are_numpys_and_add(d):
    X = np.random.default_rng(d).normal(size=(3000, d)).round(1)  # many values lie on edges
    edges = [np.array([-2.0, -0.5, 0.0, 0.3, 2.0]), np.linspace(-1, 1, 6), np.array([-3.0, 3.0])][:d]
    wanted, _ = np.histogramdd(X, edges)
    parts = [tally(x[:, 0], edges[0]) if d == 1 else tally(x, edges) for x in np.array_split(X, 4)]
    assert_array_equal(sum(parts), wanted)


def test_the_empirical_distribution():
    x = np.random.default_rng(0).integers(0, 20, 500).astype(float)
    thresholds = np.array([-1.0, 3.0, 3.5, 19.0, 30.0])
    wanted = [np.sum(x <= t) for t in thresholds]
    assert_array_equal(sum(counts_below(part, thresholds) for part in np.array_split(x, 3)), wanted)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=60), st.data())
def test_order_statistics_are_those_of_the_sorted_values(values, data):
    x = np.array(values)
    rank = data.draw(st.integers(0, len(x) - 1))
    assert order_statistic(lambda: iter(np.array_split(x, min(3, len(x)))), rank) == np.sort(x)[rank]


@pytest.mark.parametrize("law", ["normal", "cauchy", "ties", "close"])
def test_order_statistics_of_many_values(law):
    rng, n = np.random.default_rng(1), 20_001
    x = {
        "normal": lambda: rng.normal(size=n),
        "cauchy": lambda: rng.standard_cauchy(n),  # nearly all in one cell of the first pass
        "ties": lambda: rng.poisson(3.0, n).astype(float),
        "close": lambda: 1e8 + rng.integers(0, 50, n) * 1.5e-8,  # neighbouring floats
    }[law]()
    passes = []

    def parts():
        passes.append(1)
        return iter(np.array_split(x, 5))

    for rank in (0, 17, n // 2, n - 1):
        assert order_statistic(parts, rank) == np.sort(x)[rank]
    assert len(passes) <= 4 * 13
