"""Block entropies: Markov chains whose rate is known, the fall beyond their order, the fall for want of data."""

import numpy as np
import pytest

from abinitio.information.entropy_estimators import plug_in_entropy
from abinitio.information.entropy_rate import block_entropies, entropy_rates

P = np.array([[0.9, 0.1, 0.0], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]])


def chain(n, rng):
    cumulative, u, codes = P.cumsum(axis=1), rng.random(n), np.zeros(n, dtype=int)
    for i in range(1, n):
        codes[i] = np.searchsorted(cumulative[codes[i - 1]], u[i], side="right")
    return codes


def known_entropies():
    values, vectors = np.linalg.eig(P.T)
    stationary = np.real(vectors[:, values.real.argmax()])
    stationary /= stationary.sum()
    plogp = np.where(P > 0, P * np.log(np.where(P > 0, P, 1)), 0)
    return -np.sum(stationary * np.log(stationary)), -stationary @ plogp.sum(axis=1)


def test_a_markov_chain_has_one_step_of_memory():
    n = 60_000
    codes = chain(n, np.random.default_rng(0))
    single, rate = known_entropies()
    h = entropy_rates(codes, 3, 5)
    error = 5 * 1.5 / np.sqrt(n / 10)  # ln p spreads by less than 1.5, and is forgotten within 10 steps
    assert abs(h[0] - single) < error and np.all(np.abs(h[1:] - rate) < error)
    assert h[0] - h[1] > 0.1 and np.abs(np.diff(h[1:])).max() < 1e-3


def test_blocks_by_hand_and_the_chain_rule():
    codes = np.array([0, 0, 1, 0, 1, 1, 0])
    H = block_entropies(codes, 2, 2)
    assert H[0] == pytest.approx(plug_in_entropy(np.array([4, 3])))
    assert H[1] == pytest.approx(plug_in_entropy(np.array([1, 2, 2, 1])))
    np.testing.assert_allclose(np.cumsum(entropy_rates(codes, 2, 2, plug_in_entropy)), H)


def test_independent_symbols_have_no_memory_until_the_data_end():
    n, K = 30_000, 4
    codes = np.random.default_rng(1).integers(0, K, n)
    h = entropy_rates(codes, K, 12, plug_in_entropy)
    np.testing.assert_allclose(h[:4], np.log(K), atol=0.01)
    assert h[-1] < 0.05  # 4^12 blocks: each that occurs has been followed by one symbol only
    assert np.all(np.diff(h) < 1e-4)
