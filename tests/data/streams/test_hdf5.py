"""What is particular to HDF5: where the rows are, other types, large and compressed chunks."""

import h5py
import numpy as np
import pytest

from abinitio.data.streams import open_rows


def test_the_key_is_found_where_there_is_but_one(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["run/rows"] = np.arange(6.0).reshape(3, 2)
        file["run/cut/mass"] = np.arange(3.0)
        file["run/cut/n"] = np.array([1, 2, 3])
        file["image"] = np.zeros((2, 2, 2))
    with pytest.raises(ValueError, match="holds 2 tables of rows; choose one with key=: /run/rows, /run/cut"):
        open_rows(tmp_path / "a.h5")
    assert open_rows(tmp_path / "a.h5", key="run/rows").read(2, 3).tolist() == [[4, 5]]
    columns = open_rows(tmp_path / "a.h5", key="/run/cut")
    assert columns.columns == ("mass", "n") and columns.read(1, 3).tolist() == [[1, 2], [2, 3]]
    with pytest.raises(ValueError, match="has no dataset or group 'rows'; there are: /run/rows, /run/cut"):
        open_rows(tmp_path / "a.h5", key="rows")
    with pytest.raises(ValueError, match=r"/image has shape \(2, 2, 2\); give a 2-d dataset"):
        open_rows(tmp_path / "a.h5", key="image")
    with pytest.raises(ValueError, match="the group /run holds no 1-d dataset"):
        open_rows(tmp_path / "a.h5", key="run")
    with pytest.raises(ValueError, match="it is for HDF5 files only"):
        open_rows(tmp_path / "a.npy", key="run")


def test_columns_must_be_numbers_of_one_length(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["ok/x"], file["ok/word"] = np.arange(3.0), [b"a", b"b", b"c"]
        file["bad/x"], file["bad/y"] = np.arange(3.0), np.arange(4.0)
    with pytest.raises(ValueError, match=r"different lengths: \{'x': 3, 'y': 4\}"):
        open_rows(tmp_path / "a.h5", key="bad")
    with pytest.raises(ValueError, match=r"column 'word' is of type .*numeric ones with columns=: x"):
        open_rows(tmp_path / "a.h5", key="ok")
    assert open_rows(tmp_path / "a.h5", ["x"], key="ok").shape == (3, 1)


def test_large_compressed_chunks(tmp_path):
    X = np.random.default_rng(0).integers(0, 9, (50_000, 8)).astype(float)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("rows", data=X, chunks=(30_000, 8), compression="gzip", compression_opts=1)
        file.create_dataset("all", data=X[:, 0], chunks=(30_000,))
    rows = open_rows(tmp_path / "a.h5", key="rows")
    np.testing.assert_array_equal(rows.select(["x7", "x2"]).read(100, 49_000), X[100:49_000, [7, 2]])
    np.testing.assert_array_equal(np.concatenate([b.X for b in rows.blocks(2e5)]), X)
    assert rows.ranges(64e6) == [(0, 50_000)] and rows.ranges(11e6) == [(0, 30_000), (30_000, 50_000)]


def test_names_and_units_must_be_of_the_columns(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["rows"] = np.zeros((3, 2))
        file["rows"].attrs["columns"] = ["a"]
    with pytest.raises(ValueError, match="has 2 columns, 1 names and 2 units"):
        open_rows(tmp_path / "a.h5")


def test_damage_in_the_middle_is_an_error_with_its_row(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        rows = file.create_dataset("rows", data=np.ones((1000, 4)), chunks=(100, 4), fletcher32=True)
        place = rows.id.get_chunk_info(5).byte_offset
    data = bytearray(path.read_bytes())
    data[place + 7] ^= 1
    path.write_bytes(data)
    rows = open_rows(path)
    assert rows.read(0, 500).sum() == 2000
    with pytest.raises(ValueError, match=r"a.h5, /rows, row 500: cannot be read, damaged or truncated"):
        rows.read(500, 510)
