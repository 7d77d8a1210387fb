"""Rows of a Parquet file, or of a folder of them, read row group by row group with pyarrow."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from abinitio._core.optional import require
from abinitio.data.streams.files import Column, Fingerprint, put
from abinitio.data.streams.rows import Fill, Missing, Rows

_NUMPY = {"halffloat": "float16", "float": "float32", "double": "float64"}  # the rest has NumPy's names
_BATCH = 2**21  # bytes decoded at a time


class ParquetRows(Rows):
    """The rows of the Parquet file at `path`, or of all *.parquet of that folder; `missing` as in `open_rows`.

    The unit of a column is what its field's metadata call "unit".
    """

    def __init__(self, path: str, columns: Iterable[str] | None, missing: Missing) -> None:
        files = [path]
        if os.path.isdir(path):
            files = sorted(str(file) for file in Path(path).glob("*.parquet") if file.name[0] not in "._")
            if not files:
                raise FileNotFoundError(f"the folder {Path(path).absolute()} holds no file *.parquet")
        self._files = tuple(Fingerprint.of(file) for file in files)
        self._footers: dict[int, Any] = {}  # of this process, by number of the file
        schema = _schema(files[0], self._footer(0))
        for number, file in enumerate(files[1:], start=1):
            _hold_same(files[0], schema, file, _schema(file, self._footer(number)))
        sizes = [self._footer(number).num_rows for number in range(len(files))]
        self._begins = np.cumsum([0, *sizes])
        super().__init__(path, schema, int(self._begins[-1]), columns, missing)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_footers": {}}  # read again where they are needed

    def _footer(self, number: int) -> Any:
        if number not in self._footers:
            parquet, file = require("pyarrow.parquet", "streams"), self._files[number]
            file.check()
            try:
                self._footers[number] = parquet.read_metadata(file.path)
            except (ValueError, OSError) as error:
                raise ValueError(f"{file.path} is truncated, or no Parquet file: {error}") from error
        return self._footers[number]

    def _group_begins(self, number: int) -> np.ndarray:
        """Rows of file `number` at which its row groups begin, and its end."""
        footer = self._footer(number)
        return np.cumsum([0, *(footer.row_group(g).num_rows for g in range(footer.num_row_groups))])

    def _edges(self) -> np.ndarray:
        return np.unique(np.concatenate([self._begins[i] + self._group_begins(i) for i in range(len(self._files))]))

    def _buffers(self) -> int:
        return 2 * _BATCH + 2**19 * len(self.columns)  # a batch as it is decoded, and half a page of each column

    def _where(self, row: int) -> str:
        number = int(np.searchsorted(self._begins, row, side="right")) - 1
        own = row - int(self._begins[number])
        group = int(np.searchsorted(self._group_begins(number), own, side="right")) - 1
        of_all = f" (row {row:,} of the folder)" if len(self._files) > 1 else ""
        return f"{self._files[number].path}, row group {group}, row {own:,}{of_all}"

    @contextmanager
    def _filling(self) -> Iterator[Fill]:
        parts: dict[int, _Part] = {}  # only the last file read from stays open

        def fill(out: np.ndarray, start: int, stop: int) -> None:
            number = int(np.searchsorted(self._begins, start, side="right")) - 1
            while start < stop:
                begin, end = int(self._begins[number]), int(self._begins[number + 1])
                m = min(stop, end) - start
                self._files[number].check()
                if number not in parts:
                    self._close(parts)
                    parts[number] = self._part(number)
                parts[number].fill(out[:m], start - begin)
                out, start, number = out[m:], start + m, number + 1

        try:
            yield fill
        finally:
            self._close(parts)

    def _part(self, number: int) -> "_Part":
        begin = int(self._begins[number])
        return _Part(
            self._files[number].path, self._footer(number), self._group_begins(number), self.columns,
            self._batch_rows(), lambda own: self._where(begin + own),
        )  # fmt: skip

    def _batch_rows(self) -> int:
        stored = {column.name: np.dtype(column.dtype).itemsize for column in self._schema if column.numeric}
        return max(_BATCH // sum(stored[name] for name in self.columns), 256)

    @staticmethod
    def _close(parts: "dict[int, _Part]") -> None:
        for part in parts.values():
            part.close()
        parts.clear()


class _Part:
    """One open file, decoded batch by batch: going on from where the last call stopped costs nothing twice."""

    def __init__(
        self,
        path: str,
        footer: Any,
        begins: np.ndarray,
        columns: tuple[str, ...],
        batch_rows: int,
        where: Callable[[int], str],
    ) -> None:
        self._begins, self._columns, self._batch_rows, self._where = begins, columns, batch_rows, where
        self._file = require("pyarrow.parquet", "streams").ParquetFile(
            path, metadata=footer, pre_buffer=False, buffer_size=2**16
        )
        self._batches: Iterator[Any] = iter(())
        self._held: list[np.ndarray] = []
        self._group, self._at = 0, -1

    def close(self) -> None:
        self._batches = iter(())
        self._file.close()

    def fill(self, out: np.ndarray, start: int) -> None:
        """The rows of this file from `start` on into `out`, as many as it has."""
        if start != self._at:
            self._go_to(start)
        done = 0
        while done < len(out):
            if not len(self._held[0]):
                self._next()
            m = min(len(out) - done, len(self._held[0]))
            for j, values in enumerate(self._held):
                put(out[done : done + m, j], values[:m], self._columns[j], self._at, self._where)
            self._held = [values[m:] for values in self._held]
            done, self._at = done + m, self._at + m

    def _go_to(self, start: int) -> None:
        self._open_group(int(np.searchsorted(self._begins, start, side="right")) - 1)
        while self._at + len(self._held[0]) <= start:
            self._at += len(self._held[0])
            self._next()
        self._held = [values[start - self._at :] for values in self._held]
        self._at = start

    def _open_group(self, group: int) -> None:
        self._group, self._at, self._held = group, int(self._begins[group]), [np.empty(0)]
        self._batches = self._file.iter_batches(
            self._batch_rows, row_groups=[group], columns=list(self._columns), use_threads=False
        )

    def _next(self) -> None:
        """Decode the next batch; batches end where row groups do, so that an error has its place."""
        if self._at == self._begins[self._group + 1]:
            self._open_group(int(np.searchsorted(self._begins, self._at, side="right")) - 1)  # not an empty one
        try:
            batch: Any = next(self._batches)
        except (StopIteration, ValueError, OSError) as error:
            raise ValueError(f"{self._where(self._at)}: cannot be read, damaged or truncated: {error}") from error
        self._held = [_numbers(batch.column(name), name, self._at, self._where) for name in self._columns]


def _numbers(column: Any, name: str, row: int, where: Callable[[int], str]) -> np.ndarray:
    """An Arrow array as NumPy's; null is NaN."""
    pyarrow = require("pyarrow", "streams")
    if pyarrow.types.is_boolean(column.type):
        column = column.cast(pyarrow.int8())
    if column.null_count and pyarrow.types.is_integer(column.type):
        known = column.drop_null().to_numpy(zero_copy_only=False)
        put(np.empty(len(known)), known, name, row, where)  # for its error
    return column.to_numpy(zero_copy_only=False)


def _schema(path: str, footer: Any) -> list[Column]:
    try:
        fields = footer.schema.to_arrow_schema()
    except (ValueError, OSError) as error:
        raise ValueError(f"{path} has a schema that pyarrow does not read: {error}") from error
    return [_column(field) for field in fields]


def _column(field: Any) -> Column:
    word = str(field.type)
    unit = (field.metadata or {}).get(b"unit", b"").decode()
    return Column(field.name, _NUMPY.get(word, word), unit)


def _hold_same(first: str, schema: list[Column], path: str, other: list[Column]) -> None:
    """ValueError, with what differs, unless both files have the same columns (in whatever order)."""
    ours, theirs = ({column.name: column for column in columns} for columns in (schema, other))
    if ours == theirs:
        return
    lacking, added = [n for n in ours if n not in theirs], [n for n in theirs if n not in ours]
    words = [f"lacks {', '.join(map(repr, lacking))}"] * bool(lacking)
    words += [f"has {', '.join(map(repr, added))} besides"] * bool(added)
    words += [
        f"has {name!r} as {theirs[name].dtype} ({theirs[name].unit or 'no unit'}), not {ours[name].dtype} "
        f"({ours[name].unit or 'no unit'})"
        for name in ours
        if name in theirs and ours[name] != theirs[name]
    ]
    raise ValueError(f"{path} has not the columns of {first}: it {'; it '.join(words)}")
