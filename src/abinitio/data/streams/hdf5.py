"""Rows of an HDF5 file, read with h5py: one 2-d dataset, or one 1-d dataset a column in a group."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from abinitio._core.optional import require
from abinitio.data.streams.files import Column, Fingerprint, put
from abinitio.data.streams.rows import Fill, Missing, Rows

_LARGEST_CHUNK = 2**25  # bytes: larger chunks are read again for every piece of them


class Hdf5Rows(Rows):
    """The rows of dataset or group `key` of the HDF5 file at `path`; `missing` as in `open_rows`.

    Names and units of a 2-d dataset's columns are its attributes "columns" and "units", lists of d strings; the unit
    of a 1-d dataset is its attribute "unit" or "units".
    """

    def __init__(self, path: str, columns: Iterable[str] | None, key: str | None, missing: Missing) -> None:
        self._file, self._chunk_bytes = Fingerprint.of(path), 0
        self._files = (self._file,)
        with self._opened() as file:
            self._key = _find(path, file, key)
            found = file[self._key]
            self._table = hasattr(found, "shape")
            if self._table:
                schema, n, chunk = _table_schema(path, found), len(found), found.chunks
                self._chunk_bytes = int(np.prod(chunk)) * found.dtype.itemsize if chunk else 0
            else:
                schema, n, chunk, self._chunk_bytes = _group_schema(path, found)
        if chunk and self._chunk_bytes <= _LARGEST_CHUNK:
            self._align = min(int(chunk[0]), n)
        super().__init__(path, schema, n, columns, missing)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        try:
            file = require("h5py", "streams").File(self._file.path, "r", rdcc_nbytes=self._cache())
        except OSError as error:
            raise ValueError(f"{self._file.path} is truncated, or no HDF5 file: {error}") from error
        with file:
            yield file

    def _cache(self) -> int:
        """Bytes that the library keeps of the chunks of each dataset."""
        return min(max(2 * self._chunk_bytes, 2**20), 2 * _LARGEST_CHUNK)

    def _buffers(self) -> int:
        return self._cache() * (1 if self._table else len(self.columns))

    @contextmanager
    def _filling(self) -> Iterator[Fill]:
        self._file.check()
        names = [column.name for column in self._schema]
        taken = [names.index(name) for name in self.columns]

        def fill(out: np.ndarray, start: int, stop: int) -> None:
            self._file.check()
            try:
                if self._table:
                    self._fill_from_table(found, taken, out, start, stop)
                else:
                    for j, name in enumerate(self.columns):
                        put(out[:, j], found[name][start:stop], name, start, self._where)
            except (OSError, KeyError) as error:
                raise ValueError(f"{self._where(start)}: cannot be read, damaged or truncated: {error}") from error

        with self._opened() as file:
            found = file[self._key]
            yield fill

    def _fill_from_table(self, table: Any, taken: list[int], out: np.ndarray, start: int, stop: int) -> None:
        if taken == list(range(table.shape[1])) and table.dtype == out.dtype and out.flags.c_contiguous:
            if start < stop:
                table.read_direct(out, np.s_[start:stop])
            return
        values = table[start:stop]
        for j, k in enumerate(taken):
            put(out[:, j], values[:, k], self.columns[j], start, self._where)

    def _where(self, row: int) -> str:
        return f"{self.path}, {self._key}, row {row:,}"


def _find(path: str, file: Any, key: str | None) -> str:
    """The name of the dataset or group `key`; where None, of the only 2-d dataset, or of the group of 1-d ones."""
    tables: list[str] = []
    groups: list[str] = []

    def visit(name: str, item: Any) -> None:
        if len(getattr(item, "shape", None) or ()) == 2:
            tables.append(f"/{name}")
        elif len(getattr(item, "shape", None) or ()) == 1 and item.parent.name not in groups:
            groups.append(item.parent.name)

    if key is not None and key in file:
        return str(file[key].name)
    file.visititems(visit)
    there = ", ".join(tables + groups) or "none"
    if key is not None:
        raise ValueError(f"{path} has no dataset or group {key!r}; there are: {there}")
    if len(tables) + len(groups) == 1:
        return (tables or groups)[0]
    raise ValueError(f"{path} holds {len(tables) + len(groups)} tables of rows; choose one with key=: {there}")


def _table_schema(path: str, table: Any) -> list[Column]:
    if len(table.shape) != 2:
        raise ValueError(f"{path}: {table.name} has shape {table.shape}; give a 2-d dataset, or the group of 1-d ones")
    d = table.shape[1]
    names = _strings(table.attrs.get("columns"), [f"x{j}" for j in range(d)])
    units = _strings(table.attrs.get("units"), [""] * d)
    if len(names) != d or len(units) != d:
        raise ValueError(f"{path}: {table.name} has {d} columns, {len(names)} names and {len(units)} units")
    return [Column(name, table.dtype.str, unit) for name, unit in zip(names, units)]


def _group_schema(path: str, group: Any) -> tuple[list[Column], int, tuple[int, ...] | None, int]:
    """The columns of a group, their common length, the largest chunk and its bytes."""
    sets = {name: item for name, item in group.items() if len(getattr(item, "shape", None) or ()) == 1}
    if not sets:
        raise ValueError(f"{path}: the group {group.name} holds no 1-d dataset; give the group of the columns")
    lengths = {name: len(item) for name, item in sets.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{path}: the columns in {group.name} have different lengths: {lengths}")
    schema = [Column(name, _kind(item.dtype), _unit(item)) for name, item in sets.items()]
    chunked = [item for item in sets.values() if item.chunks]
    largest = max(chunked, key=lambda item: item.chunks[0], default=None)
    size = largest.chunks[0] * largest.dtype.itemsize if largest is not None else 0
    return schema, next(iter(lengths.values())), largest.chunks if largest is not None else None, size


def _kind(dtype: np.dtype) -> str:
    return dtype.str if dtype.kind in "fiub" else f"of type {dtype}"


def _unit(item: Any) -> str:
    return _strings([item.attrs.get("unit", item.attrs.get("units", ""))], [])[0]


def _strings(values: Any, default: list[str]) -> list[str]:
    if values is None:
        return default
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values]
