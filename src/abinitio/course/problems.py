"""Pen-and-paper problems: SymPy derives each answer from its definition, and a student's answer is held against that.

An answer is a string in the symbols that the problem names, e.g. ``judge("best rate", "1 / M")``. Any equivalent form
is right. The derivations are also the theory that a homework's measured numbers are compared with (`value`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from tokenize import TokenError
from typing import Any

from abinitio._core.optional import require

CASES = (  # numbers for the symbols, in their order: whole ones, probabilities, others
    ("1", "2", "3", "5", "7"),
    ("2", "3", "5", "7", "11"),
    ("1/4", "1/3", "1/5", "2/5", "1/7"),
    ("2/5", "3/11", "1/3", "1/6", "1/2"),
    ("7/3", "5/4", "3/7", "8/5", "1/3"),
    ("6/7", "9/4", "5/3", "2/7", "8/3"),
)
CLOSE = 1e-12  # of numbers with 30 digits; floats in an answer have 15
FUNCTIONS = ("sqrt", "exp", "log", "Abs", "pi", "Max")


@dataclass(frozen=True)
class Problem:
    """A problem with one expression as its answer: the symbols (all positive unless listed as real) and the derivation.

    derive is called with SymPy and the symbols in their order and returns the expression.
    """

    symbols: tuple[str, ...]
    derive: Callable[..., Any]
    real: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Right or not, and one sentence about it, which is what it prints as."""

    correct: bool
    sentence: str

    def __repr__(self) -> str:
        return self.sentence


class Problems:
    """The pen-and-paper problems of a homework, by name.

    >>> problems = Problems({"best rate": Problem(("m", "M"), lambda sympy, m, M: 2 / (m + M))})
    >>> problems.judge("best rate", "1 / M")
    best rate: not right. With m=1, M=2 yours is 0.5 and the derivation gives 0.666667.
    >>> problems.judge("best rate", "")
    best rate: no answer yet. Write it in the symbols m, M, as a string.
    >>> problems.value("best rate", m=1.0, M=3.0)
    0.5
    """

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        self.problems = dict(problems)
        self._derived: dict[str, tuple[Any, dict[str, Any]]] = {}

    def judge(self, name: str, answer: str) -> Judgement:
        """Compare `answer`, an expression as a string ("" is not answered yet), with the derivation of problem `name`.

        The Judgement never shows the derived expression. ValueError for an unknown name.
        """
        known = self._problem(name).symbols
        symbols = ", ".join(known)
        if not answer.strip():
            return Judgement(False, f"{name}: no answer yet. Write it in the symbols {symbols}, as a string.")
        strange = sorted(set(re.findall(r"[A-Za-z_]\w*", answer)) - {*known, *FUNCTIONS})
        if strange or not re.fullmatch(r"[\w\s+\-*/^().,]*", answer):
            what = f"it contains {', '.join(strange)}" if strange else "only numbers, names and + - * / ** ( ) are read"
            return Judgement(False, f"{name}: cannot read {answer!r}: {what}; the symbols are {symbols}.")
        try:
            expression = self._parse(name, answer)
        except (SyntaxError, TokenError, TypeError, AttributeError, ValueError):
            return Judgement(False, f"{name}: cannot read {answer!r} as an expression; a product needs its *, as 2*a.")
        return self._compare(name, expression)

    def value(self, name: str, **numbers: float) -> float:
        """The derived answer of the problem called `name` at the given `numbers`, one keyword a symbol."""
        expression, symbols = self.derived(name)
        missing = set(symbols) ^ set(numbers)
        if missing:
            raise ValueError(f"{name} is a function of {', '.join(symbols)}; missing or unknown: {', '.join(missing)}")
        return float(expression.subs({symbols[key]: number for key, number in numbers.items()}))

    def derived(self, name: str) -> tuple[Any, dict[str, Any]]:
        """The derived expression of the problem called `name`, and its symbols: (expression, {name: symbol})."""
        problem = self._problem(name)
        if name not in self._derived:
            sympy = require("sympy", "course")
            symbols = {
                s: sympy.Symbol(s, real=True, positive=None if s in problem.real else True) for s in problem.symbols
            }
            self._derived[name] = problem.derive(sympy, *symbols.values()), symbols
        return self._derived[name]

    def _problem(self, name: str) -> Problem:
        if name not in self.problems:
            raise ValueError(f"there is no problem {name!r}; there are: {', '.join(self.problems)}")
        return self.problems[name]

    def _parse(self, name: str, answer: str) -> Any:
        sympy = require("sympy", "course")
        names = {f: getattr(sympy, f) for f in FUNCTIONS} | self.derived(name)[1]
        expression = sympy.parse_expr(answer.replace("^", "**"), local_dict=names)
        if not isinstance(expression, sympy.Expr):
            raise TypeError("not one expression")
        return expression

    def _compare(self, name: str, yours: Any) -> Judgement:
        sympy = require("sympy", "course")
        right, symbols = self.derived(name)
        tried = list(_numbers(sympy, yours, right, symbols.values()))
        if sympy.simplify(yours - right) == 0 or (tried and all(_agree(a, b, CLOSE) for _, a, b in tried)):
            return Judgement(True, f"{name}: right.")
        ratio = sympy.simplify(yours / right)
        if ratio.is_number and ratio.is_finite:
            return Judgement(False, f"{name}: right up to a number: yours is {ratio} times the derived one.")
        differing = [row for row in tried if not _agree(*row[1:], 1e-5)] or tried
        if not differing:
            return Judgement(False, f"{name}: not right.")
        case, *numbers = differing[0]
        shown = [f"{float(n):.6g}" if n.is_real else str(n) for n in numbers]
        where = ", ".join(f"{key}={number}" for key, number in zip(symbols, case))
        return Judgement(
            False, f"{name}: not right. With {where} yours is {shown[0]} and the derivation gives {shown[1]}."
        )


def _numbers(sympy: Any, yours: Any, right: Any, symbols: Iterable[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """(numbers for the symbols, the value of `yours`, that of `right`) where `right` is a finite real number."""
    for case in CASES:
        at = dict(zip(symbols, map(sympy.Rational, case)))
        a, b = (sympy.N(expression.subs(at), 30) for expression in (yours, right))
        if b.is_real and b.is_finite:
            yield case, a, b


def _agree(a: Any, b: Any, tol: float) -> bool:
    return bool(a.is_finite and abs(a - b) <= tol * abs(b))
