"""Rows of a .npy file: a 2-d array in either order of storage, or a structured array of one field a column.

The rows are read rather than mapped: a file that was cut short is then an error and not a crash of the process (the
signal SIGBUS), and the pages of the file do not count as memory of this process. Names and units of the columns of a
2-d array are in a sidecar beside it, events.npy.json: {"columns": ["t", "h"], "units": {"h": "m"}, "rows": 3}.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import numpy as np

from abinitio.data.streams.files import Column, Fingerprint, put
from abinitio.data.streams.rows import Fill, Missing, Rows


class NpyRows(Rows):
    """The rows of the .npy file at `path`; `missing` as in `open_rows`."""

    def __init__(self, path: str, columns: Iterable[str] | None, missing: Missing) -> None:
        self._file = Fingerprint.of(path)
        self._files = (self._file,)
        try:
            mapped = np.lib.format.open_memmap(path, mode="r")
        except (ValueError, EOFError, OSError) as error:
            raise ValueError(f"{path} is truncated, or no .npy file of numbers: {error}") from error
        self._stored, self._offset = mapped.dtype, int(mapped.offset)
        self._by_column = mapped.ndim == 2 and not mapped.flags.c_contiguous
        shape = mapped.shape
        del mapped
        if not (len(shape) == 2 or (len(shape) == 1 and self._stored.names)):
            raise ValueError(f"{path} holds an array of shape {shape}; give (n, d), or one with named fields")
        super().__init__(path, _schema(path, self._stored, shape), shape[0], columns, missing)

    @contextmanager
    def _filling(self) -> Iterator[Fill]:
        names = [column.name for column in self._schema]
        taken = [names.index(name) for name in self.columns]
        whole = taken == list(range(len(names))) and self._stored == self.dtype and not self._by_column

        def fill(out: np.ndarray, start: int, stop: int) -> None:
            self._file.check()
            if self._by_column:
                for j, k in enumerate(taken):
                    put(out[:, j], self._get(file, k * len(self) + start, stop - start), names[k], start, self._where)
            elif self._stored.names:
                records = self._get(file, start, stop - start)
                for j, name in enumerate(self.columns):
                    put(out[:, j], records[name], name, start, self._where)
            elif whole and out.flags.c_contiguous:
                self._into(file, out, start * len(names))
            else:
                values = self._get(file, start * len(names), (stop - start) * len(names)).reshape(-1, len(names))
                for j, k in enumerate(taken):
                    put(out[:, j], values[:, k], names[k], start, self._where)

        with open(self.path, "rb", buffering=0) as file:
            yield fill

    def _get(self, file: FileIO, at: int, count: int) -> np.ndarray:
        """`count` items of the file from item `at` on."""
        values = np.empty(count, self._stored)
        self._into(file, values, at)
        return values

    def _into(self, file: FileIO, values: np.ndarray, at: int) -> None:
        place = self._offset + at * self._stored.itemsize
        file.seek(place)
        if (got := file.readinto(values.reshape(-1).view(np.uint8).data)) != values.nbytes:
            raise ValueError(f"{self.path} is truncated: it ends at byte {place + (got or 0):,}, within its rows")


def sidecar(path: str | Path) -> Path:
    """Where the names and units of the columns of the .npy file at `path` are kept."""
    return Path(f"{path}.json")


def _schema(path: str, stored: np.dtype, shape: tuple[int, ...]) -> list[Column]:
    words = _words(path, shape[0])
    units = words.get("units", {})
    if stored.names:
        return [Column(name, _kind(stored[name]), units.get(name, "")) for name in stored.names]
    names = words.get("columns", [f"x{j}" for j in range(shape[1])])
    if len(names) != shape[1]:
        raise ValueError(f"{sidecar(path)} names {len(names)} columns and {path} has {shape[1]}; name every one")
    return [Column(name, stored.str, units.get(name, "")) for name in names]


def _words(path: str, n: int) -> dict:
    if not sidecar(path).is_file():
        return {}
    try:
        words = json.loads(sidecar(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{sidecar(path)} is not JSON: {error}; mend or remove it") from error
    if words.get("rows", n) != n:
        raise ValueError(f"{sidecar(path)} is of {words['rows']} rows and {path} has {n}; it belongs to another file")
    return words


def _kind(field: np.dtype) -> str:
    return field.str if field.shape == () and not field.names else f"of shape {field.shape}, type {field.base}"
