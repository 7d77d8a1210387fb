"""The exercise on the Ising model: what a flip of one spin costs."""

import numpy as np

from abinitio.course.exercise import Exercise, Mistake
from abinitio.data.ising.model import flip_cost, ising_energy

CROSS = ((1, 0), (-1, 0), (0, 1), (0, -1))
DIAGONAL = ((1, 1), (1, -1), (-1, 1), (-1, -1))


def _spins(rng, L):
    return {"spins": rng.choice(np.array([-1, 1]), size=(L, L))}


def the_costs_add_up_to_minus_four_times_the_energy(cost, spins):
    """The costs of all spins add up to -4 E: each bond ends at two spins, and a flip turns its energy round."""
    return bool(np.sum(cost) == -4 * ising_energy(spins))


def _site_by_site(spins):
    L, cost = len(spins), np.empty_like(spins)
    for i, j in np.ndindex(L, L):
        field = sum(int(spins[(i + a) % L, (j + b) % L]) for a, b in CROSS)
        cost[i, j] = 2 * field * spins[i, j]
    return cost


def _sum_at(spins, steps):
    return sum(np.roll(spins, step, axis=(0, 1)) for step in steps)


def _open_sum(spins, rows=True):
    """The sum over neighbours with nothing beyond the last column and, with `rows`, beyond the last row."""
    padded = np.pad(spins, 1, mode="wrap")
    padded[:, [0, -1]] = 0
    if rows:
        padded[[0, -1]] = 0
    return padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]


def _flipped_one_after_the_other(spins):
    spins, cost = spins.copy(), np.zeros_like(spins)
    for i, j in np.ndindex(*spins.shape):
        before = ising_energy(spins)
        spins[i, j] = -spins[i, j]
        cost[i, j] = ising_energy(spins) - before
    return cost


FLIP_COST = Exercise(
    function=flip_cost,
    points=2,
    inputs=lambda rng, size: _spins(rng, 3 + size // 2),
    holds=(the_costs_add_up_to_minus_four_times_the_energy,),
    large=lambda rng: _spins(rng, 512),
    edges={
        "all spins aligned": {"spins": np.ones((3, 3), dtype=int)},
        "one spin turned round": {"spins": np.array([[1, 1, 1], [1, -1, 1], [1, 1, 1]])},
        "one spin turned round, in a corner": {"spins": np.array([[-1, 1, 1], [1, 1, 1], [1, 1, 1]])},
        "a chessboard": {"spins": np.array([[1, -1, 1, -1], [-1, 1, -1, 1]] * 2)},
        "stripes": {"spins": np.array([[1, 1, 1, 1], [-1, -1, -1, -1]] * 2)},
        "L = 2": {"spins": np.array([[1, 1], [1, -1]])},
        "spins of one byte, dtype=np.int8": {"spins": np.array([[1, -1, 1], [-1, -1, 1], [1, 1, 1]], dtype=np.int8)},
    },
    mistakes=(
        Mistake(
            "an open boundary",
            "At the edges neighbours are missing: this lattice ends there. On a torus every spin has four neighbours; "
            "the one to the right of the last column is in the first.",
            lambda spins: 2 * spins * _open_sum(spins),
        ),
        Mistake(
            "closed in one direction only",
            "Top and bottom are joined, left and right are not: that is a cylinder. A torus is closed both ways.",
            lambda spins: 2 * spins * _open_sum(spins, rows=False),
        ),
        Mistake(
            "shifted without an axis",
            "Along the rows the spins were shifted as one long list (np.roll without axis), so that the right "
            "neighbour of the last spin of a row is in the next row, not in its own.",
            lambda spins: 2 * spins * (_sum_at(spins, CROSS[:2]) + np.roll(spins, 1) + np.roll(spins, -1)),
        ),
        Mistake(
            "the factor 2",
            "The cost is half of what it should be. The terms of this spin go from -s h to +s h, with h the sum of "
            "its neighbours: the difference is twice that.",
            lambda spins: spins * _sum_at(spins, CROSS),
        ),
        Mistake(
            "each bond twice",
            "The cost is twice what it should be. Each pair of neighbours has one term in the energy; the sum over "
            "the neighbours of one spin meets each of its four bonds once.",
            lambda spins: 4 * spins * _sum_at(spins, CROSS),
        ),
        Mistake(
            "the sign",
            "The sign is turned round: to flip a spin that is aligned with its neighbours costs energy, so its entry "
            "is positive. The cost is E after the flip minus E before.",
            lambda spins: -2 * spins * _sum_at(spins, CROSS),
        ),
        Mistake(
            "two of the four neighbours",
            "Only the neighbours on two sides are counted. That trick counts each bond of the whole lattice once, for "
            "the total energy; a single spin feels all four.",
            lambda spins: 2 * spins * _sum_at(spins, CROSS[::2]),
        ),
        Mistake(
            "the spin's own sign is missing",
            "This is twice the sum of the neighbours, whatever the spin itself is. Whether a flip costs or gains "
            "energy depends on how the spin stands to that sum.",
            lambda spins: 2 * _sum_at(spins, CROSS),
        ),
        Mistake(
            "diagonal neighbours too",
            "The four spins at the corners were counted as well: here neighbours share an edge, left, right, up, down.",
            lambda spins: 2 * spins * _sum_at(spins, CROSS + DIAGONAL),
        ),
        Mistake(
            "its own neighbour",
            "The spin itself was added to its neighbours; s_i s_i = 1 is no term of the energy.",
            lambda spins: 2 * spins * _sum_at(spins, (*CROSS, (0, 0))),
        ),
        Mistake(
            "the flips stay",
            "One spin after the other was flipped and left so: then each cost belongs to another lattice. Every entry "
            "is for the lattice as it was given, with one spin flipped; turn it back before the next.",
            _flipped_one_after_the_other,
        ),
        Mistake(
            "real numbers",
            "The values are right, but they are floats. Costs are whole numbers like the spins: np.zeros makes floats "
            "if it is not given dtype=int.",
            lambda spins: 2.0 * spins * _sum_at(spins, CROSS),
        ),
        Mistake(
            "the energy of the lattice",
            "One number came back, the energy as it is. Asked for is one number for each spin: by how much the energy "
            "would change if that spin alone were flipped.",
            lambda spins: int(ising_energy(spins)),
        ),
    ),
    hints=(
        "Write down the terms of the energy that contain s_i. Only these change when s_i changes its sign.",
        "They are -s_i h_i, with h_i the sum of the four neighbours. After the flip they are +s_i h_i.",
        "`np.roll(spins, 1, axis=0)` puts in each place the spin above it, and the last row where there is none "
        "above: the torus. Four such shifts make all the sums at once.",
    ),
    second_solution=_site_by_site,
)
