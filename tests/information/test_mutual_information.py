"""Mutual information: identities, channels, Markov chains, the chi-squared law at independence; Gaussians; SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from sklearn.metrics import mutual_info_score

from abinitio.information.divergence import gaussian_kl, kl_divergence
from abinitio.information.entropy import conditional_entropy, entropy, joint_counts, marginals
from abinitio.information.mutual_information import (
    gaussian_mutual_information,
    independence_bias,
    mutual_information,
    mutual_information_of_counts,
)

seeds = st.integers(0, 10**6)


def distribution(rng, shape, zeros=0.3):
    p = rng.exponential(size=shape) * (rng.random(shape) > zeros)
    p.flat[0] += 0.1
    return p / p.sum()


@given(seed=seeds, K_x=st.integers(1, 6), K_y=st.integers(1, 6))
def test_four_ways_to_say_it(seed, K_x, K_y):
    joint = distribution(np.random.default_rng(seed), (K_x, K_y))
    p_x, p_y = marginals(joint)
    shared = mutual_information(joint)
    assert shared == pytest.approx(kl_divergence(joint, np.outer(p_x, p_y)), abs=1e-13)
    assert shared == pytest.approx(entropy(p_x) + entropy(p_y) - entropy(joint), abs=1e-13)
    assert shared == pytest.approx(entropy(p_y) - conditional_entropy(joint), abs=1e-13)
    assert shared == pytest.approx(mutual_information(joint.T), abs=1e-13)
    assert -1e-14 <= shared <= min(entropy(p_x), entropy(p_y)) + 1e-14
    assert mutual_information(np.outer(p_x, p_y)) == pytest.approx(0, abs=1e-14)


@given(seed=seeds, K=st.integers(1, 6), L=st.integers(1, 6), M=st.integers(1, 6))
def test_no_step_of_a_markov_chain_adds_information(seed, K, L, M):
    rng = np.random.default_rng(seed)
    joint = distribution(rng, (K, L))
    W = np.array([distribution(rng, M) for _ in range(L)])
    assert mutual_information(joint @ W) <= mutual_information(joint) + 1e-13
    order = rng.permutation(L)
    assert mutual_information(joint[:, order]) == pytest.approx(mutual_information(joint), abs=1e-13)


def test_the_capacity_of_two_channels():
    for flip in (0.0, 0.11, 0.5):
        noise = entropy(np.array([flip, 1 - flip]))
        symmetric = np.array([[1 - flip, flip], [flip, 1 - flip]]) / 2
        assert mutual_information(symmetric) == pytest.approx(np.log(2) - noise, abs=1e-15)
        erasing = np.array([[1 - flip, 0, flip], [0, 1 - flip, flip]]) / 2
        assert mutual_information(erasing) == pytest.approx((1 - flip) * np.log(2), abs=1e-15)


def test_of_counts_against_scikit_learn_and_the_g_test():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5, 400)
    y = (x + rng.integers(0, 3, 400)) % 6
    counts = joint_counts(x, y, (5, 6))
    plug_in = mutual_information(counts / 400)
    assert plug_in == pytest.approx(mutual_info_score(x, y), rel=1e-12)
    g = stats.chi2_contingency(counts[:, counts.sum(axis=0) > 0], correction=False, lambda_="log-likelihood")
    assert 2 * 400 * plug_in == pytest.approx(g.statistic, rel=1e-12)
    estimate, _ = mutual_information_of_counts(counts)
    cells, rows, columns = np.count_nonzero(counts), 5, np.count_nonzero(counts.sum(axis=0))
    assert estimate == pytest.approx(plug_in - (cells - rows - columns + 1) / 800, rel=1e-12)
    assert mutual_information_of_counts(np.ones((2, 2), dtype=int)) == pytest.approx((-1 / 8, 0), abs=1e-15)
    assert mutual_information_of_counts(np.array([[1, 0], [0, 1]]))[0] == pytest.approx(np.log(2) + 1 / 4, rel=1e-14)


def test_independent_variables_seem_to_know_something_of_each_other():
    """2nI is chi-squared with (K_x - 1)(K_y - 1) degrees of freedom: its mean is the bias, its variance twice that."""
    rng, n, tables = np.random.default_rng(1), 2000, 2000
    p = np.outer([0.3, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4])
    counts = rng.multinomial(n, p.ravel(), tables).reshape(-1, 3, 4)
    g = np.array([2 * n * mutual_information(table / n) for table in counts])
    assert abs(g.mean() / (2 * n) - independence_bias((3, 4), n)) < 4 * np.sqrt(12 / tables) / (2 * n)
    assert stats.kstest(g, stats.chi2(6).cdf).pvalue > 1e-3
    corrected = np.array([mutual_information_of_counts(table)[0] for table in counts])
    assert abs(corrected.mean()) < 4 * corrected.std() / np.sqrt(tables)
    assert corrected.min() < 0


def test_with_dependence_the_estimate_and_its_error_hold():
    rng, n, tables = np.random.default_rng(2), 500, 2000
    p = np.array([[0.3, 0.1, 0.05], [0.05, 0.2, 0.3]])
    draws = rng.multinomial(n, p.ravel(), tables).reshape(-1, 2, 3)
    estimates, errors = np.array([mutual_information_of_counts(table) for table in draws]).T
    scatter = estimates.std(ddof=1)
    assert abs(estimates.mean() - mutual_information(p)) < 4 * scatter / np.sqrt(tables)
    assert np.sqrt(np.mean(errors**2)) / scatter == pytest.approx(1, abs=4 / np.sqrt(2 * tables) + 0.01)
    plug_in = np.array([mutual_information(table / n) for table in draws])
    assert plug_in.mean() - mutual_information(p) > 10 * scatter / np.sqrt(tables) / 4  # which the correction mends


@pytest.mark.parametrize("rho", [0.0, 0.5, -0.9, 0.9999])
def test_two_gaussian_numbers(rho):
    covariance = np.array([[4.0, 6 * rho], [6 * rho, 9.0]])
    assert gaussian_mutual_information(covariance) == pytest.approx(-np.log(1 - rho**2) / 2, rel=1e-9, abs=1e-15)


def test_gaussian_vectors_by_canonical_correlations_divergence_and_fine_bins():
    rng = np.random.default_rng(3)
    A = rng.standard_normal((5, 5))
    C = A @ A.T
    root = lambda M: np.linalg.inv(np.linalg.cholesky(M))
    canonical = np.linalg.svd(root(C[:2, :2]) @ C[:2, 2:] @ root(C[2:, 2:]).T, compute_uv=False)
    assert gaussian_mutual_information(C, 2) == pytest.approx(-np.log(1 - canonical**2).sum() / 2, rel=1e-10)
    apart = C.copy()
    apart[:2, 2:], apart[2:, :2] = 0, 0
    assert gaussian_mutual_information(C, 2) == pytest.approx(gaussian_kl(np.zeros(5), C, np.zeros(5), apart), rel=1e-9)
    T = np.diag([3.0, -2.0, 1.0, 1.0, 0.1])  # units do not matter
    assert gaussian_mutual_information(T @ C @ T, 2) == pytest.approx(gaussian_mutual_information(C, 2), rel=1e-10)
    edges = np.linspace(-8, 8, 401)
    centres = (edges[1:] + edges[:-1]) / 2
    x, y = np.meshgrid(centres, centres, indexing="ij")
    density = np.exp(-(x**2 - 1.2 * x * y + y**2) / (2 * (1 - 0.36)))
    assert mutual_information(density / density.sum()) == pytest.approx(-np.log(1 - 0.36) / 2, abs=1e-6)


def test_inputs_are_left_alone():
    counts = np.array([[3, 1], [0, 4]])
    mutual_information(counts / 8), mutual_information_of_counts(counts), mutual_information_of_counts(counts.T)
    assert_allclose(counts, [[3, 1], [0, 4]])
