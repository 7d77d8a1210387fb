r"""Metropolis updates of 64 spins at a time: one bit a spin, one machine word for 64 of them.

The words form a torus of H rows and L columns, cut into two sublattices like the squares of a chessboard: A holds the
columns of the parity of the row, B the others, both (H, L/2) of uint64. The neighbours of an A are all B, so that one
sublattice can be updated as a whole. The 64 bits of a word are either the same site of 64 independent lattices
(H = L), or 64 distant rows of one lattice: bit b of row i is its row b L/64 + i, and past the last row of words the
bits move up by one. Aligned neighbours are counted with bitwise adders; a uniform number u is compared with the
probability $e^{-\Delta E / T}$ digit by digit, 64 comparisons at a time, until none is undecided: no probability is
rounded. Sources: L. Jacobs and C. Rebbi, J. Comput. Phys. 41, 203 (1981); for the random words, one generator a lane,
D. Blackman and S. Vigna, ACM Trans. Math. Softw. 47, 36 (2021), xoshiro256++.
"""

import numba
import numpy as np

LANES = 64  # words in a chunk: a multiple of any vector register, small enough for the first-level cache
DIGITS = 64
_GENERATOR, _THREE, _FOUR, _OPEN, _FLIP = 0, 4 * LANES, 5 * LANES, 6 * LANES, 7 * LANES  # parts of the work space

_ONE, _ALL = np.uint64(1), np.uint64(2**64 - 1)


def multispin_metropolis(spins: np.ndarray, T: float, sweeps: int, rng: np.random.Generator) -> np.ndarray:
    """`spins` after `sweeps` checkerboard Metropolis sweeps at temperature T (J = k_B = 1), on a torus.

    spins : (L, L) of +1 and -1 with L a multiple of 128, or (64, L, L), independent lattices with L even. int8, new.

    >>> up = np.ones((64, 4, 4), dtype=np.int8)
    >>> bool((multispin_metropolis(up, 0.1, 10, np.random.default_rng(0)) == 1).all())
    True
    """
    words, shift = (pack_lattice(spins), 1) if spins.ndim == 2 else (pack_replicas(spins), 0)
    A, B = split(words)
    run_sweeps(A, B, shift, digits(np.exp(-4 / T)), digits(np.exp(-8 / T)), sweeps, work_space(rng))
    words = join(A, B)
    return unpack_lattice(words) if shift else unpack_replicas(words)


def pack_replicas(spins: np.ndarray) -> np.ndarray:
    """(L, L) words: bit b is the spin of lattice b of `spins` : (64, L, L), set where it is +1."""
    if spins.ndim != 3 or len(spins) != 64 or spins.shape[1] != spins.shape[2] or spins.shape[1] % 2:
        raise ValueError(f"spins has shape {spins.shape}; give (64, L, L) with L even")
    bits = np.packbits(np.moveaxis(spins, 0, -1) > 0, axis=-1, bitorder="little")
    return bits.view("<u8")[..., 0].astype(np.uint64)


def unpack_replicas(words: np.ndarray) -> np.ndarray:
    """(64, H, L) spins +1 and -1 of `words` : (H, L), as int8."""
    octets = np.ascontiguousarray(words.astype("<u8"))[..., None].view(np.uint8)
    bits = np.unpackbits(octets, axis=-1, bitorder="little")
    return np.ascontiguousarray(np.moveaxis(bits, -1, 0)).astype(np.int8) * 2 - 1


def pack_lattice(spins: np.ndarray) -> np.ndarray:
    """(L/64, L) words of one lattice `spins` : (L, L), L a multiple of 128: bit b of row i is its row b L/64 + i."""
    L = len(spins)
    if spins.shape != (L, L) or L % 128 or L == 0:
        raise ValueError(f"spins has shape {spins.shape}; give (L, L) with L a multiple of 128, or (64, L, L)")
    bits = np.packbits(np.moveaxis(spins.reshape(64, L // 64, L), 0, -1) > 0, axis=-1, bitorder="little")
    return bits.view("<u8")[..., 0].astype(np.uint64)


def unpack_lattice(words: np.ndarray) -> np.ndarray:
    """(L, L) spins of the lattice that `pack_lattice` turned into `words` : (L/64, L)."""
    return unpack_replicas(words).reshape(-1, words.shape[1])


def split(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sublattices A and B : (H, L/2) of `words` : (H, L), new arrays; A has column 0 of row 0."""
    A, B = words[:, ::2].copy(), words[:, 1::2].copy()
    A[1::2], B[1::2] = words[1::2, 1::2], words[1::2, ::2]
    return A, B


def join(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """The words (H, L) of which `split` makes A and B."""
    words = np.empty((len(A), 2 * A.shape[1]), dtype=np.uint64)
    words[::2, ::2], words[1::2, 1::2] = A[::2], A[1::2]
    words[::2, 1::2], words[1::2, ::2] = B[::2], B[1::2]
    return words


def digits(p: float) -> np.ndarray:
    """(64,) binary digits of the probability p in [0, 1], the first one first: a word of ones for 1, of zeros for 0."""
    scaled = min(int(p * 2.0**DIGITS), 2**DIGITS - 1)
    return np.array([_ALL if scaled >> (DIGITS - 1 - k) & 1 else 0 for k in range(DIGITS)], dtype=np.uint64)


def work_space(rng: np.random.Generator) -> np.ndarray:
    """The kernel's memory: LANES generators, seeded from rng, and room for one chunk."""
    space = np.zeros(8 * LANES, dtype=np.uint64)
    space[:_THREE] = rng.integers(0, 2**64, size=_THREE, dtype=np.uint64)
    return space


@numba.njit(cache=True)
def run_sweeps(
    A: np.ndarray, B: np.ndarray, shift: int, p3: np.ndarray, p4: np.ndarray, sweeps: int, space: np.ndarray
) -> None:
    """`sweeps` updates of A, then B, in place.

    shift : 1 where the bits of A and B : (H, L/2) are rows of one lattice, else 0;  p3, p4 : digits of the probability
    to flip against 3 and 4 aligned neighbours;  space : from `work_space`.
    """
    three, four = np.empty_like(A), np.empty_like(A)
    for _ in range(sweeps):
        count_aligned(A, B, 0, shift, three, four)
        accept(A.reshape(-1), three.reshape(-1), four.reshape(-1), p3, p4, space)
        count_aligned(B, A, 1, shift, three, four)
        accept(B.reshape(-1), three.reshape(-1), four.reshape(-1), p3, p4, space)


@numba.njit(cache=True)
def count_aligned(A: np.ndarray, B: np.ndarray, parity: int, shift: int, three: np.ndarray, four: np.ndarray) -> None:
    """Set `three` and `four` where exactly 3 and 4 of the neighbours in B agree with A : (H, W).

    parity : of the column that A begins with in row 0;  shift : as in `run_sweeps`.
    """
    H, W = A.shape
    left, right, back = np.uint64(shift), np.uint64(63), np.uint64(shift * 63)
    up, down = np.empty(W, np.uint64), np.empty(W, np.uint64)
    beside = np.empty(W, np.uint64)
    for i in range(H):
        up[:], down[:] = B[i - 1], B[i + 1 - H]
        if shift and i == 0:
            for k in range(W):
                up[k] = (up[k] << left) | (up[k] >> right)  # row 0 of strip b lies below the last row of strip b - 1
        if shift and i == H - 1:
            for k in range(W):
                down[k] = (down[k] >> left) | (down[k] << back)
        if (i + parity) % 2:  # columns 2k + 1: neighbours k and k + 1 of B
            beside[:-1], beside[-1] = B[i, 1:], B[i, 0]
        else:
            beside[1:], beside[0] = B[i, :-1], B[i, -1]
        adder(A[i], up, down, B[i], beside, three[i], four[i])


@numba.njit(cache=True)
def adder(
    a: np.ndarray, n1: np.ndarray, n2: np.ndarray, n3: np.ndarray, n4: np.ndarray, three: np.ndarray, four: np.ndarray
) -> None:
    """Set the bits of `three` and `four` where 3 and 4 of n1, n2, n3, n4 equal a, bit by bit; all (W,)."""
    for k in range(len(a)):
        x1, x2, x3, x4 = ~(a[k] ^ n1[k]), ~(a[k] ^ n2[k]), ~(a[k] ^ n3[k]), ~(a[k] ^ n4[k])
        both12, both34 = x1 & x2, x3 & x4
        three[k] = ((x1 ^ x2) & both34) | ((x3 ^ x4) & both12)
        four[k] = both12 & both34


@numba.njit(cache=True)
def accept(
    spins: np.ndarray, three: np.ndarray, four: np.ndarray, p3: np.ndarray, p4: np.ndarray, space: np.ndarray
) -> None:
    """Flip `spins`, flat, in place: always, but with probability p3 where `three` is set, and p4 where `four` is.

    p3, p4 : `digits` of the probabilities;  space : from `work_space`.
    """
    for start in range(0, len(spins), LANES):
        m = min(LANES, len(spins) - start)
        for w in range(m):
            space[_THREE + w] = three[start + w]
            space[_FOUR + w] = four[start + w]
            space[_OPEN + w] = three[start + w] | four[start + w]
            space[_FLIP + w] = ~space[_OPEN + w]
        for k in range(DIGITS):
            if compare_digit(space, p3[k], p4[k], m) == 0:
                break
        for w in range(m):
            spins[start + w] ^= space[_FLIP + w]


@numba.njit(cache=True)
def compare_digit(space: np.ndarray, digit3: np.uint64, digit4: np.uint64, m: int) -> np.uint64:
    """One more digit of u against one of p in the first m lanes of `space`; the union of what is still undecided.

    digit3, digit4 : the digit of p where three and where four neighbours agree, as a word of zeros or of ones.
    """
    undecided = np.uint64(0)
    for w in range(m):
        s0, s1, s2, s3 = space[w], space[LANES + w], space[2 * LANES + w], space[3 * LANES + w]
        t = s0 + s3
        u = ((t << np.uint64(23)) | (t >> np.uint64(41))) + s0
        t = s1 << np.uint64(17)
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
        space[w], space[LANES + w], space[2 * LANES + w], space[3 * LANES + w] = s0, s1, s2, s3
        p = (space[_THREE + w] & digit3) | (space[_FOUR + w] & digit4)
        left = space[_OPEN + w]
        space[_FLIP + w] |= left & p & ~u  # u < p
        left &= ~(u ^ p)
        space[_OPEN + w] = left
        undecided |= left
    return undecided
