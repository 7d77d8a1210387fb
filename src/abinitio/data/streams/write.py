"""Write rows, block by block, to a file that `open_rows` reads; no half file is ever under the name."""

import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from abinitio._core.optional import require
from abinitio.data.streams.blocks import Block
from abinitio.data.streams.files import float_type
from abinitio.data.streams.npy import sidecar
from abinitio.data.streams.open import open_rows
from abinitio.data.streams.rows import Rows

GROUP_BYTES = 2**20  # of a row group: small ones shuffle well, and decode as fast as any
CHUNK_BYTES = 2**19  # of an HDF5 chunk
_Writer = Callable[[Path, Iterator[np.ndarray], Sequence[str], Mapping[str, str]], None]


def write_rows(
    path: str | os.PathLike[str],
    blocks: Iterable[np.ndarray | Block],
    columns: Sequence[str],
    units: Mapping[str, str] | None = None,
) -> Rows:
    """Write `blocks` of rows one after the other to `path`, and open them.

    path : .npy (with a sidecar .npy.json of names and units), .parquet, .h5 or .hdf5.
    blocks : (m, d) arrays of real numbers of any m, or the blocks of a pass over other rows; all float32 are written as
    float32, else all as float64 (the first block decides).  columns : d names;  units : name -> unit.
    A draft beside `path` takes its place when it is whole; where anything fails, what was at `path` is untouched. Needs
    memory for two blocks and about 20 MB. Raises ValueError where there are no rows or a block is not of d columns.
    """
    path, names, words = Path(path), list(columns), dict(units or {})
    if path.suffix.lower() not in _WRITERS:
        raise ValueError(f"{path} has the suffix {path.suffix!r}; give one of: {', '.join(_WRITERS)}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent.absolute()}; make it first")
    if len(set(names)) < len(names) or not names:
        raise ValueError(f"columns are {names}; give at least one name, and each once")
    if unknown := [name for name in words if name not in names]:
        raise ValueError(f"units are given for {unknown}, not among the columns {names}")
    with ExitStack() as drafts:
        draft = drafts.enter_context(_draft(path))
        if path.suffix.lower() == ".npy":
            beside = drafts.enter_context(_draft(sidecar(path)))
        _WRITERS[path.suffix.lower()](draft, _checked(blocks, len(names)), names, words)
        if path.suffix.lower() == ".npy":
            n = np.lib.format.open_memmap(draft, mode="r").shape[0]
            beside.write_text(json.dumps({"columns": names, "units": words, "rows": n}), encoding="utf-8")
    return open_rows(path)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A new name beside `path`; it becomes `path` at the end of the block, and goes where the block fails."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)  # also on Ctrl-C


def _checked(blocks: Iterable[np.ndarray | Block], d: int) -> Iterator[np.ndarray]:
    """The arrays of all blocks with rows, in C order and of one float type; at least one."""
    dtype: np.dtype | None = None
    for index, block in enumerate(blocks):
        X = np.asarray(block.X if isinstance(block, Block) else block)
        if X.ndim != 2 or X.shape[1] != d or X.dtype.kind not in "fiub":
            raise ValueError(f"block {index} has shape {X.shape} and type {X.dtype}; give (m, {d}) real numbers")
        own = float_type([X.dtype.str])
        dtype = dtype or own
        if own.itemsize > dtype.itemsize:
            raise ValueError(f"block {index} is of {X.dtype} and the first was float32; give all blocks one type")
        if len(X):
            yield np.ascontiguousarray(X, dtype)
    if dtype is None:
        raise ValueError("there are no blocks to write")


def _regrouped(blocks: Iterator[np.ndarray], bytes_each: int, least: int = 1) -> Iterator[np.ndarray]:
    """The same rows in arrays of about `bytes_each` bytes, at least `least` rows, all but the last of one length."""
    held: list[np.ndarray] = []
    have = size = 0
    for X in blocks:
        size = size or max(bytes_each // max(X.shape[1] * X.itemsize, 1), least)
        while have + len(X) >= size:
            head, X = X[: size - have], X[size - have :]
            yield np.concatenate([*held, head]) if held else head
            held, have = [], 0
        if len(X):
            held.append(X.copy())  # what it was part of can go
            have += len(X)
    if held:
        yield np.concatenate(held)


def _write_npy(path: Path, blocks: Iterator[np.ndarray], columns: Sequence[str], units: Mapping[str, str]) -> None:
    n, dtype = 0, np.dtype(float)
    with open(path, "wb") as file:
        for X in blocks:
            if n == 0:
                dtype = X.dtype
                _npy_header(file, 0, len(columns), dtype)
            file.write(X.reshape(-1).view(np.uint8).data)
            n += len(X)
        if n == 0:
            raise ValueError("there are no rows to write")
        file.seek(0)
        _npy_header(file, n, len(columns), dtype)  # as long as before: NumPy leaves room for the number of rows


def _npy_header(file: BinaryIO, n: int, d: int, dtype: np.dtype) -> None:
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (n, d)}
    np.lib.format.write_array_header_1_0(file, header)


def _write_parquet(path: Path, blocks: Iterator[np.ndarray], columns: Sequence[str], units: Mapping[str, str]) -> None:
    pa, parquet = require("pyarrow", "streams"), require("pyarrow.parquet", "streams")
    writer = None
    try:
        for X in _regrouped(blocks, GROUP_BYTES, least=4096):
            if writer is None:
                kind = pa.from_numpy_dtype(X.dtype)
                meta = [{"unit": units[name]} if name in units else None for name in columns]
                schema = pa.schema([pa.field(name, kind, metadata=unit) for name, unit in zip(columns, meta)])
                # floats neither repeat nor compress: plain pages decode three times as fast
                writer = parquet.ParquetWriter(path, schema, compression="none", use_dictionary=False)
            arrays = [pa.array(np.ascontiguousarray(X[:, j])) for j in range(len(columns))]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=len(X))
    finally:
        if writer is not None:
            writer.close()
    if writer is None:
        raise ValueError("there are no rows to write")


def _write_hdf5(path: Path, blocks: Iterator[np.ndarray], columns: Sequence[str], units: Mapping[str, str]) -> None:
    d, table = len(columns), None
    with require("h5py", "streams").File(path, "w") as file:
        for X in _regrouped(blocks, CHUNK_BYTES):
            if table is None:
                table = file.create_dataset("rows", (0, d), X.dtype, maxshape=(None, d), chunks=(len(X), d))
                table.attrs["columns"] = list(columns)
                table.attrs["units"] = [units.get(name, "") for name in columns]
            table.resize(len(table) + len(X), axis=0)
            table[-len(X) :] = X
        if table is None:
            raise ValueError("there are no rows to write")


_WRITERS: dict[str, _Writer] = {
    ".npy": _write_npy, ".parquet": _write_parquet, ".h5": _write_hdf5, ".hdf5": _write_hdf5,
}  # fmt: skip
