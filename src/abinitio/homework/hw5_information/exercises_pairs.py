"""The exercise on how often one symbol of a text follows another."""

from collections import Counter

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.information.counts import pair_counts


def _text(rng, size):
    K = int(rng.integers(2, 3 + size // 3))
    distance = int(rng.integers(1, 2 + (size + 1) // 3))
    n = distance + int(rng.integers(2, 5 + 2 * size))
    return {"codes": rng.integers(0, K, n), "K": K, "distance": distance}


def every_pair_is_counted(counts, codes, K, distance):
    """Each of the n - distance pairs is counted once."""
    return bool(counts.sum() == len(codes) - distance)


def the_rows_count_what_comes_first(counts, codes, K, distance):
    """The sums of the rows count the symbols without the last ones, those of the columns without the first ones."""
    first = np.bincount(codes[: len(codes) - distance], minlength=K)
    later = np.bincount(codes[distance:], minlength=K)
    return bool((counts.sum(axis=1) == first).all() and (counts.sum(axis=0) == later).all())


def _one_by_one(codes, K, distance):
    pairs = Counter((int(codes[t]), int(codes[t + distance])) for t in range(len(codes) - distance))
    return np.array([[pairs[i, j] for j in range(K)] for i in range(K)])


def _count(first, later, K):
    counts = np.zeros((K, K), dtype=int)
    np.add.at(counts, (first, later), 1)
    return counts


def _each_pair_once(codes, K, distance):
    counts = np.zeros((K, K), dtype=int)
    counts[codes[:-distance], codes[distance:]] += 1
    return counts


def _in_both_directions(codes, K, distance):
    counts = _count(codes[:-distance], codes[distance:], K)
    return counts + counts.T


def _within_the_distance(codes, K, distance):
    return sum(_count(codes[:-k], codes[k:], K) for k in range(1, distance + 1))


def _one_too_far(codes, K, distance):
    return _count(codes[: -distance - 1], codes[distance + 1 :], K)


def _as_small_as_the_text(codes, K, distance):
    return _count(codes[:-distance], codes[distance:], int(codes.max()) + 1)


def _joint_frequencies(codes, K, distance):
    return _count(codes[:-distance], codes[distance:], K) / (len(codes) - distance)


def _one_cell_as_a_byte(codes, K, distance):
    return np.bincount(codes[:-distance] * K + codes[distance:], minlength=K * K).reshape(K, K)


LETTERS = np.array([7, 19, 7, 19, 0, 19], dtype=np.uint8)

PAIR_COUNTS = Exercise(
    function=pair_counts,
    points=2,
    inputs=_text,
    holds=(every_pair_is_counted, the_rows_count_what_comes_first),
    large=lambda rng: {"codes": rng.integers(0, 27, 100_000), "K": 27, "distance": 3},
    edges={
        "one pair": {"codes": np.array([1, 0]), "K": 2, "distance": 1},
        "one symbol again and again": {"codes": np.array([0, 0, 0, 0]), "K": 1, "distance": 1},
        "a symbol after itself": {"codes": np.array([1, 1, 1, 0]), "K": 2, "distance": 1},
        "in turn": {"codes": np.array([0, 1, 0, 1, 0, 1]), "K": 2, "distance": 1},
        "in turn, two places later": {"codes": np.array([0, 1, 0, 1, 0, 1]), "K": 2, "distance": 2},
        "symbols that do not occur": {"codes": np.array([1, 0, 1]), "K": 4, "distance": 1},
        "the largest distance": {"codes": np.array([2, 0, 0, 1]), "K": 3, "distance": 3},
    },
    stable={"codes of one byte": {"codes": LETTERS, "K": 27, "distance": 1}},
    mistakes=(
        Mistake(
            "each pair once",
            "A pair that occurs several times was counted once: `counts[i, j] += 1` with arrays i and j adds 1 to a "
            "cell only once. Use `np.bincount` or `np.add.at`.",
            _each_pair_once,
        ),
        Mistake(
            "later and earlier exchanged",
            "The table is transposed: rows stand for what comes first, columns for what comes later.",
            lambda codes, K, distance: _count(codes[distance:], codes[:-distance], K),
        ),
        Mistake(
            "pairs that wrap around",
            "The last symbols were paired with the first ones, as if the text were a ring. Nothing follows the last "
            "symbol: there are n - distance pairs.",
            lambda codes, K, distance: _count(codes, np.roll(codes, -distance), K),
        ),
        Mistake(
            "the distance is always 1",
            "Neighbours were counted, whatever the distance is.",
            lambda codes, K, distance: _count(codes[:-1], codes[1:], K),
        ),
        Mistake(
            "one place too far",
            "There are `distance` symbols between the two here. The second is to stand `distance` places later.",
            _one_too_far,
        ),
        Mistake(
            "all pairs within the distance",
            "Pairs at smaller distances were counted too. Only those exactly `distance` places apart are asked for.",
            _within_the_distance,
        ),
        Mistake(
            "pairs that do not overlap",
            "Every symbol was used in one pair only: a symbol is the second of one pair and the first of another.",
            lambda codes, K, distance: _count(codes[:-distance:2], codes[distance::2], K),
        ),
        Mistake(
            "in both directions",
            "Every pair was counted as (i, j) and as (j, i). The order matters.",
            _in_both_directions,
        ),
        Mistake(
            "frequencies in place of counts",
            "The counts were divided by the number of pairs. The counts themselves are asked for.",
            _joint_frequencies,
        ),
        Mistake(
            "floats in place of integers",
            "The counts came back as floats. Counts are integers: give the table dtype=int.",
            lambda codes, K, distance: _count(codes[:-distance], codes[distance:], K).astype(float),
        ),
        Mistake(
            "counting begins at 1",
            "Every pair was counted once more than it occurs.",
            lambda codes, K, distance: _count(codes[:-distance], codes[distance:], K) + 1,
        ),
        Mistake(
            "as small as the text",
            "The table has a row only up to the largest code that occurs. It is (K, K), with zeros for the rest.",
            _as_small_as_the_text,
        ),
        Mistake(
            "a flat list of pairs",
            "The K^2 counts came back in one row. A table (K, K) is asked for.",
            lambda codes, K, distance: _count(codes[:-distance], codes[distance:], K).ravel(),
        ),
        Mistake(
            "single symbols",
            "How often each symbol occurs was put on the diagonal. Pairs are to be counted.",
            lambda codes, K, distance: np.diag(np.bincount(codes, minlength=K)),
        ),
        Mistake(
            "a byte overflows",
            "The number code * K + code does not fit into the codes' own type: those of one byte end at 255. Make "
            "them larger integers first, with `astype(int)`.",
            _one_cell_as_a_byte,
        ),
    ),
    hints=(
        "Lay the text beside itself, moved by `distance` places: each place where both copies have a symbol is a pair.",
        "The pairs are (codes[t], codes[t + distance]) for t = 0 ... n - distance - 1.",
        "`codes[:-distance]` and `codes[distance:]` are the two copies. `np.bincount` counts numbers: give each pair "
        "the number i * K + j, and `reshape` the counts; or `np.add.at`.",
    ),
    second_solution=_one_by_one,
)
