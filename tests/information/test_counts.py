"""Counts of symbols and of pairs: Python's Counter, the fast twins at every remainder, sums, refusals."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abinitio.information import counts as module
from abinitio.information.counts import as_codes, fast_pair_counts, fast_symbol_counts, pair_counts, symbol_counts
from abinitio.information.entropy import entropy, joint_counts

texts = given(codes=st.lists(st.integers(0, 4), min_size=4, max_size=60), distance=st.integers(1, 3))


@settings(max_examples=60, deadline=None)
@texts
def test_the_counts_are_those_of_python_s_counter(codes, distance):
    pairs = Counter(zip(codes, codes[distance:]))
    codes = np.array(codes)
    assert symbol_counts(codes, 6).tolist() == [Counter(codes.tolist())[k] for k in range(6)]
    table = pair_counts(codes, 6, distance)
    assert table.tolist() == [[pairs[i, j] for j in range(6)] for i in range(6)]
    assert np.array_equal(table, joint_counts(codes[:-distance], codes[distance:], (6, 6)))


@pytest.mark.parametrize("n", [*range(4096, 4113), 50_001])
def test_the_fast_twins_agree_at_every_remainder(n):
    rng = np.random.default_rng(n)
    for codes in (rng.integers(0, 256, n, dtype=np.uint8), np.full(n, 7, dtype=np.uint8), bytes(range(256)) * 200):
        codes = as_codes(codes)[:n]
        assert np.array_equal(fast_symbol_counts(codes, 256), symbol_counts(codes, 256))
        for distance in (1, 2, 7):
            expected = pair_counts(codes, 256, distance)
            assert np.array_equal(fast_pair_counts(codes, 256, distance), expected)


def test_the_fast_twins_take_any_integers_and_small_alphabets():
    rng = np.random.default_rng(0)
    for dtype in (np.uint8, np.int64, np.int32, np.uint16):
        codes = rng.integers(0, 27, 6001).astype(dtype)
        for text in (codes, codes[::2], codes[:10], codes[1:]):
            assert np.array_equal(symbol_counts.fast(text, 27), symbol_counts(text, 27))
            assert np.array_equal(pair_counts.fast(text, 27), pair_counts(text, 27))
    assert fast_symbol_counts(b"", 3).tolist() == [0, 0, 0]
    codes = rng.integers(0, 1000, 5000)
    assert np.array_equal(fast_pair_counts(codes, 1000), pair_counts(codes, 1000))


def test_blocks_join_without_a_seam(monkeypatch):
    codes = np.random.default_rng(1).integers(0, 5, 60_003, dtype=np.uint8)
    monkeypatch.setattr(module, "_BLOCK", 10_001)
    assert np.array_equal(fast_symbol_counts(codes, 5), symbol_counts(codes, 5))
    for distance in (1, 3):
        assert np.array_equal(fast_pair_counts(codes, 5, distance), pair_counts(codes, 5, distance))


def test_sums():
    codes = np.random.default_rng(2).integers(0, 9, 10_000, dtype=np.uint8)
    for distance in (1, 4):
        table = fast_pair_counts(codes, 9, distance)
        assert np.array_equal(table.sum(axis=1), symbol_counts(codes[:-distance], 9))
        assert np.array_equal(table.sum(axis=0), symbol_counts(codes[distance:], 9))


def test_the_entropy_of_a_uniform_text():
    n, K = 400_000, 16
    counts = fast_symbol_counts(np.random.default_rng(3).integers(0, K, n, dtype=np.uint8), K)
    missing = np.log(K) - entropy(counts / n)  # 2n of it is chi squared with K - 1 degrees of freedom
    assert 0 < missing < ((K - 1) + 5 * np.sqrt(2 * (K - 1))) / (2 * n)


@pytest.mark.parametrize("n", [10, 5000])
def test_codes_beyond_the_alphabet_are_refused(n):
    codes = np.zeros(n, dtype=np.uint8)
    codes[3] = 5
    for count in (fast_symbol_counts, fast_pair_counts):
        with pytest.raises(ValueError, match="a code is 5; codes must be below K = 5"):
            count(codes, 5)
    for wrong in (np.zeros((2, 2), dtype=int), np.array([0.5]), np.array([-1, 0])):
        with pytest.raises(ValueError, match="are no text"):
            fast_symbol_counts(wrong, 5)
