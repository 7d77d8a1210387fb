"""The compiled moments equal their definition; the window of near samples leaves nothing out that counts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from abinitio.linear_model import local_moments
from abinitio.linear_model.local_moments import centred_moments


def by_definition(queries, x, y, bandwidth, s):
    X, Q = x.reshape(len(x), -1), queries.reshape(len(queries), -1)
    rows = []
    for q in Q:
        D = X - q
        r2 = (D**2).sum(axis=1)
        k = s * np.exp((r2.min() - r2) / (2 * bandwidth**2))
        m, y_mean = k @ D / k.sum(), k @ y / k.sum()
        S = (k[:, None] * (D - m)).T @ (D - m) / k.sum()
        rows.append((k.sum(), m, y_mean, S, (k * (y - y_mean)) @ (D - m) / k.sum()))
    return [np.array(column) for column in zip(*rows)]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("bandwidth", [0.01, 0.2, 3.0])
@pytest.mark.parametrize("d", [1, 2, 3])
def test_moments_are_their_definition(d, bandwidth, weighted):
    rng = np.random.default_rng(d)
    x, queries = rng.uniform(0, 3, (200, d)), rng.uniform(-1, 4, (50, d))
    y, s = rng.standard_normal(200) + 10, rng.uniform(0.1, 2, 200) if weighted else np.ones(200)
    ours = centred_moments(queries, x, y, bandwidth, s if weighted else None)
    for name, values, expected in zip(ours._fields, ours, by_definition(queries, x, y, bandwidth, s)):
        scale = np.abs(expected).max()
        assert_allclose(values, expected, rtol=1e-7, atol=1e-13 * scale, err_msg=name)


def test_the_window_leaves_nothing_out_that_counts(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.uniform(0, 1, 2000)), rng.standard_normal(2000)
    queries = rng.uniform(-0.2, 1.2, 500)
    near = centred_moments(queries, x, y, 0.003)
    monkeypatch.setattr(local_moments, "REACH", 1e9)
    for values, expected in zip(near, centred_moments(queries, x, y, 0.003)):
        assert_allclose(values, expected, rtol=1e-10, atol=1e-20)


def test_a_lone_sample_in_the_window_looks_at_all():
    x, y = np.array([0.0, 1.0, 1.1, 1.2]), np.array([2.0, 1.0, 0.0, -1.0])
    moments = centred_moments(np.array([0.01]), x, y, 0.06)  # the next weight is exp(-136)
    assert moments.S[0, 0, 0] == pytest.approx(np.exp(-(0.99**2 - 0.01**2) / (2 * 0.06**2)), rel=1e-6)


def test_many_queries_in_blocks_and_any_order(monkeypatch):
    rng = np.random.default_rng(2)
    x, y, queries = rng.uniform(0, 1, 300), rng.standard_normal(300), rng.uniform(0, 1, 100)
    whole = centred_moments(queries, x, y, 0.1)
    monkeypatch.setattr(local_moments, "BLOCK", 900)  # three queries at a time
    for values, expected in zip(centred_moments(queries, x, y, 0.1), whole):
        assert_allclose(values, expected, rtol=1e-9, atol=1e-15)
