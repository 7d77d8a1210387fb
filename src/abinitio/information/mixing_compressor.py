r"""A compressor that mixes contexts: the compiled twin of `context_mixing`, with the coder.

Estimates live in tables of $2^b$ cells of 32 bits, found by a hash of context and bits so far: probability of a 1 (16
bits), a check of the hash (10), bits seen (6). A cell whose check is another's starts anew. Logits are integers in
units of 1/256, probabilities in units of 1/65536. A last table, found by the byte before and the bits so far, maps the
mixture to what it turned out to be worth.
Text before the message (`prior`) may be learnt first: the same plays that the other side has.
Oracles: round trips; the readable twin's surprise; length at most 1 % + 64 bits above the model's own surprise.
Source: M. V. Mahoney, "Adaptive weighing of context models for lossless data compression", Florida Tech. CS-2005-16.
"""

import numba
import numpy as np

from abinitio.information.context_mixing import LONGEST
from abinitio.information.interval_coder import decode_one, encode_one, finish, new_decoder, new_encoder, share_of

N = LONGEST + 2  # contexts: 0 ... 6 bytes, and the word
_CLIP, _KNOT, _MOST = 3071, 192, 60  # largest logit; spacing of the last table's knots; bits that a cell counts up to
# the tables' entries are all 1e-4 and more away from halves: every exp and log rounds to the same integers
_A, _B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_P = (np.arange(4096) + 0.5) / 4096
_LOGIT = np.clip(np.round(256 * np.log(_P / (1 - _P))), -_CLIP, _CLIP).astype(np.int64)
_SIGMOID = np.round(65536 / (1 + np.exp(-np.arange(-_CLIP, _CLIP + 1) / 256))).astype(np.int64)
_SHARE = np.array([65536 * 2 // (2 * n + 3) for n in range(64)])  # 1/(n + 1.5)


def compress(text, prior=b""):
    """The text in fewer bytes, its length included.

    text : bytes, of any kind and length;  prior : bytes that whoever decompresses has too, learnt beforehand.
    Returns bytes.

    >>> len(compress(b"to be or not to be " * 50)) < 60
    True
    """
    n, head = len(text), bytearray()
    while n >= 128:  # the length, seven bits a byte, the last byte below 128
        head.append(n & 127 | 128)
        n >>= 7
    head.append(n)
    return bytes(head) + _encode(_bytes(text), _probabilities(text, prior)).tobytes() if text else bytes(head)


def decompress(data, prior=b""):
    """The text that `compress` turned into `data`, given the same `prior`: bytes.

    ValueError where the data end within the length.

    >>> decompress(compress(b"to be"))
    b'to be'
    """
    n, used = 0, 0
    for used, byte in enumerate(data, 1):
        n |= (byte & 127) << (7 * (used - 1))
        if byte < 128:
            break
    else:
        raise ValueError(f"{len(data)} bytes end within the length; they are not what compress returned")
    if n == 0:
        return b""
    model = new_model(len(prior) + n)
    _learn(_bytes(prior), model)
    return _decode(_bytes(data[used:]), n, model).tobytes()


def model_surprise(text, prior=b""):
    """What the compressor's model says of each byte of `text`, after `prior`: (n,) surprises in nats.

    >>> nats = model_surprise(b"abcabcabcabc")
    >>> bool(nats[0] > 5 and nats[-1] < 1)
    True
    """
    bits = np.unpackbits(_bytes(text)).reshape(-1, 8)
    one = _probabilities(text, prior) / 65536
    return -np.log(np.where(bits, one, 1 - one)).sum(axis=1)


def new_model(n):
    """Tables that have seen nothing: for texts of n bytes.

    n : integer; the tables have room for it, up to 16 MB for each of the 8 contexts.
    Returns (cells (8, 2^b) uint32, weights (768, 9), last (65536, 33), work (40,)) with integers.

    >>> cells, weights, last, work = new_model(1000)
    >>> cells.shape, weights.shape
    ((8, 65536), (768, 9))
    """
    b = min(22, max(16, int(np.ceil(np.log2(16 * n + 1)))))
    knots = _SIGMOID[np.clip(np.arange(33) * _KNOT, 0, 2 * _CLIP)]
    weights = np.full((768, N + 1), int(0.3 * 65536), dtype=np.int64)
    return np.full((N, 1 << b), 1 << 31, dtype=np.uint32), weights, np.tile(knots, (65536, 1)), np.zeros(40, np.int64)


def _bytes(data):
    return np.frombuffer(data, dtype=np.uint8)


def _probabilities(text, prior):
    """(n, 8) the probability, of 65536, that each bit of each byte of `text` is 1, to a model that has read `prior`."""
    model = new_model(len(prior) + len(text))
    _learn(_bytes(prior), model)
    return _learn(_bytes(text), model)


# work: 0 ... 7 places of the cells, 8 ... 16 logits, then these; 20 ... 27 hashes of the contexts, 28 ... 35 of those
# with the first half of the byte
_LOGITS, _ROW, _MIXED, _LAST, _HASH, _HALF, _PAST, _WORD = 8, 17, 18, 19, 20, 28, 36, 37


@numba.njit(cache=True)
def _begin_byte(work):
    """Hash the contexts of the next byte."""
    past = np.uint64(work[_PAST])
    for i in range(N - 1):
        kept = past & ((np.uint64(1) << np.uint64(8 * i)) - np.uint64(1))
        work[_HASH + i] = np.int64((kept + np.uint64(i + 1)) * _B)
    work[_HASH + N - 1] = np.int64((np.uint64(work[_WORD]) + np.uint64(99)) * _B)


@numba.njit(cache=True)
def _begin_half(work, begun):
    """Hash them with the bits `begun` (1, or 1 and the first four): the cells of half a byte lie side by side."""
    for i in range(N):
        work[_HALF + i] = np.int64((np.uint64(work[_HASH + i]) + np.uint64(begun)) * _A)


@numba.njit(cache=True)
def _predict(model, begun, k):
    """The probability of a 1, 32 ... 65504 of 65536, after the bits `begun` of the byte, `k` of the half (1 before)."""
    cells, weights, last, work = model
    shift, longest = np.uint64(64 - int(np.log2(cells.shape[1]))), 0
    for i in range(N):
        mixed = np.uint64(work[_HALF + i])
        place, check = np.int64(mixed >> shift) // 16 * 16 + k, np.uint32((mixed >> np.uint64(8)) & np.uint64(1023))
        cell = cells[i, place]
        if (cell >> np.uint32(6)) & np.uint32(1023) != check:
            cell = np.uint32(1 << 31) | (check << np.uint32(6))
            cells[i, place] = cell
        seen = cell & np.uint32(63)
        work[i], work[_LOGITS + i] = place, _LOGIT[cell >> np.uint32(20)] if seen else 0
        if seen and i < N - 1:
            longest = i
    work[_LOGITS + N] = 256
    row = begun + 256 * max(0, (longest - 1) // 2)
    dot = 0
    for i in range(N + 1):
        dot += weights[row, i] * work[_LOGITS + i]
    dot = min(max(dot >> 16, -_CLIP), _CLIP)
    work[_ROW], work[_MIXED], work[_LAST] = row, dot, begun | (work[_PAST] & 255) << 8
    low, rest = (dot + _CLIP) // _KNOT, (dot + _CLIP) % _KNOT
    final = (last[work[_LAST], low] * (_KNOT - rest) + last[work[_LAST], low + 1] * rest) // _KNOT
    return min(max((_SIGMOID[dot + _CLIP] + final) // 2, 32), 65504)


@numba.njit(cache=True)
def _update(model, bit):
    """Learn that the bit just predicted was `bit`."""
    cells, weights, last, work = model
    error = (bit << 16) - _SIGMOID[work[_MIXED] + _CLIP]
    for i in range(N + 1):  # w += 0.002 (y - p) x
        weights[work[_ROW], i] += (work[_LOGITS + i] * error + (1 << 16)) >> 17
    knot = (work[_MIXED] + _CLIP + _KNOT // 2) // _KNOT
    last[work[_LAST], knot] += (65535 * bit - last[work[_LAST], knot]) >> 6
    for i in range(N):
        cell = cells[i, work[i]]
        p, seen = np.int64(cell >> np.uint32(16)), np.int64(cell & np.uint32(63))
        p += ((65535 * bit - p) * _SHARE[seen]) >> 16
        seen = min(seen + 1, _MOST)
        cells[i, work[i]] = np.uint32(p) << np.uint32(16) | cell & np.uint32(0xFFC0) | np.uint32(seen)


@numba.njit(cache=True)
def _end_byte(work, byte):
    """Remember `byte` in the past, and in the word if it is a letter."""
    work[_PAST] = np.int64(np.uint64(work[_PAST]) << np.uint64(8) | np.uint64(byte))
    letter = np.uint64(byte | 32)
    begun = (np.uint64(work[_WORD]) + letter) * _B
    work[_WORD] = np.int64(begun) if 97 <= letter <= 122 else 0


@numba.njit(cache=True)
def _learn(text, model):
    """Predict the 8 bits of each byte, the highest first, and learn them; the probabilities (n, 8) of a 1."""
    p, work = np.zeros((len(text), 8), np.uint16), model[3]
    for t in range(len(text)):
        _begin_byte(work)
        begun = 1
        for j in range(8):
            if j % 4 == 0:
                _begin_half(work, begun)
                k = 1
            p[t, j] = _predict(model, begun, k)
            bit = np.int64(text[t] >> (7 - j)) & 1
            _update(model, bit)
            begun, k = 2 * begun + bit, 2 * k + bit
        _end_byte(work, text[t])
    return p


@numba.njit(cache=True)
def _encode(text, p):
    state, out = new_encoder(), np.zeros(len(text) // 2 + 16, np.uint8)
    for t in range(len(text)):
        for j in range(8):
            one = np.int64(p[t, j])
            if (text[t] >> (7 - j)) & 1:
                out = encode_one(state, out, 0, one, 65536)
            else:
                out = encode_one(state, out, one, 65536, 65536)
    return finish(state, out)


@numba.njit(cache=True)
def _decode(data, n, model):
    state, out, work = new_decoder(data), np.zeros(n, np.uint8), model[3]
    for t in range(n):
        _begin_byte(work)
        begun = 1
        for j in range(8):
            if j % 4 == 0:
                _begin_half(work, begun)
                k = 1
            one = _predict(model, begun, k)
            bit = 1 if share_of(state, 65536) < one else 0
            decode_one(state, data, 0 if bit else one, one if bit else 65536, 65536)
            _update(model, bit)
            begun, k = 2 * begun + bit, 2 * k + bit
        out[t] = begun & 255
        _end_byte(work, out[t])
    return out
