r"""Rows whose blocks pass through a function on their way: features that are made as they are read, and never stored.

A linear model of features $\varphi(x)$ is a nonlinear model of x. With D features a row has D numbers where the file
has d, and n D numbers would seldom fit on the disk, let alone in memory; made block by block they need no place. Every
method that takes rows takes these: ridge regression on random Fourier features is kernel ridge regression, and
standardised rows make scales comparable.

Oracle: the function of all rows at once.  Source: A. Rahimi, B. Recht, NIPS 2007 (random features).
"""

import copy

import joblib
import numpy as np

from abinitio.streaming.reduce import MEMORY

FIRST = 1000  # rows that say which type of number the function returns


class MappedRows:
    """The same rows, with other columns: what a function makes of them, and some as they are.

    rows : what `abinitio.data.open_rows` returns;  function : callable, (m, d) block of all columns but `keep` ->
    (m, D) features, each row by itself; it must be importable where other processes are to read;
    columns : D names of the features;  keep : names of columns of `rows` that follow the features as they are, such as
    the target.
    It has the columns, units, dtype, len, read, select, ranges and blocks of `rows`. A bound of memory counts the wider
    of the two rows. ValueError where the function returns another shape than `columns` says, or makes a number that is
    not finite of a row that is.

    >>> from abinitio.data import ArrayRows
    >>> rows = ArrayRows(np.array([[1.0, 5.0], [2.0, 6.0]]), columns=("x", "y"))
    >>> squares = MappedRows(rows, lambda X: np.hstack([X, X**2]), columns=("x", "x2"), keep=("y",))
    >>> squares.columns, squares.read(1, 2)
    (('x', 'x2', 'y'), array([[2., 4., 6.]]))
    """

    def __init__(self, rows, function, columns, keep=()):
        self._features, keep = tuple(map(str, columns)), (keep,) if isinstance(keep, str) else tuple(keep)
        absent = [name for name in keep if name not in rows.columns]
        if absent:
            raise ValueError(f"there is no column {absent[0]!r} to keep; there are: {', '.join(rows.columns)}")
        inputs = [name for name in rows.columns if name not in keep]
        twice = sorted({name for name in self._features if name in keep or self._features.count(name) > 1})
        if twice:
            raise ValueError(f"the column {twice[0]!r} would be there twice; give the features other names")
        if not inputs or not self._features:
            raise ValueError(f"there must be at least one column to map and one feature: {inputs} -> {self._features}")
        self._rows, self._function, self._inputs = rows.select([*inputs, *keep]), function, inputs
        first = function(self._rows.read(0, min(FIRST, len(rows)))[:, : len(inputs)])
        self._made = np.result_type(np.asarray(first).dtype, np.float32)
        self.fingerprint = (getattr(rows, "fingerprint", ""), tuple(inputs), _hash(function))
        self.columns = (*self._features, *keep)

    def __len__(self):
        return len(self._rows)

    def __repr__(self):
        return f"<{type(self).__name__} of {self._rows!r}: {', '.join(self.columns)}>"

    @property
    def shape(self):
        """(rows, columns)."""
        return len(self), len(self.columns)

    @property
    def units(self):
        """name -> unit, of the columns that are kept."""
        return {name: unit for name, unit in self._rows.units.items() if name in self._kept}

    @property
    def dtype(self):
        """The type of a block: float32 where features and kept columns are."""
        return np.result_type(self._made, self._rows.dtype) if self._maps() else self._rows.dtype

    def select(self, columns):
        """The same rows with these columns alone, in this order (as they are for None); nothing else is read."""
        columns = self.columns if columns is None else tuple(columns)
        absent = [name for name in columns if name not in self.columns]
        if absent:
            raise ValueError(f"there is no column {absent[0]!r}; there are: {', '.join(self.columns)}")
        other = copy.copy(self)
        other.columns = columns
        kept = [name for name in columns if name in self._kept]
        other._inputs = self._inputs if other._maps() else []
        other._rows = self._rows.select([*other._inputs, *kept])
        return other

    def read(self, start, stop):
        """(stop - start, number of columns) rows start to stop, the last excluded, as a new array."""
        return self._mapped(self._rows.read(start, stop))

    def ranges(self, memory=MEMORY):
        """Ranges (start, stop) over all rows, each a block that keeps to `memory` bytes."""
        return self._rows.ranges(memory * self._share())

    def blocks(self, memory=MEMORY, seed=None, progress=False, first=0):
        """Iterate over all rows once, as the blocks of `rows` with other X; arguments as there."""
        blocks = self._rows.blocks(memory=memory * self._share(), seed=seed, progress=progress, first=first)
        return (block._replace(X=self._mapped(block.X)) for block in blocks)

    @property
    def _kept(self):
        return tuple(self._rows.columns[len(self._inputs) :])

    def _maps(self):
        return any(name in self._features for name in self.columns)

    def _share(self):
        """Of a bound of memory, what the file's own rows may take, that the features keep to it too."""
        own, made = (len(rows.columns) * rows.dtype.itemsize for rows in (self._rows, self))
        return own / max(own, made, len(self._features) * self._made.itemsize * self._maps())

    def _mapped(self, block):
        if not self._maps():
            return block
        X, kept = block[:, : len(self._inputs)], block[:, len(self._inputs) :]
        Z = np.asarray(self._function(X))
        if Z.shape != (len(X), len(self._features)):
            names = f"columns names {len(self._features)} features"
            raise ValueError(f"the function made {Z.shape} of {X.shape}, but {names} of each row")
        if getattr(self._rows, "missing", "raise") != "keep" and not np.isfinite(Z.sum()) and not np.isfinite(Z).all():
            name = self._features[int(np.isfinite(Z).all(axis=0).argmin())]
            raise ValueError(f"the function made a number that is not finite, in the column {name!r}")
        both = np.concatenate([Z, kept], axis=1, dtype=self.dtype)
        made = [*self._features, *self._kept]
        return both if made == list(self.columns) else both[:, [made.index(name) for name in self.columns]]


def _hash(function):
    """What tells a function from another; nothing more than its name where it cannot be pickled."""
    try:
        return joblib.hash(function)
    except Exception:  # whatever pickling raises, joblib passes on
        return getattr(function, "__qualname__", type(function).__name__)
