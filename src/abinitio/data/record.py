"""The one record that every data set is returned in: arrays, names, units, and where they came from."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Origin = Literal["simulated", "bundled", "cached", "downloaded"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set that says what it is.

    X : (n, ...) features or observations;  y : (n,) targets, or None where there are none.
    feature_names, target_names : words for the columns of X and for y (its name, or the classes' names);
    units : name -> unit, e.g. {"price": "1000 USD"};  origin : simulated | bundled | cached | downloaded;
    source : where the numbers come from, to be cited;  licence : as found there;  sha256 : of the file, if one was read;
    stand_in_for : the set that this one stands in for, or "" - a stand-in is labelled in every figure and report.
    """

    name: str
    X: np.ndarray
    y: np.ndarray | None = None
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    units: dict[str, str] = field(default_factory=dict)
    origin: Origin = "simulated"
    source: str = ""
    licence: str = ""
    sha256: str = ""
    description: str = ""
    stand_in_for: str = ""

    @property
    def label(self) -> str:
        """One line for figures and reports: the name, the origin, and what it stands in for.

        >>> Dataset("line", np.zeros((3, 1))).label
        'line (simulated, 3 rows)'
        """
        stand_in = f", stand-in for {self.stand_in_for}" if self.stand_in_for else ""
        return f"{self.name} ({self.origin}{stand_in}, {len(self.X)} rows)"
