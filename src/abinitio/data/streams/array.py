"""Rows that are in memory already, with the interface of those that are not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from abinitio.data.streams.files import Column, float_type
from abinitio.data.streams.rows import Fill, Missing, Rows


class ArrayRows(Rows):
    """The rows of an array, as `open_rows` gives those of a file.

    X : (n, d) real numbers, held and not copied where they are float32 or float64;  columns : d names, by default x0,
    x1, ...;  units : name -> unit;  missing : as in `open_rows`, looked for once, when this is made.
    What is read is a read-only view of X where all columns are taken in order. Pickled, it is as large as X.

    >>> rows = ArrayRows([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], columns=["t", "h"], units={"h": "m"})
    >>> rows.select(["h"]).read(1, 3).tolist(), len(rows), rows.units
    ([[4.0], [6.0]], 3, {'h': 'm'})
    """

    def __init__(
        self,
        X: np.typing.ArrayLike,
        columns: Sequence[str] | None = None,
        units: Mapping[str, str] | None = None,
        missing: Missing = "raise",
    ) -> None:
        array = np.asarray(X)
        if array.ndim != 2 or array.dtype.kind not in "fiub":
            raise ValueError(f"X has shape {array.shape} and type {array.dtype}; give (n, d) real numbers")
        names = [f"x{j}" for j in range(array.shape[1])] if columns is None else list(columns)
        if len(names) != array.shape[1]:
            raise ValueError(f"{len(names)} columns are named and X has {array.shape[1]}; name every one")
        self._X = array.astype(float_type([array.dtype.str]), copy=False)
        schema = [Column(name, self._X.dtype.str, (units or {}).get(name, "")) for name in names]
        super().__init__("the array", schema, len(array), None, missing)
        if missing == "raise":
            with self._filling() as fill:
                step = max(2**20 // self._row_bytes, 1)
                out = np.empty((step, len(names)), self.dtype)
                for start in range(0, len(array), step):
                    self._load(fill, out, start, min(start + step, len(array)))

    @contextmanager
    def _filling(self) -> Iterator[Fill]:
        taken = self._taken()

        def fill(out: np.ndarray, start: int, stop: int) -> None:
            out[...] = self._X[start:stop, taken]

        yield fill

    def _read(self, fill: Fill, start: int, stop: int) -> np.ndarray:
        taken = self._taken()
        if self.missing == "drop" or not isinstance(taken, slice):
            return super()._read(fill, start, stop)
        view = self._X[start:stop].view()
        view.flags.writeable = False
        return view

    def _taken(self) -> slice | list[int]:
        names = [column.name for column in self._schema]
        return slice(None) if list(self.columns) == names else [names.index(name) for name in self.columns]
