"""Chains: which states are kept, where a walk may begin."""

from itertools import count

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from abinitio.sampling.chain import ChainState, collect, start


def numbered(chains):
    """A walk whose i-th state, from 1, is at i, with the acceptance i."""
    for i in count(1):
        yield ChainState(np.full((*chains, 2), float(i)), np.zeros(chains), np.full(chains, float(i)))


@pytest.mark.parametrize("chains", [(), (3,)])
@pytest.mark.parametrize("n, skip, every", [(1, 0, 1), (5, 0, 1), (4, 7, 1), (4, 0, 3), (3, 5, 4)])
def test_kept_states_are_those_of_the_definition(chains, n, skip, every):
    walk = numbered(chains)
    samples, acceptance = collect(walk, n, skip, every)
    wanted = skip + every * np.arange(1, n + 1)
    assert samples.shape == (n, *chains, 2)
    assert_array_equal(samples.reshape(n, -1)[:, 0], wanted)
    assert acceptance == wanted.mean()
    assert next(walk).x.flat[0] == skip + n * every + 1  # advanced by what it says


def test_states_are_copied_so_that_a_walk_may_reuse_its_arrays():
    x = np.zeros(2)

    def in_place():
        while True:
            x[:] += 1
            yield ChainState(x, np.array(0.0), np.array(1.0))

    assert_array_equal(collect(in_place(), 3)[0][:, 0], [1, 2, 3])


def test_a_walk_begins_where_the_density_is_positive():
    box = lambda x: np.where((np.abs(x) < 1).all(axis=-1), 0.0, -np.inf)
    x = np.zeros((4, 2))
    state = start(x, box)
    assert state.x is not x and state.log_p.shape == state.acceptance.shape == (4,)
    with pytest.raises(ValueError, match=r"log_p is -inf at a start"):
        start(np.array([[0.0, 0.0], [2.0, 0.0]]), box)
    with pytest.raises(ValueError, match=r"shape \(\) for positions \(4, 2\); it must be \(4,\)"):
        start(x, lambda x: -(x**2).sum())
