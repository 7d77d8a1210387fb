"""Adaptive counts: the closed form of their surprise, whatever the order; contexts; halving; one model a message."""

import numpy as np
import pytest
from scipy.special import gammaln

from abinitio.information.adaptive_counts import AdaptiveCounts
from abinitio.information.arithmetic_coding import surprise


def dirichlet_multinomial(counts, k):
    """-ln of the probability of a sequence with these counts, of symbols whose prior is Dirichlet(k, ..., k)."""
    K, n = len(counts), counts.sum()
    return gammaln(n + K * k) - gammaln(K * k) - np.sum(gammaln(counts + k) - gammaln(k))


@pytest.mark.parametrize("increment", [1, 2, 5])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_the_surprise_is_that_of_the_dirichlet_multinomial(order, increment):
    rng = np.random.default_rng(order)
    codes = rng.choice(3, 120, p=[0.6, 0.3, 0.1])
    found = surprise(codes, AdaptiveCounts(3, order, increment))
    contexts = {}
    for t, w in enumerate(codes):
        contexts.setdefault(tuple(codes[max(0, t - order) : t]), np.zeros(3, dtype=int))[w] += 1
    expected = sum(dirichlet_multinomial(counts, 1 / increment) for counts in contexts.values())
    assert found == pytest.approx(expected, rel=1e-12)
    if order == 0:
        assert surprise(rng.permutation(codes), AdaptiveCounts(3, 0, increment)) == pytest.approx(found, rel=1e-12)


def test_the_cost_of_learning_is_half_a_logarithm_for_each_parameter():
    """Krichevsky and Trofimov: (K - 1)/2 ln n above the entropy of the frequencies, up to a constant."""
    n, K = 20_000, 4
    codes = np.random.default_rng(0).choice(K, n, p=[0.4, 0.3, 0.2, 0.1])
    counts = np.bincount(codes)
    plug_in = -np.sum(counts * np.log(counts / n))
    cost = dirichlet_multinomial(counts, 0.5) - plug_in
    assert surprise(codes, AdaptiveCounts(K)) - plug_in == pytest.approx(cost, abs=1e-6)
    assert abs(cost - 1.5 * np.log(n)) < 3


def test_frequencies_are_halved_before_they_overflow():
    model = AdaptiveCounts(2, increment=1 << 18)
    codes = []
    for _ in range(40):
        cumulative = model(np.array(codes, dtype=int))
        assert cumulative[-1] <= 1 << 21 and np.all(np.diff(cumulative) >= 1)
        codes.append(0)
