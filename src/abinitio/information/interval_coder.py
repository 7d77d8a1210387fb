r"""The compiled twin of arithmetic coding: intervals in, bytes out, and back.

The coder of `arithmetic_coding`, whose symbols are known here by their intervals only: start, stop of total, the
cumulative frequencies below and above the symbol. Its state is an array of four integers, so that models written in
Numba can drive it symbol by symbol. All numbers stay below $2^{62}$.
Source: I. H. Witten, R. M. Neal, J. G. Cleary, Commun. ACM 30 (1987) 520.
"""

import numba
import numpy as np

from abinitio.information.arithmetic_coding import HALF, LARGEST_TOTAL, QUARTER, WHOLE, checked_frequencies


def encode_intervals(start, stop, total):
    """The bytes that `encode_message` makes of symbols with these intervals.

    start, stop, total : (n,) integers, 0 <= start < stop <= total <= 2^24, or ValueError.  Returns bytes.

    >>> toss = np.array([0, 1, 0, 0, 0, 0, 0, 1])
    >>> encode_intervals(toss, toss + 1, np.full(8, 2)).hex()
    '4140'
    """
    columns = [np.ascontiguousarray(column, dtype=np.int64) for column in (start, stop, total)]
    start, stop, total = columns
    wrong = np.flatnonzero(~((start >= 0) & (start < stop) & (stop <= total) & (total <= LARGEST_TOTAL)))
    if wrong.size:
        t = wrong[0]
        raise ValueError(f"symbol {t} has {start[t]} ... {stop[t]} of {total[t]}; 0 <= start < stop <= total <= 2^24")
    return _encode_all(start, stop, total).tobytes()


def decode_with_table(data, n, cumulative):
    """The n codes, each of the same frequencies, that `encode_intervals` turned into bytes.

    data : bytes;  n : integer;  cumulative : (K + 1,) integers from 0 up to at most 2^24.  Returns (n,) integers.

    >>> decode_with_table(bytes.fromhex("4140"), 8, np.array([0, 1, 2]))
    array([0, 1, 0, 0, 0, 0, 0, 1])
    """
    cumulative = checked_frequencies(np.asarray(cumulative, dtype=np.int64))
    return _decode_all(np.frombuffer(data, dtype=np.uint8), n, cumulative)


@numba.njit(cache=True)
def new_encoder():
    """The state of an encoder that has seen nothing: low, high, digits that wait, digits written."""
    return np.array([0, WHOLE, 0, 0], dtype=np.int64)


@numba.njit(cache=True)
def encode_one(state, out, start, stop, total):
    """Narrow the interval of `state` to start ... stop of total; write what is settled to `out`, which is returned.

    out : (size,) uint8, zeros where nothing is written yet; a longer copy is returned where it might run over.
    """
    low, high, pending, done = state
    out = _with_room(out, done + pending + 40)
    width = high - low
    high = low + width * stop // total
    low += width * start // total
    while True:
        if high <= HALF or low >= HALF:
            digit = 1 if low >= HALF else 0
            done = _write(out, done, digit, pending)
            pending, base = 0, digit * HALF
        elif low >= QUARTER and high <= HALF + QUARTER:
            pending, base = pending + 1, QUARTER
        else:
            break
        low, high = 2 * (low - base), 2 * (high - base)
    state[0], state[1], state[2], state[3] = low, high, pending, done
    return out


@numba.njit(cache=True)
def finish(state, out):
    """The bytes of a message whose symbols have all been given to `encode_one` with this `state` and `out`."""
    low, _, pending, done = state
    out = _with_room(out, done + pending + 8)
    done = _write(out, done, 1 if low >= QUARTER else 0, pending + 1)
    return out[: (done + 7) // 8]


@numba.njit(cache=True)
def _with_room(out, digits):
    """`out`, or a longer copy of it, with room for so many `digits`."""
    if digits <= 8 * len(out):
        return out
    longer = np.zeros(digits // 4 + 16, dtype=np.uint8)
    longer[: len(out)] = out
    return longer


@numba.njit(cache=True)
def _write(out, done, digit, pending):
    """Write `digit` at the place `done`, and after it `pending` opposite ones; the place after them."""
    out[done >> 3] |= digit << (7 - (done & 7))
    for place in range(done + 1, done + 1 + pending):
        out[place >> 3] |= (1 - digit) << (7 - (place & 7))
    return done + 1 + pending


@numba.njit(cache=True)
def new_decoder(data):
    """The state of a decoder at the beginning of `data` : (size,) uint8: low, high, value, digits read."""
    value = 0
    for i in range(32):
        value = 2 * value + _digit(data, i)
    return np.array([0, WHOLE, value, 32], dtype=np.int64)


@numba.njit(cache=True)
def share_of(state, total):
    """Where in 0 ... total - 1 the value of `state` lies: the symbol is the one with start <= share < stop."""
    low, high, value, _ = state
    return ((value - low + 1) * total - 1) // (high - low)


@numba.njit(cache=True)
def decode_one(state, data, start, stop, total):
    """Narrow the interval of `state` as the encoder did for start ... stop of total, reading on in `data`."""
    low, high, value, done = state
    width = high - low
    high = low + width * stop // total
    low += width * start // total
    while True:
        if high <= HALF:
            base = 0
        elif low >= HALF:
            base = HALF
        elif low >= QUARTER and high <= HALF + QUARTER:
            base = QUARTER
        else:
            break
        low, high, value = 2 * (low - base), 2 * (high - base), 2 * (value - base) + _digit(data, done)
        done += 1
    state[0], state[1], state[2], state[3] = low, high, value, done


@numba.njit(cache=True)
def _digit(data, i):
    """Digit i of `data`, 0 beyond its end."""
    return (data[i >> 3] >> (7 - (i & 7))) & 1 if i >> 3 < len(data) else 0


@numba.njit(cache=True)
def _encode_all(start, stop, total):
    state, out = new_encoder(), np.zeros(len(start) // 2 + 16, dtype=np.uint8)
    for t in range(len(start)):
        out = encode_one(state, out, start[t], stop[t], total[t])
    return finish(state, out)


@numba.njit(cache=True)
def _decode_all(data, n, cumulative):
    state, codes, total = new_decoder(data), np.zeros(n, dtype=np.int64), cumulative[-1]
    for t in range(n):
        k = np.searchsorted(cumulative, share_of(state, total), side="right") - 1
        decode_one(state, data, cumulative[k], cumulative[k + 1], total)
        codes[t] = k
    return codes
