"""Open a file of rows by its suffix."""

import os
from collections.abc import Iterable
from pathlib import Path

from abinitio.data.streams.hdf5 import Hdf5Rows
from abinitio.data.streams.npy import NpyRows
from abinitio.data.streams.parquet import ParquetRows
from abinitio.data.streams.rows import Missing, Rows


def open_rows(
    path: str | os.PathLike[str],
    columns: Iterable[str] | None = None,
    key: str | None = None,
    missing: Missing = "raise",
) -> Rows:
    """The rows of a file, or of a folder of Parquet files in the order of their names, without reading them.

    path : .npy (a 2-d or structured array), .parquet or a folder of such files, .h5 or .hdf5; the last two need
    abinitio's extra `streams`.  columns : names of numeric columns, in the order wanted; None for all of the file.
    key : in HDF5, the 2-d dataset, or the group that holds one 1-d dataset a column; None where there is but one.
    missing : what becomes of a row with NaN or inf (or null): "raise" an error, "drop" it, "keep" it as NaN or inf.
    Numbers are read as float32 where all columns fit in it exactly, else as float64.
    Raises FileNotFoundError; ValueError for an unknown suffix, a missing or non-numeric column, files of a folder that
    differ in their columns, a truncated or empty file; RuntimeError, while reading, for a file that has changed.
    """
    name = os.path.abspath(path)  # another process may stand in another folder
    suffix = Path(name).suffix.lower()
    if key is not None and suffix not in (".h5", ".hdf5"):
        raise ValueError(f"key is {key!r} for {name}; it is for HDF5 files only")
    if suffix == ".parquet" or os.path.isdir(name):
        return ParquetRows(name, columns, missing)
    if suffix in (".h5", ".hdf5"):
        return Hdf5Rows(name, columns, key, missing)
    if suffix == ".npy":
        return NpyRows(name, columns, missing)
    raise ValueError(f"{name} has the suffix {suffix!r}; give .npy, .parquet (or a folder of them), .h5 or .hdf5")
