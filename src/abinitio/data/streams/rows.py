"""Rows that need not fit in memory: what every reader of them can do, whatever the format of the file."""

import copy
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Self

import numpy as np

from abinitio.data.streams.blocks import Block, cut, in_order, rows_per_block, shown, shuffled
from abinitio.data.streams.files import Column, Fingerprint, choose, finite, float_type

Missing = Literal["raise", "drop", "keep"]
Fill = Callable[[np.ndarray, int, int], None]  # fill(out, start, stop): those rows of the file into out, as floats

_PIECE = 2**20  # bytes read at a time, few enough to be still in the cache when they are checked


class Rows:
    """n rows of d numeric columns, read by range or in blocks that keep to a bound of memory.

    path : of the file or folder;  columns : the names, in the order asked for;  units : name -> unit, of those that
    state one;  dtype : float32 where every column fits in it exactly, else float64;  missing : what becomes of rows
    with NaN or inf: "raise" an error that names the first, "drop" them, or "keep" them as they are.
    Rows count from 0. The object is small and can be pickled: files are opened where and when rows are read, and a
    file that changed since `open_rows` is an error. It may be used by several threads at once.
    """

    path: str
    missing: Missing
    columns: tuple[str, ...]
    units: dict[str, str]
    dtype: np.dtype

    def __init__(
        self, path: str, schema: Sequence[Column], n: int, columns: Iterable[str] | None, missing: Missing
    ) -> None:
        if missing not in ("raise", "drop", "keep"):
            raise ValueError(f'missing is {missing!r}; give one of: "raise", "drop", "keep"')
        if n == 0:
            raise ValueError(f"{path} holds no rows")
        self.path, self.missing, self._schema, self._n = path, missing, tuple(schema), n
        self._choose(columns)

    def __len__(self) -> int:
        return self._n

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}: {len(self):,} rows of {', '.join(self.columns)}>"

    @property
    def fingerprint(self) -> tuple[Fingerprint, ...]:
        """Path, size and time of change of each file: what tells these rows from others; () for rows in memory."""
        return self._files

    @property
    def shape(self) -> tuple[int, int]:
        """(n, d) as in the file: n counts rows that missing="drop" will leave out."""
        return self._n, len(self.columns)

    def select(self, columns: Iterable[str] | None) -> Self:
        """The same rows with other `columns` of the file, in that order; all of them where None."""
        other = copy.copy(self)
        other._choose(columns)
        return other

    def read(self, start: int, stop: int) -> np.ndarray:
        """(stop - start, d) rows `start` to `stop`, the last excluded; fewer with missing="drop"."""
        start, stop = operator.index(start), operator.index(stop)
        if not 0 <= start <= stop <= len(self):
            raise ValueError(f"rows {start} to {stop} are asked of {len(self)}; give 0 <= start <= stop <= {len(self)}")
        with self._filling() as fill:
            return self._read(fill, start, stop)

    def ranges(self, memory: float = 64e6) -> list[tuple[int, int]]:
        """Ranges (start, stop) that follow one another over all rows, each a block that keeps to `memory` bytes.

        The bound holds what a loop over blocks has at one time: the block, the one before it, which the caller still
        holds while the next is made, and what reading takes. It is kept from about 32 MB up for 16 columns; below, the
        buffers of pyarrow (1 MB a column) may be larger. Ranges end where row groups or chunks end, unless one of them
        alone is larger than a block.
        """
        return cut(len(self), rows_per_block(self._usable(memory), self._row_bytes), self._edges(), self._align)

    def blocks(
        self, memory: float = 64e6, seed: int | None = None, progress: bool = False, first: int = 0
    ) -> Iterator[Block]:
        """Iterate over all rows once, as `Block(index, start, stop, X)` with X of shape (stop - start, d).

        memory : bytes, a bound as in `ranges`.  seed : None for the order of the file, whose blocks are the `ranges`;
        an integer for a shuffled order, the same for the same seed, bound and file. It reads pieces from all over the
        file into a buffer of about half the bound and gives the buffer's rows out in random order, in eight blocks;
        `start` and `stop` then count the rows of this pass. Row groups above an eighth of the bound make it slow, since
        they are decoded in part and more than once.
        progress : show rows/s and the time left on the standard error.
        first : the block to begin with, to resume a pass of the same seed and bound that ended after block first - 1.
        With missing="drop", X has fewer rows, and a block left without any is passed over (indices go on counting).
        """
        if seed is None:
            plan = self.ranges(memory)
            walk, total = in_order(self, plan, first), len(plan)
        else:
            walk, total = shuffled(self, self._usable(memory), seed, first)
        if not 0 <= first <= total:
            raise ValueError(f"first is {first} of {total} blocks; give 0 <= first <= {total}")
        return shown(walk, len(self), str(self.path)) if progress else walk

    # what a format adds

    def _filling(self) -> AbstractContextManager[Fill]:
        """Open the file; within the context the function `fill` reads from it."""
        raise NotImplementedError

    def _edges(self) -> np.ndarray | None:
        """Rows at which groups of rows begin, 0 and n included; None where any row will do."""
        return None

    def _buffers(self) -> int:
        """Bytes that the library which reads the format takes for itself."""
        return 0

    _files: tuple[Fingerprint, ...] = ()
    _align = 1  # rows of a chunk, where all are of one size

    def _where(self, row: int) -> str:
        """The file and the place of `row` in it, for errors."""
        return f"{self.path}, row {row:,}"

    # what they share

    def _choose(self, columns: Iterable[str] | None) -> None:
        chosen = choose(self.path, self._schema, columns)
        self.columns = tuple(column.name for column in chosen)
        self.units = {column.name: column.unit for column in chosen if column.unit}
        self.dtype = float_type(column.dtype for column in chosen)

    def _usable(self, memory: float) -> float:
        return max(memory - self._buffers(), memory / 2)

    @property
    def _row_bytes(self) -> int:
        return len(self.columns) * self.dtype.itemsize

    def _read(self, fill: Fill, start: int, stop: int) -> np.ndarray:
        out = np.empty((stop - start, len(self.columns)), self.dtype)
        return out[: self._load(fill, out, start, stop)]

    def _load(self, fill: Fill, out: np.ndarray, start: int, stop: int) -> int:
        """Rows `start` to `stop` into the first rows of `out`, by the policy on missing values; how many there are."""
        kept, bad = 0, 0
        first: tuple[int, str] | None = None
        step = max(_PIECE // self._row_bytes // self._align, 1) * self._align
        while start < stop:
            end = min(stop, (start // step + 1) * step)
            part = out[kept : kept + end - start]
            fill(part, start, end)
            if self.missing != "keep" and not finite(part):
                good = np.isfinite(part).all(axis=1)
                if first is None:
                    row = int(good.argmin())
                    first = start + row, self.columns[int(np.isfinite(part[row]).argmin())]
                bad += len(part) - int(good.sum())
                if self.missing == "drop":
                    part = part[good]
                    out[kept : kept + len(part)] = part
            kept, start = kept + len(part), end
        if first and self.missing == "raise":
            raise ValueError(
                f"{self._where(first[0])}: column {first[1]!r} is NaN or inf, the first of {bad:,} such rows of the "
                f'{kept:,} in this block; leave the column out, or open with missing="drop" or missing="keep"'
            )
        return kept
