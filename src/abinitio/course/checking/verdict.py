"""What a check says of one answer: plain data, which `course.checking.present` puts into words."""

from dataclasses import dataclass
from typing import Any

from abinitio.course.exercise import Inputs

STAGES = {  # name -> (weight, what it asks)
    "runs": (1, "it runs, and what comes back has the right type and shape"),
    "small": (2, "right on small inputs"),
    "general": (4, "right on larger inputs and on edge cases"),
    "stable": (2, "right on large magnitudes and near-singular inputs"),
    "fast": (1, "fast on a large input"),
}


@dataclass(frozen=True)
class Stage:
    """One stage: its name, the points it is worth, and whether it passed (None: not reached)."""

    name: str
    points: float
    passed: bool | None
    sentence: str


@dataclass(frozen=True)
class Failure:
    """The smallest input that was found on which the answer fails, and what happens there."""

    kind: str
    sentence: str
    inputs: Inputs | None = None
    label: str = ""  # the name of the edge case
    got: Any = None  # only where something came back
    returned: bool = False
    expected: Any = None
    expects_error: str = ""
    rule: str = ""
    mistake: str = ""
    mistake_sentence: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check says of one answer.

    state : passed, failed, blank (not started), absent, broken (a syntax error), library (the library's own function).
    """

    name: str
    call: str  # how the function is called: "ridge_coefficients(X, y, alpha)"
    state: str
    points: float
    max_points: int
    headline: str
    stages: tuple[Stage, ...] = ()
    failure: Failure | None = None
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ask: str = ""  # how to ask for a hint

    @property
    def passed(self) -> bool:
        return self.state == "passed"

    def __str__(self) -> str:
        from abinitio.course.checking.present import as_text

        return as_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from abinitio.course.checking.present import as_html

        return as_html(self)
