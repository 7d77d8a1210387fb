"""Every format gives the same rows, columns, units and blocks, and the same clear errors."""

import os
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from abinitio.data.streams import ArrayRows, open_rows

SMALL = 16 * 3 * 5 * 4 * 2  # bytes: few blocks of few rows, whatever the format takes for itself


@pytest.mark.parametrize("dtype", [np.float32, np.float64, ">f4", ">f8"])
def test_all_rows_come_back_as_they_are(make, form, X, dtype):
    swapped = "npy" in form or "hdf5" in form  # Parquet knows one order of bytes
    rows = open_rows(make(form, X.astype(dtype if swapped else np.dtype(dtype).newbyteorder("="))))
    assert rows.columns == ("t", "px", "py", "pz", "mass")
    assert rows.units == {"t": "s", "mass": "GeV"}
    assert (len(rows), rows.shape, rows.dtype) == (1000, (1000, 5), np.dtype(dtype).newbyteorder("="))
    read = rows.read(0, 1000)
    assert read.dtype == rows.dtype
    np.testing.assert_array_equal(read, X)


def test_any_range_and_any_columns(make, form, X):
    rows = open_rows(make(form, X), columns=["mass", "t"])
    assert rows.units == {"mass": "GeV", "t": "s"} and rows.columns == ("mass", "t")
    for start, stop in [(0, 1), (5, 5), (89, 93), (332, 336), (0, 1000), (999, 1000), (1000, 1000)]:
        np.testing.assert_array_equal(rows.read(start, stop), X[start:stop, [4, 0]])
    other = rows.select(["py", "px"])
    np.testing.assert_array_equal(other.read(100, 700), X[100:700, [2, 1]])
    assert other.units == {} and rows.columns == ("mass", "t") and rows.select(None).columns[0] == "t"
    for start, stop in [(-1, 3), (4, 3), (0, 1001)]:
        with pytest.raises(ValueError, match="asked of 1000; give 0 <= start"):
            rows.read(start, stop)


def test_blocks_in_order_are_the_ranges(make, form, X):
    rows = open_rows(make(form, X))
    ranges, blocks = rows.ranges(SMALL), list(rows.blocks(SMALL))
    assert [(b.start, b.stop) for b in blocks] == ranges and [b.index for b in blocks] == list(range(len(ranges)))
    assert len(ranges) > 10 and ranges[0][0] == 0 and ranges[-1][1] == 1000
    assert all(a[1] == b[0] for a, b in pairwise(ranges))
    np.testing.assert_array_equal(np.concatenate([b.X for b in blocks]), X)
    for start, stop in ranges:
        np.testing.assert_array_equal(rows.read(start, stop), X[start:stop])


@pytest.mark.parametrize("seed", [None, 3])
def test_an_interrupted_pass_goes_on_with_exactly_the_blocks_that_are_left(make, form, X, seed):
    rows = open_rows(make(form, X))
    memory = SMALL if seed is None else 4 * SMALL
    whole = list(rows.blocks(memory, seed))
    assert len(whole) > 8
    for first in (0, 1, 7, len(whole) - 1, len(whole)):
        left = list(rows.blocks(memory, seed, first=first))
        assert [b[:3] for b in left] == [b[:3] for b in whole[first:]]
        assert all((a.X == b.X).all() for a, b in zip(left, whole[first:]))
    with pytest.raises(ValueError, match="give 0 <= first"):
        rows.blocks(memory, seed, first=len(whole) + 1)


def test_rows_travel_to_other_processes_and_threads(make, form, X):
    rows = open_rows(make(form, X), columns=["t", "pz"])
    rows.read(0, 10)
    assert len(pickle.dumps(rows)) < 3000
    parts = rows.ranges(SMALL)
    with ThreadPoolExecutor(4) as pool:
        sums = list(pool.map(partial(total, rows), parts))
    np.testing.assert_allclose(sum(sums), X[:, [0, 3]].sum(axis=0, dtype=float), rtol=1e-12)
    if form in ("npy", "folder", "hdf5"):
        there = "import pickle, sys; rows = pickle.load(sys.stdin.buffer); print(rows.read(3, 800).sum(dtype=float))"
        run = subprocess.run([sys.executable, "-c", there], input=pickle.dumps(rows), capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        assert float(run.stdout) == rows.read(3, 800).sum(dtype=float)


def total(rows, part):
    return rows.read(*part).sum(axis=0, dtype=float)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_missing_values_are_named_dropped_or_kept(make, form, X, bad):
    X[[417, 418, 600], [2, 4, 1]] = bad
    path = make(form, X)
    with pytest.raises(ValueError, match=r"column 'py' is NaN or inf, the first of 3 such rows of the 1,000") as error:
        open_rows(path).read(0, 1000)
    place = {
        "parquet": r"events.parquet, row group 4, row 417",
        "folder": r"part-1.parquet, row group 0, row 83 \(row 417",
    }
    assert re.search(place.get(form, "row 417"), str(error.value))
    with pytest.raises(ValueError, match="NaN or inf"):
        list(open_rows(path).blocks(seed=1))
    left = np.delete(X, [417, 418, 600], axis=0)
    dropped = open_rows(path, missing="drop")
    np.testing.assert_array_equal(dropped.read(0, 1000), left)
    np.testing.assert_array_equal(np.concatenate([b.X for b in dropped.blocks(SMALL)]), left)
    mixed = np.concatenate([b.X for b in dropped.blocks(SMALL, seed=1)])
    np.testing.assert_array_equal(mixed[mixed[:, 0].argsort()], left)
    np.testing.assert_array_equal(open_rows(path, missing="keep").read(0, 1000), X)
    np.testing.assert_array_equal(open_rows(path, columns=["t", "pz"]).read(0, 1000), X[:, [0, 3]])
    with pytest.raises(ValueError, match='give one of: "raise", "drop", "keep"'):
        open_rows(path, missing="ignore")


def test_blocks_without_any_row_left_are_passed_over(make, X):
    X[:500] = np.nan
    blocks = list(open_rows(make("npy", X), missing="drop").blocks(SMALL))
    assert blocks[0].index > 10 and blocks[0].stop > 500
    assert sum(len(b.X) for b in blocks) == 500


def test_large_sums_are_not_taken_for_missing_values(make, form, X):
    X[:, 1] = 3e38  # the sum of two is beyond float32
    np.testing.assert_array_equal(open_rows(make(form, X)).read(0, 1000), X)


def test_a_column_that_is_not_there_and_those_that_come_close(make, form, X):
    path = make(form, X)
    with pytest.raises(ValueError, match=r"no column 'mas'; did you mean 'mass'\?"):
        open_rows(path, columns=["mas"])
    with pytest.raises(ValueError, match=r"no column 'charge'; it has: t, px, py, pz, mass"):
        open_rows(path).select(["t", "charge"])
    with pytest.raises(ValueError, match="asked for twice"):
        open_rows(path, columns=["t", "t"])
    with pytest.raises(ValueError, match=r"give a list of names: columns=\['mass'\]"):
        open_rows(path, columns="mass")
    with pytest.raises(ValueError, match="at least one name"):
        open_rows(path, columns=[])


def test_a_file_that_changed_since_it_was_opened(make, form, X):
    path = make(form, X)
    rows = open_rows(path)
    make(form, X[:900])
    with pytest.raises(RuntimeError, match=r"changed since it was opened \(.* bytes then, .* now\); open it anew"):
        rows.read(0, 10)
    rows = open_rows(path)
    blocks = rows.blocks(SMALL)
    next(blocks)
    for file in path.iterdir() if path.is_dir() else [path]:
        os.utime(file, ns=(1, 1))
    with pytest.raises(RuntimeError, match="written again since"):
        list(blocks)


def test_a_truncated_file(make, form, X):
    path = make(form, X)
    file = path / "part-1.parquet" if form == "folder" else path
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(ValueError, match=f"{file.name} is truncated, or no"):
        open_rows(path)
    file.write_bytes(b"")
    with pytest.raises(ValueError, match=f"{file.name} is truncated, or no"):
        open_rows(path)


def test_an_empty_file_and_none(make, form, X, tmp_path):
    path = make(form, X[:0])
    with pytest.raises(ValueError, match="holds no rows"):
        open_rows(path)
    for name in ("none.npy", "none.parquet", "none.h5"):
        with pytest.raises(FileNotFoundError, match=f"there is no file .*{name}"):
            open_rows(tmp_path / name)
    with pytest.raises(ValueError, match=r"suffix '.csv'; give .npy, .parquet"):
        open_rows(tmp_path / "events.csv")


def test_a_relative_path_is_the_same_file_from_another_folder(make, X, tmp_path, monkeypatch):
    make("npy", X)
    monkeypatch.chdir(tmp_path)
    rows = open_rows("events.npy")
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(rows.read(0, 1000), X)


def test_progress_shows_rates_and_changes_nothing(make, X, capsys):
    rows = open_rows(make("npy", X))
    blocks = list(rows.blocks(SMALL, progress=True, first=5))
    assert sum(len(b.X) for b in blocks) == 1000 - blocks[0].start
    shown = capsys.readouterr()
    assert "rows/s" in shown.err and "100%" in shown.err and "events.npy" in shown.err and not shown.out


@pytest.mark.parametrize("name", ["pyarrow", "h5py"])
def test_a_missing_extra_is_named(make, X, monkeypatch, name):
    path = make({"pyarrow": "parquet", "h5py": "hdf5"}[name], X)
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, f"{name}.parquet", None)
    with pytest.raises(ModuleNotFoundError, match=r"'streams'.*\n?.*pip install '.\[streams\]'"):
        open_rows(path)


def test_memory_that_holds_no_row(X):
    with pytest.raises(ValueError, match="memory is 10 bytes and a row needs 60; give 64e6"):
        ArrayRows(X).ranges(10)
    with pytest.raises(ValueError, match="too little to shuffle"):
        ArrayRows(X).blocks(100, seed=1)
