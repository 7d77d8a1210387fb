"""The one record that every data set is returned in: arrays, names, units, and where they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Origin = Literal["simulated", "bundled", "cached", "downloaded"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set that says what it is.

    X : (n, ...) features or observations;  y : (n,) targets, or None where there are none;
    sigma : (n,) one-standard-deviation error of each y, in the unit of y, or None where no error was stated;
    truth : what a simulation knows and a measurement does not, e.g. {"coefficients": ...}; {} for real data;
    feature_names, target_names : words for the columns of X and for y (its name, or the classes' names);
    units : name -> unit, e.g. {"price": "1000 USD"};  origin : simulated | bundled | cached | downloaded;
    source : where the numbers come from, to be cited;  licence : as found there;  sha256 : of the file that was read;
    stand_in_for : the set that this one stands in for, or "" - a stand-in is labelled in every figure and report.
    """

    name: str
    X: np.ndarray
    y: np.ndarray | None = None
    sigma: np.ndarray | None = None
    truth: Mapping[str, Any] = field(default_factory=dict)
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = "simulated"
    source: str = ""
    licence: str = ""
    sha256: str = ""
    description: str = ""
    stand_in_for: str = ""

    def __post_init__(self) -> None:
        for name, column in (("y", self.y), ("sigma", self.sigma)):
            if column is not None and len(column) != len(self.X):
                raise ValueError(f"{self.name}: X has {len(self.X)} rows and {name} {len(column)}; give one per row")
        if self.feature_names and self.X.shape[1:] != (len(self.feature_names),):
            raise ValueError(
                f"{self.name}: {len(self.feature_names)} feature names for X of shape {self.X.shape}; name every column"
            )

    @property
    def x(self) -> np.ndarray:
        """(n,) the only feature; ValueError where there is more than one.

        >>> Dataset("line", np.array([[1.0], [2.0]])).x
        array([1., 2.])
        """
        if self.X.shape[1:] != (1,):
            raise ValueError(f"{self.name} has X of shape {self.X.shape}; x is for one feature: choose a column of X")
        return self.X[:, 0]

    @property
    def label(self) -> str:
        """One line for figures and reports: the name, the origin, and what it stands in for.

        >>> Dataset("line", np.zeros((3, 1))).label
        'line (simulated, 3 rows)'
        """
        stand_in = f", stand-in for {self.stand_in_for}" if self.stand_in_for else ""
        return f"{self.name} ({self.origin}{stand_in}, {len(self.X)} rows)"

    def axis(self, name: str) -> str:
        """The words for an axis of a figure: `name`, a feature's or the target's, with its unit.

        >>> Dataset("ohm", np.zeros((3, 1)), feature_names=("current",), units={"current": "A"}).axis("current")
        'current (A)'
        """
        if name not in (*self.feature_names, *self.target_names):
            known = ", ".join((*self.feature_names, *self.target_names))
            raise ValueError(f"{self.name} has no column {name!r}; it has: {known}")
        unit = self.units.get(name, "")
        return f"{name} ({unit})" if unit else name
