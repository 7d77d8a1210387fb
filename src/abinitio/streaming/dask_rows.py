"""Rows that lie in the partitions of a Dask array or data frame: summarised where they lie.

Only summaries travel: each partition is read and summarised by the worker that holds it, and summaries are joined two
by two, in the order of the rows. Partitions whose worker dies are computed again by Dask from what they were made of.
"""

from types import MappingProxyType

import numpy as np

from abinitio._core.memory import keep_freed_memory
from abinitio._core.optional import require


class DaskRows:
    """The rows of a Dask array (n, d) or of the numeric columns of a Dask data frame, as `reduce_rows` wants them.

    collection : dask.array of two axes or dask.dataframe;  columns : d names for an array (by default x0, x1, ...), or
    the columns wanted of a data frame, in that order (by default all).
    memory, in `reduce_rows`, has no effect: partitions are as large as they were made.

    >>> import dask.array as da
    >>> rows = DaskRows(da.from_array(np.arange(12.0).reshape(6, 2), chunks=(4, 2)), columns=("a", "b"))
    >>> len(rows), rows.select(["b"]).read(3, 5).ravel()
    (6, array([7., 9.]))
    """

    units = MappingProxyType({})

    def __init__(self, collection, columns=None):
        require("dask", "cluster")
        self.is_frame = hasattr(collection, "columns")
        names = list(collection.columns if self.is_frame else (f"x{j}" for j in range(collection.shape[1])))
        self._names = names if self.is_frame or columns is None else list(columns)
        if len(self._names) != len(names):
            raise ValueError(f"{len(self._names)} columns are named and the array has {len(names)}; name every one")
        self.collection, self.columns, self._lengths = collection, tuple(columns or self._names), None
        if unknown := [name for name in self.columns if name not in self._names]:
            raise ValueError(f"there is no column {unknown[0]!r}; there are: {', '.join(map(str, self._names))}")

    def __repr__(self):
        return f"<DaskRows: {len(self.partitions())} partitions of {', '.join(map(str, self.columns))}>"

    def select(self, columns):
        """The same rows, other columns."""
        other = DaskRows(self.collection, None if self.is_frame else self._names)
        other.columns, other._lengths = tuple(columns), self._lengths
        if unknown := [name for name in other.columns if name not in self._names]:
            raise ValueError(f"there is no column {unknown[0]!r}; there are: {', '.join(map(str, self._names))}")
        return other

    def partitions(self):
        """The blocks of rows, in order: `dask.delayed` arrays (m, d)."""
        from dask import delayed

        if self.is_frame:
            return [delayed(_frame_block)(part, list(self.columns)) for part in self.collection.to_delayed()]
        whole = self.collection.rechunk({1: -1})
        places = [self._names.index(name) for name in self.columns]
        return [delayed(_array_block)(part, places) for part in whole.to_delayed().ravel()]

    def lengths(self):
        """How many rows each partition has; computed at the first call."""
        if self._lengths is None:
            from dask import compute, delayed

            self._lengths = list(compute(*[delayed(len)(part) for part in self.partitions()]))
        return self._lengths

    def __len__(self):
        return sum(self.lengths())

    def ranges(self, memory=None):
        """(start, stop) of each partition."""
        ends = np.cumsum(self.lengths()).tolist()
        return list(zip([0, *ends[:-1]], ends))

    def read(self, start, stop):
        """Rows start ... stop - 1, (stop - start, d), brought here."""
        from dask import compute, delayed

        parts = [
            delayed(_slice)(part, max(start - a, 0), stop - a)
            for part, (a, b) in zip(self.partitions(), self.ranges())
            if a < stop and b > start
        ]
        return np.concatenate(compute(*parts)) if parts else np.empty((0, len(self.columns)))


def reduce_partitions(rows, summarise, merge):
    """The summaries of all partitions, joined: what `reduce_rows` calls for such rows.

    rows : `DaskRows`;  summarise : callable, (m, d) block -> summary;  merge : callable, (summary, summary) -> summary.

    >>> import dask.array as da
    >>> reduce_partitions(DaskRows(da.ones((10, 1), chunks=4)), len, int.__add__)
    10
    """
    from dask import delayed

    parts = [delayed(_summary)(part, summarise) for part in rows.partitions()]
    while len(parts) > 1:
        pairs = [delayed(joined)(a, b, merge) for a, b in zip(parts[::2], parts[1::2])]
        parts = pairs + parts[2 * len(pairs) :]
    summary = parts[0].compute()
    if summary is None:
        raise ValueError("there are no rows to summarise")
    return summary


def _summary(block, summarise):
    keep_freed_memory()
    return summarise(block) if len(block) else None


def joined(a, b, merge):
    """merge(a, b), the summary of two parts; a or b may be None, that of no rows."""
    return merge(a, b) if a is not None and b is not None else a if b is None else b


def _array_block(part, places):
    return np.asarray(part)[:, places]


def _frame_block(part, columns):
    return part[columns].to_numpy()


def _slice(block, start, stop):
    return block[start:stop]
