"""Written and read again: the same numbers, names and units; and never half a file."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from abinitio.data.streams import open_rows, write_rows
from abinitio.data.streams.write import GROUP_BYTES

SUFFIXES = [".npy", ".parquet", ".h5", ".hdf5"]


def blocks_of(X, *sizes):
    at = 0
    for size in sizes:
        yield X[at : at + size]
        at += size
    yield X[at:]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_come_back(tmp_path, X, suffix, dtype):
    X = X.astype(dtype)
    path = tmp_path / f"t{suffix}"
    rows = write_rows(path, blocks_of(X, 1, 0, 500, 3), list("abcde"), {"b": "GeV", "e": "m/s²"})
    again = open_rows(path)
    for r in (rows, again):
        assert r.columns == tuple("abcde") and r.units == {"b": "GeV", "e": "m/s²"} and r.dtype == dtype
        np.testing.assert_array_equal(r.read(0, 1000), X)
    copied = write_rows(tmp_path / f"u{suffix}", again.select(["e", "a"]).blocks(2000), ["e", "a"])
    np.testing.assert_array_equal(copied.read(0, 1000), X[:, [4, 0]])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failure_leaves_what_was_there(tmp_path, X, suffix):
    path = tmp_path / f"t{suffix}"

    def failing():
        yield X
        raise OSError("the disk went away")

    for before in (False, True):
        with pytest.raises(OSError, match="the disk went away"):
            write_rows(path, failing(), list("abcde"))
        assert path.exists() is before
        write_rows(path, [X], list("abcde"))
    np.testing.assert_array_equal(open_rows(path).read(0, 1000), X)
    assert {p.name for p in tmp_path.iterdir()} <= {path.name, f"{path.name}.json"}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_cannot_be_written_is_said(tmp_path, X, suffix):
    path, names = tmp_path / f"t{suffix}", list("abcde")
    for blocks, message in [
        ([], "there are no"),
        ([X[:0]], "there are no rows"),
        ([X, X[:, :4]], r"block 1 has shape \(1000, 4\)"),
        ([X[0]], r"block 0 has shape \(5,\)"),
        ([X.astype(complex)], r"type complex128; give \(m, 5\) real numbers"),
        ([X, X.astype(float)], "block 1 is of float64 and the first was float32"),
    ]:
        with pytest.raises(ValueError, match=message):
            write_rows(path, blocks, names)
    for columns, units, message in [(list("abcda"), {}, "each once"), (names, {"z": "m"}, "not among the columns")]:
        with pytest.raises(ValueError, match=message):
            write_rows(path, [X], columns, units)
    with pytest.raises(ValueError, match=r"give one of: .npy, .parquet, .h5, .hdf5"):
        write_rows(tmp_path / "t.csv", [X], names)
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_rows(tmp_path / "none" / path.name, [X], names)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_integers_and_missing_values_are_written(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    rows = write_rows(path, [np.array([[1, 2]]), np.array([[3.5, np.nan]])], ["a", "b"])
    np.testing.assert_array_equal(open_rows(path, missing="keep").read(0, 2), [[1, 2], [3.5, np.nan]])
    with pytest.raises(ValueError, match="column 'b' is NaN or inf"):
        rows.read(0, 2)


def test_row_groups_are_of_one_size_whatever_the_blocks(tmp_path):
    X = np.zeros((100_000, 8), np.float32)
    write_rows(tmp_path / "t.parquet", np.array_split(X, 37), [f"x{j}" for j in range(8)])
    footer = pq.read_metadata(tmp_path / "t.parquet")
    sizes = [footer.row_group(g).num_rows for g in range(footer.num_row_groups)]
    assert set(sizes[:-1]) == {GROUP_BYTES // 32} and 0 < sizes[-1] <= GROUP_BYTES // 32 and sum(sizes) == 100_000


def test_a_npy_file_is_numpys(tmp_path, X):
    write_rows(tmp_path / "t.npy", np.array_split(X, 7), list("abcde"))
    np.testing.assert_array_equal(np.load(tmp_path / "t.npy"), X)
