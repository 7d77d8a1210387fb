r"""Arithmetic coding: a message becomes one number, written with about as many bits as the model's surprise.

The interval [0, 1) is divided in proportion to the probabilities of the first symbol; that of the symbol that came is
divided for the second, and so on. The last interval is as wide as the message is probable, and some number in it has
no more than $-\log_2 p + 2$ binary digits. Here the interval is [low, high) in integers below $2^{32}$: a leading digit
that both ends share is written and taken off, and the rest doubled; if the interval lies across the middle, where the
next digit is open, it is doubled about the middle and the digit, whichever it will be, is followed by its opposite.

A model is a callable: from the codes so far, (t,), to the cumulative frequencies (K + 1,) of the next one: integers
$0 = C_0 < C_1 < \dots < C_K \le 2^{24}$, symbol k having $C_k \dots C_{k+1} - 1$. Encoder and decoder call it with the
same codes and so agree. This is the version to read; `interval_coder` has its compiled twin, bit by bit the same.
Oracles: round trips; length at most 1 % + 64 bits above the model's surprise.
Source: I. H. Witten, R. M. Neal, J. G. Cleary, Commun. ACM 30 (1987) 520.
"""

import numpy as np

WHOLE = 1 << 32
HALF, QUARTER = WHOLE >> 1, WHOLE >> 2
LARGEST_TOTAL = 1 << 24


def narrow_interval(low, high, cumulative, symbol):
    r"""The part of the interval [low, high) that belongs to a symbol.

    low, high : integers, low < high;  cumulative : (K + 1,) increasing integers from 0 to the total C_K, at most
    high - low: symbol k has the share $(C_{k+1} - C_k) / C_K$ of the interval, the symbols in their order from low on;
    symbol : integer 0 ... K - 1.  A boundary is rounded down: $\mathrm{low} + \lfloor (\mathrm{high} - \mathrm{low})\,
    C_k / C_K \rfloor$, in integers of any size, without rounding before.
    Returns (low, high) of the symbol: two Python integers.

    >>> narrow_interval(100, 200, np.array([0, 1, 3, 4]), symbol=1)
    (125, 175)
    """
    width, total = high - low, int(cumulative[-1])
    return low + width * int(cumulative[symbol]) // total, low + width * int(cumulative[symbol + 1]) // total


def integer_frequencies(p, total):
    r"""Cumulative integer frequencies that stand for probabilities, with none at zero.

    p : (K,) probabilities >= 0, with sum 1;  total : integer > K.  Symbol k gets
    $1 + \lfloor (\mathrm{total} - K)\, p_k \rfloor$, and what is left over goes to the most probable symbol.
    Returns (K + 1,) integers from 0 to total. The surprise grows by less than $-\ln(1 - K/\mathrm{total})$ nats.

    >>> integer_frequencies(np.array([0.5, 0.5, 0.0]), total=13)
    array([ 0,  6, 12, 13])
    """
    frequencies = 1 + np.floor((total - len(p)) * np.asarray(p)).astype(np.int64)
    frequencies[np.argmax(p)] += total - frequencies.sum()
    return np.concatenate([[0], np.cumsum(frequencies)])


def model_of(ngrams, total=1 << 20):
    """The model that an n-gram model, fitted, is to the coder.

    ngrams : `KneserNey` or `AddK`, fitted;  total : integer, what its frequencies sum to.  Returns a callable.

    >>> from abinitio.information.add_k import AddK
    >>> model_of(AddK(n=1, k=1.0).fit("aab"), total=12)(np.array([], dtype=int))
    array([ 0,  7, 12])
    """
    reach = ngrams.n - 1
    return lambda codes: integer_frequencies(ngrams.code_distribution(codes[max(0, len(codes) - reach) :]), total)


def encode_message(codes, model):
    """The codes of a message as bytes.

    codes : (n,) integers 0 ... K - 1;  model : callable, see above.  Returns bytes;
    the number of symbols is not among them.

    >>> coin = lambda codes: np.array([0, 1, 2])
    >>> encode_message(np.array([0, 1, 0, 0, 0, 0, 0, 1]), coin).hex()  # a coin's tosses are their own code, 41
    '4140'
    """
    low, high, pending, bits = 0, WHOLE, 0, []
    for t, symbol in enumerate(codes):
        low, high = narrow_interval(low, high, checked_frequencies(model(codes[:t])), symbol)
        while (step := _next_step(low, high)) is not None:
            base, digit = step
            if digit is None:
                pending += 1
            else:
                bits += [digit] + [1 - digit] * pending
                pending = 0
            low, high = 2 * (low - base), 2 * (high - base)
    digit = int(low >= QUARTER)  # the second or third quarter lies inside: one digit more, and its opposites
    return np.packbits(bits + [digit] + [1 - digit] * (pending + 1)).tobytes()


def decode_message(data, n, model):
    """The codes of the message that `encode_message` turned into bytes.

    data : bytes;  n : integer, number of symbols;  model : callable, the one that the message was encoded with.
    Returns (n,) integers.

    >>> decode_message(bytes.fromhex("4140"), 8, lambda codes: np.array([0, 1, 2]))
    array([0, 1, 0, 0, 0, 0, 0, 1])
    """
    bits = iter(np.unpackbits(np.frombuffer(data, dtype=np.uint8)).tolist())
    low, high, codes = 0, WHOLE, np.zeros(n, dtype=np.int64)
    value = int("".join(str(next(bits, 0)) for _ in range(32)), 2)
    for t in range(n):
        cumulative = checked_frequencies(model(codes[:t]))
        share = ((value - low + 1) * int(cumulative[-1]) - 1) // (
            high - low
        )  # the largest C with its boundary <= value
        codes[t] = np.searchsorted(cumulative, share, side="right") - 1
        low, high = narrow_interval(low, high, cumulative, codes[t])
        while (step := _next_step(low, high)) is not None:
            low, high, value = 2 * (low - step[0]), 2 * (high - step[0]), 2 * (value - step[0]) + next(bits, 0)
    return codes


def surprise(codes, model):
    """What the coder should need: the sum of -ln (share of the symbol) under the model's frequencies, in nats.

    codes : (n,) integers;  model : callable, as for `encode_message`.  Returns a number.

    >>> float(surprise(np.array([0, 1]), lambda codes: np.array([0, 1, 4])) / np.log(2))  # 2 bits + log2(4/3)
    2.415037499278844
    """
    total = 0.0
    for t, symbol in enumerate(codes):
        C = model(codes[:t])
        total -= np.log((C[symbol + 1] - C[symbol]) / C[-1])
    return total


def checked_frequencies(cumulative):
    """The frequencies as they are; ValueError where some symbol has none or the total exceeds what the coder resolves.

    cumulative : (K + 1,) integers.

    >>> checked_frequencies(np.array([0, 2, 2]))
    Traceback (most recent call last):
    ...
    ValueError: symbol 1 has frequency 0; every symbol that may come needs at least 1
    """
    steps = np.diff(cumulative)
    if cumulative[0] != 0 or not np.all(steps > 0):
        k = int(np.argmin(steps))
        raise ValueError(f"symbol {k} has frequency {steps[k]}; every symbol that may come needs at least 1")
    if cumulative[-1] > LARGEST_TOTAL:
        raise ValueError(f"the frequencies sum to {cumulative[-1]}; at most 2^24 can be told apart")
    return cumulative


def _next_step(low, high):
    """(what to take off before doubling, the digit that is settled or None), or None if the interval is wide enough."""
    if high <= HALF:
        return 0, 0
    if low >= HALF:
        return HALF, 1
    if low >= QUARTER and high <= HALF + QUARTER:
        return QUARTER, None
    return None
