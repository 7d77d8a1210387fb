"""The exercise on arithmetic coding: the part of an interval that belongs to a symbol."""

import math
from fractions import Fraction

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.information.arithmetic_coding import narrow_interval


def _interval_and_symbol(rng, size):
    K = int(rng.integers(1 if size > 1 else 2, 4 + size // 2))
    cumulative = np.concatenate([[0], np.cumsum(rng.integers(1, 4 + size, K))])
    low = int(rng.integers(0, 10 * (1 + size)))
    high = low + int(cumulative[-1]) + int(rng.integers(0, 10 ** (1 + size // 3)))
    return {"low": low, "high": high, "cumulative": cumulative, "symbol": int(rng.integers(K))}


def it_lies_inside(interval, low, high, cumulative, symbol):
    """The new interval lies inside the old one and is not empty."""
    a, b = interval
    return bool(low <= a < b <= high)


def its_width_is_the_probability(interval, low, high, cumulative, symbol):
    """The new interval is as many times narrower as the symbol is probable, up to rounding: by less than 1."""
    a, b = interval
    total, share = int(cumulative[-1]), int(cumulative[symbol + 1]) - int(cumulative[symbol])
    return bool(abs((b - a) * total - (high - low) * share) < total)


def _in_fractions(low, high, cumulative, symbol):
    total = int(cumulative[-1])
    lower, upper = (low + (high - low) * Fraction(int(cumulative[k]), total) for k in (symbol, symbol + 1))
    return math.floor(lower), math.floor(upper)


def _boundaries(boundary, low_end=lambda symbol: symbol, high_end=lambda symbol: symbol + 1):
    """The interval between two boundaries: boundary(low, width, C, total), in Python's integers."""

    def interval(low, high, cumulative, symbol):
        C = [int(c) for c in cumulative]
        return tuple(boundary(low, high - low, C[end(symbol)], C[-1]) for end in (low_end, high_end))

    return interval


def _right(low, width, C, total):
    return low + width * C // total


def _equal_shares(low, high, cumulative, symbol):
    K, width = len(cumulative) - 1, high - low
    return low + width * symbol // K, low + width * (symbol + 1) // K


def _from_the_top(low, high, cumulative, symbol):
    width, total = high - low, int(cumulative[-1])
    return high - width * int(cumulative[symbol + 1]) // total, high - width * int(cumulative[symbol]) // total


def _width_by_itself(low, high, cumulative, symbol):
    width, total = high - low, int(cumulative[-1])
    start = low + width * int(cumulative[symbol]) // total
    return start, start + width * int(cumulative[symbol + 1] - cumulative[symbol]) // total


def _width_added_to_low(low, high, cumulative, symbol):
    return low, low + (high - low) * int(cumulative[symbol + 1] - cumulative[symbol]) // int(cumulative[-1])


def _upper_end_of_the_old(low, high, cumulative, symbol):
    return _right(low, high - low, int(cumulative[symbol]), int(cumulative[-1])), high


def _both_ends_belong(low, high, cumulative, symbol):
    a, b = _boundaries(_right)(low, high, cumulative, symbol)
    return a, b - 1


def _start_and_width(low, high, cumulative, symbol):
    a, b = _boundaries(_right)(low, high, cumulative, symbol)
    return a, b - a


def _arrays_own_integers(low, high, cumulative, symbol):
    width = high - low
    return tuple(int(low + width * cumulative[k] // cumulative[-1]) for k in (symbol, symbol + 1))


def _counts_for_cumulative(low, high, cumulative, symbol):
    return _right(low, high - low, int(np.diff(cumulative)[symbol]), int(cumulative[-1])), _right(
        low, high - low, int(cumulative[symbol + 1]), int(cumulative[-1])
    )


CUMULATIVE = np.array([0, 1, 3, 4])

NARROW_INTERVAL = Exercise(
    function=narrow_interval,
    points=2,
    inputs=_interval_and_symbol,
    holds=(it_lies_inside, its_width_is_the_probability),
    edges={
        "the first symbol": {"low": 100, "high": 200, "cumulative": CUMULATIVE, "symbol": 0},
        "the second symbol": {"low": 100, "high": 200, "cumulative": CUMULATIVE, "symbol": 1},
        "the last symbol": {"low": 100, "high": 200, "cumulative": CUMULATIVE, "symbol": 2},
        "from 0": {"low": 0, "high": 16, "cumulative": CUMULATIVE, "symbol": 1},
        "one symbol": {"low": 3, "high": 10, "cumulative": np.array([0, 5]), "symbol": 0},
        "as narrow as can be": {"low": 7, "high": 11, "cumulative": CUMULATIVE, "symbol": 2},
        "thirds": {"low": 0, "high": 10, "cumulative": np.array([0, 1, 2, 3]), "symbol": 1},
        "29 of 100 percent": {"low": 0, "high": 100, "cumulative": np.array([0, 29, 58, 100]), "symbol": 1},
        "the whole of 32 bits": {"low": 0, "high": 1 << 32, "cumulative": np.array([0, 1, 1 << 24]), "symbol": 1},
    },
    stable={
        "more digits than a float has": {
            "low": 1,
            "high": (1 << 60) + 12,
            "cumulative": np.array([0, 1, 2, 3]),
            "symbol": 1,
        },
        "a product of more than 64 bits": {
            "low": 5,
            "high": (1 << 44) + 5,
            "cumulative": np.array([0, 3 << 20, 5 << 20, 7 << 20]),
            "symbol": 2,
        },
    },
    mistakes=(
        Mistake(
            "equal shares",
            "Every symbol got an equal share. That of symbol k is (C[k+1] - C[k]) / C[K], its probability.",
            _equal_shares,
        ),
        Mistake(
            "from the top",
            "The symbols were laid out from the upper end down. Symbol 0 begins at low.",
            _from_the_top,
        ),
        Mistake(
            "low forgotten",
            "The boundaries were counted from 0. They begin at low.",
            _boundaries(lambda low, width, C, total: width * C // total),
        ),
        Mistake(
            "high in place of the width",
            "The share was taken of high. It is a share of the width, high - low.",
            _boundaries(lambda low, width, C, total: low + (low + width) * C // total),
        ),
        Mistake(
            "one symbol too far",
            "This is the interval of the next symbol: that of symbol k goes from C[k] to C[k+1].",
            _boundaries(_right, lambda k: k + 1, lambda k: k + 2),
        ),
        Mistake(
            "one symbol too early",
            "The boundaries are C[k-1] and C[k]. Those of symbol k are C[k] and C[k+1]: the first of all is 0.",
            _boundaries(_right, lambda k: k - 1, lambda k: k),
        ),
        Mistake(
            "from low on",
            "The width is right, but it was laid at low: all symbols would overlap. Symbol k begins at its own lower "
            "boundary.",
            _width_added_to_low,
        ),
        Mistake(
            "up to high",
            "The lower boundary is right, and the upper one stayed at high. It is that of the next symbol.",
            _upper_end_of_the_old,
        ),
        Mistake(
            "the share in place of the cumulative",
            "The lower boundary was taken from the symbol's own frequency. It is the sum of those before it, C[k].",
            _counts_for_cumulative,
        ),
        Mistake(
            "both ends belong to it",
            "1 was taken off the upper end. The interval [low, high) ends before high, and the next one begins there.",
            _both_ends_belong,
        ),
        Mistake(
            "the width rounded by itself",
            "The rounded width was added to the lower boundary: this leaves gaps, and the next symbol begins "
            "elsewhere. Both boundaries are rounded by the same rule.",
            _width_by_itself,
        ),
        Mistake(
            "divided before multiplying",
            "width // total was rounded before it was multiplied by C. Multiply first, then divide and round down.",
            _boundaries(lambda low, width, C, total: low + width // total * C),
        ),
        Mistake(
            "the share as a float",
            "C / total was computed as a float and multiplied by the width: 100 * 0.29 is 28.999..., and rounds down "
            "to 28. Stay with integers: width * C // total.",
            _boundaries(lambda low, width, C, total: low + int(width * (C / total))),
        ),
        Mistake(
            "rounded to the nearest",
            "The boundaries were rounded to the nearest integer. They are rounded down.",
            _boundaries(lambda low, width, C, total: low + (2 * width * C + total) // (2 * total)),
        ),
        Mistake(
            "rounded up",
            "The boundaries were rounded up. They are rounded down.",
            _boundaries(lambda low, width, C, total: low - (-width * C // total)),
        ),
        Mistake(
            "not rounded",
            "The boundaries came back as floats. They are integers: divide with `//`.",
            _boundaries(lambda low, width, C, total: low + width * C / total),
        ),
        Mistake(
            "one wider",
            "The width was taken to be high - low + 1, as for intervals to which both ends belong. Here high does not "
            "belong to it.",
            _boundaries(lambda low, width, C, total: low + (width + 1) * C // total),
        ),
        Mistake(
            "the start and the width",
            "The second number is the width of the new interval. Its upper end is asked for.",
            _start_and_width,
        ),
        Mistake(
            "rounded by a float",
            "width * C / total was divided as a float, which has 53 binary digits, and then rounded. Divide the "
            "integers with `//`.",
            _boundaries(lambda low, width, C, total: low + int(width * C / total)),
        ),
        Mistake(
            "the product overflows",
            "The product of the width and an entry of the array does not fit into 64 bits. Make the entry one of "
            "Python's integers first, with `int()`: these have no end.",
            _arrays_own_integers,
        ),
    ),
    hints=(
        "Cut the interval into as many parts as there are symbols, each as wide as its probability, and take one.",
        "Lower end: low + (high - low) C[k] // C[K]; upper end: the same with C[k+1].",
        "`//` divides integers and rounds down: multiply first. `int(cumulative[k])` is one of Python's integers, "
        "which never overflow.",
    ),
    second_solution=_in_fractions,
)
