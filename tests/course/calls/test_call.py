import functools
import sys

import numpy as np
import pytest

from abinitio.course.calls.call import LiveCaller, signature_of, signature_problem
from abinitio.course.calls.guard import Guard
from abinitio.course.exercise import Named

X = np.array([[1.0, 2.0], [3.0, 4.0]])


def call(function, take=None, limit=2.0, guard=None, **inputs):
    return LiveCaller(function, guard).call(inputs, take, limit)


def test_what_comes_back_is_a_plain_copy():
    outcome = call(lambda X: X, X=X)
    assert outcome.kind == "returned" and np.array_equal(outcome.value, X) and outcome.value is not X
    assert outcome.mutated == [] and outcome.seconds >= 0


def test_arguments_changed_in_place_are_named():
    def answer(X, y, table):
        X -= X.mean()
        table["new"] = 1
        return y

    before = X.copy()
    assert call(answer, X=X, y=X, table={}).mutated == ["X", "table"]
    assert np.array_equal(X, before)


def test_rng_and_named_functions_are_made_for_the_answer():
    assert call(lambda n, rng: rng.integers(100, size=n), n=3, rng=5).value.tolist() == (
        np.random.default_rng(5).integers(100, size=3).tolist()
    )
    gradient = Named("quadratic_gradient", {"A": np.eye(2), "b": np.ones(2)})
    assert call(lambda gradient: gradient(np.zeros(2)), gradient=gradient).value.tolist() == [-1.0, -1.0]


def test_iterators_are_read_as_far_as_asked_and_may_be_endless():
    def count():
        k = 0
        while True:
            yield k
            k += 1

    assert call(count, take=3).value == [0, 1, 2]
    assert call(lambda: iter([1]), take=3).value == [1]
    assert call(lambda: np.zeros(3), take=3).kind == "not an iterator"
    assert call(lambda: None, take=3).kind == "not an iterator"
    assert call(count).kind == "not plain"


def test_an_iterator_that_gives_the_same_array_again_and_again_is_noticed():
    def answer(w):
        w = w.copy()
        while True:
            w += 1
            yield w

    outcome = call(answer, take=3, w=np.zeros(1))
    assert outcome.repeats_object and [w[0] for w in outcome.value] == [1.0, 2.0, 3.0]


def blank(x):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (lambda x: x @ np.ones(3), "raised", "raises ValueError: matmul"),
        (lambda x: undefined, "raised", "NameError: name 'undefined'"),  # noqa: F821
        (lambda x: sys.exit(1), "raised", "ends the whole program"),
        (lambda x: np.zeros(10**15), "raised", "more memory"),
        (blank, "blank", "not written yet"),
        (lambda x: blank(x), "raised", "needs blank, which is not written yet"),
        (lambda x: object(), "not plain", "is an object, which is not plain data"),
        (lambda x: (i for i in x), "not plain", "iterator or generator"),
        (lambda x: np.ma.masked_all(2), "not plain", "MaskedArray"),
    ],
    ids=["shape", "name", "exit", "memory", "blank", "needs", "object", "generator", "masked"],
)
def test_errors_become_sentences(body, kind, words):
    outcome = call(body, x=np.ones(2))
    assert outcome.kind == kind and words in outcome.sentence


def test_an_error_names_the_students_line_not_numpys():
    def answer(x):
        y = x + 1
        return np.linalg.solve(x, y)

    sentence = call(answer, x=np.zeros((2, 2))).sentence
    assert "LinAlgError" in sentence and "`return np.linalg.solve(x, y)`" in sentence


def test_endless_recursion_and_endless_loops_end():
    def recursion(x):
        return recursion(x)

    def loop(x):
        while True:
            x = x + 1

    assert "calls itself" in call(recursion, x=1).sentence
    outcome = call(loop, x=1, limit=0.05)
    assert outcome.kind == "time" and "stopped after 0.05 s" in outcome.sentence and "line" in outcome.sentence


def test_what_it_prints_is_kept_apart(capsys):
    def answer(x):
        print("hello")
        print("world", file=sys.stderr)
        return x

    outcome = call(answer, x=1)
    assert outcome.printed == "hello\nworld\n" and outcome.printed_size == 12
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_passes():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(answer, x=1)


def test_a_call_of_the_library_is_told_even_if_it_is_caught():
    def library(x):
        return x

    def answer(x):
        try:
            return library(x)
        except Exception:
            return x

    outcome = call(answer, x=1, guard=Guard([], [library]))
    assert outcome.kind == "library" and call(answer, x=1).value == 1


async def coroutine(X, y):
    return X


class Class:
    def __init__(self, X, y):
        pass


def reference(X, y, alpha=1.0):
    return X


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda X, y, alpha=1.0: 0, ""),
        (lambda X, y, alpha=1: 0, ""),
        (lambda X, y, alpha=1.0, tol=1e-3: 0, ""),
        (lambda X, y, alpha=1.0, **options: 0, ""),
        (functools.lru_cache(reference), ""),
        (lambda X, y: 0, "has the arguments (X, y); expected (X, y, alpha)"),
        (lambda X, t, alpha=1.0: 0, "has the arguments (X, t, alpha); expected (X, y, alpha)"),
        (lambda y, X, alpha=1.0: 0, "has the arguments (y, X, alpha)"),
        (lambda *args: 0, "has the arguments (*args)"),
        (lambda X, y, *, alpha=1.0: 0, "has the arguments (X, y, *, alpha)"),
        (lambda X, y, alpha=1.0, *, tol: 0, "has the arguments"),
        (lambda X, y, alpha: 0, "no default for alpha; expected alpha=1.0"),
        (lambda X, y, alpha=2.0: 0, "has the default alpha=2.0; expected alpha=1.0"),
        (coroutine, "async def"),
        (Class, "is a class"),
        (3.0, "is float, not a function"),
    ],
)
def test_signatures(function, problem):
    found = signature_problem(function, signature_of(reference))
    assert problem in found and bool(problem) == bool(found)
