"""A small table in every format that is read."""

import json

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

NAMES = ("t", "px", "py", "pz", "mass")
UNITS = {"t": "s", "mass": "GeV"}
FORMS = ["npy", "npy by column", "npy of fields", "parquet", "folder", "hdf5", "hdf5 of columns"]


def write(form, folder, X):
    """`X` : (n, 5) in a file of the kind `form`, written with the formats' own libraries; returns its path."""
    if form in ("npy", "npy by column"):
        path = folder / "events.npy"
        np.save(path, np.asfortranarray(X) if "by" in form else np.ascontiguousarray(X))
        sidecar = {"columns": NAMES, "units": UNITS, "rows": len(X)}
        path.with_name("events.npy.json").write_text(json.dumps(sidecar))
    elif form == "npy of fields":
        path = folder / "events.npy"
        np.save(path, np.rec.fromarrays(X.T, names=",".join(NAMES)))
        path.with_name("events.npy.json").write_text(json.dumps({"units": UNITS}))
    elif form in ("parquet", "folder"):
        parts = np.array_split(X, 3) if form == "folder" else [X]
        path = folder / "events" if form == "folder" else folder / "events.parquet"
        if form == "folder":
            path.mkdir(exist_ok=True)
        for number, part in enumerate(parts):
            file = path / f"part-{number}.parquet" if form == "folder" else path
            pq.write_table(as_table(part), file, row_group_size=max(len(X) // 11, 1))
    else:
        path = folder / "events.h5"
        with h5py.File(path, "w", track_order=True) as file:
            if form == "hdf5":
                chunks = max(len(X) // 7, 1), X.shape[1]
                table = file.create_dataset("rows", data=X, chunks=chunks, maxshape=(None, X.shape[1]))
                table.attrs["columns"] = list(NAMES)
                table.attrs["units"] = [UNITS.get(name, "") for name in NAMES]
            else:
                group = file.create_group("events", track_order=True)
                for name, values in zip(NAMES, X.T):
                    group.create_dataset(name, data=values).attrs["unit"] = UNITS.get(name, "")
    return path


def as_table(X, names=NAMES):
    fields = [
        pa.field(name, pa.from_numpy_dtype(X.dtype), metadata={"unit": UNITS[name]} if name in UNITS else None)
        for name in names
    ]
    return pa.table([pa.array(np.ascontiguousarray(values)) for values in X.T], schema=pa.schema(fields))


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


@pytest.fixture
def X():
    """(1000, 5) numbers, the first column counts the rows."""
    table = np.random.default_rng(0).standard_normal((1000, 5)).astype(np.float32)
    table[:, 0] = np.arange(1000)
    return table


@pytest.fixture
def make(tmp_path):
    """make(form, X): the path of a new file of that kind."""
    return lambda form, table: write(form, tmp_path, table)
