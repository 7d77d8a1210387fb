import ast

import numpy as np
import pytest

from abinitio.course.gates.mutants import change, main, mutants, survivors
from abinitio.course.gates.mutations import variants


def changed(line):
    """The mutants of a function whose body is one line."""
    (definition,) = ast.parse(f"def f(X, y, a):\n    {line}").body
    return {ast.unparse(v).split("\n", 1)[1].strip() for v in variants(definition)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return X + y", {"return X - y", "return X", "return y"}),
        ("return X - y", {"return X + y", "return X", "return y", "return y - X"}),
        ("return X @ y", {"return X * y", "return y @ X"}),
        ("return -X", {"return X"}),
        ("return X.T", {"return X"}),
        ("return 2 * a", {"return 3 * a", "return 1 * a", "return 2 / a", "return 2", "return a"}),
        ("return 0.5", {"return 1.0", "return 1.5"}),
        ("return X < y", {"return X <= y", "return X >= y"}),
        (
            "return np.argmin(X, axis=1)",
            {"return np.argmax(X, axis=1)", "return np.argmin(X)", "return np.argmin(X, axis=0)"},
        ),
        ("return X.sum(axis=0)", {"return X.mean(axis=0)", "return X.sum(axis=-1)", "return X.sum()"}),
        ("return np.sqrt(X)", {"return X", "return np.square(X)"}),
        ("return f(X, y)", {"return f(y, X)"}),
        ("return X[1:]", {"return X[:]", "return X[2:]", "return X[0:]"}),
        ("return X if a else y", {"return X", "return y"}),
        ("return X and y", {"return X or y", "return X", "return y"}),
        ("X = y", {"pass"}),
        ("X += y", {"X -= y", "pass"}),
        ("return np.maximum(X, 0)", {"return np.minimum(X, 0)", "return np.maximum(X, 1)", "return np.maximum(X, -1)"}),
        ("return True", {"return False"}),
    ],
)
def test_the_changes_of_a_line(line, expected):
    assert expected <= changed(line) and line not in changed(line)


def test_mutants_are_functions_that_differ_in_one_place(toys):
    found = dict(mutants(toys.ridge.function))
    assert len(found) > 10 and all(callable(mutant) for mutant in found.values())
    text = "A = X.T @ X + alpha * np.eye(X.shape[1]) -> A = X.T @ X - alpha * np.eye(X.shape[1])"
    X, y = np.ones((2, 1)), np.ones(2)
    assert found[text](X, y, 1.0) == pytest.approx([2.0]) and toys.ridge.function(X, y, 1.0) == pytest.approx([2 / 3])


def test_differences_are_printed_short():
    assert change("a\nb\nc", "a\nB\nc") == "b -> B" and change("a\n  b\n  c", "a\n") == "b; c -> "


@pytest.mark.parametrize("name", ["ridge", "shrink", "descend", "shuffle"])
def test_the_check_kills_them(toys, name):
    alive = survivors(getattr(toys, name))
    assert len(alive) <= 1, alive


def test_the_survivors_are_printed_to_be_pasted(toy, capsys):
    main("hw7", "mean_square")
    printed = capsys.readouterr().out
    assert printed.startswith("mean_square:") and "mutants" in printed and "shifted" not in printed
