"""A sample of rows from all over a file: its size, its places, and that it stands for the whole."""

import numpy as np
import pytest

from abinitio.data import ArrayRows
from abinitio.streaming.sample import PLACES, spread_sample


@pytest.mark.parametrize(("n", "m"), [(10, 100), (100, 100), (1000, 100), (10_000, 1000), (50, 7)])
def test_about_as_many_rows_as_wanted_each_once(n, m):
    found = spread_sample(ArrayRows(np.arange(float(n))[:, None]), m).ravel()
    assert len(found) == n if n <= m else m - PLACES < len(found) <= m
    assert len(np.unique(found)) == len(found) and (np.diff(found) > 0).all()


def test_every_stretch_of_the_file_is_there():
    found = spread_sample(ArrayRows(np.arange(100_000.0)[:, None]), 3200).ravel()
    assert found[0] == 0 and found[-1] == 99_999
    assert np.diff(found).max() < 1.1 * 100_000 / PLACES
    assert abs(found.mean() - 49_999.5) < 100
