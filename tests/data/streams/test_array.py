"""Rows in memory: the same interface, and no copy."""

import numpy as np
import pytest

from abinitio.data.streams import ArrayRows, open_rows


def test_an_array_gives_what_a_file_of_it_gives(make, X):
    file = open_rows(make("npy", X))
    rows = ArrayRows(X, columns=file.columns, units=file.units)
    assert (rows.columns, rows.units, rows.shape, rows.dtype) == (file.columns, file.units, file.shape, file.dtype)
    for settings in ({}, {"seed": 1}, {"memory": 4000}, {"memory": 4000, "seed": 1}):
        ours, theirs = (list(r.select(["mass", "t"]).blocks(**settings)) for r in (rows, file))
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs):
            assert a[:3] == b[:3] and np.array_equal(a.X, b.X)


def test_blocks_are_views_that_cannot_change_the_array(X):
    block = next(ArrayRows(X).blocks())
    assert np.shares_memory(block.X, X)
    with pytest.raises(ValueError, match="read-only"):
        block.X -= 1
    assert X.flags.writeable


@pytest.mark.parametrize("dtype, kept", [(np.int16, np.float32), (bool, np.float32), (np.int64, np.float64)])
def test_integers_become_floats_that_hold_them(dtype, kept):
    rows = ArrayRows(np.array([[1, 0], [1, 1]], dtype))
    assert rows.dtype == kept and rows.read(0, 2).dtype == kept
    assert rows.read(0, 2).tolist() == [[1, 0], [1, 1]]


def test_missing_values(X):
    X[700, 3] = np.nan
    with pytest.raises(ValueError, match="the array, row 700: column 'x3' is NaN or inf"):
        ArrayRows(X)
    assert len(ArrayRows(X, missing="drop").read(0, 1000)) == 999
    assert np.isnan(ArrayRows(X, missing="keep").read(700, 701)[0, 3])


def test_what_is_no_table_is_refused(X):
    for wrong in (X[0], X[None], X.astype(complex), np.array([["a"]])):
        with pytest.raises(ValueError, match=r"give \(n, d\) real numbers"):
            ArrayRows(wrong)
    with pytest.raises(ValueError, match="2 columns are named and X has 5"):
        ArrayRows(X, columns=["a", "b"])
    with pytest.raises(ValueError, match="holds no rows"):
        ArrayRows(X[:0])
