r"""The Ising model on a square lattice that is closed to a torus: energy, magnetisation, and Metropolis to be read.

Spins $s_i = \pm 1$, energy $E = -\sum_{\langle ij \rangle} s_i s_j$ over nearest neighbours, coupling J and Boltzmann's
constant 1: temperatures are in units of J / k_B, and a state has the probability $e^{-E/T} / Z$.
"""

import numpy as np


def ising_energy(spins: np.ndarray) -> np.ndarray:
    r"""$E = -\sum_{\langle ij \rangle} s_i s_j$, each pair of neighbours once, on a torus.

    spins : (..., L, L) of +1 and -1.  Returns (...) integers, from -2 L^2 (all aligned) upwards.

    >>> int(ising_energy(np.ones((4, 4), dtype=np.int8)))
    -32
    """
    neighbours = np.roll(spins, 1, axis=-1) + np.roll(spins, 1, axis=-2)
    return -(spins * neighbours).sum(axis=(-2, -1), dtype=np.int64)


def ising_magnetization(spins: np.ndarray) -> np.ndarray:
    """The mean spin of each lattice, between -1 and 1.  spins : (..., L, L) of +1 and -1.  Returns (...).

    >>> float(ising_magnetization(np.array([[1, 1], [1, -1]])))
    0.5
    """
    return spins.mean(axis=(-2, -1), dtype=float)


def flip_cost(spins: np.ndarray) -> np.ndarray:
    r"""The change of energy that flipping one spin alone would make, for each spin of an Ising lattice.

    Energy $E = -\sum_{\langle ij \rangle} s_i s_j$ in units of the coupling J: each pair of neighbours, to the left and
    right and up and down, counts once. The lattice is a torus: the last column is next to the first, the last row too.
    spins : (L, L) of +1 and -1, L >= 2 (for L = 2 left and right are the same spin, joined by two bonds).
    Returns (L, L) integers -8, -4, 0, 4 or 8: entry [i, j] is E with spins[i, j] flipped, minus E as it is.

    >>> flip_cost(np.array([[1, 1, 1], [1, -1, 1], [1, 1, 1]]))
    array([[ 8,  4,  8],
           [ 4, -8,  4],
           [ 8,  4,  8]])
    """
    neighbours = sum(np.roll(spins, step, axis) for step in (1, -1) for axis in (0, 1))
    return 2 * spins * neighbours


def metropolis_acceptance(dE: np.ndarray | float, T: float) -> np.ndarray:
    r"""Metropolis' probability $\min(1, e^{-\Delta E / T})$ to accept a move that changes the energy by dE.

    dE : number or array;  T : temperature > 0, in the unit of dE.  Returns the shape of dE.

    >>> metropolis_acceptance(np.array([-4, 0, 4]), T=2.0).round(3)
    array([1.   , 1.   , 0.135])
    """
    return np.exp(-np.maximum(dE, 0) / T)  # never above 1, and never an overflow


def metropolis_sweep(spins: np.ndarray, T: float, rng: np.random.Generator) -> np.ndarray:
    """One Metropolis sweep: each spin is offered one flip, first those on the white squares of the chessboard.

    spins : (L, L) of +1 and -1 on a torus, L even, since else two white squares meet;  T : temperature > 0.
    Returns the new (L, L). A state in which no spin feels a field (diagonal stripes two wide, for example) is neither
    left nor reached, which matters on the smallest lattices only.

    >>> bool((metropolis_sweep(np.ones((4, 4), dtype=int), 0.1, np.random.default_rng(0)) == 1).all())
    True
    """
    white = np.indices(spins.shape).sum(axis=0) % 2 == 0
    for colour in (white, ~white):  # no two squares of a colour are neighbours: all of them can decide at once
        accepted = rng.random(spins.shape) < metropolis_acceptance(flip_cost(spins), T)
        spins = np.where(colour & accepted, -spins, spins)
    return spins
