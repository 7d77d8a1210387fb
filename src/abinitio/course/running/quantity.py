"""One measured number of a homework: its spread, what it is held against, its target, and the verdict."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Verdict = Literal["met", "missed", "reported"]


@dataclass(frozen=True)
class Quantity:
    """A row of the report's table. The target: |value - expected| <= within, value <= at_most, value >= at_least."""

    quantity: str
    value: float
    spread: float | None = None
    unit: str = ""
    anchor: str = ""
    expected: float | None = None
    within: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    seconds: float | None = None  # CPU time since the row before
    peak_mb: float | None = None  # of the process, so far

    def __post_init__(self) -> None:
        if self.within is not None and self.expected is None:
            raise ValueError(f"{self.quantity!r}: within={self.within} of what? Give expected=... too")

    @property
    def verdict(self) -> Verdict:
        """met | missed | reported (there is no target); a value that is not a number misses every target."""
        holds = []
        if self.within is not None and self.expected is not None:
            holds.append(abs(self.value - self.expected) <= self.within)
        if self.at_most is not None:
            holds.append(self.value <= self.at_most)
        if self.at_least is not None:
            holds.append(self.value >= self.at_least)
        return "reported" if not holds else "met" if all(holds) else "missed"

    @property
    def value_text(self) -> str:
        """Value ± spread and unit.

        >>> Quantity("slope", 2.03412, 0.0123, unit="m/s").value_text
        '2.034 ± 0.012 m/s'
        """
        return f"{value_and_spread(self.value, self.spread)} {self.unit}".rstrip()

    @property
    def target_text(self) -> str:
        """The target in words and signs, "" where there is none.

        >>> Quantity("slope", 2.03, expected=2.0, within=0.1).target_text
        'within 0.1 of 2'
        """
        parts = []
        if self.within is not None and self.expected is not None:
            parts.append(f"within {number(self.within)} of {number(self.expected)}")
        elif self.expected is not None:
            parts.append(f"expected {number(self.expected)}, no target")
        if self.at_least is not None:
            parts.append(f"≥ {number(self.at_least)}")
        if self.at_most is not None:
            parts.append(f"≤ {number(self.at_most)}")
        return " and ".join(parts)

    def __str__(self) -> str:
        anchor = f"; {self.anchor}" if self.anchor else ""
        target = f"; target {self.target_text}: {self.verdict}" if self.verdict != "reported" else ""
        return f"{self.quantity} = {self.value_text}{anchor}{target}"

    def as_dict(self) -> dict[str, Any]:
        """The fields and the verdict, for JSON: what is not finite becomes its name ("nan", "inf")."""
        plain = {key: value if _in_json(value) else str(value) for key, value in asdict(self).items()}
        return {**plain, "verdict": self.verdict}

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> "Quantity":
        """The way back from `as_dict`."""
        words = {"quantity", "unit", "anchor"}
        known = {field.name: row.get(field.name) for field in fields(cls)}
        return cls(**{k: v if v is None or k in words else float(v) for k, v in known.items()})  # type: ignore[arg-type]


def number(value: float) -> str:
    """Four significant digits of `value`, the way a person writes them.

    >>> number(12345.6), number(0.25), number(3.2e-11), number(100.0)
    ('12346', '0.25', '3.2e-11', '100')
    """
    if not math.isfinite(value) or value == 0 or not 1e-3 <= abs(value) < 1e6:
        return f"{value:.4g}"
    text = f"{value:.{max(0, 3 - math.floor(math.log10(abs(value))))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_and_spread(value: float, spread: float | None) -> str:
    """The `value` to the digits that its `spread` allows; the spread to two.

    >>> value_and_spread(0.123456, 0.0042), value_and_spread(31415.9, 270.0), value_and_spread(1.234e-9, 5e-11)
    ('0.1235 ± 0.0042', '31420 ± 270', '(1.234 ± 0.050)e-09')
    """
    if spread is None or not math.isfinite(spread) or not math.isfinite(value) or spread <= 1e-9 * abs(value):
        return number(value) if spread is None else f"{number(value)} ± {number(spread)}"
    power = math.floor(math.log10(max(abs(value), spread)))
    if not -3 <= power < 6:
        return f"({value_and_spread(value / 10.0**power, spread / 10.0**power)})e{power:+03d}"
    decimals = 1 - math.floor(math.log10(spread))
    if decimals <= 0:
        return f"{round(value, decimals):.0f} ± {round(spread, decimals):.0f}"
    return f"{value:.{decimals}f} ± {spread:.{decimals}f}"


def _in_json(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
