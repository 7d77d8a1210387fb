"""Arithmetic coding: round trips, length against the surprise, exact fractions, messages made to be awkward."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abinitio.data import load_shakespeare
from abinitio.information.adaptive_counts import AdaptiveCounts
from abinitio.information.alphabet import encode_text
from abinitio.information.arithmetic_coding import (
    checked_frequencies,
    decode_message,
    encode_message,
    integer_frequencies,
    model_of,
    narrow_interval,
    surprise,
)
from abinitio.information.kneser_ney import KneserNey

constant = lambda *frequencies: lambda codes: np.concatenate([[0], np.cumsum(frequencies)])


def fits(data, codes, model):
    """Whether `data` is within 1 % + 64 bits of the surprise, and decodes to `codes`."""
    bits = surprise(codes, model) / np.log(2)
    return 8 * len(data) <= 1.01 * bits + 64 and np.array_equal(decode_message(data, len(codes), model), codes)


@settings(max_examples=80, deadline=None)
@given(codes=st.lists(st.integers(0, 4), max_size=60), frequencies=st.lists(st.integers(1, 9), min_size=5, max_size=5))
def test_round_trip(codes, frequencies):
    codes, model = np.array(codes, dtype=int), constant(*frequencies)
    assert fits(encode_message(codes, model), codes, model)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), total=st.integers(6, 1 << 24))
def test_the_shares_are_those_of_exact_fractions(seed, total):
    rng = np.random.default_rng(seed)
    cumulative = np.concatenate([[0], np.sort(rng.choice(np.arange(1, min(total, 10**6)), 4, replace=False)), [total]])
    low = int(rng.integers(0, 1 << 31))
    high = low + int(rng.integers(1 << 30, 1 << 31))
    parts = [narrow_interval(low, high, cumulative, k) for k in range(5)]
    assert parts[0][0] == low and parts[-1][1] == high
    assert all(a[1] == b[0] and a[0] < a[1] for a, b in pairwise(parts))
    for k, (_, top) in enumerate(parts):
        assert top == low + Fraction((high - low) * int(cumulative[k + 1]), total).__floor__()


@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 9])
def test_one_symbol_of_one_costs_nothing_but_the_end(n):
    data = encode_message(np.zeros(n, dtype=int), constant(5))
    assert len(data) == 1 and np.array_equal(decode_message(data, n, constant(5)), np.zeros(n))


def test_an_interval_that_stays_across_the_middle():
    """1/3 and 2/3 of [0, 1) close in on 1/2 for a long time: 0.0111... or 0.1000..., open to the last."""
    model = constant((1 << 23) - 1, 2, (1 << 23) - 1)
    for codes in (
        np.ones(200, dtype=int),
        np.append(np.ones(60, dtype=int), [0]),
        np.append(np.ones(60, dtype=int), [2]),
    ):
        assert fits(encode_message(codes, model), codes, model)


def test_random_bytes_do_not_shrink_and_hardly_grow():
    codes = np.random.default_rng(0).integers(0, 256, 3000)
    model = constant(*np.ones(256, dtype=int))
    data = encode_message(codes, model)
    assert 3000 <= len(data) <= 3002 and fits(data, codes, model)


def test_a_trained_model_and_one_that_learns_on_a_play():
    play = load_shakespeare()
    alphabet = "".join(sorted(set(play.train + play.test)))
    ngrams = KneserNey(4, alphabet=alphabet).fit(play.train[:100_000])
    codes = encode_text(play.test[:1500], alphabet)
    model = model_of(ngrams)
    data = encode_message(codes, model)
    assert fits(data, codes, model)
    cross_entropy = -ngrams.log_probability(play.test[:1500])
    assert abs(surprise(codes, model) - cross_entropy) < 1e-3 * cross_entropy  # the price of integers
    learning = lambda: AdaptiveCounts(len(alphabet), order=1)
    data = encode_message(codes, learning())
    assert np.array_equal(decode_message(data, len(codes), learning()), codes)
    assert 8 * len(data) <= 1.01 * surprise(codes, learning()) / np.log(2) + 64


def test_integers_for_probabilities():
    rng = np.random.default_rng(1)
    for K, total in ((2, 3), (5, 100), (69, 1 << 20)):
        p = rng.dirichlet(np.full(K, 0.1))
        steps = np.diff(integer_frequencies(p, total))
        assert steps.min() >= 1 and steps.sum() == total
        cost = p @ np.log(np.where(p > 0, p, 1) / (steps / total))
        assert cost <= -np.log(1 - K / total) + 1e-12


def test_the_other_model_costs_the_divergence():
    """D(p|q) is what the wrong code costs, in bits of a real file."""
    p, q, n = np.array([6, 1, 1]), np.array([2, 2, 4]), 20_000
    codes = np.random.default_rng(2).choice(3, n, p=p / 8)
    extra = 8 * (len(encode_message(codes, constant(*q))) - len(encode_message(codes, constant(*p)))) / n
    local = np.log2(p / q)
    D = p / 8 @ local
    assert abs(extra - D) < 4 * np.sqrt(p / 8 @ (local - D) ** 2 / n) + 16 / n


def test_frequencies_that_cannot_be_coded():
    with pytest.raises(ValueError, match="symbol 1 has frequency 0"):
        encode_message(np.array([0]), constant(3, 0, 1))
    with pytest.raises(ValueError, match="at most 2\\^24 can be told apart"):
        checked_frequencies(np.array([0, 1, (1 << 24) + 1]))
