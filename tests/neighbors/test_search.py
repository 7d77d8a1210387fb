"""Few dimensions go to the tree, many to the bound; numbers whose squares overflow are refused."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from abinitio.neighbors.kd_tree import KDTree
from abinitio.neighbors.principal_bound import PrincipalBound
from abinitio.neighbors.search import TREE, index_samples


def test_the_dimension_decides():
    X = np.random.default_rng(0).standard_normal((50, TREE + 1))
    assert isinstance(index_samples(X[:, :TREE], 1), KDTree)
    assert isinstance(index_samples(X, 1), PrincipalBound)


@pytest.mark.parametrize("d", [1, 30])
def test_integers_and_overflow(d):
    X = np.arange(6)[:, None] * np.ones((1, d), dtype=int)
    assert_array_equal(index_samples(X, 1).nearest(X, 1)[0].ravel(), range(6))
    with pytest.raises(ValueError, match=r"1e\+200"):
        index_samples(np.full((3, d), 1e200), 1)
