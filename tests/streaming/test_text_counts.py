"""Counts of n-grams in parts of a text: the cuts leave no trace."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from abinitio.information import conditional_entropy
from abinitio.information.counts import pair_counts, symbol_counts
from abinitio.streaming.text_counts import gram_tally_of, merge_gram_tallies


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 40), max_size=12), st.integers(1, 4))
def test_any_cut_joined_in_any_tree(symbols, cuts, length):
    codes = np.array(symbols, dtype=int)
    parts = [gram_tally_of(part, 3, length) for part in np.split(codes, sorted(min(c, len(codes)) for c in cuts))]
    whole = gram_tally_of(codes, 3, length)
    from_left = reduce(merge_gram_tallies, parts)
    from_right = reduce(lambda right, left: merge_gram_tallies(left, right), reversed(parts))
    for joined in (from_left, from_right):
        assert_array_equal(joined.counts, whole.counts)
        assert_array_equal(joined.first, whole.first)
        assert_array_equal(joined.last, whole.last)
        assert joined.n == whole.n


@pytest.mark.parametrize("length", [1, 2])
def test_counts_are_those_of_the_library(length):
    codes = np.random.default_rng(0).integers(0, 27, 5000)
    counts = (symbol_counts, pair_counts)[length - 1](codes, 27)
    tally = reduce(merge_gram_tallies, [gram_tally_of(part, 27, length) for part in np.array_split(codes, 9)])
    assert_array_equal(tally.counts, counts)


def test_the_entropy_of_a_text_in_parts():
    codes = np.random.default_rng(1).integers(0, 4, 3000) // 2
    parts = [gram_tally_of(part, 2, 2) for part in np.array_split(codes, 5)]
    pairs, whole = reduce(merge_gram_tallies, parts).counts, pair_counts(codes, 2)
    assert conditional_entropy(pairs / pairs.sum()) == conditional_entropy(whole / whole.sum())
