"""The f-divergences: their members written out, data processing, duality, the common limit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abinitio.information.divergence import jensen_shannon_divergence, kl_divergence, total_variation
from abinitio.information.f_divergence import F_DIVERGENCES, f_divergence

seeds = st.integers(0, 10**6)
each = pytest.mark.parametrize("name", F_DIVERGENCES)


def chi_squared(p, q):
    return np.sum((p - q)[q > 0] ** 2 / q[q > 0]) + (np.inf if np.any(p[q == 0] > 0) else 0)


WRITTEN_OUT = {
    "Kullback-Leibler": kl_divergence,
    "reverse Kullback-Leibler": lambda p, q: kl_divergence(q, p),
    "chi squared": chi_squared,
    "squared Hellinger": lambda p, q: 1 - np.sqrt(p * q).sum(),
    "total variation": total_variation,
    "Jensen-Shannon": jensen_shannon_divergence,
}
CURVATURE = {  # f''(1)
    "Kullback-Leibler": 1,
    "reverse Kullback-Leibler": 1,
    "chi squared": 2,
    "squared Hellinger": 1 / 4,
    "Jensen-Shannon": 1 / 4,
}


def distribution(rng, K, zeros=0.3):
    p = rng.exponential(size=K) * (rng.random(K) > zeros)
    p[rng.integers(K)] += 0.1
    return p / p.sum()


def test_every_member_is_tested():
    assert set(F_DIVERGENCES) == set(WRITTEN_OUT) == set(CURVATURE) | {"total variation"}


@each
@given(seed=seeds, K=st.integers(1, 10), zeros=st.sampled_from([0.0, 0.4]))
def test_members_equal_their_formulae_zeros_included(name, seed, K, zeros):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K, zeros), distribution(rng, K, zeros)
    value = f_divergence(p, q, *F_DIVERGENCES[name])
    assert value == pytest.approx(WRITTEN_OUT[name](p, q), rel=1e-11, abs=1e-13)
    assert value >= -1e-14 and f_divergence(p, p, *F_DIVERGENCES[name]) == pytest.approx(0, abs=1e-15)


@each
def test_f_is_convex_and_has_the_slope_that_it_says(name):
    f, slope = F_DIVERGENCES[name]
    t = np.linspace(0.01, 5, 500)
    assert np.all(np.diff(f(t), 2) > -1e-12) and f(np.array([1.0]))[0] == pytest.approx(0, abs=1e-15)
    reached = (f(np.array([1e14])) / 1e14)[0]
    assert reached == pytest.approx(slope, abs=1e-6) if np.isfinite(slope) else reached > 20


@each
@given(seed=seeds, K=st.integers(2, 8), L=st.integers(1, 8))
def test_no_processing_of_the_data_adds_a_difference(name, seed, K, L):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K)
    W = np.array([distribution(rng, L) for _ in range(K)])
    before, after = (f_divergence(*pair, *F_DIVERGENCES[name]) for pair in ((p, q), (p @ W, q @ W)))
    assert after <= before * (1 + 1e-12) + 1e-13


@each
@given(seed=seeds, K=st.integers(1, 8))
def test_exchanging_p_and_q_exchanges_f_and_t_f_of_1_over_t(name, seed, K):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K, zeros=0), distribution(rng, K, zeros=0)
    f = F_DIVERGENCES[name].f
    there = f_divergence(q, p, f)
    assert there == pytest.approx(f_divergence(p, q, lambda t: t * f(1 / t)), rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("name", CURVATURE)
def test_near_by_all_smooth_members_are_the_same_quadratic_form(name):
    q, direction = np.array([0.5, 0.3, 0.2]), np.array([1.0, -0.7, -0.3])
    ratios = []
    for size in (1e-2, 1e-3):
        p = q + size * direction
        ratios.append(f_divergence(p, q, *F_DIVERGENCES[name]) / (CURVATURE[name] / 2 * chi_squared(p, q)))
    assert ratios[0] == pytest.approx(1, abs=2e-2) and ratios[1] == pytest.approx(1, abs=2e-3)


@given(seed=seeds, K=st.integers(1, 10))
def test_inequalities_among_members(seed, K):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K)
    d = {name: f_divergence(p, q, *member) for name, member in F_DIVERGENCES.items()}
    h2, tv = d["squared Hellinger"], d["total variation"]
    assert h2 <= tv + 1e-14 and tv <= np.sqrt(max(0.0, h2 * (2 - h2))) + 1e-7  # Le Cam
    assert d["Kullback-Leibler"] <= np.log1p(d["chi squared"]) + 1e-12
    assert -2 * np.log(max(1 - h2, 1e-300)) <= d["Kullback-Leibler"] + 1e-12 or h2 > 1 - 1e-12


def test_without_a_common_outcome_the_finite_members_are_at_their_largest():
    p, q = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    largest = {name: f_divergence(p, q, *member) for name, member in F_DIVERGENCES.items()}
    assert largest["total variation"] == largest["squared Hellinger"] == 1
    assert largest["Jensen-Shannon"] == pytest.approx(np.log(2), rel=1e-15)
    assert largest["Kullback-Leibler"] == largest["reverse Kullback-Leibler"] == largest["chi squared"] == np.inf
