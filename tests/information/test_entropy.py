"""Entropy: uniform and binomial closed forms, the chain rule, conditioning, channels; SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from abinitio.information.entropy import (
    check_distribution,
    conditional_entropy,
    cross_entropy,
    entropy,
    gaussian_entropy,
    information_diagram,
    joint_counts,
    marginals,
    nats_to_bits,
)

seeds = st.integers(0, 10**6)


def distribution(rng, shape, zeros=0.3):
    """A random distribution with some zeros."""
    p = rng.exponential(size=shape) * (rng.random(shape) > zeros)
    p.flat[0] += 0.1
    return p / p.sum()


@pytest.mark.parametrize("K", [1, 2, 27, 10**5])
def test_equal_probabilities_have_the_entropy_ln_K_and_certainty_has_none(K):
    assert entropy(np.full(K, 1 / K)) == pytest.approx(np.log(K), rel=1e-13, abs=1e-15)
    assert entropy(np.eye(K)[0] if K < 100 else np.append(np.zeros(K - 1), 1.0)) == 0


def test_entropy_of_standard_laws():
    k = np.arange(2000)
    for p in (0.02, 0.5, 0.9):
        geometric = (1 - p) ** k * p
        exact = -(p * np.log(p) + (1 - p) * np.log(1 - p)) / p
        assert entropy(geometric) == pytest.approx(exact, rel=1e-11)
    assert entropy(stats.poisson(7.0).pmf(np.arange(200))) == pytest.approx(stats.poisson(7.0).entropy(), rel=1e-9)
    assert nats_to_bits(entropy(np.full(8, 1 / 8))) == pytest.approx(3, rel=1e-14)
    assert np.isfinite(entropy(np.array([1.0, 5e-324])))  # the smallest number there is


@given(seed=seeds, K=st.integers(1, 20))
def test_bounds_concavity_and_permutations(seed, K):
    rng = np.random.default_rng(seed)
    p, q, w = distribution(rng, K), distribution(rng, K), rng.random()
    assert -1e-15 <= entropy(p) <= np.log(K) + 1e-14
    assert entropy(w * p + (1 - w) * q) >= w * entropy(p) + (1 - w) * entropy(q) - 1e-14
    assert entropy(rng.permutation(p)) == pytest.approx(entropy(p), abs=1e-14)
    assert entropy(p) == pytest.approx(stats.entropy(p), abs=1e-14)


@given(seed=seeds, K=st.integers(1, 20))
def test_cross_entropy_is_least_for_the_truth(seed, K):
    rng = np.random.default_rng(seed)
    p, q = distribution(rng, K), distribution(rng, K, zeros=0)
    assert cross_entropy(p, p) == pytest.approx(entropy(p), abs=1e-14)
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + stats.entropy(p, q), rel=1e-12)
    assert cross_entropy(p, q) >= entropy(p) - 1e-14
    assert cross_entropy(p, np.full(K, 1 / K)) == pytest.approx(np.log(K), rel=1e-12, abs=1e-15)


def test_cross_entropy_is_infinite_where_the_impossible_happens():
    assert cross_entropy(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == np.inf
    assert cross_entropy(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0


@given(seed=seeds, K_x=st.integers(1, 6), K_y=st.integers(1, 6))
def test_the_chain_rule_and_that_looking_never_harms(seed, K_x, K_y):
    rng = np.random.default_rng(seed)
    joint = distribution(rng, (K_x, K_y))
    p_x, p_y = marginals(joint)
    assert entropy(joint) == pytest.approx(entropy(p_x) + conditional_entropy(joint), abs=1e-13)
    assert entropy(joint) == pytest.approx(entropy(p_y) + conditional_entropy(joint.T), abs=1e-13)
    assert -1e-15 <= conditional_entropy(joint) <= entropy(p_y) + 1e-14
    rows = [px * entropy(row / px) for px, row in zip(p_x, joint) if px > 0]  # the mean entropy of the rows
    assert conditional_entropy(joint) == pytest.approx(sum(rows), abs=1e-13)
    assert conditional_entropy(np.outer(p_x, p_y)) == pytest.approx(entropy(p_y), abs=1e-13)


@given(seed=seeds, K_x=st.integers(1, 5), K_y=st.integers(1, 5), K_z=st.integers(1, 5))
def test_strong_subadditivity(seed, K_x, K_y, K_z):
    """H(Z|X, Y) <= H(Z|Y): another look never harms."""
    p = distribution(np.random.default_rng(seed), (K_x, K_y, K_z))
    assert conditional_entropy(p.reshape(-1, K_z)) <= conditional_entropy(p.sum(axis=0)) + 1e-14


def test_a_function_of_x_leaves_nothing_open():
    joint = np.zeros((6, 3))
    joint[np.arange(6), np.arange(6) % 3] = 1 / 6
    assert conditional_entropy(joint) == 0
    assert conditional_entropy(joint.T) == pytest.approx(np.log(2), rel=1e-14)


def test_a_noisy_channel_leaves_the_entropy_of_its_noise():
    for flip in (0.0, 0.1, 0.5):
        joint = np.array([[1 - flip, flip], [flip, 1 - flip]]) * np.array([[0.3], [0.7]])
        assert conditional_entropy(joint) == pytest.approx(entropy(np.array([flip, 1 - flip])), abs=1e-15)


def test_gaussian_entropy_in_one_and_more_dimensions():
    assert gaussian_entropy(np.array([[4.0]])) == pytest.approx(stats.norm(scale=2).entropy(), rel=1e-13)
    A = np.random.default_rng(0).standard_normal((4, 4))
    C = A @ A.T
    assert gaussian_entropy(C) == pytest.approx(stats.multivariate_normal(cov=C).entropy(), rel=1e-10)
    fine = 1e-3  # a histogram with fine bins has the entropy h - ln(width)
    p = np.diff(stats.norm.cdf(np.arange(-12, 12, fine)))
    assert entropy(p) + np.log(fine) == pytest.approx(gaussian_entropy(np.eye(1)), abs=1e-6)


def test_pairs_are_counted_in_their_cells():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 4, 500), rng.integers(0, 3, 500)
    counts = joint_counts(x, y, (5, 3))
    assert_allclose(counts, np.histogram2d(x, y, bins=[np.arange(6), np.arange(4)])[0])
    assert counts.dtype.kind == "i"
    assert_allclose(marginals(counts)[0], np.bincount(x, minlength=5))
    with pytest.raises(ValueError):
        joint_counts(x, y, (3, 3))


def test_the_diagram_adds_up_and_checks_its_input():
    joint = distribution(np.random.default_rng(2), (4, 5))
    d = information_diagram(joint)
    assert_allclose([d.x_given_y + d.shared, d.y_given_x + d.shared], [d.x, d.y], atol=1e-14)
    assert_allclose(d.x_given_y + d.shared + d.y_given_x, d.both, atol=1e-14)
    with pytest.raises(ValueError, match=r"sums to 100, not 1; divide it by p.sum\(\)"):
        information_diagram(100 * joint)
    with pytest.raises(ValueError, match=r"p has the entry -0.5; probabilities are >= 0"):
        check_distribution([-0.5, 1.5])
    with pytest.raises(ValueError, match="p has the entry nan"):
        check_distribution([np.nan, 1.0])
    with pytest.raises(ValueError, match=r"sums to 1\.00001, not 1"):
        check_distribution([0.5, 0.50001])
    assert_allclose(check_distribution([0, 1]), [0.0, 1.0])
    assert_allclose(check_distribution(np.full(3, 1 / 3) + 1e-12), 1 / 3)


def test_inputs_are_left_alone():
    p = distribution(np.random.default_rng(3), (3, 3))
    before = p.copy()
    entropy(p), cross_entropy(p, p), conditional_entropy(p), information_diagram(p)
    assert np.array_equal(p, before)
