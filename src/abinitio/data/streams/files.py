"""What every reader of files shares: the columns that a file has, and whether it is still the file that was opened."""

import difflib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

EXACT = 2**53  # integers beyond it have no float64 of their own


class Column(NamedTuple):
    """A column of a file: `name`, `dtype` (NumPy's word for numbers, the format's own for the rest) and `unit`."""

    name: str
    dtype: str
    unit: str = ""

    @property
    def numeric(self) -> bool:
        """Whether it holds real numbers (or truth values, read as 0 and 1), one a row."""
        try:
            return np.dtype(self.dtype).kind in "fiub"
        except (TypeError, ValueError, SyntaxError):
            return False


@dataclass(frozen=True)
class Fingerprint:
    """Size and time of change of the file at `path`, by which a later change is noticed."""

    path: str
    size: int
    modified: int

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> "Fingerprint":
        """The fingerprint of the file at `path` as it is now; FileNotFoundError where there is none."""
        try:
            stat = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            raise FileNotFoundError(f"there is no file {Path(path).absolute()}") from None
        return cls(os.fspath(path), stat.st_size, stat.st_mtime_ns)

    def check(self) -> None:
        """RuntimeError where the file is no longer the one that was opened."""
        now = Fingerprint.of(self.path)
        if now != self:
            what = f"{self.size:,} bytes then, {now.size:,} now" if now.size != self.size else "written again since"
            raise RuntimeError(f"{self.path} changed since it was opened ({what}); open it anew and start over")


def choose(path: str, schema: Sequence[Column], columns: Iterable[str] | None) -> tuple[Column, ...]:
    """The `columns` of `schema` in that order (all where None); ValueError for one that is missing or not numeric.

    path : named in the errors, with the columns that come close.
    """
    known = {column.name: column for column in schema}
    if isinstance(columns, str):
        raise ValueError(f"columns is the string {columns!r}; give a list of names: columns=[{columns!r}]")
    names = list(known) if columns is None else list(columns)
    if not names:
        raise ValueError(f"{path}: no columns are asked for; give at least one name, or columns=None for all")
    for name in names:
        if name not in known:
            raise ValueError(f"{path} has no column {name!r}; {_near(name, list(known))}")
        if not known[name].numeric:
            numeric = [column.name for column in schema if column.numeric]
            raise ValueError(
                f"{path}: column {name!r} is {known[name].dtype}, not numbers; "
                f"choose among the numeric ones with columns=: {_few(numeric)}"
            )
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: a column is asked for twice in {names}; name each once")
    return tuple(known[name] for name in names)


def float_type(dtypes: Iterable[str]) -> np.dtype:
    """float32 where it holds every column of these `dtypes` exactly, else float64.

    >>> float_type(["float32", "int16"]), float_type(["float32", "int32"])
    (dtype('float32'), dtype('float64'))
    """
    small = {"f": 4, "i": 2, "u": 2, "b": 1}
    found = [np.dtype(name) for name in dtypes]
    return np.dtype(np.float32 if all(d.itemsize <= small[d.kind] for d in found) else np.float64)


def put(out: np.ndarray, values: np.ndarray, name: str, row: int, where: Callable[[int], str]) -> None:
    """Write `values` into `out` of the same shape, as floats; ValueError where an integer would not stay what it is.

    name : of the column, row : of the first value, where : words for the place of a row, all three for the error.
    """
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8 and values.size:
        if values.max() > EXACT or values.min() < -EXACT:
            raise ValueError(
                f"{where(row)} or after: column {name!r} holds integers beyond 2^53, which a float "
                "would round (an identifier?); leave it out with columns="
            )
    out[...] = values


def finite(X: np.ndarray) -> bool:
    """Whether no value of `X` is NaN or infinite."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(X.sum())) or bool(np.isfinite(X).all())  # a sum may also overflow


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3) or [k for k in known if k.lower() == name.lower()]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else f"it has: {_few(known)}"


def _few(names: list[str]) -> str:
    more = f", ... ({len(names)} in all)" if len(names) > 12 else ""
    return (", ".join(names[:12]) or "none") + more
