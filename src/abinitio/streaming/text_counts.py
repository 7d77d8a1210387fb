r"""Counts of n-grams in a text that comes in parts: the stretches across a cut are counted when two parts are joined.

A part keeps, besides its counts, its first and its last n - 1 symbols. Joining is associative, so that a text may be
cut anywhere and its parts counted anywhere; it is not commutative: parts are joined in the order of the text.

Oracle: the same counts from the whole text, whatever the cuts.
"""

from typing import NamedTuple

import numpy as np


class GramTally(NamedTuple):
    """Of a part of n symbols: n, its first and last ones (up to length - 1), counts (K, ..., K), length."""

    n: int
    first: np.ndarray
    last: np.ndarray
    counts: np.ndarray
    length: int


def gram_tally_of(codes, K, length):
    """The `GramTally` of a part of a text.

    codes : (n,) integers 0 ... K-1;  K : number of symbols;  length : of the stretches counted, 1 for single symbols.
    counts[i, j, ...] says how often symbol i is followed by j by ...

    >>> gram_tally_of(np.array([0, 1, 1]), K=2, length=2).counts
    array([[0, 1],
           [0, 1]])
    """
    keep = length - 1
    return GramTally(len(codes), codes[:keep], codes[max(len(codes) - keep, 0) :], _grams(codes, K, length), length)


def _grams(codes, K, length):
    """Counts of the stretches that lie within the codes, (K, ..., K)."""
    n, cells = len(codes) - length + 1, 0
    if n <= 0:
        return np.zeros([K] * length, dtype=np.int64)
    for shift in range(length):
        cells = cells * K + codes[shift : shift + n].astype(np.int64)
    return np.bincount(cells, minlength=K**length).reshape([K] * length)


def merge_gram_tallies(a, b):
    """The `GramTally` of two parts of a text, a before b.

    >>> a, b = (gram_tally_of(np.array(part), K=2, length=2) for part in ([0, 1], [1, 0]))
    >>> merge_gram_tallies(a, b).counts  # 0 1, 1 1 across the cut, 1 0
    array([[0, 1],
           [1, 1]])
    """
    keep = a.length - 1
    # neither end is as long as a stretch: all that is counted here crosses the cut
    across = _grams(np.concatenate([a.last, b.first]), a.counts.shape[0], a.length)
    first = np.concatenate([a.first, b.first])[:keep] if a.n < keep else a.first
    last = np.concatenate([a.last, b.last]) if b.n < keep else b.last
    return GramTally(a.n + b.n, first, last[max(len(last) - keep, 0) :], a.counts + b.counts + across, a.length)
