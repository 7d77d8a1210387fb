"""FITS and ROOT files, converted once to what `open_rows` reads, in bounded memory."""

import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from abinitio._core.optional import require
from abinitio.data.streams.files import Column, Fingerprint, choose, float_type, put
from abinitio.data.streams.rows import Rows
from abinitio.data.streams.write import write_rows

_BYTES = 2**24  # of a block
_FITS = {"L": "bool", "B": "u1", "I": "i2", "J": "i4", "K": "i8", "E": "f4", "D": "f8"}  # letters of TFORMn


def convert_fits(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    columns: Iterable[str] | None = None,
    hdu: int | str | None = None,
) -> Rows:
    """Convert the table of the FITS file at `path` to `out` (.parquet, .npy, .h5, .hdf5), and open it.

    columns : names of numeric columns of one number a row, in the order wanted; None for all.
    hdu : number or name of the table's HDU; None for the first table. Units (TUNITn) are kept, TNULLn becomes NaN,
    TSCALn and TZEROn are applied. Written as float32 where that holds every column exactly, else as float64. Needs
    abinitio's extra `convert` (astropy), and some 100 MB of memory, whatever the number of rows. Raises as `open_rows`
    does, also for a compressed file.
    """
    name = os.fspath(path)
    Fingerprint.of(name)
    fits = require("astropy.io.fits", "convert")
    with open(name, "rb") as raw:
        if raw.read(6) != b"SIMPLE":
            raise ValueError(f"{name} is no FITS file, or a compressed one; unpack it first")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "File may have been truncated")  # it may lack no more than padding
        with fits.open(name) as file:
            table = _fits_table(name, file, hdu)
            begin, n, columns_there = table.fileinfo()["datLoc"], table.header["NAXIS2"], table.columns
    record = columns_there.dtype.newbyteorder(">")  # FITS' order of bytes
    needed, there = begin + n * record.itemsize, os.path.getsize(name)
    if there < needed:
        raise ValueError(f"{name} is truncated: its table ends at byte {needed:,} and the file at {there:,}")
    chosen = choose(name, [_fits_column(column) for column in columns_there], columns)
    step = max(_BYTES // max(8 * len(chosen), record.itemsize), 1)
    blocks = (
        _fits_block(name, begin + start * record.itemsize, record, columns_there, chosen, start, min(step, n - start))
        for start in range(0, n, step)
    )
    return write_rows(out, blocks, [column.name for column in chosen], _units(chosen))


def convert_root(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    tree: str,
    columns: Iterable[str] | None = None,
) -> Rows:
    """Convert the TTree called `tree` of the ROOT file at `path` to `out` (.parquet, .npy, .h5, .hdf5), and open it.

    columns : names of branches of one number an entry, in the order wanted; None for all. A unit is what a branch's
    title has in brackets at its end: "transverse momentum [GeV]". Written as float32 where that holds every column
    exactly, else as float64. Needs abinitio's extra `convert` (uproot), and some 150 MB of memory, whatever the number
    of rows. Raises as `open_rows` does.
    """
    name = os.fspath(path)
    Fingerprint.of(name)
    uproot = require("uproot", "convert")
    try:
        file = uproot.open(name)
    except Exception as error:  # of many kinds
        raise ValueError(f"{name} is truncated, or no ROOT file: {error}") from error
    with file:
        trees = sorted({key.split(";")[0] for key, kind in file.classnames().items() if kind == "TTree"})
        if tree not in trees:
            raise ValueError(f"{name} has no tree {tree!r}; it has: {', '.join(trees) or 'none'}")
        schema = [_root_column(branch) for branch in file[tree].branches]
        chosen = choose(f"{name}, tree {tree}", schema, columns)
        blocks = _root_blocks(name, file[tree], chosen)
        return write_rows(out, blocks, [column.name for column in chosen], _units(chosen))


def _units(columns: Sequence[Column]) -> dict[str, str]:
    return {column.name: column.unit for column in columns if column.unit}


def _fits_table(name: str, file: Any, hdu: int | str | None) -> Any:
    for number, item in enumerate(file):
        if getattr(item, "columns", None) is not None and (hdu is None or hdu in (number, item.name)):
            return item
    there = ", ".join(f"{number} {item.name or '(no name)'}" for number, item in enumerate(file))
    raise ValueError(f"{name} has no table at hdu={hdu!r}; its HDUs are: {there}")


def _fits_column(column: Any) -> Column:
    letter = re.fullmatch(r"1?([LBIJKED])", column.format)
    if letter is None:
        return Column(column.name, f"of FITS format {column.format}")
    scale, zero = _scaling(column)
    kind = _FITS[letter[1]] if (scale, zero) == (1, 0) else "u8" if (letter[1], zero) == ("K", 2**63) else "f8"
    return Column(column.name, kind, column.unit or "")


def _scaling(column: Any) -> tuple[float, float]:
    """TSCAL and TZERO of a column."""
    return 1 if column.bscale in (None, "") else column.bscale, 0 if column.bzero in (None, "") else column.bzero


def _fits_block(
    name: str, begin: int, record: np.dtype, there: Any, columns: Sequence[Column], start: int, m: int
) -> np.ndarray:
    """`m` rows from row `start` on, which is at byte `begin`."""
    rows = np.fromfile(name, record, m, offset=begin)
    X = np.empty((m, len(columns)), float_type(column.dtype for column in columns))
    for j, column in enumerate(columns):
        values, null, (scale, zero) = rows[column.name], there[column.name].null, _scaling(there[column.name])
        absent = values == null if null not in (None, "") else np.zeros(m, bool)  # as stored
        if column.dtype == "bool":
            values = values == ord("T")
        elif column.dtype == "u8":
            values = values.astype("u8") + np.uint64(2**63)  # unsigned 64-bit integers are stored less 2^63
        elif (scale, zero) != (1, 0):
            values = zero + scale * values.astype(float)
        put(X[:, j], np.where(absent, 0, values), column.name, start, lambda row: f"{name}, row {row:,}")
        X[absent, j] = np.nan
    return X


def _root_column(branch: Any) -> Column:
    unit = re.search(r"\[([^\[\]]+)\]\s*$", branch.title or "")
    dtype = getattr(branch.interpretation, "numpy_dtype", np.dtype(object))
    if dtype.kind not in "fiub" or dtype.shape or not str(branch.interpretation).startswith("AsDtype("):
        return Column(branch.name, f"of type {branch.typename}")
    return Column(branch.name, dtype.newbyteorder("=").str, unit[1] if unit else "")


def _root_blocks(name: str, tree: Any, columns: Sequence[Column]) -> Iterator[np.ndarray]:
    dtype, start = float_type(column.dtype for column in columns), 0
    names = [column.name for column in columns]
    step = max(_BYTES // (8 * len(columns)), 1)
    while start < tree.num_entries:
        stop = min(start + step, tree.num_entries)
        try:
            arrays = tree.arrays(names, entry_start=start, entry_stop=stop, library="np", array_cache=None)
        except Exception as error:  # of many kinds
            raise ValueError(f"{name}, entry {start:,} or after: damaged or truncated: {error}") from error
        X = np.empty((stop - start, len(columns)), dtype)
        for j, column in enumerate(names):
            put(X[:, j], arrays[column], column, start, lambda row: f"{name}, entry {row:,}")
        yield X
        start = stop
