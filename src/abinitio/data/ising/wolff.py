r"""Wolff's cluster algorithm: near the critical temperature it forgets in a few steps what Metropolis keeps long.

From a random spin a cluster grows through aligned neighbours, each bond taken with probability $1 - e^{-2/T}$, and is
flipped as a whole. Source: U. Wolff, Phys. Rev. Lett. 62, 361 (1989).
"""

import numba
import numpy as np


def wolff_clusters(spins: np.ndarray, T: float, clusters: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """`spins` after so many `clusters` were flipped at temperature T (J = k_B = 1), and how many flips that were.

    spins : (L, L) of +1 and -1, on a torus;  clusters : how many.  Returns (new (L, L) int8, number of flips).

    >>> flipped, flips = wolff_clusters(np.ones((4, 4), dtype=np.int8), 0.01, 1, np.random.default_rng(0))
    >>> flips, int(flipped.sum())
    (16, -16)
    """
    new = np.array(spins, dtype=np.int8, order="C")
    flips = flip_clusters(new.reshape(-1), neighbours(len(new)), 1 - np.exp(-2 / T), clusters, generator(rng))
    return new, int(flips)


def neighbours(L: int) -> np.ndarray:
    """(L * L, 4) the sites right, left, below and above of each site of an L x L torus, sites counted row by row."""
    sites = np.arange(L * L).reshape(L, L)
    return np.stack([np.roll(sites, step, axis).ravel() for axis in (1, 0) for step in (-1, 1)], axis=1)


def generator(rng: np.random.Generator) -> np.ndarray:
    """(4,) the state of a generator of random words (xoshiro256++), seeded from rng."""
    return rng.integers(0, 2**64, size=4, dtype=np.uint64)


@numba.njit(cache=True)
def uniform(state: np.ndarray) -> float:
    """The next random number in [0, 1) of the generator `state`, which moves on."""
    s0, s1, s2, s3 = state
    t = s0 + s3
    word = ((t << np.uint64(23)) | (t >> np.uint64(41))) + s0
    t = s1 << np.uint64(17)
    s2 ^= s0
    s3 ^= s1
    state[0], state[1], state[2] = s0 ^ s3, s1 ^ s2, s2 ^ t
    state[3] = (s3 << np.uint64(45)) | (s3 >> np.uint64(19))
    return (word >> np.uint64(11)) * 2.0**-53


@numba.njit(cache=True)
def flip_clusters(s: np.ndarray, near: np.ndarray, p: float, clusters: int, state: np.ndarray) -> int:
    """Grow and flip `clusters` clusters on s : (L * L,) in place; the number of flips.

    near : (L * L, 4) from `neighbours`;  p : probability of a bond between aligned neighbours;
    state : from `generator`.
    """
    waiting = np.empty(len(s) + 1, np.int64)
    flips = 0
    for _ in range(clusters):
        m = np.int64(1)
        waiting[0] = int(uniform(state) * len(s))
        spin = s[waiting[0]]
        s[waiting[0]] = -spin
        while m:
            m -= 1
            site = waiting[m]
            flips += 1
            for k in range(4):  # without branches: which neighbours join is a coin toss that no processor predicts
                other = near[site, k]
                joins = np.int8(s[other] == spin) & np.int8(uniform(state) < p)
                s[other] -= 2 * spin * joins  # at once: a site joins only once
                waiting[m] = other
                m += joins
    return flips
