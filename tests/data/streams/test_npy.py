"""What is particular to .npy: the sidecar, arrays of other shapes, a file cut short while it is read."""

import json
import os

import numpy as np
import pytest

from abinitio.data.streams import open_rows
from abinitio.data.streams.files import Fingerprint


def test_without_a_sidecar_columns_are_numbered(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6).reshape(3, 2))
    rows = open_rows(tmp_path / "a.npy")
    assert rows.columns == ("x0", "x1") and rows.units == {} and rows.dtype == np.float64
    assert rows.read(1, 3).tolist() == [[2, 3], [4, 5]]


def test_a_sidecar_of_another_file_is_an_error(make, X):
    path = make("npy", X)
    sidecar = path.with_name("events.npy.json")
    for words, message in [
        ({"columns": ["a"]}, "names 1 columns and"),
        ({"columns": list("abcde"), "rows": 999}, "is of 999 rows and .* has 1000"),
    ]:
        sidecar.write_text(json.dumps(words))
        with pytest.raises(ValueError, match=message):
            open_rows(path)
    sidecar.write_text("{")
    with pytest.raises(ValueError, match="is not JSON"):
        open_rows(path)


def test_fields_of_several_types(tmp_path):
    records = np.zeros(4, [("id", "i8"), ("name", "U3"), ("xyz", "f4", 3), ("m", "f4"), ("n", "i2")])
    records["m"], records["n"], records["id"] = np.arange(4) + 0.5, [1, -2, 3, 4], [1, 2, 3, 2**60]
    np.save(tmp_path / "a.npy", records)
    rows = open_rows(tmp_path / "a.npy", columns=["n", "m"])
    assert rows.dtype == np.float32 and rows.read(1, 3).tolist() == [[-2, 1.5], [3, 2.5]]
    with pytest.raises(ValueError, match=r"column 'xyz' is of shape \(3,\).*numeric ones with columns=: id, m, n"):
        rows.select(["xyz"])
    with pytest.raises(ValueError, match="column 'name' is <U3, not numbers"):
        open_rows(tmp_path / "a.npy")
    with pytest.raises(ValueError, match=r"a.npy, row 0 or after: column 'id' holds integers beyond 2\^53"):
        rows.select(["id"]).read(0, 4)


@pytest.mark.parametrize("array", [np.zeros(5), np.zeros((2, 2, 2)), np.array(1.0)])
def test_arrays_that_are_no_table(tmp_path, array):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(ValueError, match=r"give \(n, d\), or one with named fields"):
        open_rows(tmp_path / "a.npy")


def test_a_file_cut_short_under_the_reader_is_an_error_and_no_crash(make, X, monkeypatch):
    path = make("npy", X)
    rows = open_rows(path)
    os.truncate(path, 10_000)
    monkeypatch.setattr(Fingerprint, "check", lambda self: None)  # as if cut between the check and the read
    with pytest.raises(ValueError, match="is truncated: it ends at byte 10,000, within its rows"):
        rows.read(0, 1000)


def test_objects_are_not_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[object()]]), allow_pickle=True)
    with pytest.raises(ValueError, match=r"no .npy file of numbers"):
        open_rows(tmp_path / "a.npy")
