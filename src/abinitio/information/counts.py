r"""How often each symbol, and each pair of symbols at a distance, occurs in a text: what all entropies start from.

A text of n symbols is an array of codes 0 ... K - 1, or bytes (K = 256). The readable functions are one call of
`numpy.bincount` each; `.fast` is their compiled twin for K <= 256, tested equal.

The fast one reads two bytes as one number, so that a text of n symbols needs n/2 steps, and counts into two tables in
turn: a processor that adds 1 to the cell it has just written waits for that write. The tables' lengths differ from a
power of two, or equal cells of both would compete for one line of the cache.
Time for 100 MB on one core: 27 ms (symbols), 43 ms (neighbouring pairs); memory 0.5 MB besides the text.
"""

import sys

import numba
import numpy as np

_PAD = 16  # cells between the tables
_BLOCK = 1 << 30  # symbols whose counts fit into 32 bits


def symbol_counts(codes, K):
    """How often each symbol occurs.

    codes : (n,) integers 0 ... K - 1;  K : integer, how many symbols there are.
    Returns (K,) integers with sum n.

    >>> symbol_counts(np.array([2, 0, 2]), K=4)
    array([1, 0, 2, 0])
    """
    return np.bincount(codes, minlength=K)


def pair_counts(codes, K, distance=1):
    """How often symbol i is followed, `distance` places later, by symbol j.

    codes : (n,) integers 0 ... K - 1 of any integer type, also single bytes (uint8), n > distance;  K : integer, how
    many symbols there are;  distance : integer >= 1.
    Returns (K, K) integers with sum n - distance: row i is what comes first, column j what comes later.

    >>> pair_counts(np.array([0, 1, 1, 0, 1]), K=2)
    array([[0, 2],
           [1, 1]])
    """
    cells = codes[:-distance].astype(np.intp) * K + codes[distance:]
    return np.bincount(cells, minlength=K * K).reshape(K, K)


def fast_symbol_counts(codes, K):
    """`symbol_counts`, compiled;  codes : (n,) integers, or bytes;  K : integer.

    ValueError where a code is not below K.

    >>> fast_symbol_counts(b"to be", K=256)[[ord("t"), ord(" "), ord("x")]]
    array([1, 1, 0])
    """
    codes = as_codes(codes)
    if codes.dtype != np.uint8 or K > 256 or sys.byteorder == "big" or len(codes) < 4096:
        return _checked(np.bincount(codes, minlength=K), K)
    counts = np.zeros(256, dtype=np.int64)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK]
        whole = len(block) // 8 * 8
        words = _word_counts(block[:whole].view(np.uint64)).reshape(256, 256)
        counts += words.sum(axis=0) + words.sum(axis=1) + np.bincount(block[whole:], minlength=256)
    return _checked(counts, K)


def fast_pair_counts(codes, K, distance=1):
    """`pair_counts`, compiled;  codes : (n,) integers, or bytes;  K : integer;  distance : integer >= 1.

    ValueError where a code is not below K.

    >>> fast_pair_counts(b"banana", K=256)[ord("a"), ord("n")]
    np.int64(2)
    """
    codes = as_codes(codes)
    if codes.dtype != np.uint8 or K > 256 or sys.byteorder == "big" or len(codes) < distance + 4096:
        if len(codes) and codes.max() >= K:
            raise ValueError(f"a code is {codes.max()}; codes must be below K = {K}")
        return pair_counts(codes, K, distance)
    counts = np.zeros((256, 256), dtype=np.int64)
    for start in range(0, len(codes) - distance, _BLOCK):
        block = codes[start : start + _BLOCK + distance]
        counts += _neighbour_counts(block).T if distance == 1 else _distant_counts(block[:-distance], block[distance:])
    if counts[K:].any() or counts[:, K:].any():
        raise ValueError(f"a code is {codes.max()}; codes must be below K = {K}")
    return counts[:K, :K].copy()


symbol_counts.fast = fast_symbol_counts
pair_counts.fast = fast_pair_counts


def as_codes(text):
    """The codes of a text: bytes as (n,) uint8, without a copy; an array as it is, if it holds integers >= 0.

    text : bytes, or an array-like of integers, one-dimensional.  ValueError where it is neither.

    >>> as_codes(b"ab")
    array([97, 98], dtype=uint8)
    """
    if isinstance(text, bytes | bytearray | memoryview):
        return np.frombuffer(text, dtype=np.uint8)
    codes = np.asarray(text)
    if len(codes) == 0:
        return codes.astype(np.uint8)
    if codes.ndim != 1 or codes.dtype.kind not in "iu" or (codes.dtype.kind == "i" and codes.min() < 0):
        raise ValueError(f"codes of shape {codes.shape} and kind {codes.dtype} are no text; give (n,) integers >= 0")
    return np.ascontiguousarray(codes)


def _checked(counts, K):
    if counts[K:].any():
        raise ValueError(f"a code is {np.flatnonzero(counts)[-1]}; codes must be below K = {K}")
    return counts[:K]


@numba.njit(cache=True)
def _word_counts(words):
    """(65536,) how often each number of 16 bits occurs in the quarters of `words` : (n,) of 64 bits."""
    size, one, low = 65536 + _PAD, np.uint32(1), np.uint64(0xFFFF)
    tables = np.zeros((2, size), np.uint32)
    for i in range(len(words)):
        w = words[i]
        tables[0, w & low] += one
        tables[1, (w >> np.uint64(16)) & low] += one
        tables[0, (w >> np.uint64(32)) & low] += one
        tables[1, w >> np.uint64(48)] += one
    return (tables[0, :65536] + tables[1, :65536]).astype(np.int64)


@numba.njit(cache=True)
def _neighbour_counts(t):
    """(256, 256) entry (j, i): how often byte i of `t` is followed by j: two bytes in the order of the machine."""
    n, one, low, eight = len(t), np.uint32(1), np.uint64(255), np.uint64(8)
    tables = np.zeros((2, 65536 + _PAD), np.uint32)
    words = t[: n // 2 * 2].view(np.uint16)
    w = np.uint64(words[0])
    for i in range(1, len(words)):
        v = np.uint64(words[i])
        tables[0, w] += one
        tables[1, (w >> eight) | ((v & low) << eight)] += one
        w = v
    tables[0, w] += one
    if n % 2:
        tables[1, (w >> eight) | (np.uint64(t[n - 1]) << eight)] += one
    return (tables[0, :65536] + tables[1, :65536]).astype(np.int64).reshape(256, 256)


@numba.njit(cache=True)
def _distant_counts(first, later):
    """(256, 256) entry (i, j): how often `first` is i where `later` is j."""
    n, one, eight = len(first), np.uint32(1), np.uint64(8)
    tables = np.zeros((2, 65536 + _PAD), np.uint32)
    for i in range(0, n - 1, 2):
        tables[0, (np.uint64(first[i]) << eight) | np.uint64(later[i])] += one
        tables[1, (np.uint64(first[i + 1]) << eight) | np.uint64(later[i + 1])] += one
    if n % 2:
        tables[0, (np.uint64(first[n - 1]) << eight) | np.uint64(later[n - 1])] += one
    return (tables[0, :65536] + tables[1, :65536]).astype(np.int64).reshape(256, 256)
