"""Divergences: closed forms of Gaussians, inequalities, data processing, the metric; SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from scipy.spatial.distance import jensenshannon

from abinitio.information.divergence import (
    gaussian_kl,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    jensen_shannon_of_several,
    kl_divergence,
    total_variation,
)
from abinitio.information.entropy import cross_entropy, entropy
from abinitio.information.mutual_information import mutual_information

seeds = st.integers(0, 10**6)


def distribution(rng, K, zeros=0.3):
    p = rng.exponential(size=K) * (rng.random(K) > zeros)
    p[rng.integers(K)] += 0.1
    return p / p.sum()


@given(seed=seeds, K=st.integers(1, 12))
def test_kl_is_cross_entropy_less_entropy_and_never_negative(seed, K):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K, zeros=0)
    assert kl_divergence(p, q) == pytest.approx(cross_entropy(p, q) - entropy(p), abs=1e-13)
    assert kl_divergence(p, q) == pytest.approx(stats.entropy(p, q), abs=1e-13)
    assert kl_divergence(p, q) >= -1e-15 and kl_divergence(p, p) == 0
    assert kl_divergence(p, np.full(K, 1 / K)) == pytest.approx(np.log(K) - entropy(p), abs=1e-13)


def test_kl_of_zeros():
    certain, half = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    assert kl_divergence(half, certain) == np.inf
    assert kl_divergence(certain, half) == pytest.approx(np.log(2), rel=1e-15)
    assert kl_divergence(certain, certain) == 0
    tiny = np.array([1.0, 1e-320])
    assert np.isfinite(kl_divergence(half, tiny)) and np.isfinite(kl_divergence(tiny, half))


@given(seed=seeds, K=st.integers(1, 10))
def test_pinsker_and_the_bounds_of_jensen_and_shannon(seed, K):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K)
    tv, js = total_variation(p, q), jensen_shannon_divergence(p, q)
    assert tv <= np.sqrt(max(0.0, kl_divergence(p, q)) / 2) + 1e-12
    assert -1e-15 <= js <= tv * np.log(2) + 1e-14
    assert tv**2 / 2 <= js + 1e-14  # Pinsker, from p and from q to their mean, each tv/2 away
    assert js == pytest.approx(jensen_shannon_divergence(q, p), abs=1e-15)
    assert tv == pytest.approx(np.maximum(p - q, 0).sum(), abs=1e-14)  # the event {p > q}


@given(seed=seeds, K=st.integers(1, 8))
def test_the_root_of_jensen_shannon_is_a_metric(seed, K):
    rng = np.random.default_rng(seed)
    p, q, r = (distribution(rng, K) for _ in range(3))
    direct = jensen_shannon_distance(p, q)
    assert direct <= jensen_shannon_distance(p, r) + jensen_shannon_distance(r, q) + 1e-12
    assert direct == pytest.approx(jensenshannon(p, q), abs=1e-7)  # the root of rounding errors
    assert jensen_shannon_distance(p, p) == 0


def test_the_divergence_without_the_root_breaks_the_triangle():
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    m = (p + q) / 2
    js = jensen_shannon_divergence
    assert js(p, q) > js(p, m) + js(m, q)


@given(seed=seeds, K=st.integers(2, 8), L=st.integers(1, 8))
def test_no_processing_of_the_data_adds_a_difference(seed, K, L):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K, zeros=0)
    W = np.array([distribution(rng, L) for _ in range(K)])  # row k: where outcome k may go
    for divergence in (kl_divergence, jensen_shannon_divergence, total_variation):
        assert divergence(p @ W, q @ W) <= divergence(p, q) + 1e-13
        order = rng.permutation(K)
        assert divergence(p[order], q[order]) == pytest.approx(divergence(p, q), abs=1e-13)


@given(seed=seeds)
def test_kl_adds_up_over_independent_parts_and_by_the_chain_rule(seed):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, 12), distribution(rng, 12, zeros=0)
    P, Q = p.reshape(3, 4), q.reshape(3, 4)
    p_x, q_x = P.sum(axis=1), Q.sum(axis=1)
    rows = sum(p_x[i] * kl_divergence(P[i] / p_x[i], Q[i] / q_x[i]) for i in range(3) if p_x[i] > 0)
    assert kl_divergence(P, Q) == pytest.approx(kl_divergence(p_x, q_x) + rows, abs=1e-13)


@given(seed=seeds, k=st.integers(1, 5), K=st.integers(1, 6))
def test_jensen_shannon_of_several_is_what_a_symbol_tells_of_its_source(seed, k, K):
    rng = np.random.default_rng(seed)
    P, w = np.array([distribution(rng, K) for _ in range(k)]), distribution(rng, k)
    several = jensen_shannon_of_several(P, w)
    assert several == pytest.approx(mutual_information(w[:, None] * P), abs=1e-13)
    assert several == pytest.approx(sum(w[i] * kl_divergence(P[i], w @ P) for i in range(k) if w[i] > 0), abs=1e-13)
    assert several <= entropy(w) + 1e-14
    assert jensen_shannon_of_several(P[[0, -1]]) == pytest.approx(jensen_shannon_divergence(P[0], P[-1]), abs=1e-13)


def test_jensen_shannon_of_several_checks_its_input():
    with pytest.raises(ValueError, match=r"sums to 2, not 1"):
        jensen_shannon_of_several(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"sums to 3, not 1"):
        jensen_shannon_of_several(np.eye(3), weights=[1, 1, 1])


def test_gaussian_kl_by_summation_and_in_its_closed_form():
    x = np.linspace(-30, 30, 60001)
    p, q = stats.norm(1.0, 0.7).pdf(x), stats.norm(-0.5, 2.0).pdf(x)
    direct = np.sum(p * (np.log(p + 1e-300) - np.log(q + 1e-300))) * (x[1] - x[0])
    assert gaussian_kl([1.0], np.eye(1) * 0.49, [-0.5], np.eye(1) * 4.0) == pytest.approx(direct, rel=1e-9)


def test_gaussian_kl_of_draws_invariant_under_linear_maps_and_zero_on_itself():
    rng = np.random.default_rng(0)
    A, B, T = rng.standard_normal((3, 3, 3))
    m0, m1, C0, C1 = rng.standard_normal(3), rng.standard_normal(3), A @ A.T + np.eye(3), B @ B.T + np.eye(3)
    exact = gaussian_kl(m0, C0, m1, C1)
    x = rng.multivariate_normal(m0, C0, 40_000)
    terms = stats.multivariate_normal(m0, C0).logpdf(x) - stats.multivariate_normal(m1, C1).logpdf(x)
    assert abs(terms.mean() - exact) < 4 * terms.std() / np.sqrt(len(x))
    assert gaussian_kl(T @ m0 + 5, T @ C0 @ T.T, T @ m1 + 5, T @ C1 @ T.T) == pytest.approx(exact, rel=1e-9)
    assert gaussian_kl(m0, C0, m0, C0) == pytest.approx(0, abs=1e-13)
    assert exact > 0 and abs(exact - gaussian_kl(m1, C1, m0, C0)) > 0.01  # it is no distance


def test_inputs_are_left_alone():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.2, 0.3, 0.5])
    kl_divergence(p, q), jensen_shannon_divergence(p, q), total_variation(p, q)
    assert_allclose((p, q), ([0.5, 0.5, 0.0], [0.2, 0.3, 0.5]), atol=0)
