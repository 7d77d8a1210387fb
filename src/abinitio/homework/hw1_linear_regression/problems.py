"""The pen-and-paper problems: SymPy derives each from its definition, and a student's answer is held against that.

An answer is a string in the symbols that the problem names, e.g. ``judge("best rate", "1 / M")``. Any equivalent form
is right. The derivations are the theory that the homework's measured numbers are compared with (`value`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from tokenize import TokenError

from abinitio._core.optional import require

FUNCTIONS = ("sqrt", "exp", "log", "Abs", "pi", "Max")


@dataclass(frozen=True)
class Problem:
    """A problem with one expression as its answer: the symbols (all positive unless listed as real) and the derivation.

    derive is called with SymPy and the symbols in their order and returns the expression.
    """

    symbols: tuple[str, ...]
    derive: Callable
    real: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Right or not, and one sentence about it, which is what it prints as."""

    correct: bool
    sentence: str

    def __repr__(self):
        return self.sentence


def judge(name, answer):
    """Compare an answer with the derivation of the problem.

    name : one of PROBLEMS;  answer : an expression in the problem's symbols, as a string; "" is not answered yet.
    Returns a Judgement, which never shows the derived expression. Raises ValueError for an unknown name.

    >>> judge("best rate", "1 / M")
    best rate: not right. With m=1, M=2 yours is 0.5 and the derivation gives 0.666667.
    >>> judge("best rate", "")
    best rate: no answer yet. Write it in the symbols m, M, as a string.
    """
    symbols = ", ".join(_problem(name).symbols)
    if not answer.strip():
        return Judgement(False, f"{name}: no answer yet. Write it in the symbols {symbols}, as a string.")
    strange = sorted(set(re.findall(r"[A-Za-z_]\w*", answer)) - {*_problem(name).symbols, *FUNCTIONS})
    if strange or not re.fullmatch(r"[\w\s+\-*/^().,]*", answer):
        what = f"it contains {', '.join(strange)}" if strange else "only numbers, names and + - * / ** ( ) are read"
        return Judgement(False, f"{name}: cannot read {answer!r}: {what}; the symbols are {symbols}.")
    try:
        expression = _parse(name, answer)
    except (SyntaxError, TokenError, TypeError, AttributeError, ValueError):
        return Judgement(False, f"{name}: cannot read {answer!r} as an expression; a product needs its *, as in 2*a.")
    return _compare(name, expression)


def value(name, **numbers):
    """The derived answer of the problem called name at the given numbers, one keyword a symbol.

    >>> value("best rate", m=1.0, M=3.0)
    0.5
    """
    expression, symbols = derived(name)
    missing = set(symbols) ^ set(numbers)
    if missing:
        raise ValueError(f"{name} is a function of {', '.join(symbols)}; missing or unknown: {', '.join(missing)}")
    return float(expression.subs({symbols[key]: number for key, number in numbers.items()}))


@cache
def derived(name):
    """The derived expression of the problem called name, and its symbols: (SymPy expression, {name: symbol})."""
    sympy, problem = require("sympy", "course"), _problem(name)
    symbols = {s: sympy.Symbol(s, real=True, positive=None if s in problem.real else True) for s in problem.symbols}
    return problem.derive(sympy, *symbols.values()), symbols


def _problem(name):
    if name not in PROBLEMS:
        raise ValueError(f"there is no problem {name!r}; there are: {', '.join(PROBLEMS)}")
    return PROBLEMS[name]


def _parse(name, answer):
    sympy = require("sympy", "course")
    names = {f: getattr(sympy, f) for f in FUNCTIONS} | derived(name)[1]
    expression = sympy.parse_expr(answer.replace("^", "**"), local_dict=names)
    if not isinstance(expression, sympy.Expr):
        raise TypeError("not one expression")
    return expression


def _compare(name, yours):
    sympy = require("sympy", "course")
    right, symbols = derived(name)
    if sympy.simplify(yours - right) == 0:
        return Judgement(True, f"{name}: right.")
    ratio = sympy.simplify(yours / right)
    if ratio.is_number and ratio.is_finite:
        return Judgement(False, f"{name}: right up to a number: yours is {ratio} times the derived one.")
    case = dict(zip(symbols, (1, 2, 3, 5, 7)))
    numbers = [expression.subs({symbols[key]: number for key, number in case.items()}) for expression in (yours, right)]
    shown = [f"{float(n):.6g}" if n.is_real else str(n) for n in numbers]
    where = ", ".join(f"{key}={number}" for key, number in case.items())
    return Judgement(False, f"{name}: not right. With {where} yours is {shown[0]} and the derivation gives {shown[1]}.")


def _slope_of_a_line(sympy, n, Sx, Sy, Sxx, Sxy):
    a, b = sympy.symbols("a b")
    # n times the mean squared error of a + bx, written out in the sums, up to the constant sum of y^2
    loss = n * a**2 + 2 * a * b * Sx + b**2 * Sxx - 2 * a * Sy - 2 * b * Sxy
    return sympy.simplify(sympy.solve([loss.diff(a), loss.diff(b)], [a, b], dict=True)[0][b])


def _best_rate(sympy, m, M):
    rate = sympy.Symbol("rate", positive=True)
    # both ends of the spectrum shrink equally fast: 1 - rate m = -(1 - rate M)
    return sympy.solve(sympy.Eq(1 - rate * m, rate * M - 1), rate)[0]


def _slope_variance(sympy, sigma, n, Sx, Sxx):
    fisher = sympy.Matrix([[n, Sx], [Sx, Sxx]]) / sigma**2  # X' Sigma^-1 X of a straight line
    return sympy.simplify(fisher.inv()[1, 1])


def _best_penalty(sympy, w, sigma, Sxx):
    alpha = sympy.Symbol("alpha", positive=True)
    bias = Sxx * w / (Sxx + alpha) - w
    variance = Sxx * sigma**2 / (Sxx + alpha) ** 2
    return sympy.solve(sympy.diff(bias**2 + variance, alpha), alpha)[0]


def _elastic_shrinkage(sympy, z, t, s):
    w = sympy.Symbol("w", positive=True)  # on the branch z > t the minimiser is positive: |w| = w
    return sympy.solve(sympy.diff((w - z) ** 2 / 2 + t * w + s * w**2 / 2, w), w)[0]


def _sgd_variance(sympy, rate, h, c):
    V = sympy.Symbol("V", positive=True)
    # stationary: the variance after w <- w - rate (h w + noise) is the variance before
    return sympy.factor(sympy.solve(sympy.Eq(V, (1 - rate * h) ** 2 * V + rate**2 * c), V)[0])


def _smoothing_bias(sympy, h, f2):
    u = sympy.Symbol("u", real=True)
    kernel = sympy.exp(-(u**2) / (2 * h**2)) / sympy.sqrt(2 * sympy.pi * h**2)
    # a symmetric kernel: the local line takes the slope away; what is left is the mean of f'' u^2 / 2
    return sympy.simplify(sympy.integrate(f2 * u**2 / 2 * kernel, (u, -sympy.oo, sympy.oo)))


PROBLEMS = {
    "slope of a line": Problem(("n", "Sx", "Sy", "Sxx", "Sxy"), _slope_of_a_line, real=("Sx", "Sy", "Sxy")),
    "best rate": Problem(("m", "M"), _best_rate),
    "slope variance": Problem(("sigma", "n", "Sx", "Sxx"), _slope_variance, real=("Sx",)),
    "best penalty": Problem(("w", "sigma", "Sxx"), _best_penalty),
    "elastic shrinkage": Problem(("z", "t", "s"), _elastic_shrinkage),
    "variance of SGD": Problem(("rate", "h", "c"), _sgd_variance),
    "smoothing bias": Problem(("h", "f2"), _smoothing_bias, real=("f2",)),
}
